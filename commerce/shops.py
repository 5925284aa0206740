"""Shops, the people who work in them, and the town they stand in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commerce.database import Base


class Shop(Base):
    """A shop. Names are ``{"ko": …, "en": …}``; money in minor units; ``hours`` as commerce.hours reads them.

    ``cell`` is the H3 cell at resolution 9, ``area`` its ancestor at resolution 6, both as H3 strings: the nearby
    search walks them.
    """

    __tablename__ = "shops"
    __table_args__ = (
        Index("ix_shops_area_trade", "area", "trade"),
        Index("ix_shops_cell_trade", "cell", "trade"),
        CheckConstraint("rating_count >= 0", name="rating_count"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[dict[str, str]] = mapped_column(JSON)
    trade: Mapped[str] = mapped_column(String(40), index=True)
    lat: Mapped[float]
    lon: Mapped[float]
    cell: Mapped[str] = mapped_column(String(16))
    area: Mapped[str] = mapped_column(String(16))
    address: Mapped[dict[str, str]] = mapped_column(JSON)
    phone: Mapped[str | None] = mapped_column(String(32))
    timezone: Mapped[str] = mapped_column(String(40))
    currency: Mapped[str] = mapped_column(String(3))
    hours: Mapped[dict[str, str]] = mapped_column(JSON)
    delivery_radius_m: Mapped[int | None]
    """None: pickup only."""
    delivery_min_order: Mapped[int] = mapped_column(default=0)
    delivery_fee: Mapped[int] = mapped_column(default=0)
    delivery_eta_min: Mapped[int | None]
    pickup_eta_min: Mapped[int | None]
    """None: delivery only."""
    rating_sum: Mapped[int] = mapped_column(default=0)
    rating_count: Mapped[int] = mapped_column(default=0)
    registered: Mapped[str] = mapped_column(String(16), default="town")
    """Where it came from: "town", "chat" or "register" (the public shop register: listed, takes no orders)."""
    created_at: Mapped[datetime]


class ShopDay(Base):
    """A shop's exception on one local date: closed all day, or closing early or late."""

    __tablename__ = "shop_days"
    __table_args__ = (UniqueConstraint("shop_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    shop_id: Mapped[str] = mapped_column(ForeignKey("shops.id"))
    day: Mapped[str] = mapped_column(String(10))
    """The local date, ISO 8601."""
    closed: Mapped[bool] = mapped_column(default=False)
    closes_at: Mapped[datetime | None]
    """When it closes that day instead of the usual time, UTC."""


class Staff(Base):
    """A person who may answer for a shop. ``person_id`` is the bot's; the role is "owner" or "staff"."""

    __tablename__ = "staff"
    __table_args__ = (UniqueConstraint("shop_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    shop_id: Mapped[str] = mapped_column(ForeignKey("shops.id"), index=True)
    person_id: Mapped[str] = mapped_column(String(40), index=True)
    role: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(80))
    since: Mapped[datetime]


class Invitation(Base):
    """A colleague's way in: works once, until it expires. Only the code's hash is kept."""

    __tablename__ = "invitations"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    shop_id: Mapped[str] = mapped_column(ForeignKey("shops.id"))
    invited_by: Mapped[str] = mapped_column(String(40))
    expires_at: Mapped[datetime]
    used_by: Mapped[str | None] = mapped_column(String(40))


class Place(Base):
    """A named place that people use to say where they are: a station, a market, a park."""

    __tablename__ = "places"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[dict[str, str]] = mapped_column(JSON)
    aliases: Mapped[list[Any]] = mapped_column(JSON, default=list)
    lat: Mapped[float]
    lon: Mapped[float]


class Town(Base):
    """The one town this installation serves."""

    __tablename__ = "town"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[dict[str, str]] = mapped_column(JSON)
    timezone: Mapped[str] = mapped_column(String(40))
    currency: Mapped[str] = mapped_column(String(3))
    lat: Mapped[float]
    lon: Mapped[float]
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the town file last loaded: the same file is not loaded twice."""
