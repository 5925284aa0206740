"""One person's message through understanding, the flows and their actions, to what is told."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot import cart_waiting, observing, outgoing, people, transcripts
from bot.actions import ACTIONS
from bot.actions.doing import Doing
from bot.actions.taking_back import CHANGING_A_CART, kept
from bot.buttons import carried
from bot.changes import Changes, agreed_price
from bot.hats import hat_line, worn
from bot.hearing import Heard, Hearing
from bot.learning import Moment, learn
from bot.messages import Incoming
from bot.people import Arrival
from bot.reading import Reader
from bot.relaying import Relay
from bot.restoring import Restored, restore
from bot.services import Services
from bot.telling import Teller
from bot.wishes import together
from bot.witnessed import Moved
from commerce import carts, shops
from commerce.cart_views import CartView
from commerce.refusals import Refusal
from commerce.work import Work
from flows.commands import CannotHandle, ChitChat, Restart, SetSlots, StartFlow
from flows.engine import Asking, Turned, advance, asking, failed, left, put_whole, resume
from flows.library import Library
from flows.state import State
from flows.walk import REPEAT, brief
from nlu.understanding import Opinion
from nlu.written import LONGEST

log = logging.getLogger(__name__)

MOST_ACTIONS = 40
"""Actions in one turn before the flow is taken for a loop."""
_MOOT = {"merchant_refuse": "sure", "merchant_close_at": "time", "merchant_day_off": "sure"}
"""Questions to a shop that it has answered by going on to something else."""
PASSING = ("menu", "changed", "found", "orders", "coupons", "waiting", "offers", "items", "today", "o")
"""Slots that only carry what an action found to the response after it: not kept between messages."""


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
        self.cart: tuple[CartView | None] | None = None
        """As it was when the turn first came to an action that may change it."""
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
        hearing = Hearing(self.work, self.services, self.incoming, self.opinion, self.restored)
        heard = await hearing.hear(who, workplaces, Reader(library, worn(who, workplaces), state.slots, read))
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
        minutes, since = self.services.settings.cart_reminder_minutes, who.conversation.used_at
        if asked is not None and _is_moot(asked, heard, cart_waiting.is_back(self.work, since, minutes)):
            state = left(library, state)
        self.changes = Changes(agreed_price(asked.slot if asked else None, state.slots), shown=not self.unread)
        turned = await self._in_turn(who, heard, library, state)
        if self.unread or asked is None or asked != turned.asking:
            turned = put_whole(library, turned)
        if self.cart is not None:
            was = kept(self.cart[0], await carts.view(self.work, who.person.id))
            turned = replace(turned, state=replace(turned.state, slots={**turned.state.slots, **was}))
        self.moved = Moved(
            library, heard.command, heard.understood, asked, state, tuple(self.acted), turned, who.person.language
        )
        if turned.asking is not None:
            observing.note(flow=turned.asking.flow, step=turned.asking.step)
        await self._answer(who, workplaces, library, turned)
        if heard.hat == "consumer":
            acted = [name for name, _ in self.acted]
            await cart_waiting.bring_up(self.work, self.teller, who, since, minutes, turned, acted)
        shop = turned.state.slots.get("at_shop")
        self.turned_to = shop if shop != state.slots.get("at_shop") else None
        moment = self._moment(heard, asked, turned.patterns)
        remembered = await learn(self.work, who, moment) if self.services.settings.review_days else None
        if self.services.settings.transcript_days:
            await transcripts.add(self.work, who.conversation.id, self.incoming, self.moved)
        await people.leave(self.work, who, _lasting(turned).to_json(), remembered)

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
        if name in CHANGING_A_CART and self.cart is None:
            self.cart = (await carts.view(self.work, who.person.id),)
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


def _is_moot(asked: Asking, heard: Heard, back: bool) -> bool:
    """Whether the open question is to be let go of: what a checkout was asked with may be past when its owner is back, and
    the cart is brought up instead; a shop that goes on has answered it."""
    if asked.flow == "checkout":
        return back and not isinstance(heard.command, SetSlots)
    return _MOOT.get(asked.flow) == asked.slot and isinstance(heard.command, StartFlow)


def _lasting(turned: Turned) -> State:
    """What is kept until the next message: no slots that only carried something to a response, but with them what was
    said, so that it can be said again."""
    state = turned.state
    slots = {name: value for name, value in state.slots.items() if value is not None and name not in PASSING}
    again = REPEAT in turned.patterns or not turned.says
    return replace(state, slots=slots, last=state.last if again else tuple([brief(say, slots) for say in turned.says]))
