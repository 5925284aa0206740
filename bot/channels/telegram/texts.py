"""Measuring and cutting text as Telegram counts it: in UTF-16 units."""

from __future__ import annotations

import re
import unicodedata

_DROPPED = re.compile("[\u0000-\u0008\u000b-\u001f\u007f\u2028-\u202e\u2066-\u2069]")
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")


def units(text: str) -> int:
    """Length in UTF-16 units: most emoji count two."""
    return len(text) + sum(1 for char in text if char > "\uffff")


def columns(text: str) -> int:
    """How wide ``text`` stands on a screen: Hangul and emoji take two columns."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def clean(text: str) -> str:
    """``text`` without control and direction marks, which Telegram drops, and without what UTF-8 cannot carry."""
    return _DROPPED.sub("", _LONE_SURROGATES.sub("\ufffd", text.replace("\r\n", "\n"))).strip()


def is_blank(text: str) -> bool:
    """Whether Telegram would call ``text`` empty: nothing in it can be seen."""
    return all(char.isspace() or unicodedata.category(char) in {"Cc", "Cf", "Zs"} or char in _UNSEEN for char in text)


_UNSEEN = frozenset("\u115f\u1160\u3164\uffa0\u2800")
"""Fillers that are letters by their category and show nothing."""


def shorten(text: str, limit: int) -> str:
    """``text`` cut to ``limit`` units, with an ellipsis where it was cut."""
    if units(text) <= limit:
        return text
    return text[: _reach(text, limit - 1)].rstrip() + "…"


def pieces(text: str, limit: int) -> list[str]:
    """``text`` cut at line ends, or else at spaces, or else anywhere, into pieces of at most ``limit`` units.

    No piece is blank, and no character is lost but the white space at a cut.
    """
    found: list[str] = []
    rest = text.strip()
    while rest:
        end = _cut(rest, limit)
        found.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [piece for piece in found if not is_blank(piece)]


def _cut(text: str, limit: int) -> int:
    end = _reach(text, limit)
    if end == len(text):
        return end
    for mark in ("\n", " "):
        at = text.rfind(mark, end // 2, end + 1)
        if at > 0:
            return at
    return end


def _reach(text: str, limit: int) -> int:
    """How many characters fit in ``limit`` units, at least one."""
    used = 0
    for index, char in enumerate(text):
        used += 2 if char > "\uffff" else 1
        if used > limit:
            return max(index, 1)
    return len(text)
