"""What a message asks of the conversation: the seam between any way of understanding and the flows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class StartFlow:
    """Start that flow with those slots filled; on top of whatever is waiting."""

    flow: str
    slots: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SetSlots:
    """Answers to what is being asked, or corrections of what the active flow already collected."""

    slots: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cancel:
    """Drop the active flow."""


@dataclass(frozen=True, slots=True)
class Skip:
    """The person would rather not answer."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """Say the last messages again."""


@dataclass(frozen=True, slots=True)
class Restart:
    """Drop every flow and begin anew."""


@dataclass(frozen=True, slots=True)
class Clarify:
    """One of these flows was meant, and it is not clear which. Counts as a failure. ``intents``: by which wish each
    was meant, its first trigger otherwise; ``slots``: what was said for it."""

    flows: tuple[str, ...]
    intents: tuple[str, ...] = ()
    slots: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Handoff:
    """The person wants a human."""


@dataclass(frozen=True, slots=True)
class ChitChat:
    """Small talk of that kind."""

    kind: str = ""


@dataclass(frozen=True, slots=True)
class CannotHandle:
    """Nothing was understood. Counts as a failure."""


Command = StartFlow | SetSlots | Cancel | Skip | Repeat | Restart | Clarify | Handoff | ChitChat | CannotHandle
