"""A cart as it was: what its owner takes back is undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import update

from commerce import carts
from commerce.cart_records import Cart
from commerce.cart_views import CartView
from commerce.guarded import changed
from commerce.refusals import Refusal
from commerce.work import Work

_HOW = ("fulfilment", "address", "address_detail", "lat", "lon", "wanted_at")


@dataclass(frozen=True, slots=True)
class Kept:
    """A cart's shop, its lines (item, name, quantity, choices, note) and how, where and when it is wanted, as JSON values."""

    shop: str
    lines: Sequence[Mapping[str, Any]]
    how: Mapping[str, Any]

    @classmethod
    def of(cls, cart: CartView) -> Kept:
        lat, lon = cart.address_point or (None, None)
        at = cart.wanted_at.isoformat() if cart.wanted_at else None
        how = (cart.fulfilment, cart.address, cart.address_detail, lat, lon, at)
        lines = [
            {
                "item": one.item,
                "name": dict(one.name),
                "quantity": one.quantity,
                "choices": [choice.id for choice in one.choices],
                "note": one.note,
            }
            for one in cart.lines
        ]
        return cls(cart.shop, lines, dict(zip(_HOW, how, strict=True)))

    def with_answers(self, other: Kept) -> Kept:
        """The same with what ``other`` knows of how and where to, and this one does not."""
        unknown = [name for name in _HOW if self.how[name] is None and name != "wanted_at"]
        return replace(self, how={**self.how, **{name: other.how[name] for name in unknown}})


async def restore(work: Work, person: str, kept: Kept | None) -> list[tuple[Mapping[str, str], Refusal]]:
    """Make the person's cart what it was; None: there was none. The names of what the shop refuses now, with why."""
    held = await carts.view(work, person)
    if kept is None or (held is not None and held.shop != kept.shop):
        await carts.clear(work, person)
        held = None
    if kept is None:
        return []
    await carts.start(work, person, kept.shop)
    refused: list[tuple[Mapping[str, str], Refusal]] = []
    gone = {_key(line): line for line in kept.lines}
    for line in held.lines if held is not None else ():
        was = gone.pop((line.item, tuple(sorted(choice.id for choice in line.choices)), line.note), None)
        try:
            await carts.set_quantity(work, person, line.id, was["quantity"] if was is not None else 0)
        except Refusal as refusal:
            refused.append((line.name, refusal))
    for was in gone.values():
        try:
            await carts.add(work, person, kept.shop, was["item"], was["quantity"], was["choices"], was["note"])
        except Refusal as refusal:
            refused.append((was["name"], refusal))
    now = await carts.view(work, person)
    how = (kept.with_answers(Kept.of(now)) if now is not None else kept).how
    at = datetime.fromisoformat(how["wanted_at"]) if how["wanted_at"] else None
    await changed(work, update(Cart).where(Cart.person_id == person).values(**{**how, "wanted_at": at}))
    return refused


def _key(line: Mapping[str, Any]) -> tuple[str, tuple[str, ...], str | None]:
    return (line["item"], tuple(sorted(line["choices"])), line["note"])
