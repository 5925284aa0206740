"""A sentence cut at its breaks, each stretch with the dishes, options and numbers said in it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from nlu.fillers import Spanned
from nlu.jamo import squeezed
from nlu.mentions import Mention
from nlu.values import Value
from nlu.written import Written

_BREAK = re.compile(
    r"[,.;\n&+/]|그리고|(?:이랑|랑|하고|와|과|및|도)(?=\s|$)|(?:이랑|랑|하고)|\b(?:and|plus|also|then)\b"
)


@dataclass(frozen=True, slots=True)
class Said:
    """One stretch of a sentence between breaks, with what was found in it."""

    start: int
    end: int
    items: tuple[Mention, ...]
    choices: tuple[Mention, ...]
    quantities: tuple[Value, ...]


def stretches(
    text: str, mentions: Sequence[Mention], quantities: Sequence[Value], notes: Sequence[Value]
) -> list[Said]:
    """Cut at breaks that lie inside no mention, quantity or note."""
    found_here: list[Spanned] = [*mentions, *quantities, *notes]
    solid = [(one.start, one.end) for one in found_here]
    edges = {end for _, end in solid}
    cuts = [0]
    for match in _BREAK.finditer(text):
        inside = any(start < match.end() and match.start() < end for start, end in solid)
        glued = match[0] in ("와", "과", "도", "랑", "이랑", "하고") and match.start() not in edges
        decimal = (
            match[0] in ".," and text[match.end() : match.end() + 1].isdigit() and text[: match.start()][-1:].isdigit()
        )
        if not inside and not glued and not decimal:
            cuts.append(match.end())
    cuts.append(len(text))
    found: list[Said] = []
    for start, end in itertools.pairwise(cuts):
        items, choices = _sort_out(text, [m for m in mentions if start <= m.start < end])
        counted = tuple(q for q in quantities if start <= q.start < end)
        found.append(Said(start, end, items, choices, counted))
    return found


def _sort_out(text: str, mentions: Sequence[Mention]) -> tuple[tuple[Mention, ...], tuple[Mention, ...]]:
    """Items and choices; a word that is both is a choice when it belongs to the item just before it."""
    items: list[Mention] = []
    choices: list[Mention] = []
    for mention in mentions:
        own = {name.key for name in items[-1].of("item")} if items else set()
        as_choice = mention.of("choice")
        belongs = any(name.of in own for name in as_choice) and not is_shorthand(text, mention)
        if as_choice and (not mention.of("item") or belongs):
            choices.append(mention)
        elif mention.of("item"):
            items.append(mention)
    return tuple(items), tuple(choices)


def is_shorthand(text: str, mention: Mention) -> bool:
    """Whether the words stand for a dish and a choice of it, and are no name of that choice."""
    dishes = {name.key for name in mention.of("item")}
    said = squeezed(text[mention.start : mention.end])[0]
    return any(
        name.of in dishes and said not in {squeezed(Written.of(written).text)[0] for written in name.names}
        for name in mention.of("choice")
    )
