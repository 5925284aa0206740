"""Shops, the people who work in them, and the town they stand in."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    bindparam,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from commerce.cells import cells_of
from commerce.database import Base, table
from commerce.folding import fold_all
from commerce.known import known_from
from commerce.menu_saving import save_menu
from commerce.shop_views import ShopSpec, ShopView, StaffView
from commerce.week import parse_week
from commerce.words import one_line
from commerce.work import Work

__all__ = [
    "Invitation",
    "Place",
    "Shop",
    "ShopDay",
    "ShopSpec",
    "ShopView",
    "Staff",
    "StaffView",
    "Town",
    "add_staff",
    "by_slug",
    "get",
    "listed",
    "named",
    "save",
    "staff",
    "unstaffed",
    "views",
    "workplaces",
]


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
    words: Mapped[str] = mapped_column(Text, default="")
    """Its names folded (commerce.folding), for search."""
    trade: Mapped[str] = mapped_column(String(40))
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
    """Where it came from: "town", "chat", "register" (the public shop register: listed, takes no orders), or "left":
    no longer in the town file, so no longer found."""
    stripe_account: Mapped[str | None] = mapped_column(String(64))
    """Its own connected account at Stripe, ``acct_…``, which its money is passed on to."""
    paused_until: Mapped[datetime | None]
    """Until when it takes no new orders, though its hours say that it is open, UTC."""
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
    words: Mapped[str] = mapped_column(Text, default="")
    """Every name folded (commerce.folding), for search."""
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


_S = table(Shop).c
VIEWED = (
    *(_S.id, _S.slug, _S.name, _S.trade, _S.lat, _S.lon, _S.address, _S.phone, _S.timezone, _S.currency, _S.hours),
    *(_S.delivery_radius_m, _S.delivery_min_order, _S.delivery_fee, _S.delivery_eta_min, _S.pickup_eta_min),
    *(_S.rating_sum, _S.rating_count, _S.registered, _S.paused_until),
)
"""The columns that ``view_of`` reads."""
_GET = select(*VIEWED).where(_S.id == bindparam("shop"))


@known_from(Shop)
async def get(work: Work, shop_id: str) -> ShopView:
    """The shop of that id. Raises ``LookupError`` when there is none."""
    row = (await work.session.execute(_GET, {"shop": shop_id})).first()
    if row is None:
        raise LookupError(f"no shop {shop_id}")
    return view_of(*row)


async def by_slug(work: Work, slug: str) -> ShopView | None:
    """The shop of that slug, or None."""
    found = await views(work, Shop.slug == slug)
    return found[0] if found else None


async def listed(work: Work) -> list[ShopView]:
    """The shops of the town file, in its order."""
    return await views(work, Shop.registered == "town")


async def views(work: Work, *which: ColumnElement[bool]) -> list[ShopView]:
    """The shops for which every condition holds, oldest first."""
    rows = await work.session.execute(select(*VIEWED).where(*which).order_by(_S.created_at, _S.slug))
    return [view_of(*row) for row in rows]


def view_of(*columns: Any) -> ShopView:
    """The shop that the ``VIEWED`` columns of a row tell of."""
    *first, stars, count, registered, paused_until = columns
    rating = stars / count if count else None
    return ShopView(*(*first, rating, count, registered, paused_until))


async def staff(work: Work, shop_id: str) -> list[StaffView]:
    """Who may answer for the shop, in the order they joined."""
    columns = (Staff.person_id, Staff.role, Staff.name)
    rows = await work.session.execute(select(*columns).where(Staff.shop_id == shop_id).order_by(Staff.since, Staff.id))
    return [StaffView(*row) for row in rows]


async def workplaces(work: Work, person: str) -> list[ShopView]:
    """The shops the person may answer for: their own first, then those where they help, in the order they joined."""
    own_first = (Staff.role != "owner", Staff.since, Staff.id)
    theirs = select(*VIEWED).join(Staff, Staff.shop_id == _S.id).where(Staff.person_id == person)
    return [view_of(*row) for row in await work.session.execute(theirs.order_by(*own_first))]


async def add_staff(work: Work, shop_id: str, person: str, role: str, name: str) -> None:
    """Let the person answer for the shop; somebody who already may keeps the role they have."""
    there = await work.session.scalar(select(Staff.id).where(Staff.shop_id == shop_id, Staff.person_id == person))
    if there is None:
        row = {"shop_id": shop_id, "person_id": person, "role": role, "name": one_line(name, 80), "since": work.now}
        await work.session.execute(insert(Staff), [row])


async def save(work: Work, spec: ShopSpec) -> str:
    """Make the shop of ``spec.slug``, or bring it to ``spec``; its id.

    Ratings, staff, exceptions of hours, a pause, and the stock and sold-out marks of dishes it already had stay.
    Raises ``HoursError`` for hours that cannot be read.
    """
    parse_week(spec.hours)
    columns = {field.name: getattr(spec, field.name) for field in fields(spec) if field.name != "menu"}
    cell, area = cells_of(spec.lat, spec.lon)
    columns |= {"cell": cell, "area": area, "words": fold_all(spec.name.values())}
    shop_id = await work.session.scalar(select(Shop.id).where(Shop.slug == spec.slug))
    if shop_id is None:
        shop_id = work.ids.new("shop")
        await work.session.execute(insert(Shop), [columns | {"id": shop_id, "created_at": work.now}])
    else:
        await work.session.execute(
            update(Shop).where(Shop.id == shop_id).values(**columns).execution_options(synchronize_session=False)
        )
    if spec.menu is not None:
        await save_menu(work, shop_id, spec.menu)
    return shop_id


async def unstaffed(work: Work) -> list[ShopView]:
    """The shops that take orders but have nobody to answer them."""
    return await views(work, Shop.registered == "town", Shop.id.not_in(select(Staff.shop_id)))


async def named(work: Work, name: str) -> list[ShopView]:
    """The shops of the town whose whole name that is, in either language."""
    return [
        shop
        for shop in await views(work, Shop.words.contains(fold_all([name])), Shop.registered.in_(("town", "chat")))
        if any(fold_all([name]) == fold_all([own]) for own in shop.name.values())
    ]
