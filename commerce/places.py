"""Named places: how people say where they are without sharing a location."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, or_, select

from commerce.folding import fold, fold_all
from commerce.shops import Place
from commerce.work import Work

_BEFORE = ("near", "around", "close to", "by")
_MOST_WORDS = 8
_SHORTEST = 3
"""Letters of a name that is looked for among other words."""
_UNIT = re.compile(r"(?:^|[\s,]+)(?:(?:\d+\s?동\s?)?(?:\d+\s?층\s?)?\d+\s?호|\d+\s?동|\d+\s?층)$")
"""A building, a floor or a flat at the end of an address."""
_AFTER = ("근처", "부근", "주변", "앞", "쪽")


@dataclass(frozen=True, slots=True)
class PlaceSpec:
    """A place to save, in degrees. ``aliases`` are further names in any language."""

    name: Mapping[str, str]
    lat: float
    lon: float
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A named place, in degrees."""

    id: str
    name: Mapping[str, str]
    aliases: Sequence[str]
    lat: float
    lon: float


async def get(work: Work, place_id: str) -> PlaceView | None:
    """The place of that id, or None."""
    row = (await work.session.execute(_SELECT.where(Place.id == place_id))).first()
    return PlaceView(*row) if row else None


async def find(work: Work, text: str) -> PlaceView | None:
    """The place that ``text`` names, ignoring case, spaces and words such as "근처"; "망원" finds 망원역."""
    said = fold(_without_around(text))
    if not said:
        return None
    wanted = [said, f"{said}역", f"{said}station"]
    rows = await work.session.execute(
        _SELECT.where(or_(*(Place.words.contains(f"\n{name}\n") for name in wanted))).order_by(Place.id)
    )
    found = [PlaceView(*row) for row in rows]
    exact = [place for place in found if said in map(fold, (*place.name.values(), *place.aliases))]
    return next(iter(exact or found), None)


def is_unit(text: str) -> bool:
    """Whether it says a building, a floor or a flat and no street: "101동 202호"."""
    found = _UNIT.search(text.strip())
    return found is not None and found.start() == 0


def street(address: str, unit: str) -> str:
    """``address`` made ready for ``unit``: without its own building and flat when ``unit`` names others."""
    return (_UNIT.sub("", address.strip()) or address) if is_unit(unit) else address


async def of_address(work: Work, text: str) -> PlaceView | None:
    """The place that an address names, alone or among its words: "강남역 5번 출구". Roads and cities are none."""
    alone = await find(work, text)
    if alone is not None:
        return alone
    words = text.split()[:_MOST_WORDS]
    runs = [fold("".join(words[i:j])) for i in range(len(words)) for j in range(i + 1, min(i + 3, len(words)) + 1)]
    wanted = list(dict.fromkeys(run for run in runs if len(run) >= _SHORTEST))
    if not wanted:
        return None
    rows = await work.session.execute(
        _SELECT.where(or_(*(Place.words.contains(f"\n{run}\n") for run in wanted))).order_by(Place.id)
    )
    named = {fold(name): place for place in (PlaceView(*row) for row in rows) for name in place.name.values()}
    return next((named[run] for run in wanted if run in named), None)


async def all_places(work: Work) -> list[PlaceView]:
    """Every place, by its id."""
    return [PlaceView(*row) for row in await work.session.execute(_SELECT.order_by(Place.id))]


async def save(work: Work, specs: Sequence[PlaceSpec]) -> None:
    """Make ``specs`` the places there are, instead of those there were. Of two with one name the first holds."""
    await work.session.execute(delete(Place), execution_options={"synchronize_session": False})
    rows: dict[str, dict[str, object]] = {}
    for spec in specs:
        place_id = f"place_{fold(next(iter(spec.name.values())))}"[:40]
        words = fold_all((*spec.name.values(), *spec.aliases))
        row = {"name": dict(spec.name), "aliases": list(spec.aliases), "words": words, "lat": spec.lat, "lon": spec.lon}
        rows.setdefault(place_id, {"id": place_id} | row)
    if rows:
        await work.session.execute(insert(Place), list(rows.values()))


_SELECT = select(Place.id, Place.name, Place.aliases, Place.lat, Place.lon)


def _without_around(text: str) -> str:
    plain = " ".join(unicodedata.normalize("NFC", text).casefold().split())
    for word in _BEFORE:
        plain = plain.removeprefix(f"{word} ")
    for word in _AFTER:
        plain = plain.removesuffix(word).rstrip()
    return plain
