"""The shop's answer to a customer who would like an accepted order changed."""

from __future__ import annotations

from bot.actions.doing import Doing, Slots, action
from bot.actions.shop_picking import asked_about, handled
from bot.alteration_words import alteration_json
from commerce import alterations, orders
from commerce.alterations import AlterationView
from commerce.orders import OrderView
from commerce.refusals import Refusal


async def asked_of(doing: Doing, order: OrderView) -> AlterationView | None:
    """The change of ``order`` that its shop is asked about."""
    wish = await alterations.open_of(doing.work, order.id)
    return wish if wish is not None and wish.state == "asked" else None


async def last_asked(doing: Doing) -> OrderView | None:
    """The order that the newest message asks about changing, while that is open."""
    order_id = await asked_about(doing, "merchant_allow_change")
    if order_id is None:
        return None
    order = await orders.of_staff(doing.work, doing.person, order_id)
    return order if await asked_of(doing, order) is not None else None


@action
async def answer_change(doing: Doing) -> Slots:
    """Let the order that was tapped, or told of last, be changed or go on as it was."""
    order = await orders.of_staff(doing.work, doing.person, str(doing.slot("shop_order")))
    wish, tapped = await asked_of(doing, order), doing.slot("alteration")
    agrees = (doing.slot("verdict") or doing.slot("intent")) in ("allow", "merchant_allow_change")
    over: Slots = {"refusal": "not_asked", "handled": await handled(doing, order.id)}
    if wish is None or tapped not in (None, wish.id):
        return over
    try:
        made = await (alterations.grant if agrees else alterations.decline)(doing.work, wish.id, doing.person)
    except Refusal as refusal:
        return over | {"refusal": refusal.code}
    outcome = {"done": "done", "unpaid": "to_pay"}.get(made.state, "declined")
    shown = {"altered": alteration_json(made), "currency": made.currency}
    return shown | {"outcome": outcome, "handled": await handled(doing, order.id)}
