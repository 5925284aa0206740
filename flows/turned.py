"""What a move of the flows comes to: things to say, an action to carry out, a question that is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from flows.language import SlotMapping
from flows.state import State

Passing = Literal["started", "step", "branch", "rejection", "completed", "cancelled"]
Passed = tuple[Passing, str, str, int]
"""What was passed on the way: what it was, the flow, the step, and which branch or rejection, from 0. Plain tuples,
since every step leaves one."""


@dataclass(frozen=True, slots=True)
class Say:
    """Say that response with the slots as they were then; a pattern's ``context`` is among them. ``flow`` and ``step``
    are where it was said."""

    response: str
    slots: Mapping[str, Any]
    flow: str = field(default="", compare=False)
    step: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Act:
    """Carry out that action, then resume with the slots that it sets."""

    action: str
    flow: str
    step: str
    version: str


@dataclass(frozen=True, slots=True)
class Asking:
    """The open question: which slot, how the answer is to be read, and where in which version it is asked."""

    flow: str
    step: str
    version: str
    slot: str
    response: str
    expect: str | None = None
    mappings: tuple[SlotMapping, ...] = ()
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Turned:
    """The new state and, in this order: ``says``, then ``act`` if there is one (resume afterwards), else ``asking`` if
    a question is open. ``fault`` tells an operator what went wrong in the flows; the conversation goes on anyway.
    ``patterns`` are the repair patterns that this move called for, whether the library has them or not. ``trace`` is the
    way that was taken, in order."""

    state: State
    says: tuple[Say, ...] = ()
    act: Act | None = None
    asking: Asking | None = None
    fault: str | None = None
    patterns: tuple[str, ...] = ()
    trace: tuple[Passed, ...] = ()
