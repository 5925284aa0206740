"""The tables of carts and of remembered addresses."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commerce.database import Base


class Cart(Base):
    """A person's one cart. Prices are the menu's until an order is placed."""

    __tablename__ = "carts"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(40), unique=True)
    shop_id: Mapped[str] = mapped_column(ForeignKey("shops.id"))
    fulfilment: Mapped[str | None] = mapped_column(String(8))
    address: Mapped[str | None] = mapped_column(String(300))
    address_detail: Mapped[str | None] = mapped_column(String(300))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    wanted_at: Mapped[datetime | None]
    started_at: Mapped[datetime]
    brought_up_at: Mapped[datetime | None]
    """When its owner, back after a while, was told of it; that is done once."""


class CartLine(Base):
    """So many of one item with one set of choices and one note; ``fingerprint`` is what makes lines the same."""

    __tablename__ = "cart_lines"
    __table_args__ = (
        UniqueConstraint("cart_id", "fingerprint"),
        CheckConstraint("quantity > 0", name="quantity"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    cart_id: Mapped[str] = mapped_column(ForeignKey("carts.id", ondelete="CASCADE"))
    position: Mapped[int]
    item_id: Mapped[str] = mapped_column(ForeignKey("menu_items.id"))
    quantity: Mapped[int]
    choices: Mapped[list[str]] = mapped_column(JSON)
    note: Mapped[str | None] = mapped_column(String(300))
    fingerprint: Mapped[str] = mapped_column(String(64))


class Address(Base):
    """An address that a person gave, to be offered again."""

    __tablename__ = "addresses"
    __table_args__ = (UniqueConstraint("person_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    person_id: Mapped[str] = mapped_column(String(40))
    digest: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(300))
    detail: Mapped[str | None] = mapped_column(String(300))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    used_at: Mapped[datetime]
