"""A human is asked for, takes a conversation, and gives it back to the bot."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from bot import handoffs, recap, views
from bot.actions.doing import Doing, Slots, action
from bot.handoff_records import Handoff
from bot.people import Arrival
from bot.relaying import Relay
from commerce import shops
from commerce.order_records import Order
from commerce.order_states import AT_WORK, DEAD, DONE, WAITING
from commerce.refusals import Refusal

_FIRST = (
    re.compile(r"첫\s?번째|첫째|1\s?번째|먼저|제일\s?오래|\b(?:first|1st|oldest)\b"),
    re.compile(r"두\s?번째|둘째|2\s?번째|\b(?:second|2nd)\b"),
    re.compile(r"세\s?번째|셋째|3\s?번째|\b(?:third|3rd)\b"),
)


def _relay(doing: Doing) -> Relay:
    return Relay(doing.work, doing.services, doing.teller)


@action
async def call_a_human(doing: Doing) -> Slots:
    """Offer the conversation to the shop that is concerned, else to the operators. Outcomes: "shop", "operators",
    "again" when it is offered already, "phone" and "nobody" when nobody can be written to, "operator" for one of them."""
    if doing.hat == "operator":
        return {"outcome": "operator"}
    relay, work, settings = _relay(doing), doing.work, doing.services.settings
    by_shop = doing.hat == "merchant"
    order, shop_id = (None, None) if by_shop else await recap.concern_of(work, doing.person, doing.slot("at_shop"))
    shop = await shops.get(work, shop_id) if shop_id is not None else None
    human = {
        "shop": views.shop_json(shop) if shop is not None else None,
        "phone": (shop.phone if shop is not None else None) or settings.operator_phone,
        "asked_by_shop": by_shop,
        "minutes": settings.handoff_answer_minutes,
    }
    if await handoffs.open_of(work, doing.who.conversation.id) is not None:
        return {"outcome": "again", "human": human}
    offered_to, candidates = await _whom(relay, doing.person, shop_id)
    if not candidates:
        return {"outcome": "phone" if human["phone"] else "nobody", "human": human}
    asked = doing.understood is None or doing.understood.intent == "handoff"
    given = doing.slot("asked_words")
    why = "asked" if asked or given else "lost"
    words = given or (doing.understood.text if doing.understood is not None else None)
    concern = recap.Concern(shop, order)
    handoff = await handoffs.ask(
        work,
        {
            "conversation_id": doing.who.conversation.id,
            "person_id": doing.person,
            "shop_id": shop_id,
            "order_id": order.id if order is not None else None,
            "offered_to": offered_to,
            "why": why,
            "summary": await recap.summary(work, doing.who, doing.hat, concern, why, words),
        },
        timedelta(minutes=settings.handoff_answer_minutes),
    )
    await relay.offer(handoff, candidates, await recap.last_messages(work, doing.who.conversation.id))
    return {"outcome": offered_to, "human": human}


async def _whom(relay: Relay, person: str, shop: str | None) -> tuple[str, list[Arrival]]:
    found = await relay.candidates("shop", shop, person) if shop is not None else []
    return ("shop", found) if found else ("operators", await relay.candidates("operators", None, person))


@action
async def take_handoff(doing: Doing) -> Slots:
    """Outcomes: "taken", "busy" with another one, "late" when somebody else has it, "over"."""
    return await take(doing, str(doing.slot("handoff_id")))


async def take(doing: Doing, wanted: str) -> Slots:
    """Take that one; outcomes as of :func:`take_handoff`."""
    work, relay = doing.work, _relay(doing)
    found = await handoffs.get(work, wanted)
    of = await _as_what(doing, found) if found is not None else None
    if found is None or of is None:
        raise Refusal("not_allowed")
    offered_to = found.offered_to
    mine = await handoffs.held_in(work, doing.who.conversation.id)
    if mine is not None:
        return {"outcome": "again" if mine.id == found.id else "busy", "h": {"id": mine.id}}
    quiet = timedelta(minutes=doing.services.settings.handoff_quiet_minutes)
    taken = await handoffs.take(work, found.id, doing.person, doing.who.conversation.id, of, quiet)
    if taken is None:
        found = await handoffs.get(work, wanted)
        return {"outcome": "over" if found is None or found.ended_at is not None else "late"}
    h = await relay.taken(taken, doing.who, offered_to)
    return {"outcome": "taken", "h": {**h, "last": await recap.last_messages(work, taken.conversation_id)}}


async def _as_what(doing: Doing, handoff: Handoff) -> str | None:
    """Of the shop that it is offered to, of the operators, or None for who may not take it."""
    if handoff.person_id == doing.person:
        return None
    workplaces = await shops.workplaces(doing.work, doing.person)
    if handoff.offered_to == "shop" and any(shop.id == handoff.shop_id for shop in workplaces):
        return "shop"
    return "operators" if doing.who.operates else None


@action
async def end_handoff(doing: Doing) -> Slots:
    """By whoever has it, or by the person; both are told. "over" when it was already."""
    conversation = doing.who.conversation.id
    held, mine = await handoffs.held_in(doing.work, conversation), await handoffs.open_of(doing.work, conversation)
    wanted = doing.slot("handoff_id")
    for found, how in ((held, "given_back"), (mine, "left")):
        if found is not None and found.taken_by is not None and wanted in (None, found.id):
            ended = await _relay(doing).end(found.id, "given_back" if how == "given_back" else "left")
            return {"outcome": "ended" if ended else "over"}
    return {"outcome": "over"}


# -- operators


@action
async def waiting_handoffs(doing: Doing) -> Slots:
    """Who waits for a person, the longest waiting first."""
    found = await handoffs.waiting(doing.work)
    return {
        "outcome": "some" if found else "none",
        "waiting": [_listed(doing, one, at) for at, one in enumerate(found)],
    }


def _listed(doing: Doing, handoff: Handoff, at: int) -> dict[str, Any]:
    minutes = max(0, int((doing.work.now - handoff.opened_at).total_seconds() // 60))
    return {
        "id": handoff.id,
        "number": at + 1,
        "minutes": minutes,
        "title": views.both(f"{at + 1}번째 맡기", f"Take number {at + 1}"),
        **handoff.summary,
    }


@action
async def take_waiting(doing: Doing) -> Slots:
    """The one that was named by its place in line, or the only one; "which" of several, "none"."""
    found = await handoffs.waiting(doing.work)
    words = doing.understood.text.casefold() if doing.understood is not None else ""
    place = next((at for at, named in enumerate(_FIRST) if named.search(words)), None)
    if found and (len(found) == 1 or (place is not None and place < len(found))):
        return await take(doing, found[place if place is not None and place < len(found) else 0].id)
    return {
        "outcome": "which" if found else "none",
        "waiting": [_listed(doing, one, at) for at, one in enumerate(found)],
    }


@action
async def town_today(doing: Doing) -> Slots:
    """Orders of the whole town since midnight, and the conversations that wait for a person."""
    home = doing.services.home
    midnight = doing.work.now.astimezone(home.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = await doing.work.session.execute(
        select(Order.state, func.count(), func.sum(Order.total))
        .where(Order.received_at >= midnight, Order.currency == home.currency)
        .group_by(Order.state)
    )
    counted = {state: (int(count), int(total or 0)) for state, count, total in rows.all()}
    waiting, held = await handoffs.standing(doing.work)

    def of(states: Any) -> int:
        return sum(count for state, (count, _) in counted.items() if state in states)

    town = {
        "orders": sum(count for count, _ in counted.values()),
        "done": of((DONE,)),
        "working": of(AT_WORK),
        "unanswered": of(WAITING),
        "dead": of(DEAD),
        "money": sum(total for state, (_, total) in counted.items() if state not in DEAD),
        "waiting": waiting,
        "held": held,
    }
    return {"town": town, "currency": home.currency}
