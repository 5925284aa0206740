"""The live names that a text is understood against, kept at hand between messages."""

from __future__ import annotations

from datetime import datetime, timedelta

from commerce import catalogue
from commerce.work import Work
from nlu.understanding import Name

FRESH_FOR = timedelta(seconds=60)
"""How long names are kept: what another worker's merchant adds is understood a minute later at most."""
LARGEST = 2000


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
