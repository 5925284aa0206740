"""The Telegram till's own tables: invoices that were asked for, what was paid on them, what went back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from commerce.database import Base


class TelegramCharge(Base):
    """An invoice. States: "open" (may be paid), "closed" (pre-checkout refuses), "paid".

    ``ref`` is our payment's id and the invoice's payload. ``taken`` is what was really paid, minor units.
    """

    __tablename__ = "telegram_charges"
    __table_args__ = (
        CheckConstraint("refunded >= 0 AND refunded <= taken", name="refunded"),
        CheckConstraint("taken = 0 OR state = 'paid'", name="taken"),
    )

    ref: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    order_id: Mapped[str] = mapped_column(String(40), index=True)
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(8))
    opened_at: Mapped[datetime]
    checkout: Mapped[str | None] = mapped_column(String(64))
    """The pre-checkout query that was answered with yes last."""
    checkout_until: Mapped[datetime | None]
    """Until then no other one of the same order is."""
    telegram_charge: Mapped[str | None] = mapped_column(String(200), unique=True)
    provider_charge: Mapped[str | None] = mapped_column(String(200))
    taken: Mapped[int] = mapped_column(default=0)
    refunded: Mapped[int] = mapped_column(default=0)


class TelegramRefund(Base):
    """Money asked back of a paid invoice: "asked" until the provider answers, then "succeeded" or "failed"."""

    __tablename__ = "telegram_refunds"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    ref: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    charge: Mapped[str] = mapped_column(ForeignKey("telegram_charges.ref"))
    amount: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    provider_ref: Mapped[str | None] = mapped_column(String(120))
    at: Mapped[datetime]
