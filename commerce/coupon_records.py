"""The tables of coupons and of their uses, and what the bot sees of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Row, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commerce.database import Base


class Coupon(Base):
    """A coupon of one shop, or of the whole town (no shop). ``claimed`` never passes ``total``."""

    __tablename__ = "coupons"
    __table_args__ = (
        CheckConstraint("(amount IS NULL) <> (percent IS NULL)", name="kind"),
        CheckConstraint("amount IS NULL OR amount > 0", name="amount"),
        CheckConstraint("percent IS NULL OR (percent > 0 AND percent <= 100)", name="percent"),
        CheckConstraint("claimed >= 0 AND (total IS NULL OR claimed <= total)", name="claimed"),
        CheckConstraint("per_person > 0", name="per_person"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of its shop and name: saving it again changes it instead of adding another."""
    shop_id: Mapped[str | None] = mapped_column(ForeignKey("shops.id"), index=True)
    name: Mapped[dict[str, str]] = mapped_column(JSON)
    amount: Mapped[int | None]
    percent: Mapped[int | None]
    max_amount: Mapped[int | None]
    min_order: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[datetime | None]
    valid_until: Mapped[datetime | None]
    total: Mapped[int | None]
    per_person: Mapped[int] = mapped_column(default=1)
    claimed: Mapped[int] = mapped_column(default=0)


class CouponUse(Base):
    """One use that a person has claimed: held → reserved by an order → redeemed; held again when the order dies.

    ``n`` counts a person's uses of a coupon from 1, so that two claims at once cannot both be the first.
    """

    __tablename__ = "coupon_uses"
    __table_args__ = (
        UniqueConstraint("coupon_id", "person_id", "n"),
        CheckConstraint("n >= 1", name="n"),
        CheckConstraint("(state = 'held') = (order_id IS NULL)", name="order"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    coupon_id: Mapped[str] = mapped_column(ForeignKey("coupons.id"))
    person_id: Mapped[str] = mapped_column(String(40), index=True)
    n: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    order_id: Mapped[str | None] = mapped_column(ForeignKey("orders.id"), index=True)
    claimed_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class CouponSpec:
    """A coupon to save. Exactly one of ``amount`` (minor units) and ``percent``; ``max_amount`` caps the percent."""

    name: dict[str, str]
    amount: int | None = None
    percent: int | None = None
    max_amount: int | None = None
    min_order: int = 0
    total: int | None = None
    per_person: int = 1
    valid_from: datetime | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class CouponView:
    """A coupon. ``shop`` None is the town's; ``left`` None means without limit; ``use`` is set when it is held."""

    id: str
    shop: str | None
    name: dict[str, str]
    amount: int | None
    percent: int | None
    max_amount: int | None
    min_order: int
    valid_until: datetime | None
    left: int | None
    per_person: int
    use: str | None = None

    def worth(self, subtotal: int) -> int:
        """What it takes off ``subtotal``, minor units, rounded down; 0 below its minimum."""
        if subtotal < self.min_order:
            return 0
        if self.amount is not None:
            return min(self.amount, subtotal)
        share = subtotal * (self.percent or 0) // 100
        return share if self.max_amount is None else min(share, self.max_amount)


def view_of(row: Coupon | Row[Any], use: str | None = None) -> CouponView:
    return CouponView(
        id=row.id,
        shop=row.shop_id,
        name=row.name,
        amount=row.amount,
        percent=row.percent,
        max_amount=row.max_amount,
        min_order=row.min_order,
        valid_until=row.valid_until,
        left=None if row.total is None else row.total - row.claimed,
        per_person=row.per_person,
        use=use,
    )
