"""Some of one dish this way and some that: "하나는 아이스, 하나는 따뜻하게" of two in the cart."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nlu.understanding import OrderLine, Understanding

_REST = re.compile(r"나머지|\bthe (?:rest|others?)\b", re.IGNORECASE)
_OF_TWO = 2


@dataclass
class _Part:
    """``many`` is None for all that is left."""

    many: int | None
    choices: list[str] = field(default_factory=list)


def parted(
    understood: Understanding, held: Sequence[Mapping[str, Any]], asked: Mapping[str, Any] | None
) -> tuple[OrderLine, ...] | None:
    """The lines that one of the cart falls into; None where the words part none. ``asked`` is the option that is being
    asked for, with its line."""
    line = _line(held, asked)
    if line is None or understood.value("item") is not None or any(one.text for one in understood.lines):
        return None
    parts, there = _parts(understood), int(line.get("quantity") or 0)
    said = sum(part.many or 0 for part in parts)
    left = there - said
    fits = bool(parts) and all(part.choices for part in parts) and there >= _OF_TWO and left >= 0
    if not fits or (len(parts) == 1 and left == 0):
        return None
    item = str(line.get("dish") or line.get("item"))
    lines = [OrderLine(item, part.many or left, tuple(part.choices)) for part in parts if part.many or left]
    whole = left == 0 or any(part.many is None for part in parts)
    return tuple(lines if whole else [*lines, OrderLine(item, left)])


def _line(held: Sequence[Mapping[str, Any]], asked: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    if asked is not None and asked.get("line") is not None:
        return next((one for one in held if one.get("id") == asked["line"]), asked)
    return held[-1] if held else None


def _parts(understood: Understanding) -> list[_Part]:
    """The numbers with the choices said for each: behind them, or before where a choice comes first. One number alone
    parts nothing there: "매운맛으로 한 마리" may be all that is wanted."""
    marks: list[tuple[int, int | str | None]] = [
        (one.start, int(one.value) if one.entity == "quantity" else str(one.value))
        for one in understood.entities
        if one.entity in ("quantity", "choice") and one.value is not None
    ]
    marks += [(found.start(), None) for found in _REST.finditer(understood.text)]
    marks.sort(key=lambda mark: mark[0])
    parts: list[_Part] = []
    if not marks or not isinstance(marks[0][1], str):
        for _, mark in marks:
            if isinstance(mark, str):
                parts[-1].choices.append(mark)
            else:
                parts.append(_Part(mark))
        return parts
    waiting: list[str] = []
    for _, mark in marks:
        if isinstance(mark, str):
            waiting.append(mark)
        else:
            parts.append(_Part(mark, waiting))
            waiting = []
    return parts if len(parts) > 1 and not waiting else []
