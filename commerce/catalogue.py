"""The live names of a town, for understanding: shops, dishes, choices, places and trades."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select

from commerce import trades
from commerce.cells import cells_of, covered_m, disk, distance_m
from commerce.geo import RINGS
from commerce.menu import MenuChoice, MenuItem, MenuOption
from commerce.places import all_places
from commerce.shops import Shop
from commerce.work import Work

Kind = Literal["shop", "item", "choice", "place", "trade"]


@dataclass(frozen=True, slots=True)
class CatalogueName:
    """One thing with every name it goes by. ``key`` is its id (a trade's word); ``of`` is an item's shop or a
    choice's item; ``one_of`` is the option of a choice that is taken alone."""

    kind: Kind
    key: str
    names: tuple[str, ...]
    of: str | None = None
    one_of: str | None = None


async def names(work: Work, shop_id: str) -> list[CatalogueName]:
    """The shop at hand: its dishes and their choices."""
    item_columns = (MenuItem.id, MenuItem.name, MenuItem.aliases)
    items = await work.session.execute(
        select(*item_columns).where(MenuItem.shop_id == shop_id, MenuItem.on_menu).order_by(MenuItem.position)
    )
    choices = await work.session.execute(
        select(MenuChoice.id, MenuChoice.name, MenuChoice.aliases, MenuItem.id, MenuOption.id, MenuOption.at_most)
        .join(MenuOption, MenuOption.id == MenuChoice.option_id)
        .join(MenuItem, MenuItem.id == MenuOption.item_id)
        .where(MenuItem.shop_id == shop_id, MenuItem.on_menu)
        .order_by(MenuItem.position, MenuOption.position, MenuChoice.position)
    )
    dishes = [CatalogueName("item", key, _every(name, aliases), shop_id) for key, name, aliases in items]
    return dishes + [
        CatalogueName("choice", key, _every(name, aliases), of, option if at_most == 1 else None)
        for key, name, aliases, of, option, at_most in choices
    ]


async def around(work: Work, lat: float, lon: float, limit_shops: int = 200) -> list[CatalogueName]:
    """The shops nearest to the point, in degrees, nearest first, then their dishes."""
    near = await _nearest(work, lat, lon, limit_shops)
    dishes = await work.session.execute(
        select(MenuItem.id, MenuItem.name, MenuItem.aliases, MenuItem.shop_id)
        .where(MenuItem.shop_id.in_([shop.key for shop in near]), MenuItem.on_menu)
        .order_by(MenuItem.shop_id, MenuItem.position)
    )
    return near + [CatalogueName("item", key, _every(name, aliases), of) for key, name, aliases, of in dishes]


async def town(work: Work) -> list[CatalogueName]:
    """Every place of the gazetteer, and every trade known or found in the town's own shops."""
    places = [
        CatalogueName("place", place.id, tuple(dict.fromkeys((*place.name.values(), *place.aliases))))
        for place in await all_places(work)
    ]
    own = await work.session.scalars(select(Shop.trade).where(Shop.registered.in_(("town", "chat"))).distinct())
    words = [word for word in dict.fromkeys((*trades.KNOWN, *sorted(own))) if word != trades.OTHER]
    return places + [CatalogueName("trade", word, (word, *trades.trade(word).names)) for word in words]


async def _nearest(work: Work, lat: float, lon: float, limit: int) -> list[CatalogueName]:
    cell, _ = cells_of(lat, lon)
    found: list[tuple[float, CatalogueName]] = []
    for rings in RINGS:
        rows = await work.session.execute(
            select(Shop.id, Shop.name, Shop.lat, Shop.lon).where(
                Shop.cell.in_(sorted(disk(cell, rings))), Shop.registered != "left"
            )
        )
        found = [
            (distance_m(lat, lon, shop_lat, shop_lon), CatalogueName("shop", key, _every(name, {})))
            for key, name, shop_lat, shop_lon in rows
        ]
        if len(found) >= limit and sum(away <= covered_m(lat, lon, cell, rings) for away, _ in found) >= limit:
            break
    return [name for _, name in sorted(found, key=lambda one: (one[0], one[1].key))[:limit]]


def _every(name: Mapping[str, str], aliases: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    further: Iterable[str] = (alias for some in aliases.values() for alias in some)
    return tuple(dict.fromkeys((*name.values(), *further)))
