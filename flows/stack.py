"""The stack of flows under way and the slots they own, as one move changes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flows.commands import StartFlow
from flows.language import Collect, Flow
from flows.library import Library
from flows.state import Frame, State
from flows.turned import Passed

PATTERN = "pattern_"
RESERVED = frozenset({"failures", "context", "slots"})
"""Names that texts and conditions read but nobody may set."""


class Stack:
    """Frames are replaced, never changed; the slots are a copy that is this move's own."""

    def __init__(self, library: Library, state: State) -> None:
        self.library = library
        self.frames: list[Frame] = list(state.stack)
        self.slots: dict[str, Any] = {**library.initial, **state.slots, "failures": state.failures}
        self.reset: set[str] = set()
        """Slots that a correction emptied in this move."""
        self.patterns: list[str] = []
        """The patterns that this move called for."""
        self.trace: list[Passed] = []
        """The way that this move takes."""

    @property
    def top(self) -> Frame | None:
        return self.frames[-1] if self.frames else None

    def flow_of(self, frame: Frame) -> Flow | None:
        return self.library.flows.get(frame.flow)

    def change(self, at: int = -1, **fields: Any) -> None:
        self.frames[at] = replace(self.frames[at], **fields)

    def question_of(self, frame: Frame) -> Collect | None:
        """The question that the frame stands at."""
        flow = self.flow_of(frame)
        step = flow.steps.get(frame.step) if flow else None
        return step if isinstance(step, Collect) else None

    def open_slot(self, frame: Frame) -> str | None:
        """The slot whose question that frame stands at."""
        step = self.question_of(frame)
        return step.slot if step is not None else None

    def put(self, slot: str, value: Any) -> bool:
        """Set a slot; False when its type does not take the value."""
        known = self.library.slots.get(slot)
        fits, held = known.take(value) if known is not None else (True, value)
        if fits and slot not in RESERVED:
            self.slots[slot] = held
        return fits

    def own(self, slot: str, at: int = -1) -> None:
        """Note the slot's present value in a frame, unless it is noted already or outlives the flow."""
        frame = self.frames[at]
        flow = self.flow_of(frame)
        if slot in frame.owned or slot in RESERVED or (flow is not None and slot in flow.keeps):
            return
        self.change(at, owned={**frame.owned, slot: self.slots.get(slot)})

    def push(self, flow: str, slots: Mapping[str, Any], context: Mapping[str, Any], *, called: bool = False) -> None:
        """Put a flow on top, not begun, owning the slots it is given."""
        if flow.startswith(PATTERN):
            self.patterns.append(flow)
        pushed = self.library.flows.get(flow)
        keeps = RESERVED if pushed is None else RESERVED | pushed.keeps
        owned = {slot: self.slots.get(slot) for slot in slots if slot not in keeps}
        self.frames.append(Frame(flow, version=self.library.version, owned=owned, called=called, context=context))
        for slot, value in slots.items():
            self.put(slot, value)

    def drop_to(self, height: int) -> None:
        """Take every frame above ``height`` away and give its slots back."""
        while len(self.frames) > height:
            self.slots.update(self.frames.pop().owned)

    def fold(self) -> None:
        """Take the top frame, a called one, away; its slots now live as long as its caller, which can be sent back to
        its call to correct them."""
        frame = self.frames.pop()
        flow = self.flow_of(self.frames[-1])
        keeps = flow.keeps if flow is not None else frozenset()
        inherited = {slot: value for slot, value in frame.owned.items() if slot not in keeps}
        caller = self.frames[-1]
        answered = {slot for slot, _ in frame.collected}
        collected = [pair for pair in caller.collected if pair[0] not in answered]
        collected += [(slot, caller.step) for slot, _ in frame.collected]
        self.change(owned={**inherited, **caller.owned}, collected=tuple(collected))

    def reopen(self) -> None:
        """Let the top frame ask its question again."""
        if self.frames and self.frames[-1].asked:
            self.change(asked=False, again=True)

    def root(self, at: int) -> int:
        """The height of the flow that the frame at height ``at`` was called for, itself if it was not called."""
        while at > 0 and self.frames[at].called:
            at -= 1
        return at

    def spoken_name(self, at: int) -> Mapping[str, str]:
        frame = self.frames[self.root(at)]
        flow = self.flow_of(frame)
        return flow.name if flow is not None else {"ko": frame.flow, "en": frame.flow}

    def leave_patterns(self) -> None:
        """Drop the patterns on top."""
        height = len(self.frames)
        while height and self.frames[self.root(height - 1)].flow.startswith(PATTERN):
            height = self.root(height - 1)
        self.drop_to(height)

    def pattern(self, name: str, **context: Any) -> bool:
        """Put a pattern on top, in the place of an earlier one of its kind; False when the library has none."""
        if name not in self.library.flows:
            self.patterns.append(name)
            return False
        below = len(self.frames)
        while below and self.frames[self.root(below - 1)].flow.startswith(PATTERN):
            below = self.root(below - 1)
            if self.frames[below].flow == name:
                self.drop_to(below)
        self.push(name, {}, context)
        return True

    def start(self, starts: Sequence[StartFlow]) -> None:
        """Put flows on top, the first to be done first. One that is under way already begins anew, and what was put
        on it is dropped."""
        self.leave_patterns()
        wanted = {start.flow for start in starts}
        called = False
        for at, frame in enumerate(self.frames):
            if frame.flow in wanted:
                called = frame.called and len(starts) == 1
                self.drop_to(at)
                break
        if not called:
            self.reopen()
        for start in reversed(starts):
            self.push(start.flow, start.slots, {}, called=called)

    def cancel(self) -> None:
        """Drop the topmost flow with its callers, and tell."""
        if not self.frames:
            self.pattern("pattern_cancel_flow", canceled_name=None, canceled_flow=None)
            return
        at = self.root(len(self.frames) - 1)
        name, flow = self.spoken_name(at), self.frames[at].flow
        self.trace += [("cancelled", frame.flow, frame.step, 0) for frame in reversed(self.frames[at:])]
        self.drop_to(at)
        self.return_to_interrupted()
        self.pattern("pattern_cancel_flow", canceled_name=name, canceled_flow=flow)

    def return_to_interrupted(self) -> None:
        """Let the flow that waits below go on, telling so if it had begun."""
        self.reopen()
        frame = self.top
        if frame is not None and frame.step and not frame.flow.startswith(PATTERN):
            name = self.spoken_name(len(self.frames) - 1)
            self.pattern("pattern_continue_interrupted", previous_flow_name=name, previous_flow=frame.flow)

    def correct(self, at: int, slots: Mapping[str, Any]) -> None:
        """Set slots that the frame at height ``at`` has collected, and send it back to the earliest of them."""
        while len(self.frames) - 1 > at:
            self.fold()
        frame = self.frames[at]
        earliest = next(place for place, (slot, _) in enumerate(frame.collected) if slot in slots)
        old = {slot: self.slots.get(slot) for slot in slots}
        for slot, value in slots.items():
            self.slots[slot] = value
            if value is None:
                self.reset.add(slot)
        self.change(
            step=frame.collected[earliest][1],
            collected=frame.collected[:earliest],
            asked=False,
            again=False,
            until=frame.step,
        )
        emptied = all(value is None for value in slots.values())
        changes = [{"slot": slot, "old": old[slot], "new": value} for slot, value in slots.items()]
        self.pattern(
            "pattern_correction", corrected_slots=dict(slots), old_slots=old, is_reset_only=emptied, changes=changes
        )
