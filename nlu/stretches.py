"""A sentence cut at its breaks, each stretch with the dishes, options, numbers and notes said in it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from nlu.fillers import Spanned
from nlu.jamo import run_together, squeezed
from nlu.mentions import Mention
from nlu.patterns import Pattern
from nlu.references import begins_reference, means_same_again
from nlu.values import Value

_BREAK = Pattern(
    r"[,.;\n&+/!?、·]|:(?=\s(?:\d|(?:an?|one|two|three|four|five|six)\b))|그리고|(?:이랑|랑|하고|이고|와|과|및|주고|주시고|하고요|이고요|고요)(?=\s|$)|(?:이랑|랑|하고)"
    r"|\b(?:and|plus|also|then|but|n)\b"
)
_GLUED = frozenset({"와", "과", "랑", "이랑", "하고", "이고", "하고요", "이고요", "고요"})
"""Particles, which break only right behind what they belong to."""
_JOINING = Pattern(r"[,;\n&+/、·]|그리고|이랑|랑|하고|와|과|및|and|plus")
_COUNTED_TOPIC = Pattern(r"\s?(?:은|는|만)(?=\s|$|,)")
_ALL_AGAIN = Pattern(r"\s?(?:all|both|each|an?)\b")
_LINK = Pattern(r" (?:for|on|in|with) (?:just |only )?$")
_OF_ALL = Pattern(r" (?:all of|both )")
_FOR_ALL = Pattern(r"\b(?:all|each)\b")
_SOME_BEHIND = Pattern(r"[^,.;\n]{1,30}\b(?:in|on|for|with) (?:one|two|three|four|half|\d+) of (?:them|those|these)\b")


@dataclass(frozen=True, slots=True)
class Said:
    """One stretch of a sentence between breaks, with what was found in it. ``joined``: it goes on a list of things
    ("…이랑", "and", a comma)."""

    start: int
    end: int
    items: tuple[Mention, ...]
    choices: tuple[Mention, ...]
    quantities: tuple[Value, ...]
    notes: tuple[Value, ...]
    joined: bool


def stretches(
    text: str,
    mentions: Sequence[Mention],
    quantities: Sequence[Value],
    notes: Sequence[Value],
    mended: Sequence[Spanned] = (),
) -> list[Said]:
    """Cut at breaks that lie inside no mention, quantity, note or ``mended`` stretch, and before what speaks of lines
    said earlier."""
    found_here: list[Spanned] = [*mentions, *quantities, *notes, *mended]
    solid = [(one.start, one.end) for one in found_here]
    only_choices = {(m.start, m.end) for m in mentions if not m.of("item")}
    cuts = _breaks(text, solid, only_choices)
    for begins in _references(text, mentions, quantities, notes):
        cuts.setdefault(begins, False)
    cuts.pop(0, None)
    edges = [(0, False), *sorted(cuts.items()), (len(text), False)]
    found: list[Said] = []
    for (start, joined), (end, _) in itertools.pairwise(edges):
        items, choices = _sort_out(text, [m for m in mentions if start <= m.start < end])
        counted = tuple(q for q in quantities if start <= q.start < end)
        asked = tuple(note for note in notes if start <= note.start < end)
        found.append(Said(start, end, items, choices, counted, asked, joined))
    return found


def _breaks(text: str, solid: Sequence[tuple[int, int]], choices: set[tuple[int, int]]) -> dict[int, bool]:
    """Where stretches begin, and whether they go on a list."""
    edges = {end for _, end in solid}
    cuts: dict[int, bool] = {}
    for match in _BREAK.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in solid):
            continue
        if _between(text, match, choices, solid) or (match[0] == ":" and _FOR_ALL.search(text[: match.start()])):
            continue
        if match[0] in _GLUED and match.start() not in edges and not text[: match.start()].endswith(("씩", "더")):
            continue
        decimal = match[0] in ".," and text[match.end() : match.end() + 1].isdigit()
        if decimal and text[: match.start()][-1:].isdigit():
            continue
        cuts[match.end()] = bool(_JOINING.fullmatch(match[0]))
    return cuts


def _between(text: str, match: re.Match[str], choices: set[tuple[int, int]], solid: Sequence[tuple[int, int]]) -> bool:
    """Whether the break only parts two options of the same dish: "with cheese and egg"."""
    before = max((span for span in solid if span[1] <= match.start()), key=lambda span: span[1], default=None)
    after = min((span for span in solid if span[0] >= match.end()), key=lambda span: span[0], default=None)
    if match[0] in ("\n", ".") or _ALL_AGAIN.match(text, match.end()) or _SOME_BEHIND.match(text, match.end()):
        return False
    if before not in choices or after not in choices:
        return False
    return not (text.startswith(" each", after[1]) or means_same_again(text, before[1], after[0]))


def _references(
    text: str, mentions: Sequence[Mention], quantities: Sequence[Value], notes: Sequence[Value]
) -> list[int]:
    """Where words begin that speak of lines said before: "하나는", "나머지는", "one decaf" after a number of its own."""
    found = [_with_option(text, start, mentions, notes) for start in begins_reference(text)]
    found = [start for start in found if not any(m.start < start < m.end for m in mentions)]
    found = [start for start in found if not any(n.start < start < n.end for n in notes)]
    for number in quantities:
        item = next((m for m in reversed(mentions) if m.end <= number.start), None)
        close = (
            item is not None and bool(item.of("item")) and not text[item.end : number.start].strip(" 은는이가을를도")
        )
        only = item is None and text.startswith("만", number.end)
        if not close and not only and _COUNTED_TOPIC.match(text, number.end):
            found.append(number.start)
    return found


def _with_option(text: str, start: int, mentions: Sequence[Mention], notes: Sequence[Value]) -> int:
    """Where what is said of a line begins, its option or note first: "hot for the other", "no jujube in one of them"."""
    link = _LINK.search(text, 0, start) or _OF_ALL.search(text, 0, start + 8)
    if link is None or (link.re is _OF_ALL.compiled and link.start() != start - 1):
        return start
    options: list[Spanned] = [*(m for m in mentions if not m.of("item")), *notes]
    told = next((one for one in options if one.end == link.start()), None)
    return start if told is None else told.start


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
    choices = mention.of("choice")
    if not choices:
        return False
    dishes = {name.key for name in mention.of("item")}
    said = squeezed(text[mention.start : mention.end])[0]
    return any(name.of in dishes and said not in {run_together(written) for written in name.names} for name in choices)
