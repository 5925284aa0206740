"""The cart: one a person, bound to one shop. Every function finds it by its owner."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, func, insert, select, update

from commerce.cart_records import Address, Cart, CartLine
from commerce.cart_views import FRESH, CartView, load, options_of
from commerce.guarded import changed
from commerce.menu import MenuItem
from commerce.refusals import Refusal
from commerce.shops import Shop
from commerce.work import Work

MOST_OF_ONE: Final = 99


@dataclass(frozen=True, slots=True)
class AddressView:
    """A remembered address; ``point`` is (latitude, longitude) when it was given as a location."""

    address: str
    detail: str | None
    point: tuple[float, float] | None


async def view(work: Work, person: str) -> CartView | None:
    """The person's cart, priced from the menu of now."""
    found = await load(work, person)
    return found[0] if found else None


async def start(work: Work, person: str, shop: str) -> None:
    """Begin a cart at ``shop``. A cart at the same shop goes on; one at another is emptied and moved.

    A shop that only delivers, or only hands out, settles the fulfilment at once. Refuses "shop_unknown".
    """
    row = await work.session.get(Shop, shop)
    if row is None:
        raise Refusal("shop_unknown", shop=shop)
    existing = await work.session.scalar(select(Cart.shop_id).where(Cart.person_id == person))
    if existing == shop:
        return
    if existing is not None:
        await clear(work, person)
    only = "pickup" if row.delivery_radius_m is None else "delivery" if row.pickup_eta_min is None else None
    await work.session.execute(
        insert(Cart).values(
            id=work.ids.new("cart"), person_id=person, shop_id=shop, fulfilment=only, started_at=work.now
        )
    )


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
    held = await _cart_shop(work, person)
    if held is not None and held[1] != shop:
        if await work.session.scalar(select(func.count()).where(CartLine.cart_id == held[0])):
            raise Refusal("other_shop", shop=held[1])
        held = None
    row = await _item(work, shop, item)
    if row.sold_out:
        raise Refusal("sold_out", item=item, name=row.name)
    picked = await _checked_choices(work, item, choices)
    if held is None:
        await start(work, person, shop)
        held = await _cart_shop(work, person)
        if held is None:
            raise Refusal("shop_unknown", shop=shop)
    return await _merge(work, held[0], row, quantity, picked, _clean(note))


async def set_quantity(work: Work, person: str, line: str, quantity: int) -> None:
    """Change how many; 0 removes the line. Refuses "line_unknown", "too_many", "few_left"."""
    if quantity <= 0:
        if not await changed(work, delete(CartLine).where(CartLine.id == line, _of(person))):
            raise Refusal("line_unknown", line=line)
        return
    found, item = await _line(work, person, line)
    await _check_quantity(work, item, found.cart_id, quantity, besides=line)
    await changed(work, update(CartLine).where(CartLine.id == line, _of(person)).values(quantity=quantity))


async def set_choices(work: Work, person: str, line: str, choices: Sequence[str]) -> str:
    """Replace the choices of a line; returns the line, another one when it merged. Refuses as ``add`` does."""
    found, item = await _line(work, person, line)
    picked = await _checked_choices(work, item.id, choices)
    return await _rewrite(work, found, picked, found.note)


async def set_note(work: Work, person: str, line: str, note: str | None) -> str:
    """Replace the note of a line; returns the line, another one when it merged. Refuses "line_unknown"."""
    found, _ = await _line(work, person, line)
    return await _rewrite(work, found, list(found.choices), _clean(note))


async def clear(work: Work, person: str) -> bool:
    """Drop the cart; False when there was none."""
    await changed(work, delete(CartLine).where(_of(person)))
    return bool(await changed(work, delete(Cart).where(Cart.person_id == person)))


async def set_fulfilment(work: Work, person: str, fulfilment: str) -> None:
    """ "delivery" or "pickup". Refuses "no_delivery", "no_pickup", "cart_empty"."""
    shop = await work.session.scalar(
        select(Shop).join(Cart, Cart.shop_id == Shop.id).where(Cart.person_id == person).execution_options(**FRESH)
    )
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
    where: dict[str, Any] = {"address": text[:300], "lat": lat, "lon": lon}
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


def _of(person: str) -> Any:
    return CartLine.cart_id.in_(select(Cart.id).where(Cart.person_id == person))


async def _cart_shop(work: Work, person: str) -> tuple[str, str] | None:
    row = (await work.session.execute(select(Cart.id, Cart.shop_id).where(Cart.person_id == person))).one_or_none()
    return row if row else None


async def _set(work: Work, person: str, values: dict[str, Any]) -> None:
    if not await changed(work, update(Cart).where(Cart.person_id == person).values(**values)):
        raise Refusal("cart_empty")


async def _item(work: Work, shop: str, item: str) -> MenuItem:
    row = await work.session.scalar(
        select(MenuItem)
        .where(MenuItem.id == item, MenuItem.shop_id == shop, MenuItem.on_menu)
        .execution_options(**FRESH)
    )
    if row is None:
        raise Refusal("item_unknown", item=item)
    return row


async def _line(work: Work, person: str, line: str) -> tuple[CartLine, MenuItem]:
    row = (
        await work.session.execute(
            select(CartLine, MenuItem)
            .join(MenuItem, MenuItem.id == CartLine.item_id)
            .where(CartLine.id == line, _of(person))
            .execution_options(**FRESH)
        )
    ).one_or_none()
    if row is None:
        raise Refusal("line_unknown", line=line)
    return row


async def _checked_choices(work: Work, item: str, choices: Sequence[str]) -> list[str]:
    """The choices in menu order. Refuses "choice_unknown", "choice_sold_out", "too_many_choices"(most)."""
    wanted = set(choices)
    if not wanted:
        return []
    picked: list[str] = []
    for option, offered in (await options_of(work, [item])).get(item, []):
        mine = [choice for choice in offered if choice.id in wanted]
        if len(mine) > option.at_most:
            raise Refusal("too_many_choices", option=option.id, name=option.name, most=option.at_most)
        for choice in mine:
            if choice.sold_out:
                raise Refusal("choice_sold_out", choice=choice.id, name=choice.name)
            picked.append(choice.id)
    if wanted - set(picked):
        raise Refusal("choice_unknown", choices=sorted(wanted - set(picked)))
    return picked


async def _check_quantity(work: Work, item: MenuItem, cart: str, quantity: int, besides: str) -> None:
    if quantity > MOST_OF_ONE:
        raise Refusal("too_many", most=MOST_OF_ONE, item=item.id, name=item.name)
    if item.stock is None:
        return
    elsewhere = await work.session.scalar(
        select(func.coalesce(func.sum(CartLine.quantity), 0)).where(
            CartLine.cart_id == cart, CartLine.item_id == item.id, CartLine.id != besides
        )
    )
    free = item.stock - item.held - item.sold
    if free <= 0:
        raise Refusal("sold_out", item=item.id, name=item.name)
    if quantity + int(elsewhere or 0) > free:
        raise Refusal("few_left", item=item.id, name=item.name, left=free)


def _clean(note: str | None) -> str | None:
    return (note or "").strip()[:300] or None


def _fingerprint(item: str, choices: Sequence[str], note: str | None) -> str:
    return hashlib.sha256(json.dumps([item, sorted(choices), note]).encode()).hexdigest()


async def _same(work: Work, cart: str, fingerprint: str) -> CartLine | None:
    return await work.session.scalar(
        select(CartLine).where(CartLine.cart_id == cart, CartLine.fingerprint == fingerprint).execution_options(**FRESH)
    )


async def _merge(work: Work, cart: str, item: MenuItem, quantity: int, choices: list[str], note: str | None) -> str:
    fingerprint = _fingerprint(item.id, choices, note)
    same = await _same(work, cart, fingerprint)
    total = max(1, quantity) + (same.quantity if same else 0)
    await _check_quantity(work, item, cart, total, besides=same.id if same else "")
    if same is not None:
        await changed(work, update(CartLine).where(CartLine.id == same.id).values(quantity=total))
        return same.id
    last = await work.session.scalar(select(func.max(CartLine.position)).where(CartLine.cart_id == cart))
    line = work.ids.new("line")
    values = {"cart_id": cart, "position": (last or 0) + 1, "item_id": item.id, "quantity": total}
    await work.session.execute(
        insert(CartLine).values(id=line, choices=choices, note=note, fingerprint=fingerprint, **values)
    )
    return line


async def _rewrite(work: Work, line: CartLine, choices: list[str], note: str | None) -> str:
    fingerprint = _fingerprint(line.item_id, choices, note)
    same = await _same(work, line.cart_id, fingerprint)
    if same is not None and same.id != line.id:
        await changed(work, delete(CartLine).where(CartLine.id == line.id))
        total = min(MOST_OF_ONE, same.quantity + line.quantity)
        await changed(work, update(CartLine).where(CartLine.id == same.id).values(quantity=total))
        return same.id
    values: dict[str, Any] = {"choices": choices, "note": note, "fingerprint": fingerprint}
    await changed(work, update(CartLine).where(CartLine.id == line.id).values(**values))
    return line.id
