"""While a human has a conversation: words go from one to the other through the bot, which is silent itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import select

from bot import handoffs, operators, outgoing, people, views
from bot.handoff_records import Handoff
from bot.handoffs import Ending
from bot.messages import Incoming
from bot.people import Arrival, Conversation, Person
from bot.services import Services
from bot.telling import Teller
from bot.views import Texts
from commerce import orders, shops
from commerce.words import one_line
from commerce.work import Work
from flows.payloads import Trigger, parse_payload
from nlu.written import LONGEST

Carried = Literal["passed_on", "maybe", "not"]
"""What came of a message: it went to the other one; it goes there unless the bot understands it; it is the bot's."""

_ENDS = re.compile(
    r"\W*(?:(?:이제|그럼|감사합니다|고맙습니다|고마워요?|수고하세요|thanks|thank you|ok|okay)[\s,.!~]+)*(?:"
    r"(?:이?\s?(?:대화|상담)(?:은|는|을|를)?\s?)?(?:이제\s)?(?:끝(?:이에요|입니다|났어요|났습니다|낼게요?|냅니다|내겠습니다|내요|내\s?줘요?|내\s?주세요)?"
    r"|종료(?:할게요?|합니다|하겠습니다|해\s?줘요?|해\s?주세요)?)"
    r"|(?:다시\s)?봇(?:으로|한테|에게|이랑|과)\s?(?:돌려|돌릴|돌아갈|넘겨|넘길|넘깁|얘기할|이야기할|할)\S*(?:\s(?:줘요?|주세요))?"
    r"|(?:i'?m |we'?re |all )?(?:done|finished)|end(?: (?:the |this )?(?:chat|conversation))?|(?:give|hand|send) (?:(?:it|them|this) )?back(?: to (?:the )?bot)?"
    r"|(?:go )?back to (?:the )?bot)(?: please| now)?\W*",
    re.IGNORECASE,
)
_LEAVES = re.compile(r"\W*(?:처음으로|start over|restart)\W*", re.IGNORECASE)
_ENDED_BY: Mapping[str, Ending] = {handoffs.UNANSWERED: "unanswered", handoffs.GIVEN_UP: "given_back"}
SCREEN = 6
"""Messages on a shop's screen among which is looked for what rang last."""


class Relay:
    """Works within one turn."""

    def __init__(self, work: Work, services: Services, teller: Teller) -> None:
        self.work = work
        self.services = services
        self.teller = teller

    # -- words

    async def carry(self, who: Arrival, incoming: Incoming) -> Carried:
        """Pass a message on where a human has the conversation. Taps are for the bot: they do what their button says."""
        if incoming.tap is not None or (incoming.text is not None and len(incoming.text) > LONGEST):
            return "not"
        held = await handoffs.held_in(self.work, who.conversation.id)
        if held is not None and ((held.offered_to == "shop" and who.works) or who.operates):
            return await self._from_holder(who, held, incoming)
        mine = await handoffs.open_of(self.work, who.conversation.id)
        if mine is not None and mine.taken_in is not None:
            return await self._from_person(who, mine, incoming)
        return "not"

    async def _from_holder(self, who: Arrival, held: Handoff, incoming: Incoming) -> Carried:
        if incoming.text is None:
            await self.teller.tell(who, "utter_handoff_words_only", {"h": await self._slots(held)})
            return "passed_on"
        if _ENDS.fullmatch(incoming.text):
            await self.end(held.id, "given_back")
            return "passed_on"
        if _LEAVES.fullmatch(incoming.text):
            await self.end(held.id, "given_back")
            return "not"
        if held.offered_to == "shop" and await self._order_rang(who):
            return "maybe"
        return "passed_on" if await self.say(who, held, incoming.text) else "not"

    async def say(self, who: Arrival, held: Handoff, text: str) -> bool:
        """The holder's words to the person; False when it is over."""
        if not await handoffs.spoke(self.work, held.id):
            return False
        h = await self._slots(held)
        to = await self._of(held.conversation_id)
        await self.teller.tell(to, "utter_handoff_said", {"h": {**h, "words": one_line(text, LONGEST)}})
        if held.offered_to == "shop":
            await self.teller.tell(who, "utter_handoff_passed_on", {"h": h})
        return True

    async def later(self, who: Arrival, text: str) -> bool:
        """As ``say``, of what the bot did not understand."""
        held = await handoffs.held_in(self.work, who.conversation.id)
        return held is not None and await self.say(who, held, text)

    async def _order_rang(self, who: Arrival) -> bool:
        """Whether an order has asked something of the shop since the two last wrote to each other."""
        for reply, _ in await outgoing.newest(self.work, who.conversation.id, SCREEN):
            intents = [meant.intent for button in reply.all_buttons() if (meant := _trigger(button.payload))]
            if "handoff_end" in intents:
                return False
            if reply.alert and not reply.edits and any(intent.startswith("merchant_") for intent in intents):
                return True
        return False

    async def _from_person(self, who: Arrival, mine: Handoff, incoming: Incoming) -> Carried:
        if incoming.text is not None and _LEAVES.fullmatch(incoming.text):
            await self.end(mine.id, "left")
            return "not"
        if incoming.text is not None and _ENDS.fullmatch(incoming.text):
            return "passed_on" if await self.end(mine.id, "left") else "not"
        if incoming.contact is not None:
            await self.teller.tell(who, "utter_handoff_no_number", {})
            return "passed_on"
        if mine.taken_in is None or not await handoffs.spoke(self.work, mine.id):
            return "not"
        holder = await self._of(mine.taken_in)
        words = one_line(_words(incoming, holder.person.language), LONGEST)
        await self.teller.tell(holder, "utter_handoff_heard", {"h": {**await self._slots(mine), "words": words}})
        return "passed_on"

    # -- taking and giving back

    async def offer(self, handoff: Handoff, candidates: list[Arrival], last: list[dict[str, Any]]) -> None:
        """Tell those who may take it."""
        h = {**await self._slots(handoff), "last": last, "customer": handoff.person_id}
        for to in candidates:
            await self.teller.tell(to, "utter_handoff_offered", {"h": h})

    async def candidates(self, offered_to: str, shop: str | None, person: str) -> list[Arrival]:
        """Who may take a conversation of ``person``, and can be written to."""
        if offered_to == "shop":
            found = [one.person for one in await shops.staff(self.work, str(shop))]
        else:
            found = [one.person_id for one in await operators.everybody(self.work)]
        reachable = await people.reachable(self.work, [one for one in found if one != person])
        return [reachable[one] for one in found if one in reachable]

    async def taken(self, handoff: Handoff, by: Arrival, offered_to: str) -> dict[str, Any]:
        """Tell the person and the others to whom it was offered; what the one who took it is to be told."""
        h = await self._slots(handoff)
        await self.teller.tell(await self._of(handoff.conversation_id), "utter_handoff_begun", {"h": h})
        for to in await self.candidates(offered_to, handoff.shop_id, handoff.person_id):
            if to.person.id == by.person.id:
                continue
            name = by.person.name or views.each_language(_COLLEAGUE, to.person.language)
            await self.teller.tell(to, "utter_handoff_taken_by", {"h": {**h, "by": name}})
        return h

    async def end(self, handoff: str, how: Ending) -> bool:
        """Give it back to the bot, and tell both; False when it was over."""
        ended = await handoffs.end(self.work, handoff, how)
        if ended is None:
            return False
        await self.tell_end(ended)
        return True

    async def tell_end(self, ended: Handoff) -> None:
        h = {**await self._slots(ended), "ended": ended.ended, "customer": ended.person_id}
        person = await self._of(ended.conversation_id)
        if ended.ended == "unanswered":
            await self.teller.tell(person, "utter_handoff_unanswered", {"h": h})
        elif ended.ended != "answered":
            await self.teller.tell(person, "utter_handoff_over", {"h": h})
        if ended.taken_in is not None:
            await self.teller.tell(await self._of(ended.taken_in), "utter_handoff_ended", {"h": h})
        else:
            for to in await self.candidates(ended.offered_to, ended.shop_id, ended.person_id):
                await self.teller.tell(to, "utter_handoff_closed", {"h": h})

    # -- timers

    async def on_timer(self, name: str, handoff: str) -> None:
        settings = self.services.settings
        if name in _ENDED_BY:
            await self.end(handoff, _ENDED_BY[name])
            return
        quiet = await handoffs.end_if_quiet(self.work, handoff, timedelta(minutes=settings.handoff_quiet_minutes))
        if quiet is not None:
            await self.tell_end(quiet)

    # -- words about it

    async def _slots(self, handoff: Handoff) -> dict[str, Any]:
        """A hand-off as responses read it."""
        shop = await shops.get(self.work, handoff.shop_id) if handoff.shop_id is not None else None
        by_shop = handoff.offered_to == "shop" and shop is not None
        settings = self.services.settings
        phone = (
            shop.phone if by_shop and shop is not None else settings.operator_phone or (shop.phone if shop else None)
        )
        return {
            **handoff.summary,
            "id": handoff.id,
            "to": handoff.offered_to,
            "label": await self._label(handoff),
            "human": _human(shop) if by_shop and shop is not None else views.both("상담원", "Agent"),
            "shop": dict(shop.name) if shop is not None else None,
            "phone": phone,
            "quiet": settings.handoff_quiet_minutes,
        }

    async def _label(self, handoff: Handoff) -> Texts:
        """What the person is called to the one who helps: by the order, never by name."""
        if handoff.order_id is not None:
            number = (await orders.get(self.work, handoff.order_id)).number
            return views.both(f"{number}번 손님", f"Customer of order {number}")
        return views.both("손님", "Customer")

    async def _of(self, conversation: str) -> Arrival:
        row = (
            await self.work.session.execute(
                select(Conversation, Person)
                .join(Person, Person.id == Conversation.person_id)
                .where(Conversation.id == conversation)
            )
        ).one()
        return Arrival(row[1], row[0])


def _human(shop: shops.ShopView) -> Texts:
    return views.both(f"{views.each_language(shop.name, 'ko')} 사장님", views.each_language(shop.name, "en"))


def _trigger(payload: str) -> Trigger | None:
    meant = parse_payload(payload) if payload else None
    return meant if isinstance(meant, Trigger) else None


_UNWRITTEN: Mapping[str, Texts] = {
    "photo": {"ko": "사진", "en": "a photo"},
    "voice": {"ko": "음성 메시지", "en": "a voice message"},
    "video": {"ko": "동영상", "en": "a video"},
    "sticker": {"ko": "스티커", "en": "a sticker"},
}
_FILE: Texts = {"ko": "파일", "en": "a file"}
_COLLEAGUE: Texts = {"ko": "동료", "en": "a colleague"}


def _words(incoming: Incoming, language: str) -> str:
    """What somebody sent, in words for the other."""
    if incoming.text is not None:
        return incoming.text
    if incoming.location is not None:
        return f"📍 {incoming.location.lat:.5f}, {incoming.location.lon:.5f}"
    what = views.each_language(_UNWRITTEN.get(str(incoming.media), _FILE), language)
    return f"({what}: 여기서는 볼 수 없어요)" if language == "ko" else f"({what}: cannot be seen here)"
