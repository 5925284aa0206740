"""A shop's words to a customer; neither sees the other's account."""

from __future__ import annotations

import re

from bot import handoffs, people, views
from bot.actions.doing import Doing, Slots, action
from bot.actions.following import order_slots
from bot.actions.handing import take
from bot.actions.shop_picking import one, pick, workshop
from bot.messages import Reply
from bot.relaying import Relay
from bot.short_words import opens_a_talk
from commerce import orders, shops
from commerce.words import one_line

LONGEST = 500
"""Characters of a shop's words that are passed on."""
_TO_WHOM = re.compile(
    r"^\s*(?:#?\d{3,4}\s?번\s*)?(?:그\s)?(?:주문(?:하신|한)?\s?)?(?:손님|고객|주문자)(?:님|분)?\s?(?:들)?(?:께서|한테|에게|께|보고)?[\s,]+"
    r"|^\s*(?:please\s+)?(?:tell|let|inform|message)\s+(?:(?:the\s+|my\s+)?(?:customer|guest|client)|him|her|them)(?:\s+know)?(?:\s+that)?[\s,:]+",
    re.IGNORECASE,
)
_PASS_ON = re.compile(
    r"[\s,]*(?:좀\s?)?(?:전해|알려|말해|말씀해|얘기해|안내해|전달해|말씀드려)\s?(?:줘|주세요|줄래|주실래요|주십시오|줘요|드려|드려요|드리세요)[요.!~\s]*$"
    r"|[\s,]*(?:전해|알려|말해|말씀드려|전달)(?:라|요|달라)?[.!~\s]*$"
)
_QUOTED = re.compile(r"(?:다|라|냐|자)고$")


@action
async def words_for_customer(doing: Doing) -> Slots:
    """The words to pass on, without whom they are for and that they be passed on; None where none are left."""
    said = doing.understood.text if doing.understood is not None else ""
    if said and doing.slot("talking"):
        return {"answer_words": said}
    addressed = _TO_WHOM.sub("", said, count=1)
    words = _PASS_ON.sub("", addressed).strip(" \"'“”‘’.,:")
    if _QUOTED.search(words):
        words += " 해요"
    return {"answer_words": words if addressed != said and words else None}


@action
async def pick_order_to_tell(doing: Doing) -> Slots:
    """The order tapped, named or the only open one; with none open the last that was handed over today."""
    picked = await pick(doing, lambda _: True)
    if picked["outcome"] != "none":
        return picked
    done = [order for order in await orders.today(doing.work, await workshop(doing)) if order.state == "done"]
    return await one(doing, max(done, key=lambda order: order.placed_at).id) if done else picked


@action
async def tell_customer(doing: Doing) -> Slots:
    """The shop's words to whoever placed the order that was picked."""
    order = await orders.of_staff(doing.work, doing.person, str(doing.slot("picked")))
    to = (await people.reachable(doing.work, [order.person])).get(order.person)
    if to is None:
        return {"outcome": "unreachable"}
    o = {**await order_slots(doing.work, order), "words": one_line(str(doing.slot("answer_words")), LONGEST)}
    await doing.teller.tell(to, "utter_words_of_shop", {"o": o})
    return {"outcome": "told"}


@action
async def answer_customer(doing: Doing) -> Slots:
    """The shop's words to a customer who asked it something or for a person. Words that ask back take the conversation of
    somebody who waits for a person: "taken"."""
    shop, customer = await workshop(doing), str(doing.slot("customer"))
    asked = await handoffs.waiting_of(doing.work, customer, shop)
    taken: Slots = {}
    words = str(doing.slot("answer_words")).rstrip()
    if asked is not None and (words.endswith("?") or opens_a_talk(words)):
        taken = await take(doing, asked.id)
    elif asked is not None:
        await Relay(doing.work, doing.services, doing.teller).end(asked.id, "answered")
    await _say(doing, shop, customer)
    return taken


async def _say(doing: Doing, shop: str, customer: str) -> None:
    to = (await people.reachable(doing.work, [customer])).get(customer)
    if to is None:
        return
    name = views.each_language((await shops.get(doing.work, shop)).name, to.person.language)
    head = f"💬 {name} 사장님: " if to.person.language == "ko" else f"💬 {name}: "
    await doing.teller.say(to, Reply(text=head + one_line(str(doing.slot("answer_words")), LONGEST), alert=True))
