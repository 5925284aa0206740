"""Where something is to be brought, as somebody says it: an address, "home", a position that they share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot import views
from bot.actions.doing import Doing
from commerce import carts, places

HERE = frozenset(
    {"현재 위치", "현재위치", "지금 위치", "내 위치", "여기", "지금 여기", "here", "my location", "current location"}
)
HOME = frozenset({"우리 집", "우리집", "집", "저희 집", "home", "my place", "my home"})

Point = tuple[float, float]
"""Latitude and longitude in degrees."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """An address as said; ``detail_due``: a shared position still wants a building and a unit."""

    text: str
    detail: str | None
    point: Point | None
    detail_due: bool = False


async def spoken_address(doing: Doing, before: str | None, point: Point | None) -> Spoken | None:
    """What ``address`` and ``address_detail`` say; a unit alone belongs to ``before``, which is at ``point``. None when
    they say nothing."""
    work, person, given = doing.work, doing.person, doing.slot("address")
    detail = doing.slot("address_detail")
    if given is None:
        if detail is None or not before:
            return None
        return Spoken(places.street(before, str(detail)), detail or None, point)
    spoken = " ".join(str(given).split()).casefold()
    if given == "last" or spoken in HOME:
        last = await carts.last_address(work, person)
        return None if last is None else Spoken(last.address, last.detail, last.point)
    if spoken in HERE:
        here = doing.who.person
        if here.lat is None or here.lon is None:
            return None
        given = {"lat": here.lat, "lon": here.lon}
    if isinstance(given, Mapping):
        spot = f"({given['lat']:.5f}, {given['lon']:.5f})"
        both = views.both(f"보내 주신 위치 {spot}", f"Shared location {spot}")
        text = views.each_language(both, doing.who.person.language)
        return Spoken(text, detail or None, (given["lat"], given["lon"]), detail is None)
    if before and places.is_unit(str(given)):
        return Spoken(places.street(before, str(given)), str(given), point)
    place = await places.of_address(work, str(given))
    return Spoken(str(given), detail or None, (place.lat, place.lon) if place else None)
