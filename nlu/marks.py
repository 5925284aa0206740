"""Entities marked in a sentence as Rasa writes them: ``[후라이드](item) [두 마리]{"entity": "quantity", "value": "2"}``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nlu.patterns import Pattern

_MARK = Pattern(
    r"\[(?P<text>[^\[\]]+)\]"
    r"(?:\((?P<name>[^():]+)(?::(?P<value>[^()]+))?\)|(?P<full>\{[^{}]*\})|\[(?P<several>\s*\{.*?\}\s*)\])"
)
_KEYS = frozenset({"entity", "value", "role", "group"})
_LEFT = Pattern(r"[\[\]{}]")
"""A bracket that belongs to no mark."""


@dataclass(frozen=True, slots=True)
class Mark:
    """An entity at ``start``..``end`` (half-open) of the plain text.

    ``value`` is what it stands for, where that is not the words themselves.
    """

    entity: str
    start: int
    end: int
    value: str | None = None
    role: str | None = None
    group: str | None = None


class BrokenMark(ValueError):
    """A mark that is not whole. ``what`` is wrong, and how to ``mend`` it."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(f"{what}; {mend}")
        self.what = what
        self.mend = mend


def read_marks(marked: str) -> tuple[str, tuple[Mark, ...]]:
    """The plain text and its marks. Raises BrokenMark.

    Words may carry several marks (``[역삼][{"entity": "place"}, {"entity": "shop"}]``).
    """
    out: list[str] = []
    marks: list[Mark] = []
    at = length = 0
    for found in _MARK.finditer(marked):
        before = _plain(marked[at : found.start()])
        length += len(before)
        words = found["text"]
        out += [before, words]
        marks += _marks(found, length, length + len(words))
        if words != words.strip():
            raise BrokenMark(f"the mark [{words}] begins or ends with a space", "put the space outside the brackets")
        length += len(words)
        at = found.end()
    out.append(_plain(marked[at:]))
    return "".join(out), tuple(marks)


def write_marks(text: str, marks: tuple[Mark, ...]) -> str:
    """The sentence with its marks written in: what ``read_marks`` reads back. Marks may share words, but not overlap."""
    out: list[str] = []
    at = 0
    for start, end in sorted({(mark.start, mark.end) for mark in marks}):
        here = [mark for mark in marks if (mark.start, mark.end) == (start, end)]
        out += [text[at:start], "[", text[start:end], "]", _written(here)]
        at = end
    return "".join([*out, text[at:]])


def _written(marks: list[Mark]) -> str:
    if len(marks) > 1:
        return "[" + ", ".join(_full(mark) for mark in marks) + "]"
    (mark,) = marks
    if (mark.value, mark.role, mark.group) == (None, None, None):
        return f"({mark.entity})"
    return _full(mark)


def _full(mark: Mark) -> str:
    keys = {"entity": mark.entity, "value": mark.value, "role": mark.role, "group": mark.group}
    return json.dumps({key: value for key, value in keys.items() if value is not None}, ensure_ascii=False)


def _plain(words: str) -> str:
    if _LEFT.search(words):
        mend = 'write [words](entity) or [words]{"entity": "…"}; brackets for anything else can\'t be used'
        raise BrokenMark(f"the mark in {words.strip()!r} is not whole", mend)
    return words


def _marks(found: re.Match[str], start: int, end: int) -> Iterator[Mark]:
    if found["name"]:
        value = found["value"]
        yield Mark(found["name"].strip(), start, end, value.strip() if value else None)
        return
    raw = found["full"] or f"[{found['several']}]"
    try:
        written = json.loads(raw)
    except json.JSONDecodeError as error:
        mend = 'write it as JSON: {"entity": "item", "value": "…"}'
        raise BrokenMark(f"what follows [{found['text']}] is no JSON: {error.msg}", mend) from error
    for keys in written if isinstance(written, list) else [written]:
        yield _mark(keys, found["text"], start, end)


def _mark(keys: Mapping[str, Any], words: str, start: int, end: int) -> Mark:
    unknown = sorted(set(keys) - _KEYS)
    if unknown:
        raise BrokenMark(f"unknown key {unknown[0]!r} at [{words}]", f"known here: {', '.join(sorted(_KEYS))}")
    name = keys.get("entity")
    if not isinstance(name, str) or not name.strip():
        raise BrokenMark(f"no entity is named at [{words}]", 'write {"entity": "…"}')
    rest = {key: str(keys[key]) for key in ("value", "role", "group") if keys.get(key) is not None}
    return Mark(name.strip(), start, end, **rest)
