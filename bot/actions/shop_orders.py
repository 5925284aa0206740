"""The shop's answers to orders."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping

from bot import views
from bot.actions.doing import Doing, Slots, action
from bot.actions.shop_altering import last_asked
from bot.actions.shop_picking import (
    asked_about,
    asked_how_late,
    handled,
    one,
    open_orders,
    pick,
    still_open,
    title,
)
from commerce import orders
from commerce.events import OrderMoved
from commerce.order_states import AT_WORK, CANCELLED, REFUSED, allowed, last_steps
from commerce.orders import OrderView
from commerce.refusals import Refusal
from commerce.work import Work
from nlu.durations import find_durations

Move = Callable[[Work, str, str], Awaitable[None]]

_MOVES: Mapping[str, tuple[str, Move]] = {
    "merchant_cooking": ("cooking", orders.cook),
    "merchant_ready": ("ready", orders.ready),
    "merchant_on_the_way": ("on_the_way", orders.on_the_way),
    "merchant_done": ("done", orders.done),
}
"""By intent: the state it leads to, and the move."""
_MOVE_TO: Mapping[str, Move] = dict(_MOVES.values())
SURE = 0.6
"""Below this, a word that moves an order or money is asked back first."""
FOR_LATER_MIN = 20
"""What accepting an order for later counts as; its time is the customer's."""
LONGEST_TIME_SAID = 12
"""Characters of "15분이요" and the like, where a reason was asked for."""
_PLAINLY_NO = re.compile(r"못\s?(?:해|하|받)|안\s?받|거절|\bcan'?t\b|\bcannot\b|\brefuse")
_BARE_NO = re.compile(
    r"(?:(?:아니(?:요|오|에요|예요|야|다)?|아뇨|노|ㄴ+|no|nope|nah|not? (?:today|now)|sorry|죄송(?:해요|합니다)|안\s?[돼되](?:요|겠어요)?"
    r"|안\s?됩니다|어려(?:워요|울\s?것\s?같아요)|어렵(?:습니다|겠어요)|힘들어요|지금은|오늘은|이번엔|좀)[\s.,!~ㅠㅜ]*)+"
)
_NOT_YET = re.compile(r"(?<![가-힣])안\s?[가-힣]|아직|못|않|n't|\bnot\b|\bnever\b|\byet\b")
_FINISHED = re.compile(r"완료|끝났|끝냈|\bdone\b|\bfinished\b|\bcompleted?\b")
_LATE = "late "
"""Before the order's id, in an answer to "which order?" that means the one that is late."""


def _waits(order: OrderView) -> bool:
    return order.state == "received"


def _at_work(order: OrderView) -> bool:
    return order.state in AT_WORK


def _doubtful(doing: Doing, plain: re.Pattern[str] | None = None) -> bool:
    """Whether to ask back: understood with little confidence, and not said in so many ``plain`` words."""
    understood = doing.understood
    if understood is None or doing.slot("sure") is not None or understood.confidence >= SURE:
        return False
    return plain is None or not plain.search(understood.text.casefold())


def _no_and_more(doing: Doing) -> bool:
    """A no with further words is often the beginning of something else: "아니 손님"."""
    understood = doing.understood
    if understood is None or understood.intent != "deny":
        return False
    words = understood.text.casefold()
    return _BARE_NO.fullmatch(words) is None and _PLAINLY_NO.search(words) is None


# -- accept


@action
async def pick_order_to_accept(doing: Doing) -> Slots:
    """A waiting order. A time alone may also answer "how much longer?", which then is one of the choices."""
    minutes, which = doing.slot("minutes"), str(doing.slot("which") or "")
    if which.startswith(_LATE):
        return {"outcome": "delay", "shop_order": which.removeprefix(_LATE)}
    late = None
    if minutes is not None and doing.slot("shop_order") is None:
        late = await still_open(doing, await asked_how_late(doing), _at_work)
    if late is None:
        picked = await pick(doing, _waits)
        misspoke = await _just_accepted(doing) if minutes is not None and picked["outcome"] != "one" else None
        return {"outcome": "retime", "picked": misspoke.id} if misspoke is not None else picked
    about = title(late)
    late_one = {"id": f"{_LATE}{late.id}", "title": views.both(f"{about['ko']} 더", f"{about['en']}, longer")}
    picked = await pick(doing, _waits, [late_one])
    if picked["outcome"] in ("none", "stands", "several"):
        return {"outcome": "delay", "shop_order": late.id}
    return picked


async def _just_accepted(doing: Doing) -> OrderView | None:
    """The order that the last message told to have been accepted: "oh, make it 30" is about it."""
    if doing.slot("shop_order") is not None or doing.slot("which") is not None:
        return None
    return await still_open(doing, await asked_about(doing, "merchant_delay"), lambda order: order.state == "accepted")


@action
async def retime(doing: Doing) -> Slots:
    """Another time than the one just given."""
    order, minutes = str(doing.slot("picked")), int(doing.slot("minutes"))
    try:
        await orders.retime(doing.work, order, doing.person, minutes)
    except Refusal as refusal:
        return {"refusal": refusal.code, "handled": await handled(doing, order)}
    return {"minutes": minutes, "handled": await handled(doing, order)}


@action
async def accept(doing: Doing) -> Slots:
    order, minutes = str(doing.slot("picked")), int(doing.slot("minutes") or FOR_LATER_MIN)
    try:
        await orders.accept(doing.work, order, doing.person, minutes)
    except Refusal as refusal:
        return {"refusal": refusal.code, "handled": await handled(doing, order)}
    return {"minutes": minutes, "handled": await handled(doing, order)}


# -- refuse


@action
async def pick_order_to_refuse(doing: Doing) -> Slots:
    """A waiting order first; one that was accepted only after asking back."""

    def waits(order: OrderView) -> bool:
        return order.state in ("received", "asking")

    tapped = doing.slot("shop_order") is not None
    picked = await pick(doing, waits)
    if picked["outcome"] in ("stands", "several"):
        picked = await pick(doing, lambda order: REFUSED in allowed(order.fulfilment, order.state))
    if picked["outcome"] == "one" and doing.slot("sure") is None:
        taken = picked["handled"]["state"] not in ("received", "asking")
        if taken or (not tapped and (_doubtful(doing, _PLAINLY_NO) or _no_and_more(doing))):
            picked["outcome"] = "sure"
    return picked


@action
async def refuse(doing: Doing) -> Slots:
    """Refuse it, unless what was to be the reason is how long it takes: then it is accepted after all."""
    order, reason = str(doing.slot("picked")), str(doing.slot("reason"))
    said = find_durations(reason) if len(reason.strip()) <= LONGEST_TIME_SAID else []
    if said:
        return {"outcome": "accept", "shop_order": order, "minutes": said[0].value, "reason": None}
    try:
        await orders.refuse(doing.work, order, doing.person, reason)
    except Refusal as refusal:
        return {"refusal": refusal.code, "handled": await handled(doing, order)}
    return {"handled": await handled(doing, order)}


# -- cooking, ready, on its way, done


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
    picked = await pick(doing, _leads_to(intent))
    if intent == "merchant_done" and picked["outcome"] in ("stands", "several"):
        picked = await pick(doing, _at_work)
    if picked["outcome"] == "one" and _unfinished(doing):
        return picked | {"outcome": "stands"}
    if picked["outcome"] == "one" and _doubtful(doing):
        picked["outcome"] = "sure"
        picked["handled"]["becomes"] = views.STATE_WORDS[_MOVES[intent][0]]
    return picked | {"intent": intent}


def _unfinished(doing: Doing) -> bool:
    """ "손님이 안 와요", "아직 안 됐어요": words about it, and not that it happened."""
    said = doing.understood.text.casefold() if doing.understood is not None else ""
    return doing.slot("sure") is None and _NOT_YET.search(said) is not None


async def _all_done(doing: Doing) -> bool:
    """ "완료" with nothing left to get ready means handed over."""
    said = doing.understood.text if doing.understood is not None else ""
    if not _FINISHED.search(said.casefold()):
        return False
    left = {order.state for order in await open_orders(doing, _at_work)}
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


# -- later than promised


@action
async def pick_order_to_delay(doing: Doing) -> Slots:
    if doing.slot("shop_order") is None and doing.slot("which") is None:
        late = await still_open(doing, await asked_how_late(doing), _at_work)
        if late is not None:
            return await one(doing, late.id)
    return await pick(doing, _at_work)


@action
async def delay(doing: Doing) -> Slots:
    order = str(doing.slot("picked"))
    try:
        await orders.delay(doing.work, order, doing.person, int(doing.slot("minutes")))
    except Refusal as refusal:
        return {"refusal": refusal.code, "handled": await handled(doing, order)}
    return {"handled": await handled(doing, order)}


# -- the customer would like to cancel


@action
async def pick_cancel_request(doing: Doing) -> Slots:
    return await pick(doing, lambda order: order.cancel_asked)


@action
async def answer_cancel(doing: Doing) -> Slots:
    """Let an accepted order go, or not."""
    order = str(doing.slot("picked"))
    granted = (doing.slot("verdict") or doing.slot("intent")) in ("allow", "merchant_allow_cancel")
    try:
        await (orders.grant_cancel if granted else orders.deny_cancel)(doing.work, order, doing.person)
    except Refusal as refusal:
        return {"refusal": refusal.code, "handled": await handled(doing, order)}
    return {"outcome": "allowed" if granted else "denied", "handled": await handled(doing, order)}


# -- a bare yes, no or cancel


@action
async def what_is_answered(doing: Doing) -> Slots:
    """A cancel or change request that was the last thing told, else an order that waits."""
    asked = await still_open(doing, await asked_about(doing, "merchant_allow_cancel"), lambda order: order.cancel_asked)
    if asked is not None:
        return {"outcome": "cancel_asked", "shop_order": asked.id}
    change = await last_asked(doing)
    if change is not None:
        return {"outcome": "change_asked", "shop_order": change.id}
    return {"outcome": "waiting" if await open_orders(doing, _waits) else "nothing"}


@action
async def what_shop_stops(doing: Doing) -> Slots:
    """What "cancel" may mean: granting a request, or giving up an order. Neither happens unasked."""
    asked = await open_orders(doing, lambda order: order.cancel_asked)
    if asked:
        return {"outcome": "cancel_asked", "handled": await handled(doing, asked[0].id)}
    mine = await open_orders(doing, lambda order: bool({REFUSED, CANCELLED} & allowed(order.fulfilment, order.state)))
    listed = [{"id": order.id, "title": title(order)} for order in mine[:8]]
    return {"outcome": "orders" if listed else "nothing", "which_orders": listed}
