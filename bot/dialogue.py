"""One person's message through understanding, the flows and their actions, to what is told."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot import cart_waiting, observing, outgoing, people, transcripts
from bot.actions import ACTIONS
from bot.actions.doing import Doing
from bot.buttons import carried
from bot.changes import Changes, agreed_price
from bot.corrections import undoes
from bot.hats import further, hat_line, worn
from bot.learning import Moment, learn
from bot.messages import Incoming
from bot.on_screen import anew, answered_by, counted_by, labelled_by, said_anew, talk_on, undone_by
from bot.people import Arrival, Hat
from bot.reading import SURE, UNSURE, Reader, order_of, plain_wish, same_label
from bot.relaying import Relay
from bot.restoring import Restored, restore
from bot.services import Services
from bot.telling import Teller
from bot.wishes import each_wish, together
from bot.witnessed import Moved
from commerce import shops
from commerce.refusals import Refusal
from commerce.work import Work
from flows.commands import Cancel, CannotHandle, ChitChat, Command, Restart
from flows.engine import Asking, Turned, advance, asking, failed, resume
from flows.library import Library
from flows.state import State
from nlu.understanding import Context, Opinion, Understanding
from nlu.written import LONGEST

log = logging.getLogger(__name__)

MOST_ACTIONS = 40
"""Actions in one turn before the flow is taken for a loop."""
ON_SCREEN: Mapping[Hat, int] = {"consumer": 4, "merchant": 12, "operator": 4}
"""The newest messages whose buttons may be named by their label; a shop's orders wait side by side."""
FURTHER_UP = 12
"""The messages among which another order may have a button of the same label."""
PASSING = ("menu", "changed", "found", "orders", "coupons", "waiting", "offers", "items", "today", "o")
"""Slots that only carry what an action found to the response after it: not kept between messages."""


@dataclass(frozen=True, slots=True)
class Heard:
    """How a message was read."""

    hat: Hat
    command: Command
    understood: Understanding | None
    readings: list[dict[str, Any]]
    wishes: tuple[Understanding, ...] = ()
    """What was wanted, one after the other; ``command`` is the first. None for a tap."""


class Dialogue:
    """Carries one update of one conversation. Everything is written on ``work``; the turn commits. ``unread``: it was
    sent before the answer to the one before it could be read."""

    def __init__(
        self,
        work: Work,
        services: Services,
        teller: Teller,
        incoming: Incoming,
        opinion: Opinion | None,
        *,
        unread: bool = False,
    ) -> None:
        self.work = work
        self.services = services
        self.teller = teller
        self.incoming = incoming
        self.opinion = opinion
        self.unread = unread
        self.turned_to: str | None = None
        """The shop that the person has just turned to."""
        self.acted: list[tuple[str, Mapping[str, Any]]] = []
        self.changes = Changes()
        self.restored: Restored | None = None
        self.moved: Moved | None = None
        """How the flows moved, once they have."""

    async def carry(self) -> None:
        """Read, move the flows, act, answer."""
        who = await people.arrive(self.work, self.incoming)
        if await self._tapped_already(who):
            return
        relay = Relay(self.work, self.services, self.teller)
        relayed = await relay.carry(who, self.incoming) if who.handed else "not"
        if relayed == "passed_on":
            await self._passed_on(who)
            return
        workplaces = await shops.workplaces(self.work, who.person.id) if who.works else []
        self.restored = await restore(self.work, self.services, self.teller, who)
        library, state = self.restored.library, self.restored.state
        asked = asking(library, state)
        read = None if self.unread and asked is not None and asked.slot == "confirmed" else asked
        heard = await self._hear(who, workplaces, Reader(library, worn(who, workplaces), state.slots, read))
        if relayed == "maybe" and isinstance(heard.command, CannotHandle | ChitChat):
            await relay.later(who, self.incoming.text or "")
            await self._passed_on(who)
            return
        observing.note(conversation=who.conversation.id, hat=heard.hat)
        observing.heard(heard.understood)
        if heard.hat != who.conversation.hat:
            who.conversation.hat = heard.hat
        if isinstance(heard.command, CannotHandle):
            state = replace(state, slots={**state.slots, "readings": heard.readings})
        if isinstance(heard.command, Restart):
            library = self.services.versions.current
        self.changes = Changes(agreed_price(asked.slot if asked else None, state.slots), shown=not self.unread)
        turned = await self._in_turn(who, heard, library, state)
        self.moved = Moved(
            library, heard.command, heard.understood, asked, state, tuple(self.acted), turned, who.person.language
        )
        if turned.asking is not None:
            observing.note(flow=turned.asking.flow, step=turned.asking.step)
        await self._answer(who, workplaces, library, turned)
        if heard.hat == "consumer":
            minutes, acted = self.services.settings.cart_reminder_minutes, [name for name, _ in self.acted]
            since = who.conversation.used_at
            await cart_waiting.bring_up(self.work, self.teller, who, since, minutes, turned, acted)
        shop = turned.state.slots.get("at_shop")
        self.turned_to = shop if shop != state.slots.get("at_shop") else None
        moment = self._moment(heard, asked, turned.patterns)
        remembered = await learn(self.work, who, moment) if self.services.settings.review_days else None
        if self.services.settings.transcript_days:
            await transcripts.add(self.work, who.conversation.id, self.incoming, self.moved)
        await people.leave(
            self.work, who, replace(turned.state, slots=_lasting(turned.state.slots)).to_json(), remembered
        )

    async def _passed_on(self, who: Arrival) -> None:
        """What a human has, the bot does not read; it is kept all the same."""
        observing.note(conversation=who.conversation.id)
        if self.services.settings.transcript_days:
            await transcripts.add(self.work, who.conversation.id, self.incoming, None)
        await people.leave(self.work, who, who.conversation.state, who.conversation.heard)

    def _moment(self, heard: Heard, asked: Asking | None, patterns: tuple[str, ...]) -> Moment:
        text = self.incoming.text if self.incoming.text is not None and len(self.incoming.text) <= LONGEST else None
        model = self.services.engine.version
        return Moment(text, heard.hat, heard.command, heard.understood, asked, patterns, model)

    async def _tapped_already(self, who: Arrival) -> bool:
        """A double tap does what it means once, and is answered once."""
        tap = self.incoming.tap
        if tap is None or await outgoing.find(self.work, who.conversation.id, tap.message) is None:
            return False
        if await outgoing.tapped(self.work, who.conversation.id, tap.message, tap.button):
            return False
        observing.note(outcome="double tap")
        return True

    # -- hearing

    async def _hear(self, who: Arrival, workplaces: list[shops.ShopView], reader: Reader) -> Heard:
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
        others = further(who, workplaces, reader.hat)
        newest = await outgoing.newest(self.work, who.conversation.id, ON_SCREEN[reader.hat])
        screen = [(reply, self._asked(asked)) for reply, asked in newest]
        labelled = labelled_by(screen, text, reader) or counted_by(screen, text, reader)
        if labelled is not None and not labelled[0].startswith("/"):
            text, labelled = labelled[0] or text, None
        if labelled is not None and not await self._under_two(who, reader, text, labelled[0]):
            return self._tapped(reader, others, *labelled)
        if reader.hat == "merchant" and reader.asking is None and undoes(text):
            undone = undone_by(screen)
            return Heard("merchant", reader.payload(undone, None) if undone else Cancel(), None, reader.readings(None))
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
        talk = talk_on(screen) if reader.asking is None and _no_wish(heard) else None
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
        return self.restored.asked(asked) if self.restored is not None else asked

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
        if reader.hat == "consumer" and context.expect == "text":
            # "후라이드 한 마리요" is no review but the next order.
            unasked = observing.parse(self.services.engine.parse, text, replace(context, expect=None), now)
            if plain_wish(unasked):
                return unasked
        return observing.parse(self.services.engine.parse, text, context, now)

    # -- acting

    async def _in_turn(self, who: Arrival, heard: Heard, library: Library, state: State) -> Turned:
        """Every wish, the second when the first is done."""
        first = replace(heard, understood=heard.wishes[0]) if heard.wishes else heard
        moves = [await self._go(who, first, library, advance(library, state, [heard.command]))]
        for wish in heard.wishes[1:]:
            state = moves[-1].state
            reader = Reader(library, heard.hat, state.slots, asking(library, state))
            command = reader.wish(wish)
            further = replace(heard, command=command, understood=wish)
            moves.append(await self._go(who, further, library, advance(library, state, [command])))
        return together(moves)

    async def _go(self, who: Arrival, heard: Heard, library: Library, turned: Turned) -> Turned:
        """Carry out actions until a question or the end; what is said on the way is kept in order."""
        says, patterns, trace = list(turned.says), list(turned.patterns), list(turned.trace)
        for _ in range(MOST_ACTIONS):
            if turned.fault:
                log.error("flow fault: %s", turned.fault)
            if turned.act is None:
                return replace(turned, says=tuple(says), patterns=tuple(patterns), trace=tuple(trace))
            act = turned.act
            if act.action in ACTIONS:
                slots = await self._act(who, heard, act.action, turned.state.slots)
                self.acted.append((act.action, slots))
                turned = resume(library, turned.state, slots)
            else:
                turned = failed(library, turned.state, f"flow `{act.flow}`: the program has no `{act.action}`")
            says += turned.says
            patterns += turned.patterns
            trace += turned.trace
        raise RuntimeError(f"more than {MOST_ACTIONS} actions in one turn, lately {turned.act}")

    async def _act(self, who: Arrival, heard: Heard, name: str, slots: Mapping[str, Any]) -> dict[str, Any]:
        run = ACTIONS[name]
        doing = Doing(
            work=self.work,
            services=self.services,
            teller=self.teller,
            who=who,
            hat=heard.hat,
            slots=slots,
            incoming=self.incoming,
            understood=heard.understood,
            opinion=self.opinion,
            changes=self.changes,
        )
        try:
            set_slots = await run(doing)
        except Refusal as refusal:
            return {"refusal": refusal.code, "facts": refusal.facts, "outcome": "refused"}
        return {"refusal": None, "facts": None, "outcome": None, **set_slots}

    async def _answer(self, who: Arrival, workplaces: list[shops.ShopView], library: Library, turned: Turned) -> None:
        """Each in the hat that was heard, but the open question in that of its flow, which the answer then wears."""
        question: Asking | None = turned.asking
        for index, say in enumerate(turned.says):
            last = index == len(turned.says) - 1
            if last and question is not None and workplaces:
                role = library.flows[question.flow].role
                who.conversation.hat = who.conversation.hat if role == "any" else role
            prefix = hat_line(who, workplaces[:1], worn(who, workplaces))
            await self.teller.tell(
                who,
                say.response,
                say.slots,
                library=library,
                carries=carried(say, question if last else None, library),
                question=last and question is not None,
                prefix=prefix,
            )


def _no_wish(heard: Heard) -> bool:
    """Words that want nothing of the bot: an answer to who wrote last."""
    said = heard.understood
    bare = said is not None and said.intent in ("affirm", "deny", "inform", "greet")
    unsold = said is not None and said.intent == "merchant_sold_out" and said.value("item") is None and not said.lines
    return bare or unsold or isinstance(heard.command, CannotHandle | ChitChat)


def _read(reader: Reader, understood: Understanding) -> Heard:
    wishes = each_wish(understood) if reader.may_be_several() else (understood,)
    return Heard(reader.hat, reader.words(wishes[0]), understood, reader.readings(understood), wishes)


def _follow_language(who: Arrival, understood: Understanding) -> None:
    """Answer in the language that is spoken: a whole message in the other one switches. "/start" and an invitation's
    code are no language."""
    if understood.language != who.person.language and understood.confidence >= UNSURE and understood.in_scope:
        words = [word for word in understood.text.split() if not any(mark.isdigit() or mark == "/" for mark in word)]
        letters = [letter for word in words for letter in word if letter.isalpha()]
        english = understood.intent != "accept_invitation" and (len(words) >= 2 or len(letters) >= 5)
        if understood.language == "ko" or english:
            who.person.language = understood.language


def _lasting(slots: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in slots.items() if value is not None and name not in PASSING}
