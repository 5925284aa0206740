"""The live names that a text is understood against, kept at hand between messages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from bot.people import Person
from commerce import catalogue
from commerce.work import Work
from nlu.understanding import Name

FRESH_FOR = timedelta(seconds=60)
"""How long names are kept: what another worker's merchant adds is understood a minute later at most."""
LARGEST = 2000


class Spot(Protocol):
    """A point in degrees."""

    @property
    def lat(self) -> float: ...
    @property
    def lon(self) -> float: ...


class Catalogue:
    def __init__(self) -> None:
        self._kept: dict[str, tuple[datetime, tuple[Name, ...]]] = {}

    async def at_hand(self, work: Work, shop: str) -> tuple[Name, ...]:
        """The names of one shop: its dishes and their choices."""
        key = f"shop:{shop}"
        found = self._fresh(key, work.now)
        if found is None:
            found = self._keep(key, work.now, await catalogue.names(work, shop))
        return found

    async def around(self, work: Work, lat: float, lon: float) -> tuple[Name, ...]:
        """Shops and their dishes near a point, with the town's places and trades."""
        key = f"near:{lat:.2f}:{lon:.2f}"
        found = self._fresh(key, work.now)
        if found is None:
            near = await catalogue.around(work, lat, lon)
            found = self._keep(key, work.now, [*near, *await catalogue.town(work)])
        return found

    async def around_person(self, work: Work, person: Person, home: Spot) -> tuple[Name, ...]:
        """What is near the person; with the town's own shops where the person is far from all of them."""
        if person.lat is None or person.lon is None:
            return await self.around(work, home.lat, home.lon)
        near = await self.around(work, person.lat, person.lon)
        own = await self.around(work, home.lat, home.lon)
        if _shops(near) & _shops(own) or not _shops(own):
            return near
        # Kept like the others: the understanding prepares a tuple once.
        names = [catalogue.CatalogueName(one.kind, one.key, one.names, one.of) for one in dict.fromkeys(near + own)]
        return self._keep(f"both:{person.lat:.2f}:{person.lon:.2f}", work.now, names)

    def forget(self) -> None:
        """Names changed: read them anew."""
        self._kept.clear()

    def _fresh(self, key: str, now: datetime) -> tuple[Name, ...] | None:
        kept = self._kept.get(key)
        return kept[1] if kept and timedelta() <= now - kept[0] < FRESH_FOR else None

    def _keep(self, key: str, now: datetime, names: list[catalogue.CatalogueName]) -> tuple[Name, ...]:
        if len(self._kept) >= LARGEST:
            self._kept.clear()
        before = self._kept.get(key)
        made = tuple(Name(name.kind, name.key, name.names, name.of) for name in names)
        # The same tuple again lets the understanding keep what it prepared for it.
        made = before[1] if before is not None and before[1] == made else made
        self._kept[key] = (now, made)
        return made


def _shops(names: tuple[Name, ...]) -> set[str]:
    return {name.key for name in names if name.kind == "shop"}
