"""A cart as the bot sees it, priced from the menu of now. Two round trips, however many lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from commerce.cart_records import Cart, CartLine
from commerce.menu import MenuChoice, MenuItem, MenuOption
from commerce.shops import Shop
from commerce.work import Work

FRESH = {"populate_existing": True}
"""Guarded updates go past the session's cache, so whatever is read is read anew."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice taken, with what it adds per piece."""

    id: str
    name: dict[str, str]
    price: int


@dataclass(frozen=True, slots=True)
class MissingOption:
    """An option that still wants at least ``at_least`` choices; ``choices`` are those to be had."""

    id: str
    name: dict[str, str]
    at_least: int
    at_most: int
    choices: tuple[Chosen, ...]


@dataclass(frozen=True, slots=True)
class LineView:
    """A cart line. ``available`` None: not counted. ``sold_out``: the item or a choice of it is gone."""

    id: str
    item: str
    name: dict[str, str]
    quantity: int
    choices: tuple[Chosen, ...]
    note: str | None
    unit_price: int
    total: int
    missing: tuple[MissingOption, ...]
    sold_out: bool
    available: int | None


@dataclass(frozen=True, slots=True)
class CartView:
    """A cart. ``address_point`` is (latitude, longitude); ``wanted_at`` None means as soon as possible."""

    id: str
    shop: str
    shop_name: dict[str, str]
    currency: str
    lines: tuple[LineView, ...]
    subtotal: int
    fulfilment: str | None
    address: str | None
    address_detail: str | None
    address_point: tuple[float, float] | None
    wanted_at: datetime | None

    @property
    def quantity(self) -> int:
        return sum(line.quantity for line in self.lines)


Options = dict[str, list[tuple[MenuOption, list[MenuChoice]]]]


async def options_of(work: Work, items: Iterable[str]) -> Options:
    """The options of ``items`` with their choices, in menu order, by item."""
    rows = await work.session.execute(
        select(MenuOption, MenuChoice)
        .outerjoin(MenuChoice, MenuChoice.option_id == MenuOption.id)
        .where(MenuOption.item_id.in_(set(items)))
        .order_by(MenuOption.position, MenuOption.id, MenuChoice.position)
        .execution_options(**FRESH)
    )
    grouped: dict[str, dict[str, tuple[MenuOption, list[MenuChoice]]]] = defaultdict(dict)
    for option, choice in rows:
        _, choices = grouped[option.item_id].setdefault(option.id, (option, []))
        if choice is not None:
            choices.append(choice)
    return {item: list(options.values()) for item, options in grouped.items()}


async def load(work: Work, person: str) -> tuple[CartView, Shop] | None:
    """The person's cart with its shop; None when there is none."""
    found = (
        await work.session.execute(
            select(Cart, Shop, CartLine, MenuItem)
            .join(Shop, Shop.id == Cart.shop_id)
            .outerjoin(CartLine, CartLine.cart_id == Cart.id)
            .outerjoin(MenuItem, MenuItem.id == CartLine.item_id)
            .where(Cart.person_id == person)
            .order_by(CartLine.position, CartLine.id)
            .execution_options(**FRESH)
        )
    ).all()
    if not found:
        return None
    cart, shop = found[0][:2]
    rows = [(line, item) for _, _, line, item in found if line is not None]
    options = await options_of(work, (item.id for _, item in rows)) if rows else {}
    lines = tuple(_line(line, item, options.get(item.id, [])) for line, item in rows)
    return _cart(cart, shop, lines), shop


def _cart(cart: Cart, shop: Shop, lines: tuple[LineView, ...]) -> CartView:
    return CartView(
        id=cart.id,
        shop=shop.id,
        shop_name=shop.name,
        currency=shop.currency,
        lines=lines,
        subtotal=sum(line.total for line in lines),
        fulfilment=cart.fulfilment,
        address=cart.address,
        address_detail=cart.address_detail,
        address_point=None if cart.lat is None or cart.lon is None else (cart.lat, cart.lon),
        wanted_at=cart.wanted_at,
    )


def _line(line: CartLine, item: MenuItem, options: list[tuple[MenuOption, list[MenuChoice]]]) -> LineView:
    taken = set(line.choices)
    chosen: list[Chosen] = []
    missing: list[MissingOption] = []
    gone = item.sold_out or not item.on_menu
    for option, choices in options:
        picked = [choice for choice in choices if choice.id in taken]
        chosen += [Chosen(choice.id, choice.name, choice.price) for choice in picked]
        gone = gone or any(choice.sold_out for choice in picked)
        if len(picked) < option.at_least:
            missing.append(_missing(option, choices))
    unit = item.price + sum(choice.price for choice in chosen)
    available = None if item.stock is None else item.stock - item.held - item.sold
    return LineView(
        id=line.id,
        item=item.id,
        name=item.name,
        quantity=line.quantity,
        choices=tuple(chosen),
        note=line.note,
        unit_price=unit,
        total=unit * line.quantity,
        missing=tuple(missing),
        sold_out=gone or available == 0,
        available=available,
    )


def _missing(option: MenuOption, choices: list[MenuChoice]) -> MissingOption:
    left = tuple(Chosen(choice.id, choice.name, choice.price) for choice in choices if not choice.sold_out)
    return MissingOption(option.id, option.name, option.at_least, option.at_most, left)
