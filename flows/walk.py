"""Walking the flows step by step until somebody is needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flows.commands import StartFlow
from flows.condition import evaluate
from flows.language import BUILT_IN_ACTIONS, END, Action, Branch, Call, Collect, Link, Rejection, SetValues, Step
from flows.library import Library
from flows.stack import PATTERN, Stack
from flows.state import NOT_BEGUN, Frame, State
from flows.turned import Act, Asking, Say, Turned

MOST_STEPS = 200
"""Steps from one question to the next, actions included; more is a loop."""
DEEPEST = 40
SPOKEN = "utter_"
THROUGHOUT = "*"
"""The ``until`` of a flow that is walked again to its end."""
INTERNAL_ERROR = "pattern_internal_error"
REPEAT = "pattern_repeat_bot_messages"


def question(library: Library, frame: Frame, step: Collect) -> Asking:
    slot = library.slots.get(step.slot)
    if slot is None:
        return Asking(frame.flow, step.id, frame.version, step.slot, step.utter)
    mappings = tuple([mapping for mapping in slot.mappings if not mapping.flows or frame.flow in mapping.flows])
    return Asking(frame.flow, step.id, frame.version, step.slot, step.utter, slot.expect, mappings, slot.values)


class Walk(Stack):
    """One move over the flows, from what the commands or an action left to the next need for somebody."""

    def __init__(self, library: Library, state: State, *, fresh: bool) -> None:
        super().__init__(library, state)
        self.said: list[Say] = []
        self.before = state.last
        self.repeated = False
        self.walked = 0 if fresh else state.walked
        self.act: Act | None = None
        self.fault: str | None = None

    def go(self) -> Turned:
        """Walk until a question is open, an action is to be done, or nothing is left."""
        while self.frames and self.act is None:
            frame = self.frames[-1]
            flow = self.flow_of(frame)
            step = flow.steps.get(frame.step or flow.first) if flow is not None else None
            self.walked += 1
            if step is None:
                self.fail(f"flow `{frame.flow}` has no step `{frame.step}` in version {self.library.version}")
                continue
            if self.walked > MOST_STEPS or len(self.frames) > DEEPEST:
                self.fail(f"flow `{frame.flow}`, step `{step.id}`: no question after {self.walked} steps")
                continue
            if frame.step == NOT_BEGUN:
                self.change(step=step.id)
                self.trace.append(("started", frame.flow, step.id, 0))
            self.trace.append(("step", frame.flow, step.id, 0))
            if not isinstance(step, Collect):
                self.take(step)
            elif self.collect(step) and self.act is None:
                return self.turned(question(self.library, self.frames[-1], step))
        return self.turned(None)

    def turned(self, asked: Asking | None) -> Turned:
        silent = self.repeated or not self.said
        failures = self.slots.pop("failures")
        last = self.before if silent else tuple([brief(say, self.slots) for say in self.said])
        state = State(tuple(self.frames), self.slots, failures, last, self.act is not None, self.walked)
        return Turned(state, tuple(self.said), self.act, asked, self.fault, tuple(self.patterns), tuple(self.trace))

    def fail(self, what: str) -> None:
        """Leave a conversation that cannot go on: everything is dropped, and a pattern says so."""
        apologising = any(frame.flow == INTERNAL_ERROR for frame in self.frames)
        self.fault = self.fault or what
        self.drop_to(0)
        self.walked = 0
        if not apologising:
            self.pattern(INTERNAL_ERROR, fault=what)

    def seen(self) -> Mapping[str, Any]:
        """The slots, with the top frame's context under that name, for conditions and texts."""
        frame = self.top
        return self.slots if frame is None or not frame.context else {**self.slots, "context": frame.context}

    def say(self, response: str) -> None:
        known = self.library.responses.get(response)
        seen = self.seen()
        shown = seen if known is None else {name: seen[name] for name in known.reads if name in seen}
        at = self.frames[-1] if self.frames else None
        self.said.append(Say(response, dict(shown), at.flow if at else "", at.step if at else ""))

    def repeat(self) -> None:
        """Say the last messages again; a question that was put shortly, whole."""
        self.repeated = True
        open_ones = [step for step in map(self.question_of, self.frames) if step is not None]
        whole = {step.again: step.utter for step in open_ones if step.again is not None}
        for response, then in self.before:
            if response in whole:
                self.say(whole[response])
                continue
            self.say(response)
            again = self.said.pop()
            self.said.append(Say(response, {**again.slots, **then}))

    def collect(self, step: Collect) -> bool:
        """Whether the question is open now; else it is answered and the walk goes on."""
        slot, frame = step.slot, self.frames[-1]
        again = frame.until is not None
        if frame.until == step.id:
            self.change(until=None)
        if step.ask_before_filling and not frame.asked and not again:
            self.own(slot)
            self.slots[slot] = None
        if self.slots.get(slot) is None:
            if not frame.asked:
                self.ask(step)
            return True
        self.own(slot)
        rejection = self.rejected(step)
        if rejection is not None:
            self.ask(step, rejection.refill)
            return True
        collected = tuple([pair for pair in self.frames[-1].collected if pair[0] != slot])
        self.change(collected=(*collected, (slot, step.id)), asked=False, again=False)
        self.follow(step.next)
        return False

    def ask(self, step: Collect, refill: str | None = None) -> None:
        """Put the question: with a response, or by the action that the library has for it."""
        self.own(step.slot)
        action = self.library.asked_by(step) if refill is None else None
        if action is not None:
            frame = self.frames[-1]
            self.act = Act(action, frame.flow, step.id, frame.version)
        else:
            again = step.again if self.frames[-1].again else None
            self.say(refill or again or step.utter)
        until = self.frames[-1].until if step.slot in self.reset else None
        self.change(asked=True, again=False, until=until)

    def rejected(self, step: Collect) -> Rejection | None:
        """Why the slot's value is not taken, if it is not; then the reason is said and the value forgotten."""
        of_slot = self.library.slot_rejections(step.slot)
        for number, rejection in enumerate((*of_slot, *step.rejections), start=-len(of_slot)):
            if evaluate(rejection.condition, self.seen()):
                self.trace.append(("rejection", self.frames[-1].flow, step.id, number))
                self.say(rejection.utter)
                self.slots[step.slot] = None
                return rejection
        return None

    def take(self, step: Step) -> None:
        if isinstance(step, Action):
            self.perform(step)
        elif isinstance(step, SetValues):
            for slot, value in step.values:
                self.own(slot)
                self.put(slot, value)
            self.follow(step.next)
        elif isinstance(step, Call):
            self.call(step)
        elif isinstance(step, Link):
            self.link(step)
        else:
            self.follow(step.next)

    def call(self, step: Call) -> None:
        again = self.frames[-1].until
        if again == step.id:
            self.change(until=None)
        self.push(step.flow, {}, {}, called=True)
        if again is not None:
            self.change(until=THROUGHOUT)

    def perform(self, step: Action) -> None:
        if step.action.startswith(SPOKEN):
            self.say(step.action)
        elif step.action not in BUILT_IN_ACTIONS:
            frame = self.frames[-1]
            self.act = Act(step.action, frame.flow, step.id, frame.version)
            return
        elif step.action == "action_repeat_bot_messages":
            self.repeat()
        elif step.action in ("action_clean_stack", "action_restart"):
            self.drop_others()
        self.finish(step)

    def finish(self, step: Action) -> None:
        if step.commits:
            for at in range(self.root(len(self.frames) - 1), len(self.frames)):
                self.change(at, collected=(), until=None)
        self.follow(step.next)

    def drop_others(self) -> None:
        """Drop every flow but the one on top, which is nobody's any more and gives back what the others held."""
        frame = self.frames.pop()
        held = {slot: self.slots.get(slot) for slot in frame.owned}
        self.slots.update(frame.owned)
        self.drop_to(0)
        owned = {slot: self.slots.get(slot) for slot in frame.owned}
        self.slots.update(held)
        self.frames.append(replace(frame, owned=owned, called=False))

    def follow(self, branches: Sequence[Branch]) -> None:
        seen = self.seen()
        for number, branch in enumerate(branches):
            if branch.condition is None or evaluate(branch.condition, seen):
                if len(branches) > 1:
                    self.trace.append(("branch", self.frames[-1].flow, self.frames[-1].step, number))
                if branch.to == END:
                    self.end()
                else:
                    self.change(step=branch.to, asked=False, again=False)
                return

    def link(self, step: Link) -> None:
        """End the flow and begin the linked one, for the same caller if there is one."""
        called = self.frames[-1].called and len(self.frames) > 1
        self.trace.append(("completed", self.frames[-1].flow, step.id, 0))
        if called:
            self.fold()
            self.push(step.flow, {}, {}, called=True)
        else:
            self.drop_to(len(self.frames) - 1)
            self.start([StartFlow(step.flow, self.answers_of(step.flow))])

    def answers_of(self, flow: str) -> dict[str, Any]:
        """What a flow under way has been told: begun anew by what was put on it, it asks only what it always asks."""
        steps = self.library.flows[flow].steps if flow in self.library.flows else {}
        asked = [pair for frame in self.frames if frame.flow == flow for pair in frame.collected]
        once = {
            slot for slot, at in asked if isinstance(step := steps.get(at), Collect) and not step.ask_before_filling
        }
        return {slot: self.slots.get(slot) for slot in once}

    def end(self) -> None:
        """The top flow is over: back to its caller, to what it interrupted, or to nothing."""
        frame = self.frames[-1]
        self.trace.append(("completed", frame.flow, frame.step, 0))
        if frame.called and len(self.frames) > 1:
            self.fold()
            self.returned()
            return
        flow = self.flow_of(frame)
        self.drop_to(len(self.frames) - 1)
        if frame.flow.startswith(PATTERN):
            if frame.flow != REPEAT or not self.repeated:
                self.reopen()
        elif self.frames:
            self.return_to_interrupted()
        elif flow is not None and flow.run_pattern_completed:
            self.pattern("pattern_completed", previous_flow_name=flow.name, previous_flow=flow.id)

    def returned(self) -> None:
        """Go on after the step that called."""
        frame = self.frames[-1]
        flow = self.flow_of(frame)
        step = flow.steps.get(frame.step) if flow is not None else None
        if step is None:
            self.fail(f"flow `{frame.flow}` has no step `{frame.step}` in version {self.library.version}")
        else:
            self.follow(step.next)

    def acted(self, slots: Mapping[str, Any], says: Sequence[str | Say]) -> None:
        """Take in what an action did, and go past its step."""
        for slot, value in slots.items():
            self.put(slot, value)
        for say in says:
            if isinstance(say, Say):
                self.said.append(say)
            else:
                self.say(say)
        flow = self.flow_of(self.frames[-1]) if self.frames else None
        step = flow.steps.get(self.frames[-1].step) if flow is not None else None
        if isinstance(step, Action):
            self.finish(step)


def brief(say: Say, slots: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """What must be kept to say it again later: only the values that the slots no longer hold."""
    changed = {
        name: value
        for name, value in say.slots.items()
        if name != "failures" and slots.get(name) is not value and slots.get(name) != value
    }
    return say.response, changed
