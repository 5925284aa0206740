"""What a shop alone can answer: questions and complaints, passed on to it with a button to answer."""

from __future__ import annotations

from typing import Any

from bot import people, views
from bot.actions.doing import Doing, Slots, action
from bot.actions.following import order_slots
from commerce import carts, orders, shops
from commerce.order_states import allowed
from commerce.orders import OrderView

LONGEST = 300
"""Characters of a person's words that are passed on."""


@action
async def ask_the_shop(doing: Doing) -> Slots:
    """The question goes to the shop named, at hand or of the cart; "no_shop" when there is none."""
    cart = await carts.view(doing.work, doing.person)
    shop_id = doing.slot("shop_id") or doing.slot("at_shop") or (cart.shop if cart else None)
    if not isinstance(shop_id, str):
        return {"outcome": "no_shop"}
    shop = await shops.get(doing.work, shop_id)
    told = await _pass_on(doing, shop_id, "utter_shop_question", {})
    return {"outcome": "asked" if told else "unreachable", "shop": views.shop_json(shop)}


@action
async def complain(doing: Doing) -> Slots:
    """The words go to the shop of the newest order; "none" without one. ``can_cancel`` as the order's rules have it."""
    found = await _about(doing)
    if found is None:
        return {"outcome": "none"}
    placed = await order_slots(doing.work, found)
    told = await _pass_on(
        doing, found.shop, "utter_shop_complaint", {"number": found.number, "summary": placed["summary"]}
    )
    able = not found.cancel_asked and "cancelled" in allowed(found.fulfilment, found.state)
    return {"outcome": "told" if told else "unreachable", "placed": placed | {"can_cancel": able}}


async def _about(doing: Doing) -> OrderView | None:
    """The newest order that a shop has seen, under way or ended."""
    return next((one for one in await orders.recent_of(doing.work, doing.person) if one.received), None)


async def _pass_on(doing: Doing, shop: str, response: str, more: dict[str, Any]) -> bool:
    """False when nobody of the shop can be written to."""
    staff = await shops.staff(doing.work, shop)
    reachable = await people.reachable(doing.work, [one.person for one in staff])
    words = doing.understood.text[:LONGEST] if doing.understood is not None else None
    for to in reachable.values():
        await doing.teller.tell(to, response, {"o": {**more, "words": words, "customer": doing.person}})
    return bool(reachable)
