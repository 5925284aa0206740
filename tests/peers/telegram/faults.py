"""Misbehaviour on demand: what networks and busy servers do to a call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.peers.telegram.rules import Refused


@dataclass
class Fault:
    """One thing that goes wrong with one call. ``done`` says whether the call still has its effect."""

    refusal: Refused | None = None
    done: bool = False
    drop: bool = False
    gate: asyncio.Event | None = None
    then: Callable[[], object] | None = None
    """Called when everything has happened but the answer."""


@dataclass
class Faults:
    """Faults in wait, by method; each is used once."""

    _waiting: dict[str, list[Fault]] = field(default_factory=dict)

    def fail(self, method: str, code: int = 500, *, times: int = 1, done: bool = False) -> None:
        """The next calls fail; with ``done`` they fail although they were carried out."""
        words = {500: "Internal Server Error", 502: "Bad Gateway"}.get(code, "Error")
        self._add(method, Fault(Refused(code, words), done=done), times)

    def flood(self, method: str, retry_after: int, *, times: int = 1) -> None:
        """The next calls are told to come back after ``retry_after`` seconds."""
        description = f"Too Many Requests: retry after {retry_after}"
        self._add(method, Fault(Refused(429, description, retry_after=retry_after)), times)

    def refuse(self, method: str, code: int, description: str, *, times: int = 1) -> None:
        """The next calls are refused in these words."""
        self._add(method, Fault(Refused(code, description)), times)

    def drop(self, method: str, *, done: bool = True, times: int = 1) -> None:
        """The connection breaks instead of an answer, by default after the call was carried out."""
        self._add(method, Fault(drop=True, done=done), times)

    def hold(self, method: str) -> asyncio.Event:
        """The next call waits, before it has its effect, until the returned event is set."""
        gate = asyncio.Event()
        self._add(method, Fault(gate=gate, done=True), 1)
        return gate

    def at(self, method: str, then: Callable[[], object], *, done: bool) -> None:
        """When the next call comes, ``then`` happens to the caller: before the call was carried out, or (``done``)
        after it and before the answer, which nobody hears."""
        self._add(method, Fault(done=done, drop=True, then=then), 1)

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self._waiting.clear()

    def take(self, method: str) -> Fault | None:
        waiting = self._waiting.get(method)
        return waiting.pop(0) if waiting else None

    def _add(self, method: str, fault: Fault, times: int) -> None:
        self._waiting.setdefault(method, []).extend([fault] * times)
