"""The cart: one a person, bound to one shop. Every function finds it by its owner."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, delete, exists, insert, select, update

from commerce import menu, shops
from commerce.cart_records import Address, Cart, CartLine
from commerce.cart_views import CartView, LineView, view
from commerce.database import table
from commerce.guarded import changed
from commerce.menu_views import ItemView, OptionView
from commerce.refusals import Refusal
from commerce.words import one_line
from commerce.work import Work

__all__ = [
    "AddressView",
    "add",
    "checked_choices",
    "clear",
    "last_address",
    "set_address",
    "set_choices",
    "set_fulfilment",
    "set_note",
    "set_quantity",
    "set_wanted_at",
    "start",
    "view",
]

MOST_OF_ONE: Final = 99
_CART, _LINE = table(Cart), table(CartLine)
_START = insert(_CART)
_CLEAR = delete(_CART).where(_CART.c.person_id == bindparam("person"))
_ADD = insert(_LINE)
_CHANGE = update(_LINE).where(_LINE.c.id == bindparam("line"))
_TAKE_OUT = delete(_LINE).where(_LINE.c.id == bindparam("line"))


@dataclass(frozen=True, slots=True)
class AddressView:
    """A remembered address; ``point`` is (latitude, longitude) when it was given as a location."""

    address: str
    detail: str | None
    point: tuple[float, float] | None


async def start(work: Work, person: str, shop: str) -> str:
    """Begin a cart at ``shop``; returns it. A cart at the same shop goes on; one at another is emptied and moved.

    A shop that only delivers, or only hands out, settles the fulfilment at once. Refuses "shop_unknown".
    """
    try:
        at = await shops.get(work, shop)
    except LookupError:
        raise Refusal("shop_unknown", shop=shop) from None
    held = await view(work, person)
    if held is not None and held.shop == shop:
        return held.id
    if held is not None:
        await clear(work, person)
    only = "pickup" if at.delivery_radius_m is None else "delivery" if at.pickup_eta_min is None else None
    cart = work.ids.new("cart")
    values = {"id": cart, "person_id": person, "shop_id": shop, "fulfilment": only, "started_at": work.now}
    await work.session.execute(_START, values)
    return cart


async def add(
    work: Work,
    person: str,
    shop: str,
    item: str,
    quantity: int = 1,
    choices: Sequence[str] = (),
    note: str | None = None,
) -> str:
    """Put an item in the cart, starting one if need be; returns the line. The same item, choices and note merge.

    Too few choices are let in (the view names what is missing). Refuses "other_shop" when the cart holds lines of
    another shop, "item_unknown", "sold_out", "few_left"(left), "too_many"(most), and the choices' refusals.
    """
    held = await view(work, person)
    if held is not None and held.shop != shop:
        if held.lines:
            raise Refusal("other_shop", shop=held.shop)
        held = None
    wanted = await menu.item(work, shop, item)
    if wanted is None:
        raise Refusal("item_unknown", item=item)
    if wanted.sold_out:
        raise Refusal("sold_out", item=item, name=wanted.name)
    picked = checked_choices(wanted.options, choices)
    cart = held.id if held is not None else await start(work, person, shop)
    return await _merge(work, cart, held.lines if held is not None else (), wanted, quantity, picked, _clean(note))


async def set_quantity(work: Work, person: str, line: str, quantity: int) -> None:
    """Change how many; 0 removes the line. Refuses "line_unknown", "too_many", "few_left"."""
    held, found = await _line(work, person, line)
    if quantity <= 0:
        await changed(work, _TAKE_OUT, {"line": line})
        return
    others = [one for one in held.lines if one is not found]
    _check_quantity(found.item, found.name, found.available, quantity, others)
    await _count(work, line, quantity)


async def set_choices(work: Work, person: str, line: str, choices: Sequence[str]) -> str:
    """Replace the choices of a line; returns the line, another one when it merged. Refuses as ``add`` does."""
    held, found = await _line(work, person, line)
    return await _rewrite(work, held, found, checked_choices(found.options, choices), found.note)


async def set_note(work: Work, person: str, line: str, note: str | None) -> str:
    """Replace the note of a line; returns the line, another one when it merged. Refuses "line_unknown"."""
    held, found = await _line(work, person, line)
    return await _rewrite(work, held, found, [choice.id for choice in found.choices], _clean(note))


async def clear(work: Work, person: str) -> bool:
    """Drop the cart; False when there was none."""
    return bool(await changed(work, _CLEAR, {"person": person}))


async def bring_up(work: Work, person: str) -> bool:
    """Whether the person is to be told now that a cart with something in it waits: once for each cart."""
    told = await work.session.execute(
        update(Cart)
        .where(Cart.person_id == person, Cart.brought_up_at.is_(None))
        .where(exists().where(CartLine.cart_id == Cart.id))
        .values(brought_up_at=work.now)
        .returning(Cart.id),
        execution_options={"synchronize_session": False},
    )
    return told.scalar_one_or_none() is not None


async def set_fulfilment(work: Work, person: str, fulfilment: str) -> None:
    """ "delivery" or "pickup". Refuses "no_delivery", "no_pickup", "cart_empty"."""
    held = await view(work, person)
    shop = held.seller if held is not None else None
    if shop is not None and fulfilment == "delivery" and shop.delivery_radius_m is None:
        raise Refusal("no_delivery", shop=shop.id)
    if shop is not None and fulfilment == "pickup" and shop.pickup_eta_min is None:
        raise Refusal("no_pickup", shop=shop.id)
    await _set(work, person, {"fulfilment": fulfilment})


async def set_address(
    work: Work, person: str, text: str, detail: str | None, point: tuple[float, float] | None
) -> None:
    """Where to deliver; remembered for the next time. ``point`` is (latitude, longitude). Refuses "cart_empty"."""
    lat, lon = point if point else (None, None)
    text = one_line(text, 300)
    where: dict[str, Any] = {"address": text, "lat": lat, "lon": lon}
    await _set(work, person, where | {"address_detail": _clean(detail)})
    digest = hashlib.sha256(json.dumps([text, detail]).encode()).hexdigest()
    owner = (Address.person_id == person, Address.digest == digest)
    if not await changed(work, update(Address).where(*owner).values(lat=lat, lon=lon, used_at=work.now)):
        values = where | {"detail": _clean(detail), "person_id": person, "digest": digest, "used_at": work.now}
        await work.session.execute(insert(Address).values(**values))


async def set_wanted_at(work: Work, person: str, at: datetime | None) -> None:
    """When it is wanted; None is as soon as possible. Refuses "time_past", "cart_empty"."""
    if at is not None and at <= work.now:
        raise Refusal("time_past", at=at.isoformat())
    await _set(work, person, {"wanted_at": at})


async def last_address(work: Work, person: str) -> AddressView | None:
    """The address the person used last."""
    row = await work.session.scalar(
        select(Address).where(Address.person_id == person).order_by(Address.used_at.desc(), Address.id.desc()).limit(1)
    )
    if row is None:
        return None
    return AddressView(row.address, row.detail, None if row.lat is None or row.lon is None else (row.lat, row.lon))


async def _line(work: Work, person: str, line: str) -> tuple[CartView, LineView]:
    cart = await view(work, person)
    found = next((one for one in cart.lines if one.id == line), None) if cart is not None else None
    if cart is None or found is None:
        raise Refusal("line_unknown", line=line)
    return cart, found


async def _set(work: Work, person: str, values: dict[str, Any]) -> None:
    if not await changed(work, update(Cart).where(Cart.person_id == person).values(**values)):
        raise Refusal("cart_empty")


def checked_choices(options: Sequence[OptionView], choices: Sequence[str]) -> list[str]:
    """The choices in the menu's order. Refuses "choice_unknown", "choice_sold_out", "too_many_choices"(most)."""
    wanted = set(choices)
    picked: list[str] = []
    for option in options:
        mine = [choice for choice in option.choices if choice.id in wanted]
        if len(mine) > option.at_most:
            raise Refusal("too_many_choices", option=option.id, name=option.name, most=option.at_most)
        for choice in mine:
            if choice.sold_out:
                raise Refusal("choice_sold_out", choice=choice.id, name=choice.name)
            picked.append(choice.id)
    if wanted - set(picked):
        raise Refusal("choice_unknown", choices=sorted(wanted - set(picked)))
    return picked


def _check_quantity(
    item: str, name: Mapping[str, str], free: int | None, quantity: int, others: Sequence[LineView]
) -> None:
    """Whether ``quantity`` more than what ``others`` hold can be had. Refuses "too_many", "sold_out", "few_left"."""
    if quantity > MOST_OF_ONE:
        raise Refusal("too_many", most=MOST_OF_ONE, item=item, name=name)
    if free is None:
        return
    if free <= 0:
        raise Refusal("sold_out", item=item, name=name)
    if quantity + sum(line.quantity for line in others if line.item == item) > free:
        raise Refusal("few_left", item=item, name=name, left=free)


def _clean(note: str | None) -> str | None:
    return one_line(note, 300) or None


def _fingerprint(item: str, choices: Sequence[str], note: str | None) -> str:
    return hashlib.sha256(json.dumps([item, sorted(choices), note]).encode()).hexdigest()


async def _merge(
    work: Work,
    cart: str,
    lines: Sequence[LineView],
    item: ItemView,
    quantity: int,
    choices: list[str],
    note: str | None,
) -> str:
    fingerprint = _fingerprint(item.id, choices, note)
    same = next((line for line in lines if line.fingerprint == fingerprint), None)
    total = max(1, quantity) + (same.quantity if same else 0)
    _check_quantity(item.id, item.name, item.available, total, [line for line in lines if line is not same])
    if same is not None:
        await _count(work, same.id, total)
        return same.id
    position = max((line.position for line in lines), default=0) + 1
    line = work.ids.new("line")
    values = {"id": line, "cart_id": cart, "position": position, "item_id": item.id, "quantity": total}
    await work.session.execute(_ADD, values | {"choices": choices, "note": note, "fingerprint": fingerprint})
    return line


async def _rewrite(work: Work, held: CartView, line: LineView, choices: list[str], note: str | None) -> str:
    fingerprint = _fingerprint(line.item, choices, note)
    same = next((one for one in held.lines if one.fingerprint == fingerprint), None)
    if same is not None and same.id != line.id:
        await changed(work, _TAKE_OUT, {"line": line.id})
        await _count(work, same.id, min(MOST_OF_ONE, same.quantity + line.quantity))
        return same.id
    values = {"line": line.id, "choices": choices, "note": note, "fingerprint": fingerprint}
    await changed(work, _CHANGE, values)
    return line.id


async def _count(work: Work, line: str, quantity: int) -> None:
    await changed(work, _CHANGE, {"line": line, "quantity": quantity})
