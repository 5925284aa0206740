"""Shops nearby: found by the H3 cells around a point, then measured."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, String, and_, cast, exists, or_, select

from commerce.cells import cells_of, covered_m, disk, distance_m
from commerce.folding import fold
from commerce.hours import exceptions
from commerce.menu import MenuItem
from commerce.shops import Shop, ShopView, views
from commerce.week import DayException, OpenStatus, status
from commerce.work import Work

__all__ = ["REACH_M", "Found", "distance_m", "nearby"]

REACH_M = 8_000
"""Nothing farther than this, in metres, is near."""
RINGS = (1, 4, 10)
"""Rings of cells looked through, one query each, before whole areas are."""
AREA_RINGS = 3


@dataclass(frozen=True, slots=True)
class Found:
    """A shop that was looked for. ``delivers``: to the point that was asked about."""

    shop: ShopView
    distance_m: int
    status: OpenStatus
    delivers: bool


@dataclass(frozen=True, slots=True)
class _Candidate:
    distance: float
    id: str


@dataclass(frozen=True, slots=True)
class _Step:
    """One query: shops in ``where``; afterwards everything within ``reach`` metres has been seen."""

    where: ColumnElement[bool]
    reach: float


@dataclass(frozen=True, slots=True)
class _Wanted:
    lat: float
    lon: float
    open_now: bool
    delivers: bool
    where: tuple[ColumnElement[bool], ...]


async def nearby(
    work: Work,
    lat: float,
    lon: float,
    *,
    trade: str | None = None,
    words: str | None = None,
    open_now: bool = False,
    delivers: bool = False,
    limit: int = 10,
) -> list[Found]:
    """The ``limit`` nearest shops within ``REACH_M``, nearest first.

    ``words`` must occur in a name of the shop or of one of its dishes, ignoring case, spaces and punctuation; each
    word may occur in another of them. ``delivers`` asks for shops that deliver to the point, in degrees.
    """
    spoken = [] if words is None else [folded for folded in map(fold, (words, *words.split())) if folded]
    if words is not None and not spoken:
        return []
    where = _conditions(trade, spoken, orderable=open_now or delivers)
    wanted = _Wanted(lat, lon, open_now, delivers, where)
    seen: dict[str, _Candidate] = {}
    for step in _steps(lat, lon):
        for candidate in await _candidates(work, wanted, step.where):
            seen[candidate.id] = candidate
        if sum(candidate.distance <= step.reach for candidate in seen.values()) >= limit:
            break
    near = sorted((one for one in seen.values() if one.distance <= REACH_M), key=lambda one: (one.distance, one.id))
    return await _found(work, near[:limit])


def _conditions(trade: str | None, spoken: Sequence[str], *, orderable: bool) -> tuple[ColumnElement[bool], ...]:
    where: list[ColumnElement[bool]] = [Shop.registered != "left"]
    if trade is not None:
        where.append(Shop.trade == trade)
    if orderable:
        where.append(Shop.registered != "register")
    if spoken:
        whole, *each = spoken
        together = _says(whole)
        where.append(or_(together, and_(*map(_says, each))) if len(each) > 1 else together)
    return tuple(where)


def _says(folded: str) -> ColumnElement[bool]:
    dish = exists().where(MenuItem.shop_id == Shop.id, MenuItem.on_menu, MenuItem.words.contains(folded))
    # Shops of the public register have no menu: not looking for one keeps a million of them quick.
    return or_(Shop.words.contains(folded), and_(Shop.registered != "register", dish))


def _steps(lat: float, lon: float) -> Iterator[_Step]:
    cell, area = cells_of(lat, lon)
    before: frozenset[str] = frozenset()
    for rings in RINGS:
        around = disk(cell, rings)
        yield _Step(Shop.cell.in_(sorted(around - before)), covered_m(lat, lon, cell, rings))
        before = around
    yield _Step(Shop.area.in_(sorted(disk(area, AREA_RINGS))), REACH_M)


async def _candidates(work: Work, wanted: _Wanted, where: ColumnElement[bool]) -> list[_Candidate]:
    which = (where, *wanted.where)
    special = await exceptions(work, work.now, *which) if wanted.open_now else {}
    opening = _Opening(work.now, special)
    # The hours as text: most shops share a few, so each is read once and not once a shop.
    hours = cast(Shop.hours, String)
    rows = await work.session.execute(
        select(Shop.id, Shop.lat, Shop.lon, Shop.delivery_radius_m, hours, Shop.timezone).where(*which)
    )
    candidates = []
    for shop_id, lat, lon, radius, written, timezone in rows:
        distance = distance_m(wanted.lat, wanted.lon, lat, lon)
        if wanted.delivers and (radius is None or distance > radius):
            continue
        if not wanted.open_now or opening.is_open(shop_id, written, timezone):
            candidates.append(_Candidate(distance, shop_id))
    return candidates


@dataclass(frozen=True, slots=True)
class _Hours:
    hours: Mapping[str, str]
    timezone: str


@dataclass(slots=True)
class _Opening:
    """Which shops are open at one instant, working each set of hours out once."""

    now: datetime
    special: Mapping[str, Sequence[DayException]]
    usual: dict[tuple[str, str], bool] = field(default_factory=dict)

    def is_open(self, shop_id: str, written: str, timezone: str) -> bool:
        if shop_id in self.special:
            return status(_Hours(json.loads(written), timezone), self.special[shop_id], self.now).open
        if (written, timezone) not in self.usual:
            self.usual[written, timezone] = status(_Hours(json.loads(written), timezone), (), self.now).open
        return self.usual[written, timezone]


async def _found(work: Work, near: Sequence[_Candidate]) -> list[Found]:
    if not near:
        return []
    which = Shop.id.in_([one.id for one in near])
    shops = {shop.id: shop for shop in await views(work, which)}
    special = await exceptions(work, work.now, which)
    return [_one(shops[one.id], one.distance, status(shops[one.id], special.get(one.id, ()), work.now)) for one in near]


def _one(shop: ShopView, distance: float, opening: OpenStatus) -> Found:
    radius = shop.delivery_radius_m
    return Found(shop, round(distance), opening, delivers=radius is not None and distance <= radius)
