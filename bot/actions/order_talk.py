"""A customer's words about an order, for its shop; neither sees the other's account."""

from __future__ import annotations

from bot.actions.doing import Doing, Slots, action
from bot.actions.following import order_slots
from bot.recipients import Recipients
from commerce import orders
from commerce.orders import OrderView
from commerce.words import one_line

LONGEST = 500
"""Characters of a customer's words that are passed on."""


@action
async def order_to_talk_about(doing: Doing) -> Slots:
    """The order tapped, or the only open one that its shop knows; "which" of several, "none"."""
    wanted = doing.slot("order_id")
    found: tuple[OrderView, ...]
    if isinstance(wanted, str):
        found = (await orders.of_person(doing.work, doing.person, wanted),)
    else:
        found = tuple(one for one in await orders.open_of(doing.work, doing.person) if one.state != "unpaid")
    if len(found) != 1:
        listed = [await order_slots(doing.work, order) for order in found]
        return {"outcome": "which" if found else "none", "orders": listed}
    said = doing.understood.text if doing.slot("talking") and doing.understood is not None else None
    return {
        "outcome": "one",
        "order_id": found[0].id,
        "talk": await order_slots(doing.work, found[0]),
        "shop_words": said,
    }


@action
async def tell_shop(doing: Doing) -> Slots:
    """The words to everybody who works there; "unreachable" when nobody can be written to."""
    order = await orders.of_person(doing.work, doing.person, str(doing.slot("order_id")))
    o = await order_slots(doing.work, order)
    words = one_line(str(doing.slot("shop_words")), LONGEST)
    told = await Recipients(doing.work, doing.services, doing.teller).to_shop(
        order, "utter_words_of_customer", {**o, "words": words}
    )
    return {"outcome": "told" if told else "unreachable"}
