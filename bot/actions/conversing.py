"""The conversation itself: welcome, stopping, where things stand, the language, a human."""

from __future__ import annotations

from typing import Any

from bot import people, views
from bot.actions.doing import Doing, Slots, action
from bot.actions.finding import cart_slots
from bot.actions.following import order_slots
from commerce import carts, orders, shops
from commerce.shops import ShopView


@action
async def welcome(doing: Doing) -> Slots:
    return {"outcome": doing.hat}


@action
async def what_to_stop(doing: Doing) -> Slots:
    """A flow was stopped by the engine; else an order or a cart may be meant."""
    cart = await carts.view(doing.work, doing.person) if doing.hat == "consumer" else None
    stopped: Slots = {"stopped": {"cart": bool(cart and cart.lines), "merchant": doing.hat == "merchant"}}
    if doing.hat == "merchant":
        return stopped | {"outcome": "shop"}
    for order in await orders.open_of(doing.work, doing.person):
        if order.state == "unpaid":
            return stopped | {"outcome": "unpaid", "order_id": order.id}
        return stopped | {"outcome": "order", "placed": await order_slots(doing.work, order)}
    return stopped | {"outcome": "cart" if cart and cart.lines else "nothing"}


@action
async def where_things_stand(doing: Doing) -> Slots:
    """For a button of a finished step."""
    if doing.hat == "merchant":
        return {"outcome": "shop"}
    found = await orders.open_of(doing.work, doing.person)
    if found:
        return {"outcome": "orders", "orders": [await order_slots(doing.work, order) for order in found[:3]]}
    cart = await cart_slots(doing)
    if cart is not None:
        return {"outcome": "cart", "cart": cart, "currency": cart["currency"]}
    return {"outcome": "nothing"}


@action
async def change_language(doing: Doing) -> Slots:
    """To the language said, else to the other one."""
    person = doing.who.person
    said = doing.slot("language")
    person.language = said if said in ("ko", "en") else "en" if person.language == "ko" else "ko"
    return {}


@action
async def call_a_human(doing: Doing) -> Slots:
    """Tell the shop that is concerned that a customer wants a person; its phone is there too."""
    by_shop = doing.hat == "merchant"
    shop, line = (None, None) if by_shop else await _concerned(doing)
    if shop is None:
        return {"human": {"shop": None, "phone": None, "asked_by_shop": by_shop}}
    staff = await shops.staff(doing.work, shop.id)
    reachable = await people.reachable(doing.work, [one.person for one in staff])
    words = doing.understood.text[:300] if doing.understood else None
    for to in reachable.values():
        await doing.teller.tell(to, "utter_shop_human", {"o": {"line": line, "words": words, "customer": doing.person}})
    return {"human": {"shop": views.shop_json(shop), "phone": shop.phone}}


async def _concerned(doing: Doing) -> tuple[ShopView | None, Any]:
    """The shop of the newest open order, else of the cart or the one at hand; and what to tell it."""
    found = await orders.open_of(doing.work, doing.person)
    if found:
        order = await order_slots(doing.work, found[0])
        told = views.both(f"주문 {found[0].number}번 손님이에요.", f"About order {found[0].number}.")
        return await shops.get(doing.work, order["shop"]["id"]), told
    cart = await carts.view(doing.work, doing.person)
    shop = cart.shop if cart else doing.slot("at_shop")
    if not isinstance(shop, str):
        return None, None
    return await shops.get(doing.work, shop), views.both("아직 주문 전인 손님이에요.", "They have not ordered yet.")
