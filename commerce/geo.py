"""Shops nearby: found by the H3 cells around a point, then measured."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, func, null, or_, select

from commerce.cells import cells_of, covered_m, disk, distance_m
from commerce.database import table
from commerce.folding import fold
from commerce.hours import mattering, with_status
from commerce.menu import MenuItem
from commerce.shops import Shop, ShopDay, ShopView
from commerce.week import DayException, OpenStatus, UsualHours, status
from commerce.work import Work

__all__ = ["REACH_M", "Found", "distance_m", "nearby"]

REACH_M = 8_000
"""Nothing farther than this, in metres, is near."""
RINGS = (1, 3, 6, 11)
"""Where there are more, rings of cells are looked through, one query each, before the whole areas are."""
AREA_RINGS = 3
FEW = 300
"""So few shops around are all read at once."""
CROWD = 50_000
"""Where this many shops stand around, words are not looked for beyond the rings: reading all names takes too long."""
_S, _D, _I = table(Shop).c, table(ShopDay).c, table(MenuItem).c


@dataclass(frozen=True, slots=True)
class Found:
    """A shop that was looked for. ``delivers``: to the point that was asked about."""

    shop: ShopView
    distance_m: int
    status: OpenStatus
    delivers: bool


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
    word may occur in another of them. Where more than ``CROWD`` shops stand around, words are looked for within
    about 3 km only. ``delivers`` asks for shops that deliver to the point, in degrees. Both ``open_now`` and
    ``delivers`` leave out shops that take no orders.
    """
    said = _said(words)
    if words is not None and not said:
        return []
    search = _Search(work, lat, lon, _conditions(trade, said, orderable=open_now or delivers), open_now, delivers)
    near = await _near(search, said, trade, limit)
    nearest = sorted((distance, shop_id) for shop_id, distance in near.items() if distance <= REACH_M)
    return await _found(work, nearest[:limit])


async def _near(search: _Search, said: Sequence[str], trade: str | None, limit: int) -> dict[str, float]:
    """The distances of shops among which the ``limit`` nearest are."""
    cell, area = cells_of(search.lat, search.lon)
    areas = _S.area.in_(sorted(disk(area, AREA_RINGS)))
    if not await _more_than(FEW, search.work, areas, trade):
        return await search.within(areas)
    near: dict[str, float] = {}
    for around, reach in _rings(search.lat, search.lon, cell):
        near |= await search.within(_S.cell.in_(around))
        if sum(distance <= reach for distance in near.values()) >= limit:
            return near
    if said and await _more_than(CROWD, search.work, areas, trade):
        return near
    return await search.within(areas)


def _rings(lat: float, lon: float, cell: str) -> Iterator[tuple[list[str], float]]:
    """Cells not yet looked through, and the distance within which every cell then has been."""
    before: frozenset[str] = frozenset()
    for rings in RINGS:
        around = disk(cell, rings)
        yield sorted(around - before), covered_m(lat, lon, cell, rings)
        before = around


def _said(words: str | None) -> list[str]:
    """All of the words run together, then each of them; folded."""
    return [folded for folded in map(fold, (words, *words.split())) if folded] if words else []


def _conditions(trade: str | None, said: Sequence[str], *, orderable: bool) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [_S.registered != "left"]
    if trade is not None:
        where.append(_S.trade == trade)
    if orderable:
        where.append(_S.registered != "register")
    if said:
        together, *each = map(_says, said)
        where.append(or_(together, and_(*each)) if len(each) > 1 else together)
    return where


def _says(folded: str) -> ColumnElement[bool]:
    dish = exists().where(_I.shop_id == _S.id, _I.on_menu, _I.words.contains(folded))
    # Shops of the public register have no menu: not looking for one keeps a million of them quick.
    return or_(_S.words.contains(folded), and_(_S.registered != "register", dish))


async def _more_than(count: int, work: Work, where: ColumnElement[bool], trade: str | None) -> bool:
    some = select(_S.area).where(where).limit(count + 1)
    if trade is not None:
        some = some.where(_S.trade == trade)
    counted = await work.session.scalar(select(func.count()).select_from(some.subquery()))
    return (counted or 0) > count


@dataclass(frozen=True, slots=True)
class _Search:
    """One search; what it learns of opening hours on the way it keeps, since most shops share a few."""

    work: Work
    lat: float
    lon: float
    where: Sequence[ColumnElement[bool]]
    open_now: bool
    delivers: bool
    usual: dict[tuple[str, str], bool] = field(default_factory=dict)

    async def within(self, where: ColumnElement[bool]) -> dict[str, float]:
        """The shops wanted among those in ``where``, with their distances in metres."""
        rows = await self.work.session.execute(self._statement().where(where, *self.where))
        special: dict[str, list[DayException]] = {}
        found: dict[str, float] = {}
        hours: dict[str, tuple[str, str, datetime | None]] = {}
        for shop_id, lat, lon, radius, written, timezone, paused_until, day, closed, closes_at in rows:
            distance = distance_m(self.lat, self.lon, lat, lon)
            if self.delivers and (radius is None or distance > radius):
                continue
            found[shop_id] = distance
            hours[shop_id] = (written, timezone, paused_until)
            if day is not None:
                special.setdefault(shop_id, []).append(DayException(date.fromisoformat(day), closed, closes_at))
        if not self.open_now:
            return found
        return {shop: away for shop, away in found.items() if self._open(*hours[shop], special.get(shop))}

    def _statement(self) -> Select[*tuple[Any, ...]]:
        # The hours as text: they are read once for all shops that share them.
        shop = (_S.id, _S.lat, _S.lon, _S.delivery_radius_m)
        if not self.open_now:
            return select(*shop, *(null().label(f"unread_{at}") for at in range(6)))
        opening = (cast(_S.hours, String), _S.timezone, _S.paused_until, _D.day, _D.closed, _D.closes_at)
        matters = and_(_D.shop_id == _S.id, mattering(self.work.now))
        return select(*shop, *opening).outerjoin(table(ShopDay), matters)

    def _open(
        self, written: str, timezone: str, paused_until: datetime | None, special: Iterable[DayException] | None
    ) -> bool:
        if paused_until is not None and paused_until > self.work.now:
            return False
        hours = (written, timezone)
        if special is not None:
            return status(_read(*hours), special, self.work.now).open
        if hours not in self.usual:
            self.usual[hours] = status(_read(*hours), (), self.work.now).open
        return self.usual[hours]


def _read(written: str, timezone: str) -> UsualHours:
    return UsualHours(json.loads(written), timezone)


async def _found(work: Work, nearest: Sequence[tuple[float, str]]) -> list[Found]:
    shops = await with_status(work, [shop_id for _, shop_id in nearest]) if nearest else {}
    return [_one(*shops[key], away) for away, key in nearest]


def _one(shop: ShopView, opening: OpenStatus, distance: float) -> Found:
    radius = shop.delivery_radius_m
    return Found(shop, round(distance), opening, delivers=radius is not None and distance <= radius)
