"""What was done in a customer's conversation, for a dialogue test: their own messages, what they paid, and what shops did
about their orders. Nobody's name, number or address is in it: people are called customer and shop:…, numbers and
addresses are others, and a shared location is the nearest known place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select

from bot import outgoing, transcripts
from bot.channels.terminal import titled_buttons
from bot.messages import Tap
from bot.people import Conversation, Person
from bot.rehearsal.recording import Deed
from bot.rehearsal.script import BadDialogue
from bot.town import TownSpec
from bot.transcripts import Sent
from bot.wiping import stood_in, wiped
from commerce.cells import distance_m
from commerce.order_records import Order
from commerce.payment_records import Payment
from commerce.shops import Shop, Staff
from commerce.work import Work

Language = Literal["ko", "en"]
CUSTOMER = "customer"
_NAMES: Mapping[Language, str] = {"ko": "홍길동", "en": "Jane Doe"}
_TITLES = frozenset({"사장님", "손님"})
_DOOR = re.compile(r"\d+\s?호|\d+\s?층|\b(?:apt|unit|suite|room|floor)\b|#\s?\d", re.IGNORECASE)
"""Who named one is not asked for it."""
_DOORS: Mapping[Language, str] = {"ko": "101호", "en": "Apt 101"}
_MARKED = re.compile(r"\[([^\]]+)\]\(\w+\)")
_PHONE = "010-0000-0000"
_DECISIONS = {"succeeded": "approve", "failed": "decline"}


@dataclass(frozen=True, slots=True)
class Lived:
    """A conversation as deeds, oldest first, and the languages of its people."""

    deeds: list[Deed]
    lang: Mapping[str, str]


async def lived(work: Work, town: TownSpec, wanted: str) -> Lived:
    """The conversation of that id, or all those of the person of that id. Raises BadDialogue."""
    talks = (
        await work.session.scalars(
            select(Conversation).where((Conversation.id == wanted) | (Conversation.person_id == wanted))
        )
    ).all()
    if not talks:
        raise BadDialogue(f"there is no conversation or person {wanted!r}; ids are in the logs, as `conversation`")
    reader = _Reader(work, town, await _people(work, talks))
    deeds = await reader.deeds(await transcripts.sent_in(work, [talk.id for talk in talks]), {})
    if not deeds:
        raise BadDialogue(f"nothing of {wanted} is kept any more; see DANGOL_TRANSCRIPT_DAYS")
    customer = await work.session.get_one(Person, talks[0].person_id)
    reader.languages[talks[0].person_id] = "en" if customer.language == "en" else "ko"
    orders = {one.id: one for one in await work.session.scalars(select(Order).where(Order.person_id == customer.id))}
    deeds += await _paid(work, orders, reader.names[talks[0].id])
    deeds += await reader.of_shops(orders, deeds[0])
    deeds.sort(key=lambda deed: deed.at)
    return Lived(deeds, {"": reader.languages[talks[0].person_id]})


async def _people(work: Work, talks: Iterable[Conversation]) -> dict[str, Person]:
    """By conversation."""
    return {talk.id: await work.session.get_one(Person, talk.person_id) for talk in talks}


async def _paid(work: Work, orders: Mapping[str, Order], who: str) -> list[Deed]:
    payments = await work.session.scalars(select(Payment).where(Payment.order_id.in_(orders)))
    return [
        Deed(at, {"as": who, "pay": _DECISIONS[one.state]})
        for one in payments
        if one.state in _DECISIONS and (at := one.paid_at or one.heard_at) is not None
    ]


def _called(people: Iterable[Person]) -> list[str]:
    """What these people may be called, the longest first: "김철수" is 철수 too."""
    names = {one.name for one in people if one.name and one.name not in _TITLES}
    parts = {part for name in names for part in name.split()}
    given = {part[1:] for part in parts if len(part) == 3 and "가" <= part[0] <= "힣"}
    return sorted((name for name in names | parts | given if len(name) > 1), key=len, reverse=True)


class _Reader:
    """Turns kept messages into deeds."""

    def __init__(self, work: Work, town: TownSpec, people: Mapping[str, Person]) -> None:
        self.work = work
        self.town = town
        self.people = dict(people)
        self.names = dict.fromkeys(people, CUSTOMER)
        self.languages: dict[str, Language] = {}

    async def deeds(self, sent: Iterable[Sent], orders: Mapping[str, Order]) -> list[Deed]:
        """``orders``: only buttons about one of these count, where there are any."""
        found = []
        for one in sent:
            act = await self._act(one, orders)
            if act is not None:
                found.append(Deed(one.at, {"as": self.names[one.conversation], **act}))
        return found

    async def of_shops(self, orders: Mapping[str, Order], first: Deed) -> list[Deed]:
        """What the people of the orders' shops did about them: their taps, and what they wrote meanwhile."""
        rows = await self.work.session.execute(
            select(Conversation, Shop.slug, Shop.id, Staff.role)
            .join(Staff, Staff.person_id == Conversation.person_id)
            .join(Shop, Shop.id == Staff.shop_id)
            .where(Shop.id.in_({order.shop_id for order in orders.values()}))
            .order_by(Conversation.id)
        )
        found: list[Deed] = []
        colleagues = 0
        for talk, slug, shop, role in rows.all():
            colleagues += role != "owner"
            self.names[talk.id] = f"shop:{slug}" if role == "owner" else f"shop:{slug}/colleague{colleagues}"
            self.people[talk.id] = await self.work.session.get_one(Person, talk.person_id)
            placed = min(order.placed_at for order in orders.values() if order.shop_id == shop)
            sent = await transcripts.sent_in(self.work, [talk.id], since=max(placed, first.at))
            found += await self.deeds(sent, orders)
        return found

    async def _act(self, one: Sent, orders: Mapping[str, Order]) -> dict[str, Any] | None:
        kind, value = next(iter(one.sent.items()))
        if kind == "text":
            return {"say": self.replaced(one, value)}
        if kind == "contact":
            return {"say": _PHONE}
        if kind == "location":
            return {"location": self._nearest(*value)}
        return await self._tapped(one, value, orders) if kind == "tap" else None

    async def _tapped(self, one: Sent, data: str, orders: Mapping[str, Order]) -> dict[str, Any] | None:
        tap = Tap.parse(data)
        message = await outgoing.find(self.work, one.conversation, tap.message) if tap else None
        if tap is None or message is None:
            return None
        buttons = titled_buttons(outgoing.reply_from(message.reply))
        if tap.button >= len(buttons):
            return None
        _, button, title = buttons[tap.button]
        if orders and not any(order in button.payload for order in orders):
            return None
        return {"tap": button.label} | ({"card": title} if title else {})

    def replaced(self, one: Sent, text: str) -> str:
        """The text with other numbers, addresses and names."""
        person = self.people[one.conversation]
        language: Language = "en" if person.language == "en" else "ko"
        if one.expect == "name":
            return _NAMES[language]
        for name in _called(self.people.values()):
            text = re.sub(re.escape(name), _NAMES[language], text, flags=re.IGNORECASE)
        clean = stood_in(wiped(text, address_asked=one.expect == "address").text, language)
        clean = _MARKED.sub(r"\1", clean)
        door = _DOOR.search(text) if one.expect == "address" else None
        return f"{clean} {_DOORS[language]}" if door is not None and _DOOR.search(clean) is None else clean

    def _nearest(self, lat: float, lon: float) -> list[float]:
        places = [(place.lat, place.lon) for place in self.town.places] or [(self.town.lat, self.town.lon)]
        return list(min(places, key=lambda place: distance_m(lat, lon, *place)))
