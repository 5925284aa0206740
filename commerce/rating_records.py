"""The table of ratings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from commerce.database import Base


class Rating(Base):
    """One order's rating, 1 to 5 stars; the shop's sum and count carry it."""

    __tablename__ = "ratings"
    __table_args__ = (CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),)

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    shop_id: Mapped[str] = mapped_column(ForeignKey("shops.id"), index=True)
    person_id: Mapped[str] = mapped_column(String(40))
    stars: Mapped[int]
    words: Mapped[str | None] = mapped_column(String(1000))
    rated_at: Mapped[datetime]
