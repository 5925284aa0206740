"""One dish of the cart for another: "cheesecake instead of the scone"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.actions.doing import Doing
from bot.actions.options import no_such_option, own_choice
from bot.actions.ordering import refused_text
from commerce import carts, menu
from commerce.cart_views import CartView
from commerce.refusals import Refusal

Line = Mapping[str, Any]
Notes = list[dict[str, str]]


async def exchanged(doing: Doing, cart: CartView, wanted: Sequence[Line]) -> Notes | None:
    """Put in what is wanted in place of a dish that is said with the number 0, as many as there were of it where no number
    is said. Notes of what the shop does not allow: then that dish stays. None when no dish gives way to another."""
    goes = [line for line in wanted if line.get("quantity") == 0]
    comes = [line for line in wanted if line.get("item") and line.get("quantity") != 0]
    held = [line for line in cart.lines if goes and line.item == goes[0].get("item")]
    if len(goes) != 1 or not comes or not held or any(line["item"] == held[-1].item for line in comes):
        return None
    notes: Notes = []
    for line in comes:
        notes += await put_in(doing, cart, line, int(line.get("quantity") or held[-1].quantity))
    if not notes:
        some = _how_many_of(doing, held[-1].item)
        left = held[-1].quantity - some if some is not None and some < held[-1].quantity else 0
        await carts.set_quantity(doing.work, doing.person, held[-1].id, left)
    return notes


def _how_many_of(doing: Doing, item: str) -> int | None:
    """The number said with the dish that gives way: "swap one latte for an americano", "라떼 한 잔은 아메리카노로"."""
    said = doing.understood.entities if doing.understood is not None else ()
    dish = next((one for one in said if one.entity == "item" and one.value == item), None)
    beside = (
        one
        for one in said
        if dish is not None
        and one.entity == "quantity"
        and (0 <= dish.start - one.end <= 2 or 0 <= one.start - dish.end <= 1)
    )
    number = next(beside, None)
    return int(number.value) if number is not None and number.value > 0 else None


async def put_in(doing: Doing, cart: CartView, line: Line, number: int) -> Notes:
    """Put so many of a dish into the cart, as it was said; a note when the shop does not allow it."""
    item = await menu.item(doing.work, cart.shop, str(line["item"]))
    if item is None:
        return []
    wanted = [await own_choice(doing, item.options, str(choice)) for choice in line.get("options") or ()]
    options = [choice for choice in wanted if choice is not None]
    if len(options) < len(wanted):
        return [no_such_option(item.name)]
    try:
        await carts.add(doing.work, doing.person, cart.shop, item.id, number, options, line.get("note"))
    except Refusal as refusal:
        return [refused_text(refusal, item.name)]
    return []
