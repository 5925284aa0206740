"""Conversations that leave one version of the library for another in the middle of something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flows.language import Call, Collect, Step
from flows.library import Library
from flows.stack import Stack
from flows.state import Frame, State
from flows.walk import THROUGHOUT


def crossed(old: Library, new: Library, state: State) -> State | None:
    """Where the conversation goes on in ``new``; None when it has to stay in ``old``.

    It can go on when every flow under way stands at a step that both versions call safe, and that asks for the same
    slot or calls the same flow in both. Answers stay, unless ``new`` has no place for them.
    """
    if state.acting:
        return None
    frames = [_crossed(old, new, frame) for frame in state.stack]
    whole = tuple(frame for frame in frames if frame is not None)
    return replace(state, stack=whole, slots=_fitting(new, state.slots)) if len(whole) == len(frames) else None


def let_go(library: Library, state: State) -> State:
    """Every flow dropped, with its slots given back, as when everything is cancelled."""
    stack = Stack(library, state)
    stack.drop_to(0)
    kept = {name: value for name, value in stack.slots.items() if value is not None and name != "failures"}
    return State(slots=kept)


def _crossed(old: Library, new: Library, frame: Frame) -> Frame | None:
    before, after = old.flows.get(frame.flow), new.flows.get(frame.flow)
    if before is None or after is None or frame.step not in before.safe & after.safe:
        return None
    if _does(before.steps[frame.step]) != _does(after.steps[frame.step]):
        return None
    until = frame.until if frame.until in (None, THROUGHOUT) or frame.until in after.steps else THROUGHOUT
    collected = tuple(pair for pair in frame.collected if pair[1] in after.steps)
    return replace(frame, version=new.version, collected=collected, until=until)


def _does(step: Step) -> tuple[str, str]:
    """What must be the same of a step: its kind, and the slot or flow."""
    about = step.slot if isinstance(step, Collect) else step.flow if isinstance(step, Call) else ""
    return type(step).__name__, about


def _fitting(library: Library, slots: Mapping[str, Any]) -> dict[str, Any]:
    """Without the values that their slots cannot hold any more."""
    found = {}
    for name, value in slots.items():
        known = library.slots.get(name)
        fits, held = known.take(value) if known is not None else (True, value)
        if fits:
            found[name] = held
    return found
