"""The tables of payments and refunds, their states, and every move they made."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commerce.database import Base

PAYMENT_MOVES: Final[dict[str, frozenset[str]]] = {
    "created": frozenset({"pending", "succeeded", "failed", "expired"}),
    "pending": frozenset({"succeeded", "failed", "abandoned", "expired"}),
    "abandoned": frozenset({"pending", "succeeded", "failed", "expired"}),
    "failed": frozenset({"succeeded"}),
    "expired": frozenset({"succeeded"}),
}
"""Failed and expired may still succeed: the gateway's word is the truth, and money that came late is sent back."""

LIVE: Final = frozenset({"created", "pending", "abandoned"})
"""A person may still pay with it."""


class Payment(Base):
    """One try to pay an order. ``paid`` is what the gateway took, ``returned`` what our refunds asked back of it,
    ``taken_back`` what went back without us (from the gateway's own pages), ``disputed`` what the payer's bank disputes
    or took."""

    __tablename__ = "payments"
    __table_args__ = (
        UniqueConstraint("gateway", "ref"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("returned >= 0 AND returned <= paid", name="returned"),
        CheckConstraint("paid = 0 OR state = 'succeeded'", name="paid"),
        CheckConstraint("taken_back >= 0 AND disputed >= 0", name="taken_back"),
        Index("ix_payments_look_at", "look_at"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), index=True)
    person_id: Mapped[str] = mapped_column(String(40))
    gateway: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(12))
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    key: Mapped[str] = mapped_column(String(60), unique=True)
    """The idempotency key under which the gateway is called, however often."""
    ref: Mapped[str | None] = mapped_column(String(120))
    url: Mapped[str | None] = mapped_column(String(2048))
    paid: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)
    taken_back: Mapped[int] = mapped_column(default=0)
    disputed: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]
    """When the gateway was asked for the newest word on it that was believed."""
    look_at: Mapped[datetime | None]
    """When the gateway is to be asked next, should nothing be heard of it; None: all has been heard."""
    alteration_id: Mapped[str | None] = mapped_column(String(40), index=True)
    """The change of the placed order that it pays for; None: it pays the order."""


class PaymentMove(Base):
    """One move of one payment; the first has no ``before``."""

    __tablename__ = "payment_moves"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    payment_id: Mapped[str] = mapped_column(ForeignKey("payments.id"), index=True)
    before: Mapped[str | None] = mapped_column(String(12))
    after: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str | None] = mapped_column(String(200))
    at: Mapped[datetime]


class Taking(Base):
    """Money that the gateway moved by itself, minor units: ``kind`` "refund" (made on its own pages) or "dispute",
    from ``before`` in all to ``after`` in all."""

    __tablename__ = "payment_takings"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    payment_id: Mapped[str] = mapped_column(ForeignKey("payments.id"), index=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    before: Mapped[int]
    after: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    at: Mapped[datetime]


class Refund(Base):
    """Money on its way back: requested → succeeded or failed."""

    __tablename__ = "refunds"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    payment_id: Mapped[str] = mapped_column(ForeignKey("payments.id"), index=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), index=True)
    state: Mapped[str] = mapped_column(String(12))
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str] = mapped_column(String(200))
    key: Mapped[str] = mapped_column(String(60), unique=True)
    ref: Mapped[str | None] = mapped_column(String(120))
    requested_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
