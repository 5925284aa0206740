"""What a turn did, for those who look on: dialogue tests and recordings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.messages import Incoming
from flows.commands import Command
from flows.library import Library
from flows.state import State
from flows.turned import Asking, Turned
from nlu.understanding import Understanding


@dataclass(frozen=True, slots=True)
class Moved:
    """How a message moved the flows: as what it was read while ``asked`` was the open question, the state ``before``,
    the actions carried out with the slots that they set, and what it came to."""

    library: Library
    command: Command
    understood: Understanding | None
    asked: Asking | None
    before: State
    acted: tuple[tuple[str, Mapping[str, Any]], ...]
    turned: Turned
    language: str
    """That the person is spoken to in."""


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A turn that was committed. ``moved`` is None where no person spoke; ``told`` are the responses that were said,
    each with the chat that it went to."""

    incoming: Incoming
    moved: Moved | None
    told: tuple[tuple[str, str], ...]


Witness = Callable[[Witnessed], None]
