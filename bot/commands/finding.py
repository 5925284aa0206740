"""What the doctor says of one part."""

from __future__ import annotations

from dataclasses import dataclass

PATIENCE_S = 12.0
"""How long a database may take to answer: longer than it takes to give up on its host."""


@dataclass(frozen=True, slots=True)
class Finding:
    """``state`` is "ok", "unset" (works without it) or "wrong" (does not work); ``next_step`` how to mend it."""

    part: str
    state: str
    what: str
    next_step: str = ""
