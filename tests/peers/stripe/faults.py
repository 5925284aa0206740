"""Misbehaviour on demand: what networks and busy servers do to a call, before or after it was booked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Literal

When = Literal["before", "after"]
Hook = Callable[[], Awaitable[None] | None]


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong with a call, ``when`` relative to its booking.

    ``status`` answers with that error; ``drop`` breaks the connection; ``truncate`` sends half of the answer;
    ``gate`` waits for the event; ``hook`` is called, and may kill somebody. ``path`` is the beginning of
    "METHOD /v1/…"; ``times`` how often it happens.
    """

    path: str
    when: When = "before"
    status: int | None = None
    drop: bool = False
    truncate: bool = False
    gate: asyncio.Event | None = None
    hook: Hook | None = None
    times: int = 1


@dataclass
class Faults:
    """Faults in wait, the oldest first."""

    _waiting: list[Fault] = field(default_factory=list)

    def add(self, fault: Fault) -> None:
        self._waiting.append(fault)

    def hold(self, path: str, when: When = "before") -> asyncio.Event:
        """The next such call waits until the returned event is set."""
        gate = asyncio.Event()
        self.add(Fault(path, when, gate=gate))
        return gate

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self._waiting.clear()

    def take(self, call: str) -> Fault | None:
        for at, fault in enumerate(self._waiting):
            if call.startswith(fault.path):
                if fault.times > 1:
                    self._waiting[at] = replace(fault, times=fault.times - 1)
                else:
                    del self._waiting[at]
                return fault
        return None
