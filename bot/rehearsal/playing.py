"""Plays a dialogue and says where what was told differs from what was expected."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot import people
from bot.channels.port import Outgoing
from bot.chat import Chat
from bot.jobs import Job
from bot.rehearsal.assertions import Fault, Moment
from bot.rehearsal.judging import fault_of, plain, shown, text_of
from bot.rehearsal.script import Act, Case, Check, Expect, shown_path
from bot.rehearsal.stage import Towns, staged
from bot.witnessed import Witnessed
from commerce import audit
from commerce.work import Work
from flows.reading import nearest
from flows.state import State
from flows.turned import Passed

Reached = tuple[str, Passed]
"""What of the flows was passed, and the language in which."""
LONGEST_TAIL = 12
"""Acts shown before the one that went wrong."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A case that went otherwise: where, why, and the conversation ``so_far``, one entry an act or a message."""

    case: str
    place: str
    fault: Fault
    so_far: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.case}\n" + "\n".join(self.so_far) + f"\n\n{self.place}: {self.fault.what}"


class Differs(AssertionError):
    """What was told is not what the dialogue expects. ``reached`` is what of the flows was passed until then."""

    def __init__(self, failure: Failure, reached: Iterable[Reached] = ()) -> None:
        super().__init__(str(failure))
        self.failure = failure
        self.reached = frozenset(reached)


class Player:
    """Plays one case over one chat."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.told: list[Mapping[str, Any]] = []
        """Since the last act."""
        self.turns: list[Witnessed] = []
        """Since the last act."""
        self.newest = 0
        """The number of the newest message before the last act."""
        self.log: list[str] = []
        self.spoke: set[str] = set()
        self.reached: set[Reached] = set()

    def hear(self, line: Mapping[str, Any]) -> None:
        if "settled" not in line:
            self.told.append(line)

    def witness(self, turn: Witnessed) -> None:
        self.turns.append(turn)
        if turn.moved is not None:
            self.reached.update((turn.moved.language, passed) for passed in turn.moved.turned.trace)

    async def play(self, chat: Chat) -> None:
        """Raises Differs."""
        chat.application.turns.witness = self.witness
        for step in self.case.steps:
            if isinstance(step, Act):
                await self._act(chat, step)
                continue
            fault = self._fault(chat, step)
            if fault:
                raise self._differs(step.line, fault)

    def _fault(self, chat: Chat, step: Expect | Check) -> Fault | None:
        told = [line for line in self.told if line["to"] == step.who]
        if isinstance(step, Check):
            return step.what.fault(self._moment(chat, step.who, told))
        return fault_of(step, told, self._moment(chat, step.who, told) if step.utter else None)

    def _moment(self, chat: Chat, who: str, told: Sequence[Mapping[str, Any]]) -> Moment:
        address = next((chat_ for chat_, name in chat.names.items() if name == who), who)
        screen = chat.terminal.screens[address].messages
        return Moment(
            who,
            chat.application.services.versions.current,
            [turn for turn in self.turns if turn.incoming.chat == address and turn.moved is not None],
            [response for turn in self.turns for to, response in turn.told if to == address],
            [plain(text_of(line)) for line in told],
            [pair for message in screen if message.id > self.newest for pair in _buttons(message)],
        )

    async def _act(self, chat: Chat, act: Act) -> None:
        self.told.clear()
        self.turns.clear()
        screens = chat.terminal.screens.values()
        self.newest = max((message.id for screen in screens for message in screen.messages), default=0)
        play = dict(act.play)
        who = play.get("as")
        if who is not None and who not in self.spoke:
            lang = self.case.lang.get(who) or (
                None if who.startswith(("shop:", "operator")) else self.case.lang.get("")
            )
            if lang:
                play["lang"] = lang
            if not self.spoke and self.case.slots:
                await self._know(chat, act.line, who, lang)
            self.spoke.add(who)
        self.log.append(f"{shown_path(self.case.file)}:{act.line}  > {act}")
        await chat.play(json.dumps(play, ensure_ascii=False))
        for line in self.told:
            self.log.append(shown(line))
            if "error" in line:
                raise self._differs(act.line, Fault(f"this could not be carried out: {line['error']}"))

    async def _know(self, chat: Chat, line: int, who: str, lang: str | None) -> None:
        """Let ``who`` begin with the slots of the case's fixtures."""
        application = chat.application
        library = application.services.versions.current
        slots = dict(library.initial)
        for slot, value in self.case.slots:
            known = library.slots.get(slot)
            fits, held = known.take(value) if known is not None else (False, None)
            if not fits:
                mend = nearest(slot, library.slots, "") if known is None else f"it is of type {known.type}"
                raise self._differs(line, Fault(f"the fixture's slot {slot!r} cannot be {value!r}; {mend}"))
            slots[slot] = held
        async with application.database.transaction() as session:
            work = Work(session, chat.clock.now(), application.ids)
            entered = await people.enter(work, chat.terminal.name, who, name=who, language=people.language_of(lang))
            entered.conversation.state = State(slots=slots).to_json()

    def _differs(self, line: int, fault: Fault) -> Differs:
        acts = [at for at, entry in enumerate(self.log) if "  > " in entry]
        since = acts[-LONGEST_TAIL] if len(acts) > LONGEST_TAIL else 0
        place = f"{shown_path(self.case.file)}:{line}"
        return Differs(Failure(self.case.name, place, fault, tuple(self.log[since:])), self.reached)


def _buttons(message: Outgoing) -> list[tuple[str, str]]:
    return [(button.label, button.payload) for button in message.reply.all_buttons()]


async def play(case: Case, towns: Towns, folder: Path) -> frozenset[Reached]:
    """Play ``case`` from the beginning; afterwards the audit finds nothing. Returns what of the flows was passed.

    Raises Differs.
    """
    player = Player(case)
    async with staged(towns, case.town, case.at, folder, player.hear) as chat:
        await player.play(chat)
        async with chat.application.database.snapshot() as session:
            jobs = await session.execute(select(Job.name, Job.subject))
            faults = await audit.check(session, {(name, subject) for name, subject in jobs})
    if faults:
        found = Fault("the audit finds: " + "; ".join(map(str, faults)))
        raise Differs(Failure(case.name, case.place, found, tuple(player.log)), player.reached)
    return frozenset(player.reached)
