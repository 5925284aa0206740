"""The shop's answers to orders."""

from __future__ import annotations

import re
from datetime import timedelta

from bot import views
from bot.actions.doing import Doing, Slots, action
from bot.actions.shop_altering import last_asked
from bot.actions.shop_picking import (
    asked_about,
    asked_how_late,
    at_work,
    dishes_said,
    doubtful,
    handled,
    one,
    open_orders,
    pick,
    still_open,
    title,
    workshop,
)
from commerce import orders
from commerce.order_states import CANCELLED, REFUSED, allowed
from commerce.orders import OrderView
from commerce.refusals import Refusal
from nlu.durations import find_durations

FOR_LATER_MIN = 20
"""What accepting an order for later counts as; its time is the customer's."""
LONGEST_TIME_SAID = 12
"""Characters of "15분이요" and the like, where a reason was asked for."""
_PLAINLY_NO = re.compile(r"못\s?(?:해|하|받)|안\s?받|거절|\bcan'?t\b|\bcannot\b|\brefuse")
_BARE_NO = re.compile(
    r"(?:(?:아니(?:요|오|에요|예요|야|다)?|아뇨|노|ㄴ+|no|nope|nah|not? (?:today|now)|sorry|죄송(?:해요|합니다)|안\s?[돼되](?:요|겠어요)?"
    r"|안\s?됩니다|어려(?:워요|울\s?것\s?같아요)|어렵(?:습니다|겠어요)|힘들어요|지금은|오늘은|이번엔|좀)[\s.,!~ㅠㅜ]*)+"
)
LATELY = timedelta(hours=3)
"""An order placed since then may be the one that is spoken of when it is over."""
_TAKES_NO_MORE = re.compile(
    r"주문\S{0,2}\s?(?:더\s?)?(?:못\s?받|안\s?받|그만)|\b(?:can'?t|cannot) take (?:any )?(?:more |new )*orders|\btoo busy\b"
)
"""Said with no order waiting: of those that are to come."""
_LATE = "late "
"""Before the order's id, in an answer to "which order?" that means the one that is late."""


def _waits(order: OrderView) -> bool:
    return order.state == "received"


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
        taken = await _of_that_dish(doing)
        if taken is not None:
            return {"outcome": "retime", "picked": taken.id}
        late = await still_open(doing, await asked_how_late(doing), at_work)
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


async def _of_that_dish(doing: Doing) -> OrderView | None:
    """The only accepted order with the dish that is named, where no waiting one has it: "아메리카노 10분" is not about the
    latte that waits."""
    dishes = dishes_said(doing)
    with_it = [order for order in await open_orders(doing) if any(line.item in dishes for line in order.lines)]
    if not with_it or any(_waits(order) for order in with_it):
        return None
    accepted = [order for order in with_it if order.state == "accepted"]
    return accepted[0] if len(accepted) == 1 else None


async def _just_accepted(doing: Doing) -> OrderView | None:
    """The order that the last message told to have been accepted: "oh, make it 30" is about it."""
    if doing.slot("shop_order") is not None or doing.slot("which") is not None:
        return None
    return await still_open(doing, await asked_about(doing, "merchant_delay"), lambda order: order.state == "accepted")


@action
async def retime(doing: Doing) -> Slots:
    """Another time than the one just given; the same one again is told to nobody."""
    order, minutes = str(doing.slot("picked")), int(doing.slot("minutes"))
    was = (await orders.of_staff(doing.work, doing.person, order)).eta_at
    if was is not None and abs(was - doing.work.now - timedelta(minutes=minutes)) < timedelta(minutes=1):
        return {"outcome": "same", "minutes": minutes, "handled": await handled(doing, order)}
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
    if picked["outcome"] in ("none", "stands", "several") and not tapped and _TAKES_NO_MORE.search(_said(doing)):
        return {"outcome": "busy"}
    if picked["outcome"] == "one" and doing.slot("sure") is None:
        taken = picked["handled"]["state"] not in ("received", "asking")
        if taken or (not tapped and (doubtful(doing, _PLAINLY_NO) or _no_and_more(doing))):
            picked["outcome"] = "sure"
    return picked


def _said(doing: Doing) -> str:
    return doing.understood.text.casefold() if doing.understood is not None else ""


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


# -- later than promised


@action
async def pick_order_to_delay(doing: Doing) -> Slots:
    if doing.slot("shop_order") is None and doing.slot("which") is None:
        late = await still_open(doing, await asked_how_late(doing), at_work)
        if late is not None:
            return await one(doing, late.id)
    return await pick(doing, at_work)


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
    """The order whose customer would like to cancel; "that's made already" may also answer a wish for a change."""
    untapped = doing.slot("shop_order") is None and doing.slot("verdict") is None
    change = await last_asked(doing) if untapped else None
    if change is not None and doing.slot("intent") == "merchant_deny_cancel":
        return {"outcome": "change_asked", "shop_order": change.id}
    picked = await pick(doing, lambda order: order.cancel_asked)
    if picked["outcome"] in ("none", "stands", "several"):
        able = [one for one in await open_orders(doing) if REFUSED in allowed(one.fulfilment, one.state)]
        picked["which_orders"] = [{"id": one.id, "title": title(one)} for one in able] or None
    return picked


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
    if listed:
        return {"outcome": "orders", "which_orders": listed}
    over = [one for one in await orders.today(doing.work, await workshop(doing)) if one.state == "done"]
    lately = sorted((one for one in over if doing.work.now - one.placed_at <= LATELY), key=lambda one: one.placed_at)
    return {"outcome": "over", "handled": await handled(doing, lately[-1].id)} if lately else {"outcome": "nothing"}
