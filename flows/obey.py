"""What each command does to the stack before the flows walk on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flows.commands import (
    Cancel,
    CannotHandle,
    ChitChat,
    Clarify,
    Command,
    Handoff,
    Repeat,
    Restart,
    SetSlots,
    Skip,
    StartFlow,
)
from flows.stack import PATTERN, RESERVED
from flows.walk import REPEAT, Walk


def obey(walk: Walk, commands: Sequence[Command]) -> None:
    """Obey in order. Several starts are done one after the other, in the order given."""
    starts: dict[str, StartFlow] = {}
    for command in commands:
        if isinstance(command, StartFlow) and walk.library.startable(command.flow, walk.slots):
            earlier = starts[command.flow].slots if command.flow in starts else {}
            starts[command.flow] = StartFlow(command.flow, {**earlier, **command.slots})
    begun = False
    for command in commands:
        if not isinstance(command, StartFlow):
            _obey(walk, command)
        elif command.flow not in starts:
            _cannot_handle(walk)
        elif not begun:
            begun = True
            walk.slots["failures"] = 0
            walk.start(list(starts.values()))


def _obey(walk: Walk, command: Command) -> None:
    if isinstance(command, CannotHandle):
        _cannot_handle(walk)
        return
    if isinstance(command, Clarify):
        _clarify(walk, command)
        return
    walk.slots["failures"] = 0
    if isinstance(command, SetSlots):
        _set_slots(walk, command.slots)
    elif isinstance(command, Cancel):
        walk.cancel()
    elif isinstance(command, Restart):
        walk.drop_to(0)
        walk.pattern("pattern_restart")
    elif isinstance(command, Repeat):
        if not walk.pattern(REPEAT):
            walk.repeat()
    elif isinstance(command, Skip):
        _say_and_ask_again(walk, "pattern_skip_question")
    elif isinstance(command, Handoff):
        _say_and_ask_again(walk, "pattern_human_handoff")
    elif isinstance(command, ChitChat):
        _say_and_ask_again(walk, "pattern_chitchat", kind=command.kind)


def _say_and_ask_again(walk: Walk, pattern: str, **context: Any) -> None:
    if not walk.pattern(pattern, **context):
        walk.reopen()


def _cannot_handle(walk: Walk) -> None:
    walk.slots["failures"] += 1
    _say_and_ask_again(walk, "pattern_cannot_handle")


def _clarify(walk: Walk, command: Clarify) -> None:
    named = dict(zip(command.flows, command.intents, strict=False))
    flows = [walk.library.flows[flow] for flow in command.flows if walk.library.startable(flow, walk.slots)]
    if not flows:
        _cannot_handle(walk)
        return
    walk.slots["failures"] += 1
    said = json.dumps(dict(command.slots), ensure_ascii=False) if command.slots else ""
    options = []
    for flow in flows:
        intent = named.get(flow.id) or (flow.triggers[0][0] if flow.triggers else None)
        payload = f"/{intent}{said}" if intent is not None else None
        options.append({"flow": flow.id, "name": flow.name, "intent": intent, "payload": payload})
    _say_and_ask_again(walk, "pattern_clarification", options=options)


def _set_slots(walk: Walk, given: Mapping[str, Any]) -> None:
    values = {}
    for slot, value in given.items():
        known = walk.library.slots.get(slot)
        fits, held = known.take(value) if known is not None else (True, value)
        if fits and slot not in RESERVED:
            values[slot] = held
    if not values:
        _cannot_handle(walk)
        return
    if not walk.frames:
        walk.slots.update(values)
        return
    _answer_below_pattern(walk, values)
    top = len(walk.frames) - 1
    root = walk.root(top)
    asked = walk.open_slot(walk.frames[top]) if walk.frames[top].asked else None
    corrected_at = _collector(walk, root, {slot for slot in values if slot != asked and _differs(walk, slot, values)})
    corrected = {}
    if corrected_at is not None:
        collected = dict(walk.frames[corrected_at].collected)
        corrected = {slot: values[slot] for slot in values if slot != asked and slot in collected}
    for slot, value in values.items():
        # "No, 4,800" at "change it to 5,000?" refuses nothing: what is asked about has just become something else.
        if slot not in corrected and not (corrected and slot == asked and value is False):
            _own(walk, root, slot, slot == asked)
            walk.slots[slot] = value
    if corrected_at is not None:
        walk.correct(corrected_at, corrected)
    elif values.get(asked or "") is None:
        walk.change(asked=False)


def _differs(walk: Walk, slot: str, values: Mapping[str, Any]) -> bool:
    return bool(walk.slots.get(slot) != values[slot])


def _collector(walk: Walk, root: int, slots: set[str]) -> int | None:
    """The lowest frame of the flow on top, callers included, that has collected one of these slots."""
    for at in range(root, len(walk.frames)):
        if any(slot in slots for slot, _ in walk.frames[at].collected):
            return at
    return None


def _own(walk: Walk, root: int, slot: str, asked: bool) -> None:
    """Let the flow that collects or sets the slot give it back when it ends; if none of those under way does, the
    outermost one gives it back, so that a stray answer does not wait for some later flow."""
    if asked:
        walk.own(slot)
        return
    for at in range(root, len(walk.frames)):
        flow = walk.flow_of(walk.frames[at])
        if flow is not None and slot in flow.touches:
            walk.own(slot, at)
            return
    if slot in walk.library.passing:
        walk.own(slot, root)


def _answer_below_pattern(walk: Walk, values: Mapping[str, Any]) -> None:
    """An answer to the question under a pattern's own leaves the pattern."""
    height = len(walk.frames) - 1
    if not walk.frames[walk.root(height)].flow.startswith(PATTERN) or walk.open_slot(walk.frames[height]) in values:
        return
    while height >= 0 and walk.frames[walk.root(height)].flow.startswith(PATTERN):
        height = walk.root(height) - 1
    if height >= 0 and walk.open_slot(walk.frames[height]) in values:
        walk.drop_to(height + 1)
