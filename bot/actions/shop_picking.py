"""Which order a shop's words or tap are about."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from bot import outgoing, views
from bot.actions.doing import Doing, Slots
from bot.actions.following import order_slots
from bot.messages import Reply
from commerce import orders, shops
from commerce.order_states import AT_WORK, FINAL
from commerce.orders import OrderView
from commerce.refusals import Refusal
from flows.payloads import Trigger, parse_payload

Fits = Callable[[OrderView], bool]

SURE = 0.6
"""Below this, a word that moves an order or money is asked back first."""
MOST_OFFERED = 8
LATELY = 8
"""Messages back in which a question may still be open."""
_NUMBER = re.compile(r"(?<![\d,.:])#?(\d{3,4})(?!\d)\s*(?:번|$|\s|[.,!])")
_ORDINALS = (
    re.compile(r"첫\s?번째|첫째|1\s?번째|먼저\s?(?:온|들어온)|\b(?:first|1st)\b"),
    re.compile(r"두\s?번째|둘째|2\s?번째|\b(?:second|2nd)\b"),
    re.compile(r"세\s?번째|셋째|3\s?번째|\b(?:third|3rd)\b"),
)
_LAST = re.compile(r"마지막|나중\s?(?:에\s?)?(?:온|들어온)|\b(?:last|latest)\b")


async def workshop(doing: Doing) -> str:
    """The shop that the person speaks for: of several the one named. Refuses "not_allowed" for who works nowhere."""
    places = [shop.id for shop in await shops.workplaces(doing.work, doing.person)]
    if not places:
        raise Refusal("not_allowed")
    named = doing.understood.value("shop") if doing.understood is not None else None
    return str(named) if named in places else places[0]


async def open_orders(doing: Doing, fits: Fits | None = None) -> list[OrderView]:
    """The paid, open orders of every shop the person works in, oldest first."""
    found: list[OrderView] = []
    for shop in await shops.workplaces(doing.work, doing.person):
        found += await orders.open_of_shop(doing.work, shop.id)
    return [order for order in found if order.state != "unpaid" and (fits is None or fits(order))]


async def handled(doing: Doing, order_id: str) -> dict[str, Any]:
    """An order as the shop reads it, with ``by``, who took it, where that was a colleague."""
    order = await orders.of_staff(doing.work, doing.person, order_id)
    o = await order_slots(doing.work, order)
    staff = {one.person: one.name for one in await shops.staff(doing.work, order.shop)}
    taker = order.moved_by if order.moved_by in staff else order.accepted_by
    mine = taker in (doing.person, order.person) or order.state in ("received", "asking")
    o["by"] = None if mine or taker is None else staff.get(taker)
    return o


async def pick(doing: Doing, fits: Fits, besides: Sequence[dict[str, Any]] = ()) -> Slots:
    """The order that was tapped or named, else the only one that ``fits``; which of several otherwise.

    Outcomes: "one" with ``picked`` and ``handled``; "which" with ``which_orders``, ``besides`` among them; "stands"
    with the one order that things are otherwise with; "several" with ``standing``; "none".
    """
    tapped = doing.slot("shop_order")
    if isinstance(tapped, str):
        order = await orders.of_staff(doing.work, doing.person, tapped)
        return {**await one(doing, tapped), "outcome": "one" if fits(order) else "stands"}
    open_now = await open_orders(doing)
    fitting = [order for order in open_now if fits(order)]
    named = _named(doing, fitting) or _numbered(doing, open_now)
    if named is not None:
        return {**await one(doing, named.id), "outcome": "one" if fits(named) else "stands"}
    if len(fitting) + len(besides) > 1:
        listed = [{"id": order.id, "title": title(order)} for order in fitting[:MOST_OFFERED]]
        return {"outcome": "which", "which_orders": [*listed, *besides]}
    if fitting:
        return await one(doing, fitting[0].id)
    if len(open_now) == 1:
        return {**await one(doing, open_now[0].id), "outcome": "stands"}
    standing = [
        {"number": order.number, "summary": views.summary(order), "state_word": views.STATE_WORDS[order.state]}
        for order in open_now[:MOST_OFFERED]
    ]
    return {"outcome": "several" if open_now else "none", "standing": standing}


async def one(doing: Doing, order_id: str) -> Slots:
    return {"outcome": "one", "picked": order_id, "handled": await handled(doing, order_id)}


def title(order: OrderView) -> dict[str, str]:
    short = views.summary(order)
    return views.both(f"{order.number}번 {short['ko']}", f"#{order.number} {short['en']}")


def _named(doing: Doing, fitting: list[OrderView]) -> OrderView | None:
    """The fitting order that was chosen, or that the words name by its number, its place in line or a dish."""
    which = doing.slot("which")
    chosen = next((order for order in fitting if order.id == which), None)
    if chosen is not None:
        return chosen
    numbered = _numbered(doing, fitting)
    if numbered is not None:
        return numbered
    words = _words(doing)
    if len(fitting) > 1:
        for index, ordinal in enumerate(_ORDINALS[: len(fitting)]):
            if ordinal.search(words):
                return fitting[index]
        if _LAST.search(words):
            return fitting[-1]
    holding = [order for order in fitting if _holds(doing, order, words)]
    return holding[0] if len(holding) == 1 else None


def _holds(doing: Doing, order: OrderView, words: str) -> bool:
    return any(line.item in dishes_said(doing) for line in order.lines) or any(name in words for name in _dishes(order))


def dishes_said(doing: Doing) -> set[str]:
    """The dishes that the words name, by their key."""
    said = doing.understood.entities if doing.understood is not None else ()
    return {str(one.value) for one in said if one.entity == "item"}


def _numbered(doing: Doing, among: list[OrderView]) -> OrderView | None:
    said = {number.zfill(4) for number in _NUMBER.findall(_words(doing))}
    found = [order for order in among if order.number in said]
    return found[0] if len(found) == 1 else None


def _words(doing: Doing) -> str:
    return doing.understood.text.casefold() if doing.understood is not None else ""


def _dishes(order: OrderView) -> set[str]:
    return {name.casefold() for line in order.lines for name in line.name.values() if len(name) > 1}


async def asked_about(doing: Doing, intent: str) -> str | None:
    """The order that the newest message on the screen asks about with a button of ``intent``."""
    for reply in await _asked_lately(doing):
        return _about(reply, intent)
    return None


async def asked_how_late(doing: Doing) -> str | None:
    """The late order whose "how much longer?" nobody has answered, although something else may have rung since."""
    for reply in await _asked_lately(doing):
        order = _about(reply, "merchant_delay", "minutes")
        if order is not None or not reply.alert:
            return order
    return None


async def _asked_lately(doing: Doing) -> list[Reply]:
    newest = await outgoing.newest(doing.work, doing.who.conversation.id, LATELY)
    return [reply for reply, _ in newest if not reply.edits]


def _about(reply: Reply, intent: str, *answers: str) -> str | None:
    for button in reply.all_buttons():
        meant = parse_payload(button.payload) if button.payload else None
        if isinstance(meant, Trigger) and meant.intent == intent and all(name in meant.slots for name in answers):
            order = meant.slots.get("shop_order")
            return order if isinstance(order, str) else None
    return None


async def still_open(doing: Doing, order_id: str | None, fits: Fits) -> OrderView | None:
    if order_id is None:
        return None
    order = await orders.of_staff(doing.work, doing.person, order_id)
    return order if order.state not in FINAL and fits(order) else None


def at_work(order: OrderView) -> bool:
    return order.state in AT_WORK


def doubtful(doing: Doing, plain: re.Pattern[str] | None = None) -> bool:
    """Whether to ask back: understood with little confidence, and not said in so many ``plain`` words."""
    understood = doing.understood
    if understood is None or doing.slot("sure") is not None or understood.confidence >= SURE:
        return False
    return plain is None or not plain.search(understood.text.casefold())
