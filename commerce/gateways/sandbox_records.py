"""The sandbox till's own tables: it keeps its books apart from ours, as a real one would."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from commerce.database import Base


class SandboxCharge(Base):
    """A page to pay on. States: "pending", "abandoned" (left, may come back), "succeeded", "failed", "expired"."""

    __tablename__ = "sandbox_charges"
    __table_args__ = (CheckConstraint("refunded >= 0 AND refunded <= amount", name="refunded"),)

    ref: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    payment: Mapped[str] = mapped_column(String(40), index=True)
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    shop: Mapped[dict[str, str]] = mapped_column(JSON)
    number: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(12))
    refunded: Mapped[int] = mapped_column(default=0)
    disputed: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime]


class SandboxRefund(Base):
    __tablename__ = "sandbox_refunds"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    ref: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    charge: Mapped[str] = mapped_column(ForeignKey("sandbox_charges.ref"))
    amount: Mapped[int]
    at: Mapped[datetime]


class SandboxEvent(Base):
    """An event to be delivered until it is taken; ``delivered_at`` None until then."""

    __tablename__ = "sandbox_events"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    ref: Mapped[str] = mapped_column(String(40), index=True)
    at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
