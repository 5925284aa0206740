"""Which update caused what: one id from the webhook through its turn to the sends and till calls that follow."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass

_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")


@dataclass(frozen=True, slots=True)
class Cause:
    """``turn`` is the id in logs and answers, 32 hexadecimal digits; it is also the id of the trace in the sense of
    W3C Trace Context, where ``span`` (16 digits) is the step that came before."""

    turn: str
    span: str
    sampled: bool = False

    @property
    def traceparent(self) -> str:
        """55 characters, as the W3C header of that name has them."""
        return f"00-{self.turn}-{self.span}-{'01' if self.sampled else '00'}"

    @classmethod
    def parse(cls, traceparent: str | None) -> Cause | None:
        """None for what is no valid header: an id of zeros is none either."""
        found = _TRACEPARENT.fullmatch(traceparent or "")
        if found is None or not found[1].strip("0") or not found[2].strip("0"):
            return None
        return cls(found[1], found[2], bool(int(found[3], 16) & 1))

    @classmethod
    def new(cls) -> Cause:
        """The beginning of something. Not from Ids: an id that nothing depends on must not shift those that count."""
        made = secrets.token_hex(24)
        return cls(made[:32], made[32:])


_current: ContextVar[Cause | None] = ContextVar("cause", default=None)


def current() -> Cause | None:
    """What is being worked on here; tasks begun meanwhile inherit it."""
    return _current.get()


def stored() -> str | None:
    """What a row keeps of it, so that whoever takes the row up goes on under the same id."""
    cause = _current.get()
    return None if cause is None else cause.traceparent


def entered(cause: Cause) -> Token[Cause | None]:
    """Work on ``cause`` from here until ``left`` with what this returns."""
    return _current.set(cause)


def left(token: Token[Cause | None]) -> None:
    _current.reset(token)


@contextmanager
def caused_by(cause: Cause | None) -> Iterator[Cause]:
    """What happens in the block belongs to ``cause``; without one, to what is being worked on; else to a new one."""
    cause = cause or _current.get() or Cause.new()
    token = _current.set(cause)
    try:
        yield cause
    finally:
        _current.reset(token)
