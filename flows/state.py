"""Where a conversation stands: a stack of flows under way and the slots. Plain values, kept as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_AS_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
NOT_BEGUN = ""
"""The step of a frame whose flow has not taken its first step."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One flow under way.

    ``step`` is where it stands and ``version`` the library's version it began with. ``owned`` holds the value that
    each slot had before this frame first touched it; they come back when the frame ends. ``collected`` lists the
    slots answered so far with the step that asked, oldest first. ``asked``: its question is out. ``again``: it
    has been put before and what came between is answered. ``called``: it returns to the frame below. ``until``: a correction is walking forward to that step again. ``context`` is what a
    pattern was started with.
    """

    flow: str
    step: str = NOT_BEGUN
    version: str = ""
    owned: Mapping[str, Any] = field(default_factory=dict)
    collected: tuple[tuple[str, str], ...] = ()
    asked: bool = False
    again: bool = False
    called: bool = False
    until: str | None = None
    context: Mapping[str, Any] = field(default_factory=dict)

    def to_list(self) -> list[Any]:
        flags = self.asked | self.called << 1 | self.again << 2
        return [self.flow, self.step, self.version, self.owned, self.collected, flags, self.until, self.context]

    @classmethod
    def from_list(cls, parts: list[Any]) -> Frame:
        flow, step, version, owned, collected, flags, until, context = parts
        pairs = tuple([(slot, by) for slot, by in collected])
        asked, called, again = bool(flags & 1), bool(flags & 2), bool(flags & 4)
        return cls(flow, step, version, owned, pairs, asked, again, called, until, context)


@dataclass(frozen=True, slots=True)
class State:
    """``stack`` from the bottom up; ``slots`` by name, unset ones absent or None.

    ``last`` are the responses said in the latest turn with those slot values that have changed since. ``acting``:
    the top frame waits for the result of its action. ``walked`` counts steps since somebody was last heard.
    """

    stack: tuple[Frame, ...] = ()
    slots: Mapping[str, Any] = field(default_factory=dict)
    failures: int = 0
    last: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    acting: bool = False
    walked: int = 0

    @property
    def version(self) -> str | None:
        """The library version that the flows under way began with; None when none is."""
        return self.stack[0].version if self.stack else None

    def to_json(self) -> str:
        return _AS_JSON.encode(
            {
                "stack": [frame.to_list() for frame in self.stack],
                "slots": self.slots,
                "failures": self.failures,
                "last": self.last,
                "acting": self.acting,
                "walked": self.walked,
            }
        )

    @classmethod
    def from_json(cls, text: str) -> State:
        """Read what :meth:`to_json` wrote. ValueError or KeyError when it is something else."""
        data = json.loads(text)
        return cls(
            tuple([Frame.from_list(parts) for parts in data["stack"]]),
            data["slots"],
            data["failures"],
            tuple([(response, slots) for response, slots in data["last"]]),
            data["acting"],
            data["walked"],
        )
