"""A cart as the bot sees it, priced from the menu of now. Two round trips, however many lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any

from sqlalchemy import bindparam, select

from commerce.cart_records import Cart, CartLine
from commerce.database import table
from commerce.known import known_from
from commerce.menu import MenuChoice, MenuItem, MenuOption
from commerce.menu_views import OptionView, options_from_rows
from commerce.shops import VIEWED, Shop, ShopView, view_of
from commerce.work import Work

FRESH = {"populate_existing": True}
"""Guarded updates go past the session's cache, so whatever is read is read anew."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice taken, with what it adds per piece."""

    id: str
    name: Mapping[str, str]
    price: int


@dataclass(frozen=True, slots=True)
class MissingOption:
    """An option that still wants at least ``at_least`` choices; ``choices`` are those to be had."""

    id: str
    name: Mapping[str, str]
    at_least: int
    at_most: int
    choices: tuple[Chosen, ...]


@dataclass(frozen=True, slots=True)
class LineView:
    """A cart line. ``available`` None: not counted. ``sold_out``: the item or a choice of it is gone. ``options``
    are all that the item has; lines of one ``fingerprint`` are one, and ``position`` orders them."""

    id: str
    item: str
    name: dict[str, str]
    quantity: int
    choices: tuple[Chosen, ...]
    note: str | None
    unit_price: int
    total: int
    options: tuple[OptionView, ...]
    missing: tuple[MissingOption, ...]
    sold_out: bool
    available: int | None
    fingerprint: str
    position: int


@dataclass(frozen=True, slots=True)
class CartView:
    """A cart. ``address_point`` is (latitude, longitude); ``wanted_at`` None means as soon as possible."""

    id: str
    seller: ShopView
    lines: tuple[LineView, ...]
    subtotal: int
    fulfilment: str | None
    address: str | None
    address_detail: str | None
    address_point: tuple[float, float] | None
    wanted_at: datetime | None

    @property
    def shop(self) -> str:
        return self.seller.id

    @property
    def shop_name(self) -> Mapping[str, str]:
        return self.seller.name

    @property
    def currency(self) -> str:
        return self.seller.currency

    @property
    def quantity(self) -> int:
        return sum(line.quantity for line in self.lines)


_CART_T, _LINE_T, _SHOP_T = table(Cart), table(CartLine), table(Shop)
_ITEM_T, _OPTION_T, _CHOICE_T = table(MenuItem), table(MenuOption), table(MenuChoice)
_OF_CART = tuple(
    _CART_T.c[name] for name in ("id", "fulfilment", "address", "address_detail", "lat", "lon", "wanted_at")
)
_OF_LINE = tuple(
    _LINE_T.c[name] for name in ("id", "item_id", "quantity", "choices", "note", "fingerprint", "position")
)
_OF_ITEM = tuple(_ITEM_T.c[name] for name in ("name", "price", "stock", "held", "sold", "sold_out", "on_menu"))
_CART = (
    select(*_OF_CART, *VIEWED, *_OF_LINE, *_OF_ITEM)
    .select_from(_CART_T)
    .join(_SHOP_T, _SHOP_T.c.id == _CART_T.c.shop_id)
    .outerjoin(_LINE_T, _LINE_T.c.cart_id == _CART_T.c.id)
    .outerjoin(_ITEM_T, _ITEM_T.c.id == _LINE_T.c.item_id)
    .where(_CART_T.c.person_id == bindparam("person"))
    .order_by(_LINE_T.c.position, _LINE_T.c.id)
)
_OPTIONS = (
    select(
        *(_OPTION_T.c[name] for name in ("item_id", "id", "name", "at_least", "at_most")),
        *(_CHOICE_T.c[name] for name in ("id", "name", "aliases", "price", "sold_out")),
    )
    .select_from(_OPTION_T)
    .outerjoin(_CHOICE_T, _CHOICE_T.c.option_id == _OPTION_T.c.id)
    .where(_OPTION_T.c.item_id.in_(bindparam("items", expanding=True)))
    .order_by(_OPTION_T.c.position, _OPTION_T.c.id, _CHOICE_T.c.position)
)


@known_from(MenuOption, MenuChoice)
async def _options_of(work: Work, items: frozenset[str]) -> dict[str, tuple[OptionView, ...]]:
    """The options of ``items`` with their choices, in menu order, by item."""
    rows = await work.session.execute(_OPTIONS, {"items": list(items)})
    of: dict[str, list[Sequence[Any]]] = {}
    for row in rows:
        of.setdefault(row[0], []).append(row[1:])
    return {item: options_from_rows(options) for item, options in of.items()}


@known_from(Cart, CartLine, Shop, MenuItem, MenuOption, MenuChoice)
async def view(work: Work, person: str) -> CartView | None:
    """The person's cart, priced from the menu of now; None when there is none."""
    rows = (await work.session.execute(_CART, {"person": person})).all()
    if not rows:
        return None
    cart, shop, _, _ = _parts(rows[0])
    lines = [(line, item) for _, _, line, item in map(_parts, rows) if line[0] is not None]
    options = await _options_of(work, frozenset(line[1] for line, _ in lines)) if lines else {}
    cart_id, fulfilment, address, detail, lat, lon, wanted_at = cart
    seen = tuple(_line(line, item, options.get(line[1], ())) for line, item in lines)
    return CartView(
        id=cart_id,
        seller=view_of(*shop),
        lines=seen,
        subtotal=sum(line.total for line in seen),
        fulfilment=fulfilment,
        address=address,
        address_detail=detail,
        address_point=None if lat is None or lon is None else (lat, lon),
        wanted_at=wanted_at,
    )


def _parts(row: Sequence[Any]) -> tuple[Sequence[Any], ...]:
    """The cart's columns, its shop's, the line's and its item's."""
    shop, line, item = accumulate(map(len, (_OF_CART, VIEWED, _OF_LINE)))
    return row[:shop], row[shop:line], row[line:item], row[item:]


def _line(line: Sequence[Any], item: Sequence[Any], options: tuple[OptionView, ...]) -> LineView:
    line_id, item_id, quantity, taken, note, fingerprint, position = line
    name, price, stock, held, sold, marked, on_menu = item
    chosen: list[Chosen] = []
    missing: list[MissingOption] = []
    gone = marked or not on_menu
    for option in options:
        picked = [choice for choice in option.choices if choice.id in taken]
        chosen += [Chosen(choice.id, choice.name, choice.price) for choice in picked]
        gone = gone or any(choice.sold_out for choice in picked)
        if len(picked) < option.at_least:
            missing.append(_missing(option))
    unit = price + sum(choice.price for choice in chosen)
    available = None if stock is None else stock - held - sold
    return LineView(
        id=line_id,
        item=item_id,
        name=name,
        quantity=quantity,
        choices=tuple(chosen),
        note=note,
        unit_price=unit,
        total=unit * quantity,
        options=options,
        missing=tuple(missing),
        sold_out=gone or available == 0,
        available=available,
        fingerprint=fingerprint,
        position=position,
    )


def _missing(option: OptionView) -> MissingOption:
    left = tuple(Chosen(choice.id, choice.name, choice.price) for choice in option.choices if not choice.sold_out)
    return MissingOption(option.id, option.name, option.at_least, option.at_most, left)
