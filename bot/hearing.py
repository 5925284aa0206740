"""How one message is read: a tap, a text, a place or a number, by what is on the screen and what is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot import observing, outgoing
from bot.actions.taking_back import can_be_taken_back
from bot.beyond_chat import beyond, of_a_refund
from bot.corrections import another_hour, takes_back_the_last, undoes
from bot.hats import further
from bot.labels import same_label
from bot.messages import Incoming
from bot.on_screen import (
    anew,
    answered_by,
    labelled_by,
    not_yet,
    said_anew,
    starred_by,
    talk_on,
    undone_by,
)
from bot.people import Arrival, Hat
from bot.picked import picked_by
from bot.reading import UNSURE, Reader, order_of
from bot.restoring import Restored
from bot.said import SURE, plain_wish
from bot.said_one_way import agrees_to_something_else, in_short
from bot.services import Services
from bot.short_words import (
    answers_customer,
    behind_thanks,
    hour_meant,
    minutes_meant,
    opens_a_talk,
    tells_of_oneself,
    wants_a_person,
)
from bot.spoken_of import remembered
from bot.wishes import each_wish
from commerce import orders, shops
from commerce.work import Work
from flows.commands import Cancel, CannotHandle, ChitChat, Command, Handoff, Repeat
from nlu.expected import more_than_yes
from nlu.understanding import Context, Opinion, Understanding
from nlu.written import LONGEST

ON_SCREEN: Mapping[Hat, int] = {"consumer": 4, "merchant": 12, "operator": 4}
"""The newest messages whose buttons may be named by their label; a shop's orders wait side by side."""
FURTHER_UP = 12
"""The messages among which another order may have a button of the same label."""
_PLAIN = 0.6
"""From this confidence a shop's curse is one."""
_AGREEING = frozenset(
    {"affirm", "checkout", "inform", "thanks", "greet", "goodbye", "chitchat", "out_of_scope", "insult"}
)
"""What may be said along with a yes to the order."""
_LIKELY = 0.3
"""How sure something else behind a yes must be: what was not agreed to costs more than to be asked again."""


@dataclass(frozen=True, slots=True)
class Heard:
    """How a message was read."""

    hat: Hat
    command: Command
    understood: Understanding | None
    readings: list[dict[str, Any]]
    wishes: tuple[Understanding, ...] = ()
    """What was wanted, one after the other; ``command`` is the first. None for a tap."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """Reads ``incoming`` within one turn. ``opinion`` is another engine's, if one was asked."""

    work: Work
    services: Services
    incoming: Incoming
    opinion: Opinion | None
    restored: Restored

    async def hear(self, who: Arrival, workplaces: list[shops.ShopView], reader: Reader) -> Heard:
        incoming, hat = self.incoming, reader.hat
        if incoming.text is not None:
            return await self._hear_text(who, workplaces, reader, incoming.text)
        if incoming.tap is not None:
            message = await outgoing.find(self.work, who.conversation.id, incoming.tap.message)
            buttons = outgoing.reply_from(message.reply).all_buttons() if message else ()
            if message is None or incoming.tap.button >= len(buttons):
                return Heard(hat, reader.payload("/old_button", None), None, [])
            payload = buttons[incoming.tap.button].payload
            if payload and not payload.startswith("/"):
                return await self._hear_text(who, workplaces, reader, payload)
            asked = self._asked(message.asked)
            return self._tapped(reader, further(who, workplaces, hat), payload, asked)
        if incoming.location is not None:
            who.person.lat, who.person.lon = incoming.location.lat, incoming.location.lon
            return Heard(hat, reader.point(incoming.location.lat, incoming.location.lon), None, reader.readings(None))
        if incoming.contact is not None:
            who.person.phone = incoming.contact[:32]
            return self._written(reader, incoming.contact)
        return Heard(hat, reader.payload("/unreadable", None), None, [])

    def _tapped(self, reader: Reader, others: tuple[Hat, ...], payload: str, asked: Mapping[str, Any] | None) -> Heard:
        """A tap wears the hat that its flow is for."""
        for hat in (reader.hat, *others):
            turned = replace(reader, hat=hat)
            command = turned.payload(payload, asked)
            if not isinstance(command, CannotHandle):
                return Heard(hat, command, None, turned.readings(None))
        return Heard(reader.hat, CannotHandle(), None, reader.readings(None))

    def _written(self, reader: Reader, text: str) -> Heard:
        understood = Understanding(text=text, language="ko", intent="inform", confidence=1.0)
        return Heard(reader.hat, reader.words(understood), understood, reader.readings(None))

    async def _hear_text(self, who: Arrival, workplaces: list[shops.ShopView], reader: Reader, text: str) -> Heard:
        """What is typed, or what a button says for who taps it."""
        if len(text) > LONGEST:  # half an order would be another order
            return Heard(reader.hat, reader.payload("/too_long", None), None, [])
        reader = replace(reader, slots=remembered(reader.slots, self.work.now))
        others = further(who, workplaces, reader.hat)
        newest = await outgoing.newest(self.work, who.conversation.id, ON_SCREEN[reader.hat])
        screen = [(reply, self._asked(asked)) for reply, asked in newest]
        labelled = labelled_by(screen, text, reader) or picked_by(screen, text, reader) or starred_by(screen, text)
        if labelled is not None and not labelled[0].startswith("/"):
            text, labelled = labelled[0] or text, None
        if labelled is not None and not await self._under_two(who, reader, text, labelled[0]):
            return self._tapped(reader, others, *labelled)
        if reader.hat == "merchant" and reader.asking is None and (undoes(text) or not_yet(screen, text)):
            undone = undone_by(screen)
            return Heard("merchant", reader.payload(undone, None) if undone else Cancel(), None, reader.readings(None))
        undoable = reader.hat == "consumer" and reader.may_be_several() and can_be_taken_back(reader.slots)
        if undoable and takes_back_the_last(text):
            return Heard("consumer", reader.payload("/take_back", None), None, reader.readings(None))
        short = in_short(reader, screen, text)
        if short is not None:
            return Heard(reader.hat, short, None, reader.readings(None))
        again = said_anew(screen, text) if reader.hat == "merchant" and reader.asking is None else None
        if again is not None:
            meant = await self._understand(who, workplaces, reader, again[1])
            undoing = anew(screen, again[0], meant)
            if undoing is not None:
                first = reader.payload(undoing[0], None) if undoing else reader.wish(meant)
                taken = [Understanding(text, meant.language, "merchant_stop", 1.0) for _ in undoing]
                return Heard("merchant", first, meant, reader.readings(None), (*taken, meant))
        understood = await self._understand(who, workplaces, reader, text)
        _follow_language(who, understood)
        if reader.asking is None and reader.hat == "consumer":
            answered = answered_by([reply for reply, _ in screen], understood)
            if answered is not None and answered.startswith("/"):
                return self._tapped(reader, others, answered, None)
        heard = _read(reader, understood)
        if isinstance(heard.command, CannotHandle | ChitChat) and wants_a_person(text):
            return replace(heard, command=Handoff(), wishes=(understood,))
        if reader.hat == "merchant" and isinstance(heard.command, CannotHandle) and of_a_refund(text):
            return replace(heard, command=reader.payload(beyond("refund", text), None), wishes=(understood,))
        curse = reader.hat == "merchant" and isinstance(heard.command, ChitChat) and understood.confidence < _PLAIN
        if curse and heard.command == ChitChat("insult"):  # "이게 뭐여", at an order that has just rung
            return replace(heard, command=CannotHandle())
        if reader.hat == "consumer" and tells_of_oneself(text) and await self._waits_for_an_order(who):
            return replace(heard, command=reader.payload('/tell_shop{"talking": true}', None), wishes=(understood,))
        if agrees_to_something_else(reader, screen, understood):
            return replace(heard, command=Repeat(), wishes=(understood,))
        answers = _no_wish(heard) or (reader.hat == "merchant" and opens_a_talk(text))
        talk = talk_on(screen) if reader.asking is None and answers else None
        if talk is not None:
            return replace(heard, command=reader.payload(talk, None), wishes=(understood,))
        at_the_counter = who.conversation.home == reader.hat and reader.hat != "consumer"
        if not others or at_the_counter:
            return heard
        lost = isinstance(heard.command, CannotHandle)
        if not lost and (reader.asking is not None or understood.confidence >= SURE):
            return heard
        bar = max(understood.confidence, UNSURE)
        bar = min(bar, SURE) if lost else bar
        for hat in others:
            other = replace(reader, hat=hat, asking=None)
            second = await self._understand(who, workplaces, other, text)
            if second.in_scope and second.confidence > bar:
                command = other.words(second)
                if not isinstance(command, CannotHandle):
                    return Heard(other.hat, command, second, other.readings(second))
        return heard

    def _asked(self, asked: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        return self.restored.asked(asked)

    async def _waits_for_an_order(self, who: Arrival) -> bool:
        return any(order.received for order in await orders.open_of(self.work, who.person.id))

    async def _under_two(self, who: Arrival, reader: Reader, text: str, payload: str) -> bool:
        """Whether the label stands under more than one order of the person: "주문 취소" names neither then."""
        if reader.hat != "consumer" or order_of(payload) is None:
            return False
        orders: set[str | None] = set()
        for reply, _ in await outgoing.newest(self.work, who.conversation.id, FURTHER_UP):
            index = same_label(text, [button.label for button in reply.all_buttons()])
            if index is not None:
                orders.add(order_of(reply.all_buttons()[index].payload))
        return len(orders - {None}) > 1

    async def _understand(
        self, who: Arrival, workplaces: list[shops.ShopView], reader: Reader, text: str
    ) -> Understanding:
        shop = workplaces[0].id if reader.hat == "merchant" else reader.slots.get("at_shop")
        home = self.services.home
        catalogue = self.services.catalogue
        context = Context(
            role=reader.hat,
            expect=reader.asking.expect if reader.asking else None,  # type: ignore[arg-type]
            at_hand=await catalogue.at_hand(self.work, shop) if shop else (),
            around=await catalogue.around_person(self.work, who.person, home),
            language="en" if who.person.language == "en" else "ko",
            opinion=self.opinion,
        )
        now = self.work.now.astimezone(home.zone)
        if reader.hat == "merchant":
            return observing.parse(self.services.engine.parse, minutes_meant(text), context, now)
        if context.expect == "text":
            # "후라이드 한 마리요" is no review but the next order.
            unasked = observing.parse(self.services.engine.parse, text, replace(context, expect=None), now)
            if plain_wish(unasked):
                return unasked
        hour = another_hour(text, reader.slots) if reader.hat == "consumer" else None
        if hour is not None:
            return observing.parse(self.services.engine.parse, hour, replace(context, expect="time"), now)
        understood = observing.parse(self.services.engine.parse, hour_meant(text), context, now)
        further_wish = behind_thanks(text) if understood.intent == "thanks" else None
        if further_wish is not None:
            said = observing.parse(self.services.engine.parse, further_wish, context, now)
            if said.in_scope and said.confidence >= _LIKELY and said.intent not in _AGREEING:
                return said
        agreed = reader.asking is not None and reader.asking.slot == "confirmed" and understood.intent == "affirm"
        if agreed and more_than_yes(text):
            # "네 주소 바꿀게요" agrees to no order yet.
            unasked = observing.parse(self.services.engine.parse, text, replace(context, expect=None), now)
            if unasked.intent not in _AGREEING and unasked.in_scope and unasked.confidence >= _LIKELY:
                return unasked
        named = understood.value("shop")
        if reader.hat == "consumer" and isinstance(named, str) and named != shop:
            # "하나치킨 후라이드 매운맛": what its dishes come with is known at that shop only.
            there = replace(context, at_hand=await catalogue.at_hand(self.work, named))
            ordered = observing.parse(self.services.engine.parse, text, there, now)
            if ordered.intent == "order_items" and any(line.options and line.item for line in ordered.lines):
                return replace(ordered, confidence=1.0, in_scope=True)
        return understood


def _no_wish(heard: Heard) -> bool:
    """Words that want nothing of the bot: an answer to who wrote last."""
    said = heard.understood
    bare = said is not None and said.intent in ("affirm", "deny", "inform", "greet")
    asks = said is not None and said.intent.startswith("merchant") and answers_customer(said.text)
    unsold = said is not None and said.intent == "merchant_sold_out" and said.value("item") is None and not said.lines
    return bare or unsold or asks or isinstance(heard.command, CannotHandle | ChitChat)


def _read(reader: Reader, understood: Understanding) -> Heard:
    wishes = each_wish(understood) if reader.may_be_several() else (understood,)
    return Heard(reader.hat, reader.words(wishes[0]), understood, reader.readings(understood), wishes)


def _follow_language(who: Arrival, understood: Understanding) -> None:
    """Answer in the language that is spoken: a whole message in the other one switches. "/start", an invitation's code
    and a bare address are no language."""
    if any(one.entity == "address" and one.text.strip() == understood.text.strip() for one in understood.entities):
        return
    if understood.language != who.person.language and understood.confidence >= UNSURE and understood.in_scope:
        words = [word for word in understood.text.split() if not any(mark.isdigit() or mark == "/" for mark in word)]
        letters = [letter for word in words for letter in word if letter.isalpha()]
        english = understood.intent != "accept_invitation" and (len(words) >= 2 or len(letters) >= 5)
        if understood.language == "ko" or english:
            who.person.language = understood.language
