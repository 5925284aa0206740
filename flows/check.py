"""Checks that a library holds together: everything named exists, every flow can be walked and every text can be said."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from flows.check_paths import quiet_loops, reachable
from flows.condition import Condition, names
from flows.language import BUILT_IN_ACTIONS, Action, Call, Collect, Flow, Link, Response, SetValues, Step, Variation
from flows.library import Library
from flows.read_responses import slot_paths
from flows.reading import nearest
from flows.source import Defect, Defects, FlowError, Spot
from flows.stack import RESERVED
from flows.template import Field, Text
from flows.walk import SPOKEN

LONGEST_LABEL = 40
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
_READABLE = frozenset({"failures", "context"})


def check(library: Library, actions: Collection[str], intents: Collection[str]) -> list[Defect]:
    """Every defect by file and line. ``actions`` are those that can be carried out, ``intents`` those that can be
    understood from a text. That each text exists in both languages is seen to when a library is loaded."""
    checking = _Check(library, frozenset(actions), frozenset(intents) | set(library.intents))
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
    return sorted(set(checking.defects.found))


def check_files(files: Mapping[str, str], actions: Collection[str], intents: Collection[str]) -> list[Defect]:
    """As :func:`check`, for files that may not even load."""
    try:
        library = Library.from_bundle(files)
    except FlowError as error:
        return list(error.defects)
    return check(library, actions, intents)


@dataclass(slots=True)
class _Check:
    library: Library
    actions: frozenset[str]
    intents: frozenset[str]
    defects: Defects = field(default_factory=Defects)

    def bad(self, spot: Spot, what: str, mend: str) -> None:
        self.defects.add(spot, what, mend)

    def flow(self, flow: Flow) -> None:
        if flow.is_pattern and flow.id not in PATTERNS:
            self.bad(flow.at, f"no pattern is called `{flow.id}`", nearest(flow.id, PATTERNS, "Give it another name"))
        self.reads(flow.guard, flow.guard_at, context=False)
        for slot, at in flow.persisted:
            self.known_slot(slot, at)
        for intent, at in flow.triggers:
            if intent not in self.intents:
                self.bad(at, f"unknown intent `{intent}`", nearest(intent, self.intents, "Add it to the training data"))
        seen = reachable(flow)
        for step in flow.steps.values():
            if step.id not in seen:
                self.bad(step.at, f"step `{step.id}` cannot be reached", "Name it in a `next`, or take it out")
            for branch in step.next:
                self.reads(branch.condition, branch.at, context=flow.is_pattern)
            self.step(flow, step)

    def step(self, flow: Flow, step: Step) -> None:
        if isinstance(step, Collect):
            self.known_slot(step.slot, step.at)
            self.known_response(step.utter, step.at)
            for rejection in step.rejections:
                self.reads(rejection.condition, rejection.at, context=flow.is_pattern)
                self.known_response(rejection.utter, rejection.at)
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

    def action(self, action: str, at: Spot) -> None:
        if action.startswith(SPOKEN):
            self.known_response(action, at)
        elif action not in self.actions and action not in BUILT_IN_ACTIONS:
            self.bad(at, f"unknown action `{action}`", nearest(action, self.actions, "Write it, or name another"))

    def slot(self, name: str) -> None:
        slot = self.library.slots[name]
        if name in RESERVED:
            self.bad(slot.at, f"a slot cannot be called `{name}`", "Give it another name")
        for mapping in slot.mappings:
            if mapping.intent is not None and mapping.intent not in self.intents:
                mend = nearest(mapping.intent, self.intents, "Add it to the training data")
                self.bad(slot.at, f"unknown intent `{mapping.intent}`", mend)
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

    def path(self, path: tuple[str, ...], at: Spot) -> None:
        root = path[1] if path[0] == "slots" and len(path) > 1 else path[0]
        if root not in _READABLE:
            self.known_slot(root, at)

    def response(self, response: Response) -> None:
        for variation in response.variations:
            for path, at in slot_paths(variation):
                self.path(path, at)
            self.taps(variation)

    def taps(self, variation: Variation) -> None:
        buttons = [*variation.buttons, *(each.button for each in variation.each_buttons)]
        buttons += [button for cards in variation.cards for button in cards.buttons]
        for button in buttons:
            self.label(button.title, button.at)
            payload = button.payload
            if payload is None or payload.whole is not None:
                continue
            intent = "".join(piece for piece in payload.intent or () if isinstance(piece, str))
            fixed = payload.intent is not None and not any(isinstance(piece, Field) for piece in payload.intent)
            known = {*self.library.triggers, *self.intents}
            if fixed and intent not in known:
                mend = nearest(intent, known, "Name an intent that some flow has as nlu_trigger")
                self.bad(button.at, f"unknown intent `{intent}` in the payload", mend)
            for slot, _ in payload.slots:
                self.known_slot(slot, button.at)

    def label(self, title: Text, at: Spot) -> None:
        for language, lines in title.lines.items():
            length = sum(len(piece) for line in lines for piece in line if isinstance(piece, str))
            if length > LONGEST_LABEL:
                what = f"a label of {length} characters in `{language}`"
                self.bad(at, what, f"Keep it within {LONGEST_LABEL}; most screens show fewer")

    def triggers(self) -> None:
        for intent, ids in self.library.triggers.items():
            flows = [self.library.flows[flow] for flow in dict.fromkeys(ids)]
            for later, flow in enumerate(flows):
                rival = next((one for one in flows[:later] if _rivals(one, flow)), None)
                if rival is not None:
                    at = next(spot for name, spot in flow.triggers if name == intent)
                    what = f"intent `{intent}` starts `{rival.id}` as well as `{flow.id}`"
                    self.bad(at, what, "Take it from one of them, or give them different roles or guards")


def _rivals(one: Flow, other: Flow) -> bool:
    return one.role == other.role and (one.guard is None or other.guard is None or one.guard == other.guard)
