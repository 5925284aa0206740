"""Some of one dish this way and some that: "하나는 아이스, 하나는 따뜻하게" of two in the cart."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from nlu.understanding import OrderLine, Understanding

_REST = re.compile(r"나머지|\bthe (?:rest|others?)\b", re.IGNORECASE)
_OF_TWO = 2
_OF = re.compile(r"\s?(?:of (?:the|my|those) )?", re.IGNORECASE)
_AND = re.compile(r"이?랑(?:\s|$)|하고(?:\s|$)|[와과]\s|\b(?:and|plus)\b|,|&", re.IGNORECASE)
_INTO = re.compile(r"^\s?(?:\S+\s)?\S{0,6}?(?:으로|로)(?:\s?(?:바꿔|바꿀|변경|교체|해|할|주|부탁)\S*(?:\s\S+)?|)\W*$")
_TO = re.compile(r"\b(?:to|into|for|with)\b", re.IGNORECASE)
_TURNS = re.compile(r"\b(?:change|swap|switch|turn|replace|make)\b", re.IGNORECASE)
_AN = re.compile(r"\s(?:an?|into)\s(?:[\w-]+\s){0,2}", re.IGNORECASE)
_TO_SOME = re.compile(r"\b(?:to|on|in) (?:one|two|three|\d+)(?: of (?:the|my|those))?\b", re.IGNORECASE)
_FURTHER = re.compile(r"(?:^|\s)(?:더|또)(?=\s|$)|\b(?:another|one more|add|as well|too)\b", re.IGNORECASE)
_SOME_OF = re.compile(
    r"\b(?:one|two|three|\d+) of (?:the|my|those|them)\b|(?:하나|둘|셋|(?:한|두|세|네|\d+)\s?(?:개|잔|마리|그릇|줄|판|병|명))[은는만](?!\S)",
    re.IGNORECASE,
)
"""Says that of what is there so many are meant."""


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


def some_of(understood: Understanding, held: Sequence[Mapping[str, Any]]) -> tuple[OrderLine, ...] | None:
    """The lines that a dish of the cart falls into when some of it are to be another way: "one of the lattes with an extra
    shot", "라떼 하나는 샷 추가" of two; None where more of it are wanted."""
    only = put_on(understood) or (understood.lines[0] if len(understood.lines) == 1 else None)
    if only is None or not only.item or not only.options:
        return None
    if not _TO_SOME.search(understood.text) and (
        _SOME_OF.search(understood.text) is None or _FURTHER.search(understood.text)
    ):
        return None
    same = [line for line in held if line.get("item") == only.item]
    there, many = int(same[0].get("quantity") or 0) if len(same) == 1 else 0, only.quantity or 0
    if not 0 < many < there:
        return None
    return only, OrderLine(only.item, there - many)


def put_on(understood: Understanding) -> OrderLine | None:
    """The dish with the option that is to be put on so many of it: "add an extra shot to one of the lattes"."""
    lines = understood.lines
    if len(lines) != _OF_TWO or not _TO_SOME.search(understood.text):
        return None
    option, dish = lines
    apart = option.item is None and not option.text and option.options and dish.item and not dish.options
    return replace(dish, options=option.options) if apart else None


def turned(understood: Understanding) -> tuple[str, str, int] | None:
    """The dish of which so many are to be another, and that one: "라떼 한 잔만 치즈케이크로", "change one of the lattes to
    an americano"."""
    dishes = [one for one in understood.entities if one.entity == "item"]
    if len(dishes) != _OF_TWO or dishes[0].value == dishes[1].value:
        return None
    old, new = dishes
    text = understood.text
    before, between, behind = text[: old.start], text[old.end : new.start], text[new.end :]
    numbers = [one for one in understood.entities if one.entity == "quantity" and one.start < new.start]
    said = next(
        (one for one in numbers if 0 <= one.start - old.end <= 1 or _OF.fullmatch(text[one.end : old.start])), None
    )
    english = _TURNS.search(before) and (_TO.search(between) or _AN.fullmatch(between))
    if said is None or said.value <= 0 or _AND.search(between) or not (english or _INTO.search(behind)):
        return None
    return str(old.value), str(new.value), int(said.value)


def some_into(understood: Understanding, held: Sequence[Mapping[str, Any]]) -> tuple[OrderLine, ...] | None:
    """What is left of a dish, and another in the place of the rest; None where nothing of ``held`` becomes another."""
    found = turned(understood)
    same = [line for line in held if found is not None and line.get("item") == found[0]]
    there = int(same[0].get("quantity") or 0) if len(same) == 1 else 0
    if found is None or found[2] > there:
        return None
    old, new, many = found
    options = next((line.options for line in understood.lines if line.item == new), ())
    return OrderLine(old, there - many), OrderLine(new, many, tuple(options))
