"""What can be said of a turn besides its words: slots, flows, actions, responses. Named as in Rasa's e2e tests."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.witnessed import Moved, Witnessed
from flows.commands import Clarify, SetSlots, StartFlow
from flows.language import Action, SetValues
from flows.library import Library
from flows.reading import nearest

CLARIFICATION = "pattern_clarification"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and side by side what was expected and what there was instead."""

    what: str
    expected: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """All that happened to one person since the last act: the turns of their own messages, the responses said to
    them, the texts and the buttons (label, payload) that they got."""

    who: str
    library: Library
    turns: Sequence[Witnessed] = ()
    responses: Sequence[str] = ()
    texts: Sequence[str] = ()
    buttons: Sequence[tuple[str, str]] = ()

    @property
    def moves(self) -> list[Moved]:
        return [turn.moved for turn in self.turns if turn.moved is not None]

    def slots_set(self) -> list[tuple[str, Any]]:
        """Every slot that was set on the way with its value, oldest first; a flow that ended may have given it back."""
        found: list[tuple[str, Any]] = []
        for moved in self.moves:
            if isinstance(moved.command, SetSlots | StartFlow):
                found += moved.command.slots.items()
            for what, flow, name, _ in moved.turned.trace:
                step = moved.library.flows[flow].steps[name] if what == "step" else None
                found += step.values if isinstance(step, SetValues) else ()
            for _, slots in moved.acted:
                found += slots.items()
            before = moved.before.slots
            found += [(slot, value) for slot, value in moved.turned.state.slots.items() if before.get(slot) != value]
        return found

    def actions(self) -> list[str]:
        """Actions and responses that flows carried out, in order."""
        steps = [
            moved.library.flows[flow].steps[name]
            for moved in self.moves
            for what, flow, name, _ in moved.turned.trace
            if what == "step"
        ]
        return [step.action for step in steps if isinstance(step, Action)]

    def offered(self) -> list[str] | None:
        """Every name of the flows that a clarification offered; None when there was none."""
        moved = [one for one in self.moves if CLARIFICATION in one.turned.patterns]
        if not moved:
            return None
        options: list[Mapping[str, Any]] = []
        for one in moved:
            options += [option for frame in one.turned.state.stack for option in frame.context.get("options", ())]
            flows = one.command.flows if isinstance(one.command, Clarify) else ()
            options += [{"flow": flow, "name": one.library.flows[flow].name} for flow in flows]
        return list(dict.fromkeys(name for option in options for name in (option["flow"], *option["name"].values())))


class Assertion(ABC):
    """Something that holds of a moment, or does not."""

    @abstractmethod
    def fault(self, moment: Moment) -> Fault | None:
        """What is otherwise, None when it holds."""


@dataclass(frozen=True, slots=True)
class SlotSet(Assertion):
    """``slot`` was set, to ``value`` if there is one in ``values``; or, when ``was`` is false, it was not."""

    slot: str
    values: tuple[Any, ...] = ()
    was: bool = True

    def fault(self, moment: Moment) -> Fault | None:
        if self.slot not in moment.library.slots:
            return _unknown("slot", self.slot, moment.library.slots)
        found = [value for slot, value in moment.slots_set() if slot == self.slot and value is not None]
        fits = [value for value in found if not self.values or same_value(value, self.values[0])]
        if bool(fits) == self.was:
            return None
        said = tuple(f"{self.slot} = {_written(value)}" for value in found) or (f"{self.slot} was not set",)
        wanted = f"{self.slot} = {_written(self.values[0])}" if self.values else self.slot
        if self.was:
            return Fault(f"{moment.who}: slot {self.slot} was not set as expected", (f"{wanted} is set",), said)
        return Fault(f"{moment.who}: slot {self.slot} was set, and was not to be", (f"{wanted} is not set",), said)


@dataclass(frozen=True, slots=True)
class FlowPassed(Assertion):
    """A flow was started, completed or cancelled, at ``step`` if one is named."""

    what: Literal["started", "completed", "cancelled"]
    flow: str
    step: str | None = None

    def fault(self, moment: Moment) -> Fault | None:
        known = moment.library.flows.get(self.flow)
        if known is None:
            return _unknown("flow", self.flow, moment.library.flows)
        if self.step is not None and self.step not in known.steps:
            return _unknown(f"step in flow {self.flow}", self.step, known.steps)
        passed = [
            (flow, step) for moved in moment.moves for what, flow, step, _ in moved.turned.trace if what == self.what
        ]
        if any(flow == self.flow and self.step in (None, step) for flow, step in passed):
            return None
        where = f" at {self.step}" if self.step else ""
        said = tuple(dict.fromkeys(f"{flow} {self.what} at {step or 'its beginning'}" for flow, step in passed))
        wanted = f"{self.flow} {self.what}{where}"
        return Fault(f"{moment.who}: flow {self.flow} was not {self.what}{where}", (wanted,), said)


@dataclass(frozen=True, slots=True)
class Executed(Assertion):
    """A flow carried the action out."""

    action: str

    def fault(self, moment: Moment) -> Fault | None:
        done = moment.actions()
        if self.action in done:
            return None
        return Fault(f"{moment.who}: {self.action} was not carried out", (self.action,), tuple(done))


@dataclass(frozen=True, slots=True)
class Clarified(Assertion):
    """A clarification offered the flows of all these names, in any language."""

    names: tuple[str, ...]

    def fault(self, moment: Moment) -> Fault | None:
        offered = moment.offered()
        if offered is None:
            return Fault(f"{moment.who} was not asked which of several things was meant", self.names)
        missing = [name for name in self.names if name not in offered]
        return Fault(f"{moment.who} was not offered {missing[0]}", self.names, tuple(offered)) if missing else None


@dataclass(frozen=True, slots=True)
class Uttered(Assertion):
    """A response was said: by name, by a pattern that its text matches, with these buttons (title, payload or None).
    When ``was`` is false, nothing of the kind was."""

    utter_name: str | None = None
    matches: str | None = None
    buttons: tuple[tuple[str | None, str | None], ...] = field(default=())
    was: bool = True

    def fault(self, moment: Moment) -> Fault | None:
        if self.utter_name is not None and self.utter_name not in moment.library.responses:
            return _unknown("response", self.utter_name, moment.library.responses)
        faults = [one for one in (self._name(moment), self._text(moment), self._buttons(moment)) if one is not None]
        if self.was:
            return faults[0] if faults else None
        parts = tuple(str(part) for part in (self.utter_name, self.matches, *self.buttons) if part)
        return None if faults else Fault(f"{moment.who} was told what was not to be said", parts, tuple(moment.texts))

    def _name(self, moment: Moment) -> Fault | None:
        if self.utter_name is None or self.utter_name in moment.responses:
            return None
        return Fault(f"{moment.who} was not told {self.utter_name}", (self.utter_name,), tuple(moment.responses))

    def _text(self, moment: Moment) -> Fault | None:
        if self.matches is None or any(re.search(self.matches, text) for text in moment.texts):
            return None
        return Fault(f"{moment.who} was told nothing that matches {self.matches}", (self.matches,), tuple(moment.texts))

    def _buttons(self, moment: Moment) -> Fault | None:
        for title, payload in self.buttons:
            if not any(title in (None, label) and payload in (None, does) for label, does in moment.buttons):
                wanted = " → ".join(part for part in (title, payload) if part)
                said = tuple(f"{label} → {does}" if payload else label for label, does in moment.buttons)
                return Fault(f"{moment.who} has no button {wanted!r}", (wanted,), said)
        return None


def same_value(value: Any, written: Any) -> bool:
    """Whether a slot's value is the one that a file has written, where all scalars are texts."""
    if isinstance(written, dict):
        return isinstance(value, Mapping) and all(same_value(value.get(key), one) for key, one in written.items())
    if isinstance(written, list):
        return (
            isinstance(value, list | tuple)
            and len(value) == len(written)
            and all(same_value(one, other) for one, other in zip(value, written, strict=True))
        )
    if isinstance(value, bool) and isinstance(written, str):
        return written.lower() == str(value).lower()
    if isinstance(value, int | float) and isinstance(written, str):
        return written in (str(value), str(float(value)))
    return bool(value == written)


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _unknown(what: str, name: str, known: Iterable[str]) -> Fault:
    return Fault(f"there is no {what} {name!r}; {nearest(name, known, 'look at the spelling')}")
