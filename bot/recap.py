"""What a human is given with a conversation: who it is, what it is about and what went wrong, in three lines, and the last
messages. Nobody's name, number or address is in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from bot import views
from bot.outgoing import OutgoingMessage
from bot.people import Arrival, Hat
from bot.transcripts import Transcript
from bot.views import Texts
from bot.wiping import wiped
from commerce import carts, orders
from commerce.order_records import Order
from commerce.orders import OrderView
from commerce.shops import ShopView
from commerce.words import one_line
from commerce.work import Work

LAST = 6
"""Messages that are shown."""
LATELY = timedelta(hours=2)
LONGEST = 120
"""Characters of a message that are shown."""
SAID_BY_HAND = "💬 "
"""What a human said through the bot begins so, with who it was."""
LONGEST_ASKED = 300
_HIDDEN = re.compile(r"\{\w+\}")


@dataclass(frozen=True, slots=True)
class Concern:
    """What a conversation is about: an order, or the shop at hand; neither for somebody who only just came."""

    shop: ShopView | None = None
    order: OrderView | None = None


async def summary(
    work: Work, who: Arrival, hat: Hat, concern: Concern, why: str, words: str | None
) -> dict[str, Texts]:
    """The three lines, as ``who``, ``about`` and ``asked``, and ``head`` above them."""
    return {
        "head": views.both("사장님이 사람과 이야기하고 싶어 해요.", "A shop would like to talk to a person.")
        if hat == "merchant"
        else views.both("손님이 사람과 이야기하고 싶어 해요.", "A customer would like to talk to a person."),
        "who": await _who(work, who, hat),
        "about": await _about(work, who, concern),
        "asked": _asked(why, words),
    }


async def _who(work: Work, who: Arrival, hat: Hat) -> Texts:
    korean, english = ("한국어", "Korean") if who.person.language == "ko" else ("영어", "English")
    if hat == "merchant":
        return views.both(f"사장님이에요. {korean}로 말씀하세요.", f"A shop's owner or staff, writing {english}.")
    count = int(
        await work.session.scalar(
            select(func.count()).where(Order.person_id == who.person.id, Order.received_at.is_not(None))
        )
        or 0
    )
    if not count:
        return views.both(f"처음 온 손님이에요. {korean}로 말씀하세요.", f"A new customer, writing {english}.")
    return views.both(
        f"지금까지 {count}번 주문한 손님이에요. {korean}로 말씀하세요.",
        f"A customer with {count} order{'s' * (count != 1)} so far, writing {english}.",
    )


async def _about(work: Work, who: Arrival, concern: Concern) -> Texts:
    if concern.order is not None:
        order, total = concern.order, views.won(concern.order.total, concern.order.currency)
        short, state = views.summary(order), views.STATE_WORDS[order.state]
        return views.both(
            f"{views.each_language(order.shop_name, 'ko')} 주문 {order.number}번 손님이에요. "
            f"{short['ko']}, {total['ko']}, {state['ko']}",
            f"Order {order.number} at {views.each_language(order.shop_name, 'en')}: "
            f"{short['en']}, {total['en']}, {state['en']}",
        )
    cart = await carts.view(work, who.person.id)
    if cart is not None and cart.lines and (concern.shop is None or cart.shop == concern.shop.id):
        labels = [views.line_label(line) for line in cart.lines]
        name = {language: views.each_language(cart.shop_name, language) for language in ("ko", "en")}
        return views.both(
            f"아직 주문 전인 손님이에요. {name['ko']} 장바구니: {', '.join(one['ko'] for one in labels)}",
            f"They have not ordered yet. In the cart at {name['en']}: {', '.join(one['en'] for one in labels)}",
        )
    if concern.shop is not None:
        return views.both(
            f"아직 주문 전인 손님이에요. {views.each_language(concern.shop.name, 'ko')}에 대해 보고 있었어요.",
            f"They have not ordered yet, and were looking at {views.each_language(concern.shop.name, 'en')}.",
        )
    return views.both("진행 중인 주문이 없어요.", "There is no order under way.")


def _asked(why: str, words: str | None) -> Texts:
    said = one_line(hidden(words), LONGEST_ASKED) if words else ""
    if why == "lost":
        return views.both(f"봇이 두 번 알아듣지 못했어요. “{said}”", f"The bot did not understand twice: “{said}”")
    if not said:
        return views.both("사람과 이야기하고 싶어 해요.", "They asked for a person.")
    return views.both(f"사람과 이야기하고 싶어 해요. “{said}”", f"They asked for a person: “{said}”")


def hidden(text: str) -> str:
    """The text with a mark in the place of numbers, addresses and the like."""
    return _HIDDEN.sub("•••", wiped(text).text)


async def last_messages(work: Work, conversation: str) -> list[dict[str, Any]]:
    """What was said on either side lately, oldest first, each as a ``text`` in both languages."""
    since = work.now - LATELY
    sent = await work.session.execute(
        select(Transcript.at, Transcript.sent)
        .where(Transcript.conversation_id == conversation, Transcript.at >= since)
        .order_by(Transcript.id.desc())
        .limit(LAST)
    )
    told = await work.session.execute(
        select(OutgoingMessage.created_at, OutgoingMessage.reply)
        .where(OutgoingMessage.conversation_id == conversation, OutgoingMessage.created_at >= since)
        .order_by(OutgoingMessage.id.desc())
        .limit(LAST)
    )
    said: list[tuple[datetime, int, int, Texts]] = []
    for number, (at, message) in enumerate(sent.all()):
        said.append((at, 0, -number, _of_person(message)))
    for number, (at, reply) in enumerate(told.all()):
        line = _line(str(reply.get("text") or ""))
        if line and not reply.get("edits"):
            by_hand = line.startswith(SAID_BY_HAND)
            both = views.both(line, line) if by_hand else views.both(f"봇: {line}", f"Bot: {line}")
            said.append((at, 1, -number, both))
    said.sort(key=lambda one: one[:3])
    return [{"text": text} for *_, text in said[-LAST:]]


def _of_person(sent: dict[str, Any]) -> Texts:
    kind, value = next(iter(sent.items()))
    if kind == "text":
        line = _line(str(value))
        return views.both(f"손님: {line}", f"Customer: {line}")
    ko, en = {
        "tap": ("(단추를 눌렀어요)", "(tapped a button)"),
        "location": ("(위치를 보냈어요)", "(sent a location)"),
        "contact": ("(전화번호를 보냈어요)", "(sent a telephone number)"),
    }.get(kind, ("(글이 아닌 것을 보냈어요)", "(sent something that is no text)"))
    return views.both(f"손님: {ko}", f"Customer: {en}")


def _line(text: str) -> str:
    return one_line(hidden(text), LONGEST)


async def concern_of(work: Work, person: str, at_shop: Any) -> tuple[OrderView | None, str | None]:
    """The newest open order, and the shop that is concerned: its, else that of the cart, else the one at hand."""
    found = await orders.open_of(work, person)
    paid = next((order for order in found if order.state != "unpaid"), found[0] if found else None)
    if paid is not None:
        return paid, paid.shop
    cart = await carts.view(work, person)
    if cart is not None and cart.lines:
        return None, cart.shop
    return None, at_shop if isinstance(at_shop, str) else None
