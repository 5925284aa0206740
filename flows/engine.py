"""The engine: commands move a stack of flows. Pure: no clock, no input or output, the same in gives the same out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flows.commands import Command, StartFlow
from flows.language import Collect
from flows.library import Library
from flows.obey import obey
from flows.stack import Stack
from flows.state import State
from flows.turned import Act, Asking, Say, Turned
from flows.walk import Walk, question

__all__ = ["Act", "Asking", "Say", "Turned", "advance", "asking", "failed", "left", "resume"]


def advance(library: Library, state: State, commands: Sequence[Command]) -> Turned:
    """Obey ``commands`` in order, then walk until a question, an action or the end of all flows.

    Never raises for any commands: what cannot be obeyed counts as not understood. Without commands the open question
    stays open and nothing is said.
    """
    walk = Walk(library, state, fresh=True)
    obey(walk, commands)
    return walk.go()


def resume(
    library: Library,
    state: State,
    slots: Mapping[str, Any],
    says: Sequence[str | Say] = (),
    start: StartFlow | None = None,
) -> Turned:
    """Go on after an action with the slots that it set, what it says, and a flow that it starts on top.

    ValueError when no action is under way.
    """
    if not state.acting:
        raise ValueError("no action is under way")
    walk = Walk(library, state, fresh=False)
    walk.acted(slots, says)
    if start is not None:
        walk.start([start])
    return walk.go()


def failed(library: Library, state: State, what: str) -> Turned:
    """Go on after an action that cannot be carried out: everything is dropped, and a pattern says so."""
    walk = Walk(library, state, fresh=False)
    walk.fail(what)
    return walk.go()


def put_whole(library: Library, turned: Turned) -> Turned:
    """The same with its question put as the first time, for somebody who has not seen it yet."""
    asked = turned.asking
    flow = library.flows.get(asked.flow) if asked is not None else None
    step = flow.steps.get(asked.step) if flow is not None and asked is not None else None
    if not isinstance(step, Collect) or not turned.says or turned.says[-1].response != step.again:
        return turned
    known, slots = library.responses[step.utter], turned.state.slots
    shown = {name: slots[name] for name in known.reads if name in slots}
    return replace(turned, says=(*turned.says[:-1], replace(turned.says[-1], response=step.utter, slots=shown)))


def left(library: Library, state: State) -> State:
    """The same with everything under way let go of, and nothing said."""
    stack = Stack(library, state)
    stack.drop_to(0)
    slots = {name: value for name, value in stack.slots.items() if name != "failures"}
    return replace(state, stack=(), slots=slots, acting=False, walked=0)


def asking(library: Library, state: State) -> Asking | None:
    """The open question, None when there is none."""
    if state.acting or not state.stack or not state.stack[-1].asked:
        return None
    frame = state.stack[-1]
    flow = library.flows.get(frame.flow)
    step = flow.steps.get(frame.step) if flow else None
    return question(library, frame, step) if isinstance(step, Collect) else None
