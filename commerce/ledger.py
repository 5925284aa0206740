"""The ledger: every movement of money or coupon value, as entries that sum to nothing.

Accounts: ``till:<gateway>`` holds what the gateway has for us; ``order:<id>`` what is owed for an order until it is
done; ``shop:<id>`` what is owed to a shop; ``coupon:<id>`` what a town's coupon has cost. Debit is positive.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, func, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from commerce.database import Base
from commerce.work import Work


class LedgerEntry(Base):
    """One side of a movement. ``kind`` and ``subject`` name the movement: it is posted once."""

    __tablename__ = "ledger_entries"
    __table_args__ = (UniqueConstraint("kind", "subject", "account"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(String(100))
    account: Mapped[str] = mapped_column(String(60), index=True)
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), index=True)
    at: Mapped[datetime]


async def post(
    work: Work, kind: str, subject: str, order: str, currency: str, amount: int, *, debit: str, credit: str
) -> None:
    """Move ``amount`` minor units from ``credit`` to ``debit``: two entries, balanced by construction.

    Nothing is posted for an amount of 0. Raises ValueError below 0 or between one account and itself, and the
    database's IntegrityError when the movement was posted before.
    """
    if amount == 0:
        return
    if amount < 0 or debit == credit:
        raise ValueError(f"cannot post {amount} from {credit} to {debit}")
    shared = {"kind": kind, "subject": subject, "currency": currency, "order_id": order, "at": work.now}
    await work.session.execute(
        insert(LedgerEntry),
        [shared | {"account": debit, "amount": amount}, shared | {"account": credit, "amount": -amount}],
    )


async def balance(work: Work, account: str) -> int:
    """What ``account`` holds, minor units, debit positive."""
    found = await work.session.scalar(
        select(func.coalesce(func.sum(LedgerEntry.amount), 0)).where(LedgerEntry.account == account)
    )
    return int(found or 0)
