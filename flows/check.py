"""Checks that a library holds together: everything named exists, every flow can be walked and every text can be said."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.check_paths import answered_loops, quiet_loops, reachable
from flows.check_texts import bare_particles, buttons_of, long_labels
from flows.condition import Condition, compared, names
from flows.language import (
    BUILT_IN_ACTIONS,
    Action,
    Call,
    Collect,
    Flow,
    Link,
    Rejection,
    Response,
    SetValues,
    Step,
    Variation,
)
from flows.library import Library
from flows.read_responses import slot_paths
from flows.reading import nearest
from flows.source import Defect, Defects, FlowError, Spot
from flows.stack import RESERVED
from flows.template import Field
from flows.walk import SPOKEN

LABELS: Mapping[str, int] = {"a phone": 40}
"""How wide a button's label may be, in columns, where no channel says otherwise."""
PATTERNS = frozenset(
    f"pattern_{name}"
    for name in (
        "cancel_flow",
        "cannot_handle",
        "chitchat",
        "clarification",
        "completed",
        "continue_interrupted",
        "correction",
        "human_handoff",
        "internal_error",
        "repeat_bot_messages",
        "restart",
        "skip_question",
    )
)
RASAS_PATTERNS = frozenset(
    f"pattern_{name}"
    for name in (
        "code_change",
        "collect_information",
        "customer_satisfaction",
        "search",
        "session_start",
        "user_silence",
        "validate_slot",
    )
)
"""Patterns of Rasa's that nothing here calls for."""
_READABLE = frozenset({"failures", "context"})
_CONTEXT = frozenset(
    {"canceled_name", "canceled_flow", "previous_flow_name", "previous_flow", "kind", "options", "changes"}
    | {"corrected_slots", "old_slots", "is_reset_only", "fault"}
)
"""What patterns are started with."""


def check(
    library: Library, actions: Collection[str], intents: Collection[str], labels: Mapping[str, int] = LABELS
) -> list[Defect]:
    """Every defect by file and line. ``actions`` are those that can be carried out, ``intents`` those that can be
    understood from a text, ``labels`` how many columns of a button's label each channel shows. That each text exists in
    both languages is seen to when a library is loaded."""
    checking = _Check(library, frozenset(actions), frozenset(intents) | set(library.intents), labels)
    for flow in library.flows.values():
        checking.flow(flow)
    for slot in library.slots.values():
        checking.slot(slot.name)
    for response in library.responses.values():
        checking.response(response)
    for action, spot in library.actions.items():
        checking.action(action, spot)
    checking.triggers()
    for flow_id, step in quiet_loops(library):
        what = f"a loop that asks nothing goes through step `{step.id}` of flow `{flow_id}`"
        checking.bad(step.at, what, "Put a `collect` in it, or lead one branch out to END")
    for flow_id, step in answered_loops(library):
        what = f"a loop that asks nothing the second time goes through step `{step.id}` of flow `{flow_id}`"
        checking.bad(step.at, what, "Give its `collect` `ask_before_filling: true`, or empty the slot on the way back")
    return sorted(set(checking.defects.found))


def check_files(
    files: Mapping[str, str],
    actions: Collection[str],
    intents: Collection[str],
    labels: Mapping[str, int] = LABELS,
) -> list[Defect]:
    """As :func:`check`, for files that may not even load."""
    try:
        library = Library.from_bundle(files)
    except FlowError as error:
        return list(error.defects)
    return check(library, actions, intents, labels)


@dataclass(slots=True)
class _Check:
    library: Library
    actions: frozenset[str]
    intents: frozenset[str]
    labels: Mapping[str, int]
    defects: Defects = field(default_factory=Defects)

    def bad(self, spot: Spot, what: str, mend: str) -> None:
        self.defects.add(spot, what, mend)

    def flow(self, flow: Flow) -> None:
        if flow.is_pattern and flow.id not in PATTERNS:
            mend = nearest(flow.id, PATTERNS, "Give it another name")
            mend = "Take it out: Rasa has it, but nothing here calls for it" if flow.id in RASAS_PATTERNS else mend
            self.bad(flow.at, f"no pattern is called `{flow.id}`", mend)
        self.reads(flow.guard, flow.guard_at, context=False)
        within = _touched(self.library, flow)
        for slot, at in flow.persisted:
            if self.known_slot(slot, at) and slot not in within:
                what = f"slot `{slot}` is persisted, but flow `{flow.id}` neither collects nor sets it"
                self.bad(at, what, "Take it out: what an action sets stays anyway")
        for intent, at in flow.triggers:
            if intent not in self.intents:
                self.bad(at, f"unknown intent `{intent}`", nearest(intent, self.intents, "Add it to the training data"))
        seen = reachable(flow)
        for step in flow.steps.values():
            if step.id not in seen:
                self.bad(step.at, f"step `{step.id}` cannot be reached", "Name it in a `next`, or take it out")
            for number, branch in enumerate(step.next):
                self.reads(branch.condition, branch.at, context=flow.is_pattern)
                if branch.condition is not None and branch.condition in [one.condition for one in step.next[:number]]:
                    self.bad(
                        branch.at, "a branch has the condition of one above it", "Change one of them, or take it out"
                    )
            self.step(flow, step)

    def step(self, flow: Flow, step: Step) -> None:
        if isinstance(step, Collect):
            self.known_slot(step.slot, step.at)
            self.question(step)
            self.rejections(step.rejections, context=flow.is_pattern)
        elif isinstance(step, SetValues):
            for slot, value in step.values:
                if self.known_slot(slot, step.at) and not self.library.slots[slot].take(value)[0]:
                    kind = self.library.slots[slot].type
                    self.bad(step.at, f"slot `{slot}` cannot hold `{value}`", f"Give a value of type {kind}")
        elif isinstance(step, (Link, Call)):
            if step.flow not in self.library.flows:
                what = f"no flow `{step.flow}`"
                self.bad(step.at, what, nearest(step.flow, self.library.flows, "Write that flow"))
            elif step.flow == flow.id and isinstance(step, Link):
                self.bad(step.at, "a flow cannot link to itself", "Go back with `next:` and the first step's id")
        elif isinstance(step, Action):
            self.action(step.action, step.at)

    def question(self, step: Collect) -> None:
        """A question is put by a response or by an action, not by both."""
        action = f"action_ask_{step.slot}"
        if step.utter in self.library.responses and action in self.library.actions:
            self.bad(step.at, f"both `{step.utter}` and `{action}` ask for it", "Keep one of them")
        elif self.library.asked_by(step) is None:
            self.known_response(step.utter, step.at)
        if step.again is not None:
            self.known_response(step.again, step.at)

    def rejections(self, rejections: Collection[Rejection], *, context: bool) -> None:
        for rejection in rejections:
            self.reads(rejection.condition, rejection.at, context=context)
            self.known_response(rejection.utter, rejection.at)
            if rejection.refill is not None:
                self.known_response(rejection.refill, rejection.at)

    def action(self, action: str, at: Spot) -> None:
        if action.startswith(SPOKEN):
            self.known_response(action, at)
        elif action not in self.actions and action not in BUILT_IN_ACTIONS:
            self.bad(at, f"unknown action `{action}`", nearest(action, self.actions, "Write it, or name another"))

    def slot(self, name: str) -> None:
        slot = self.library.slots[name]
        if name in RESERVED:
            self.bad(slot.at, f"a slot cannot be called `{name}`", "Give it another name")
        self.rejections(slot.rejections, context=False)
        for mapping in slot.mappings:
            named = (mapping.intent,) if mapping.intent is not None else ()
            for intent in (*named, *mapping.only, *mapping.never):
                if intent not in self.intents:
                    mend = nearest(intent, self.intents, "Add it to the training data")
                    self.bad(slot.at, f"unknown intent `{intent}`", mend)
            for flow in mapping.flows:
                if flow not in self.library.flows:
                    self.bad(slot.at, f"no flow `{flow}`", nearest(flow, self.library.flows, "Write that flow"))
            if mapping.type == "from_intent" and not slot.take(mapping.value)[0]:
                self.bad(slot.at, f"slot `{name}` cannot hold `{mapping.value}`", f"Give a value of type {slot.type}")

    def known_slot(self, slot: str, at: Spot) -> bool:
        if slot not in self.library.slots:
            self.bad(at, f"unknown slot `{slot}`", nearest(slot, self.library.slots, "Add it under `slots:`"))
            return False
        return True

    def known_response(self, response: str, at: Spot) -> None:
        if response not in self.library.responses:
            mend = nearest(response, self.library.responses, "Add it under `responses:`")
            self.bad(at, f"unknown response `{response}`", mend)

    def reads(self, condition: Condition | None, at: Spot, *, context: bool) -> None:
        if condition is None:
            return
        for path in names(condition):
            if path[0] == "context" and not context:
                self.bad(at, "only patterns have a `context`", "Use a slot")
            else:
                self.path(path, at)
        for path, value in compared(condition):
            slot = self.library.slots.get(path[1] if path[0] == "slots" and len(path) == 2 else path[0])
            if slot is not None and slot.type in ("categorical", "float", "bool") and not slot.take(value)[0]:
                values = ", ".join(slot.values) or {"float": "numbers", "bool": "true and false"}[slot.type]
                mend = nearest(str(value), slot.values, f"Its values are {values}")
                self.bad(at, f"slot `{slot.name}` never has the value “{value}”", mend)

    def path(self, path: tuple[str, ...], at: Spot) -> None:
        if path[0] == "context" and len(path) > 1 and path[1] not in _CONTEXT:
            self.bad(at, f"no pattern has `context.{path[1]}`", nearest(path[1], _CONTEXT, "See docs/flows.md"))
        root = path[1] if path[0] == "slots" and len(path) > 1 else path[0]
        if root not in _READABLE:
            self.known_slot(root, at)

    def response(self, response: Response) -> None:
        for variation in response.variations:
            for path, at in slot_paths(variation):
                self.path(path, at)
            channel = variation.channel or next(iter(self.labels))
            if channel not in self.labels and self.labels is not LABELS:
                mend = nearest(channel, self.labels, f"Channels are {', '.join(sorted(self.labels))}")
                self.bad(variation.text.at, f"unknown channel `{channel}`", mend)
            self.taps(variation)
            for found in (*long_labels(variation, self.labels), *bare_particles(variation)):
                self.bad(*found)

    def taps(self, variation: Variation) -> None:
        for button in buttons_of(variation):
            payload = button.payload
            if payload is None or payload.whole is not None or payload.words is not None:
                continue
            intent = "".join(piece for piece in payload.intent or () if isinstance(piece, str))
            fixed = payload.intent is not None and not any(isinstance(piece, Field) for piece in payload.intent)
            known = {*self.library.triggers, *self.intents}
            if fixed and intent not in known:
                mend = nearest(intent, known, "Name an intent that some flow has as nlu_trigger")
                self.bad(button.at, f"unknown intent `{intent}` in the payload", mend)
            for slot, value in payload.slots:
                if self.known_slot(slot, button.at):
                    self.tapped(slot, value, button.at)

    def tapped(self, slot: str, value: Any, at: Spot) -> None:
        """A value that a button gives; what has a placeholder is not known yet."""
        if isinstance(value, tuple):
            if not all(isinstance(piece, str) for piece in value):
                return
            value = "".join(value)
        if isinstance(value, (Field, Mapping, list)):
            return
        known = self.library.slots[slot]
        if not known.take(value)[0]:
            self.bad(at, f"slot `{slot}` cannot hold `{value}`", f"Give a value of type {known.type}")

    def triggers(self) -> None:
        for intent, ids in self.library.triggers.items():
            flows = [self.library.flows[flow] for flow in dict.fromkeys(ids)]
            for later, flow in enumerate(flows):
                rival = next((one for one in flows[:later] if _rivals(one, flow)), None)
                if rival is not None:
                    at = next(spot for name, spot in flow.triggers if name == intent)
                    what = f"intent `{intent}` starts `{rival.id}` as well as `{flow.id}`"
                    self.bad(at, what, "Take it from one of them, or give them different roles or guards")


def _touched(library: Library, flow: Flow) -> set[str]:
    """The slots that a flow, or one that it calls, collects or sets."""
    seen: set[str] = set()
    waiting = [flow.id]
    while waiting:
        found = library.flows.get(waiting.pop())
        if found is not None and found.id not in seen:
            seen.add(found.id)
            waiting += [step.flow for step in found.steps.values() if isinstance(step, Call)]
    return {slot for name in seen for slot in library.flows[name].touches}


def _rivals(one: Flow, other: Flow) -> bool:
    return one.role == other.role and (one.guard is None or other.guard is None or one.guard == other.guard)
