"""The live names that a text is understood against, kept at hand between messages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import event
from sqlalchemy.orm import Session

from bot.bus import NAMES, Bus
from bot.people import Person
from commerce import catalogue
from commerce.work import Work
from nlu.understanding import Name

FRESH_FOR = timedelta(seconds=60)
"""How long names are kept where no nudge says that they changed: what another worker's merchant adds is understood a
minute later at most."""
LARGEST = 2000


class Spot(Protocol):
    """A point in degrees."""

    @property
    def lat(self) -> float: ...
    @property
    def lon(self) -> float: ...


@dataclass(frozen=True, slots=True)
class _Kept:
    at: datetime
    names: tuple[Name, ...]
    shops: frozenset[str]
    """The ids of the shops among them."""


class Catalogue:
    def __init__(self, bus: Bus | None = None) -> None:
        self._kept: dict[str, _Kept] = {}
        self._bus = bus
        if bus is not None:
            bus.subscribe(NAMES, lambda _: self._kept.clear())

    async def at_hand(self, work: Work, shop: str) -> tuple[Name, ...]:
        """The names of one shop: its dishes and their choices."""
        key = f"shop:{shop}"
        found = self._fresh(key, work.now) or self._keep(key, work.now, _names(await catalogue.names(work, shop)))
        return found.names

    async def around(self, work: Work, lat: float, lon: float) -> tuple[Name, ...]:
        """Shops and their dishes near a point, with the town's places and trades."""
        return (await self._around(work, lat, lon)).names

    async def around_person(self, work: Work, person: Person, home: Spot) -> tuple[Name, ...]:
        """What is near the person; with the town's own shops where the person is far from all of them."""
        own = await self._around(work, home.lat, home.lon)
        if person.lat is None or person.lon is None:
            return own.names
        near = await self._around(work, person.lat, person.lon)
        if not own.shops or not near.shops.isdisjoint(own.shops):
            return near.names
        key = f"both:{person.lat:.2f}:{person.lon:.2f}"
        both = self._fresh(key, work.now)
        if both is None:
            both = self._keep(key, min(near.at, own.at), tuple(dict.fromkeys(near.names + own.names)))
        return both.names

    def forget(self, work: Work) -> None:
        """Names change with this work: read them anew in it, and once it is committed, in every worker."""
        self._kept.clear()
        event.listen(work.session.sync_session, "after_commit", self._changed, once=True)

    def _changed(self, _: Session) -> None:
        self._kept.clear()
        if self._bus is not None:
            self._bus.publish(NAMES, "")

    async def _around(self, work: Work, lat: float, lon: float) -> _Kept:
        key = f"near:{lat:.2f}:{lon:.2f}"
        found = self._fresh(key, work.now)
        if found is None:
            near = await catalogue.around(work, lat, lon)
            found = self._keep(key, work.now, _names([*near, *await catalogue.town(work)]))
        return found

    def _fresh(self, key: str, now: datetime) -> _Kept | None:
        kept = self._kept.get(key)
        return kept if kept and timedelta() <= now - kept.at < FRESH_FOR else None

    def _keep(self, key: str, at: datetime, names: tuple[Name, ...]) -> _Kept:
        if len(self._kept) >= LARGEST:
            self._kept.clear()
        before = self._kept.get(key)
        # The same tuple again lets the understanding keep what it prepared for it.
        names = before.names if before is not None and before.names == names else names
        kept = _Kept(at, names, frozenset(name.key for name in names if name.kind == "shop"))
        self._kept[key] = kept
        return kept


def _names(names: Iterable[catalogue.CatalogueName]) -> tuple[Name, ...]:
    return tuple(Name(name.kind, name.key, name.names, name.of, name.one_of) for name in names)
