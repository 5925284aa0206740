"""The shop's answers to orders."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any

from bot import people, views
from bot.actions.doing import Doing, Slots, action
from bot.actions.following import order_slots
from bot.messages import Reply
from commerce import orders, shops
from commerce.order_states import AT_WORK
from commerce.orders import OrderView
from commerce.refusals import Refusal
from commerce.work import Work

Move = Callable[[Work, str, str], Awaitable[None]]

_MOVES: Mapping[str, tuple[Move, frozenset[str]]] = {
    "merchant_cooking": (orders.cook, frozenset({"accepted"})),
    "merchant_ready": (orders.ready, frozenset({"accepted", "cooking"})),
    "merchant_on_the_way": (orders.on_the_way, frozenset({"accepted", "cooking", "ready"})),
    "merchant_done": (orders.done, frozenset({"ready", "on_the_way"})),
}
"""By intent: the move, and the states it can be made from."""


async def workshop(doing: Doing) -> str:
    """The shop that the person speaks for. Refuses "not_allowed" for who works nowhere."""
    places = await shops.workplaces(doing.work, doing.person)
    if not places:
        raise Refusal("not_allowed")
    return places[0].id


async def handled(doing: Doing, order_id: str) -> dict[str, Any]:
    """An order as the shop reads it, with who took it where that was somebody else."""
    order = await orders.of_staff(doing.work, doing.person, order_id)
    o = await order_slots(doing.work, order)
    taker = order.accepted_by or order.moved_by
    o["by"] = None
    if taker is not None and taker not in (doing.person, order.person):
        staff = await shops.staff(doing.work, order.shop)
        o["by"] = next((one.name for one in staff if one.person == taker), None)
    return o


async def _open(doing: Doing, states: Collection[str]) -> list[OrderView]:
    """The open orders of every shop the person works in, in those states, oldest first."""
    found: list[OrderView] = []
    for shop in await shops.workplaces(doing.work, doing.person):
        found += [order for order in await orders.open_of_shop(doing.work, shop.id) if order.state in states]
    return found


async def _pick(doing: Doing, states: Collection[str], payload: Callable[[str], str], key: str) -> Slots:
    """The order tapped, else the only one that fits; else which?"""
    tapped = doing.slot("order")
    if isinstance(tapped, str):
        o = await handled(doing, tapped)
        return {"order": tapped, "handled": o, "outcome": "one" if o["state"] in states else "taken"}
    fitting = await _open(doing, states)
    if not fitting:
        return {"outcome": "none"}
    if len(fitting) > 1:
        waiting = [
            {"number": order.number, "summary": views.summary(order), key: payload(order.id)} for order in fitting[:8]
        ]
        return {"outcome": "which", "waiting": waiting}
    return {"order": fitting[0].id, "handled": await handled(doing, fitting[0].id), "outcome": "one"}


def _payload(intent: str, **slots: Any) -> str:
    return f"/{intent} {json.dumps({name: value for name, value in slots.items() if value is not None})}"


@action
async def pick_order_to_accept(doing: Doing) -> Slots:
    """A waiting order; where none waits and minutes were said, an accepted one gets a new time."""
    minutes = doing.slot("minutes")
    picked = await _pick(
        doing, {"received"}, lambda order: _payload("merchant_accept", order=order, minutes=minutes), "accept"
    )
    if picked["outcome"] == "none" and minutes is not None and await _open(doing, AT_WORK):
        return {"outcome": "delay"}
    return picked


@action
async def accept(doing: Doing) -> Slots:
    order, minutes = str(doing.slot("order")), int(doing.slot("minutes"))
    try:
        await orders.accept(doing.work, order, doing.person, minutes)
    except Refusal as refusal:
        return {"refusal": refusal.code, "handled": await handled(doing, order)}
    return {"minutes": minutes, "handled": await handled(doing, order)}


@action
async def pick_order_to_refuse(doing: Doing) -> Slots:
    reason = doing.slot("reason")
    states = ("received", "asking", "accepted", "cooking")
    return await _pick(doing, states, lambda order: _payload("merchant_refuse", order=order, reason=reason), "refuse")


@action
async def refuse(doing: Doing) -> Slots:
    order = str(doing.slot("order"))
    try:
        await orders.refuse(doing.work, order, doing.person, str(doing.slot("reason")))
    except Refusal as refusal:
        return {"refusal": refusal.code, "handled": await handled(doing, order)}
    return {"handled": await handled(doing, order)}


@action
async def progress(doing: Doing) -> Slots:
    """Cooking, ready, on its way or done, by what was said or tapped."""
    intent = str(doing.slot("intent"))
    move, states = _MOVES[intent]
    picked = await _pick(doing, states, lambda order: _payload(intent, order=order), "move")
    if picked["outcome"] != "one":
        return picked
    order = picked["order"]
    try:
        if intent == "merchant_done" and picked["handled"]["state"] == "ready":
            await _hand_over(doing, picked["handled"])
        else:
            await move(doing.work, order, doing.person)
    except Refusal:
        return {"outcome": "taken", "handled": await handled(doing, order)}
    return {"outcome": "moved", "handled": await handled(doing, order)}


async def _hand_over(doing: Doing, order: Mapping[str, Any]) -> None:
    """Done straight from ready: a delivery went out on the way there."""
    if order["fulfilment"] == "delivery":
        await orders.on_the_way(doing.work, order["id"], doing.person)
    await orders.done(doing.work, order["id"], doing.person)


@action
async def pick_order_to_delay(doing: Doing) -> Slots:
    minutes = doing.slot("minutes")
    return await _pick(doing, AT_WORK, lambda order: _payload("merchant_delay", order=order, minutes=minutes), "late")


@action
async def delay(doing: Doing) -> Slots:
    order = str(doing.slot("order"))
    await orders.delay(doing.work, order, doing.person, int(doing.slot("minutes")))
    return {"handled": await handled(doing, order)}


@action
async def answer_cancel(doing: Doing) -> Slots:
    """Let an accepted order go, or not."""
    intent, tapped = str(doing.slot("intent")), doing.slot("order")
    asked = [order for order in await _open(doing, AT_WORK) if order.cancel_asked]
    if isinstance(tapped, str):
        asked = [order for order in asked if order.id == tapped]
    if not asked:
        return {"outcome": "none"}
    if len(asked) > 1:
        waiting = [
            {
                "number": order.number,
                "summary": views.summary(order),
                "answer": _payload(intent, order=order.id),
            }
            for order in asked
        ]
        return {"outcome": "which", "waiting": waiting}
    order = asked[0]
    allowed = intent == "merchant_allow_cancel"
    try:
        await (orders.grant_cancel if allowed else orders.deny_cancel)(doing.work, order.id, doing.person)
    except Refusal:
        return {"outcome": "none"}
    return {"outcome": "allowed" if allowed else "denied", "handled": await handled(doing, order.id)}


@action
async def answer_customer(doing: Doing) -> Slots:
    """The shop's words to a customer who asked for a person; neither sees the other's account."""
    shop = await shops.get(doing.work, await workshop(doing))
    found = await people.reachable(doing.work, [str(doing.slot("customer"))])
    to = found.get(str(doing.slot("customer")))
    if to is not None:
        name = views.each_language(shop.name, to.person.language)
        words = str(doing.slot("answer_words"))[:500]
        head = f"💬 {name} 사장님: " if to.person.language == "ko" else f"💬 {name}: "
        await doing.teller.say(to, Reply(text=head + words, alert=True))
    return {}
