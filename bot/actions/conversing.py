"""The conversation itself: welcome, stopping, where things stand, the language."""

from __future__ import annotations

from bot import views
from bot.actions.doing import Doing, Slots, action
from bot.actions.finding import cart_slots
from bot.actions.following import order_slots
from commerce import carts, orders


@action
async def welcome(doing: Doing) -> Slots:
    return {"outcome": doing.hat}


@action
async def what_to_stop(doing: Doing) -> Slots:
    """A flow was stopped by the engine; else an order or a cart may be meant."""
    cart = await carts.view(doing.work, doing.person) if doing.hat == "consumer" else None
    holds = views.summary(cart) if cart is not None and cart.lines else None
    stopped: Slots = {"stopped": {"cart": holds is not None, "holds": holds, "merchant": doing.hat == "merchant"}}
    if doing.hat != "consumer":
        return stopped | {"outcome": "shop" if doing.hat == "merchant" else "operator"}
    for order in sorted(await orders.open_of(doing.work, doing.person), key=lambda one: one.state != "unpaid"):
        if order.state == "unpaid":
            return stopped | {"outcome": "unpaid", "order_id": order.id}
        return stopped | {"outcome": "order", "placed": await order_slots(doing.work, order)}
    return stopped | {"outcome": "cart" if cart and cart.lines else "nothing"}


@action
async def where_things_stand(doing: Doing) -> Slots:
    """For a button of a finished step."""
    if doing.hat != "consumer":
        return {"outcome": "shop" if doing.hat == "merchant" else "operator"}
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
