"""A shop tells how far an order is: cooking, ready, on its way, done; and takes back what it told by mistake."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping

from bot import views
from bot.actions.doing import Doing, Slots, action
from bot.actions.shop_picking import asked_about, at_work, doubtful, handled, one, open_orders, pick, still_open
from commerce import orders
from commerce.events import OrderMoved
from commerce.order_states import AT_WORK, allowed, last_steps
from commerce.orders import OrderView
from commerce.refusals import Refusal
from commerce.work import Work

Move = Callable[[Work, str, str], Awaitable[None]]

_MOVES: Mapping[str, tuple[str, Move]] = {
    "merchant_cooking": ("cooking", orders.cook),
    "merchant_ready": ("ready", orders.ready),
    "merchant_on_the_way": ("on_the_way", orders.on_the_way),
    "merchant_done": ("done", orders.done),
}
"""By intent: the state it leads to, and the move."""
_MOVE_TO: Mapping[str, Move] = dict(_MOVES.values())
_NOT_YET = re.compile(r"(?<![가-힣])안\s?[가-힣]|아직|못|않|n't|\bnot\b|\bnever\b|\byet\b")
_FINISHED = re.compile(r"완료|끝났|끝냈|\bdone\b|\bfinished\b|\bcompleted?\b")
_HANDED = re.compile(
    r"전달|드렸|찾아|가져|갔|배달|받으|넘겼|픽업|\b(?:hand|gave|given|pick|collect|deliver|took|taken|got it|has it)"
)


def _leads_to(intent: str) -> Callable[[OrderView], bool]:
    to = _MOVES[intent][0]

    def fits(order: OrderView) -> bool:
        return to in allowed(order.fulfilment, order.state)

    return fits


@action
async def pick_order_to_move(doing: Doing) -> Slots:
    """The order that can go there next. Handing over may skip what nobody tapped. "It is being made" said to a
    cancel request declines it."""
    intent = str(doing.slot("intent"))
    if intent == "merchant_cooking" and doing.slot("shop_order") is None:
        asked = await still_open(doing, await asked_about(doing, "merchant_deny_cancel"), lambda o: o.cancel_asked)
        if asked is not None:
            await orders.deny_cancel(doing.work, asked.id, doing.person)
            return {**await one(doing, asked.id), "outcome": "kept"}
    if intent == "merchant_ready" and await _all_done(doing):
        intent = "merchant_done"
    elif intent == "merchant_done" and await _only_finished(doing):
        intent = "merchant_ready"
    picked = await pick(doing, _leads_to(intent))
    if intent == "merchant_done" and picked["outcome"] in ("stands", "several"):
        picked = await pick(doing, at_work)
    if picked["outcome"] == "one" and _unfinished(doing):
        return picked | {"outcome": "stands"}
    if picked["outcome"] == "one" and doubtful(doing):
        picked["outcome"] = "sure"
        picked["handled"]["becomes"] = views.STATE_WORDS[_MOVES[intent][0]]
    return picked | {"intent": intent}


def _unfinished(doing: Doing) -> bool:
    """ "손님이 안 와요", "아직 안 됐어요": words about it, and not that it happened."""
    said = doing.understood.text.casefold() if doing.understood is not None else ""
    return doing.slot("sure") is None and _NOT_YET.search(said) is not None


async def _only_finished(doing: Doing) -> bool:
    """ "Done" of an order that is being made, with nothing of its being handed over: it is ready."""
    said = doing.understood.text.casefold() if doing.understood is not None else ""
    if not _FINISHED.search(said) or _HANDED.search(said):
        return False
    return {order.state for order in await open_orders(doing, at_work)} <= {"accepted", "cooking"}


async def _all_done(doing: Doing) -> bool:
    """ "완료" with nothing left to get ready means handed over."""
    said = doing.understood.text if doing.understood is not None else ""
    if not _FINISHED.search(said.casefold()):
        return False
    left = {order.state for order in await open_orders(doing, at_work)}
    return bool(left) and left <= {"ready", "on_the_way"}


@action
async def progress(doing: Doing) -> Slots:
    """Cooking, ready, on its way or done, by what was said or tapped."""
    order, (to, move) = str(doing.slot("picked")), _MOVES[str(doing.slot("intent"))]
    try:
        if to == "done":
            await _hand_over(doing, await orders.of_staff(doing.work, doing.person, order))
        else:
            await move(doing.work, order, doing.person)
    except Refusal as refusal:
        return {"refusal": refusal.code, "handled": await handled(doing, order)}
    return {"handled": await handled(doing, order)}


async def _hand_over(doing: Doing, order: OrderView) -> None:
    """Done, through the steps between; the customer, who has it, is told of the last alone."""
    before = len(doing.work.happenings)
    steps = last_steps(order.fulfilment, order.state) if order.state in AT_WORK else ("done",)
    for to in steps:
        await _MOVE_TO[to](doing.work, order.id, doing.person)
    doing.work.happenings[before:] = [
        happening
        for happening in doing.work.happenings[before:]
        if not isinstance(happening, OrderMoved) or happening.after == "done"
    ]


@action
async def take_step_back(doing: Doing) -> Slots:
    """What was told by mistake of the order that was tapped."""
    order = str(doing.slot("shop_order"))
    try:
        await orders.take_back(doing.work, order, doing.person)
    except Refusal as refusal:
        return {"refusal": refusal.code, "handled": await handled(doing, order)}
    return {"handled": await handled(doing, order)}
