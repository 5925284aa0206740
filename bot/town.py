"""Town files: the shops and places that an installation starts with, read from YAML and put into the database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from sqlalchemy import insert, select, update

from bot.lined import Fault, Lined, LinedError, read_lined
from bot.town_faults import fault_of
from bot.town_form import GazetteerForm, TownForm
from commerce import coupons, places, shops
from commerce.coupons import CouponSpec
from commerce.geo import distance_m
from commerce.places import PlaceSpec
from commerce.shops import ShopSpec, Town
from commerce.work import Work

DEMO = "demo"
GAZETTEER_M = 60_000
"""Stations farther than this from the town's centre are left out of its gazetteer."""

_Form = TypeVar("_Form", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class TownSpec:
    """A town to load. ``digest`` stands for the very file it was read from; ``coupons`` are the whole town's,
    ``shop_coupons`` those of a shop by its slug."""

    digest: str
    name: Mapping[str, str]
    timezone: str
    currency: str
    lat: float
    lon: float
    places: tuple[PlaceSpec, ...]
    shops: tuple[ShopSpec, ...]
    coupons: tuple[CouponSpec, ...]
    shop_coupons: Mapping[str, tuple[CouponSpec, ...]]


class TownError(Exception):
    """The file is not in the form. ``faults`` are in the order of their lines."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = sorted(faults, key=lambda fault: fault.line)
        super().__init__("\n".join(map(str, self.faults)))


def town_file(town: str) -> Path:
    """The file that ``--town`` names: "demo" is the one that comes with the program."""
    return _data("demo.yaml") if town == DEMO else Path(town)


def read_town(path: Path, cache: Path | None = None) -> TownSpec:
    """Read a town file and the gazetteer. Raises ``TownError``, and ``OSError`` when there is no such file.

    ``cache`` is a directory for what was read: the same file is then read again many times faster.
    """
    form, digest = _read(TownForm, path, cache)
    gazetteer, stations = _gazetteer(cache)
    _no_slug_twice(form, path)
    head = form.town
    lat, lon = head.center
    near = [place for place in gazetteer.stations if distance_m(lat, lon, *place.location) <= GAZETTEER_M]
    return TownSpec(
        digest=sha256((digest + stations).encode()).hexdigest(),
        name=head.name.words(),
        timezone=head.timezone,
        currency=head.currency,
        lat=lat,
        lon=lon,
        places=(*(place.spec() for place in form.places), *(station.spec() for station in near)),
        shops=tuple(shop.spec(head.timezone, head.currency) for shop in form.shops),
        coupons=tuple(coupon.spec(head.timezone) for coupon in form.coupons),
        shop_coupons={
            shop.slug: tuple(coupon.spec(head.timezone) for coupon in shop.coupons)
            for shop in form.shops
            if shop.coupons
        },
    )


async def load_town(work: Work, spec: TownSpec) -> bool:
    """Bring the database to the town, unless that very file was the last one loaded; whether it did.

    Shops that an earlier file had and this one has not are found no longer; their orders stay. Coupons that it has not
    are claimed no longer; who holds one keeps it.
    """
    before = await work.session.scalar(select(Town.digest))
    if before == spec.digest:
        return False
    quiet = {"synchronize_session": False}
    row: dict[str, object] = {"name": dict(spec.name), "timezone": spec.timezone, "currency": spec.currency}
    row |= {"lat": spec.lat, "lon": spec.lon, "digest": spec.digest}
    if before is None:
        await work.session.execute(insert(Town), [row | {"id": 1}])
    else:
        await work.session.execute(update(Town).values(**row), execution_options=quiet)
    await places.save(work, spec.places)
    await work.session.execute(
        update(shops.Shop).where(shops.Shop.registered == "town").values(registered="left"), execution_options=quiet
    )
    await coupons.end_all(work)
    for shop in spec.shops:
        shop_id = await shops.save(work, replace(shop, registered="town"))
        for coupon in spec.shop_coupons.get(shop.slug, ()):
            await coupons.save(work, shop_id, coupon)
    for coupon in spec.coupons:
        await coupons.save(work, None, coupon)
    return True


@lru_cache(maxsize=1)
def _gazetteer(cache: Path | None) -> tuple[GazetteerForm, str]:
    return _read(GazetteerForm, _data("stations.yaml"), cache)


def _data(name: str) -> Path:
    return Path(str(files("commerce").joinpath("data", name)))


def _read(form: type[_Form], path: Path, cache: Path | None) -> tuple[_Form, str]:
    raw = path.read_bytes()
    digest = sha256(raw).hexdigest()
    kept = cache / f"town-{digest}.json" if cache else None
    if kept is not None and kept.exists():
        return form.model_validate(json.loads(kept.read_text("utf-8"))), digest
    lined = _lined(raw, path)
    try:
        read = form.model_validate({} if lined.data is None else lined.data)
    except ValidationError as error:
        raise TownError([fault_of(lined, one) for one in error.errors()]) from error
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        fresh = kept.with_suffix(".new")
        fresh.write_text(json.dumps(lined.data, ensure_ascii=False), "utf-8")
        fresh.replace(kept)
    return read, digest


@lru_cache(maxsize=4)
def _lined(raw: bytes, path: Path) -> Lined:
    """Shared by all who read the same, since it takes a second: nobody changes it."""
    try:
        return read_lined(raw.decode("utf-8-sig"), str(path))
    except LinedError as error:
        raise TownError([error.fault]) from error
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise TownError([Fault(str(path), line, "not UTF-8 text", "save the file as UTF-8")]) from error


def _no_slug_twice(form: TownForm, path: Path) -> None:
    first: dict[str, int] = {}
    twice = [at for at, shop in enumerate(form.shops) if first.setdefault(shop.slug, at) != at]
    if not twice:
        return
    # Read anew: what came from the cache has no lines.
    lined = _lined(path.read_bytes(), path)
    lines = {at: lined.line(("shops", at, "slug")) for at in (*twice, *first.values())}
    taken = {at: f"slug {form.shops[at].slug!r} is taken on line {lines[first[form.shops[at].slug]]}" for at in twice}
    raise TownError(
        [Fault(str(path), lines[at], what, "give every shop a slug of its own") for at, what in taken.items()]
    )
