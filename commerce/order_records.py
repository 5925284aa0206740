"""The tables of orders: what was ordered at which price, where the order stands, and every move it made."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commerce.database import Base


class Order(Base):
    """An order. Money in minor units, frozen when it was placed; ``due_at`` is the deadline of a state that has one:
    pay by (unpaid), answer by (received), choose by (asking)."""

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("shop_id", "day", "number"),
        Index("ix_orders_shop_state", "shop_id", "state"),
        Index("ix_orders_person_state", "person_id", "state"),
        CheckConstraint("subtotal >= 0 AND fee >= 0 AND discount >= 0 AND total >= 0", name="money"),
        CheckConstraint("total = subtotal + fee - discount", name="total"),
        CheckConstraint("late_count >= 0", name="late_count"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[str] = mapped_column(String(8))
    """Short, for people: unique per shop and day."""
    day: Mapped[str] = mapped_column(String(10))
    """The shop's local date when it was placed, ISO 8601."""
    shop_id: Mapped[str] = mapped_column(ForeignKey("shops.id"))
    person_id: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(12))
    fulfilment: Mapped[str] = mapped_column(String(8))
    address: Mapped[str | None] = mapped_column(String(300))
    address_detail: Mapped[str | None] = mapped_column(String(300))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    wanted_at: Mapped[datetime | None]
    eta_at: Mapped[datetime | None]
    """When it should be there; None until the shop accepts."""
    due_at: Mapped[datetime | None]
    answer_s: Mapped[int]
    """How long the shop may take to answer, seconds."""
    subtotal: Mapped[int]
    fee: Mapped[int]
    discount: Mapped[int]
    total: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    placed_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    accepted_by: Mapped[str | None] = mapped_column(String(40))
    moved_by: Mapped[str | None] = mapped_column(String(40))
    """Who made the newest move; None: the system."""
    reason: Mapped[str | None] = mapped_column(String(200))
    """Why it died."""
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    late_count: Mapped[int] = mapped_column(default=0)
    payment_id: Mapped[str | None] = mapped_column(String(40))
    """The payment that paid it."""
    revision: Mapped[int] = mapped_column(default=0)
    """How often what was ordered has been changed since it was placed."""


class OrderLine(Base):
    """A line as it was sold. ``stock`` says where its counted pieces are: "uncounted", "held", "sold" or "back"."""

    __tablename__ = "order_lines"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("unit_price >= 0", name="unit_price"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), index=True)
    position: Mapped[int]
    item_id: Mapped[str] = mapped_column(ForeignKey("menu_items.id"), index=True)
    name: Mapped[dict[str, str]] = mapped_column(JSON)
    choices: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """``{"id", "name", "price"}`` each."""
    note: Mapped[str | None] = mapped_column(String(300))
    quantity: Mapped[int]
    unit_price: Mapped[int]
    stock: Mapped[str] = mapped_column(String(10))
    kept: Mapped[bool] = mapped_column(default=True)
    """False: no longer part of the order; what it cost more than what came instead went back."""


class OrderMove(Base):
    """One move of one order; the first has no ``before``."""

    __tablename__ = "order_moves"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), index=True)
    before: Mapped[str | None] = mapped_column(String(12))
    after: Mapped[str] = mapped_column(String(12))
    by: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str | None] = mapped_column(String(200))
    at: Mapped[datetime]
