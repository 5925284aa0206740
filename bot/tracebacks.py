"""What the logs say of an exception: where it came from, and its words only when nobody's data can be in them."""

from __future__ import annotations

import sys
import traceback
from types import TracebackType

OURS = frozenset(("bot", "commerce", "flows", "nlu", "webhooks"))
_PLAIN = (OSError, RuntimeError, TypeError, AttributeError, NameError, ImportError, AssertionError, MemoryError)
"""Built-in ones whose words come from the interpreter or from us. A ValueError quotes the value, a KeyError the key."""
_PLATFORMS = frozenset(("telegram", "aiohttp", "redis"))
_MOST_FRAMES = 40

Caught = tuple[type[BaseException], BaseException, TracebackType | None]


def words_of(error: BaseException) -> str:
    """One line: the kind and, where they are harmless, its words. A database's error names the parameters and rows it
    stumbled over, and one of validation the input: of those only codes are told."""
    kind = type(error)
    name = kind.__qualname__
    room = (kind.__module__ or "").split(".")[0]
    cause = getattr(error, "orig", None)
    if isinstance(cause, BaseException):
        return f"{name} ({words_of(cause)})"
    code = getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None)
    if isinstance(code, str):
        constraint = getattr(getattr(error, "diag", None), "constraint_name", None)
        return f"{name} {code} {constraint}" if constraint else f"{name} {code}"
    if room in OURS or room in _PLATFORMS or (room in {"builtins", "asyncio"} and isinstance(error, _PLAIN)):
        # A UnicodeError is a ValueError; an OSError of a driver's own kind is not built in.
        return f"{name}: {error}" if str(error) else name
    return name


def told(caught: Caught | BaseException | bool | None) -> str | None:
    """The whole chain of exceptions with their frames; None when there is none. Never a local variable's value."""
    if isinstance(caught, bool) or caught is None:
        caught = sys.exc_info() if caught else None  # type: ignore[assignment]
    error = caught[1] if isinstance(caught, tuple) else caught
    if not isinstance(error, BaseException):
        return None
    parts: list[str] = []
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        frames = "".join(traceback.format_tb(link.__traceback__, limit=-_MOST_FRAMES))
        parts.append(f"{frames}{words_of(link)}")
        for inner in link.exceptions if isinstance(link, BaseExceptionGroup) else ():
            parts[-1] += "\n  of which " + (told(inner) or "").replace("\n", "\n  ")
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return "\nwhich came of\n".join(parts)
