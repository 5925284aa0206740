"""English as rows of words: where the words of a run of letters and digits most likely end."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from nlu.everyday_words import EverydayWords
from nlu.named_words import NamedWords
from nlu.patterns import Pattern

BEGINNING = "^"
"""What stands before the first word of a text."""
BREAK = ","
"""What stands before the first word behind a comma, a full stop and the like."""
NUMBER = "#"
"""Any number, written in digits."""
END = "$"
"""What stands behind the last word of a text or before a comma and the like."""
UNITS = frozenset(
    {"g", "kg", "ml", "l", "cl", "cc", "cm", "mm", "m", "km", "x", "k", "am", "pm", "oz", "lb", "lbs", "pc", "pcs"}
    | {"st", "nd", "rd", "th", "f", "ish"}
)
"""What stands right behind a number."""
_UNIT = 5.0
_NUMBERED = 4.0
_CODED = 26.0
_UNKNOWN = 9.0
_PER_LETTER = 3.5
"""What a unit, a number, a code and a word that is not known cost, and each letter of the last, beside the negative log
chance of known words."""
_LONGEST = 20
_NAMED_TOGETHER = 2.0
"""What a word costs behind the one before it in a live name."""
_JOINED = ("'s", "'ve", "'ll", "'d", "'re", "n't")
_NEGATED = frozenset(
    {"do", "does", "did", "is", "are", "was", "were", "have", "has", "had", "ca", "wo", "would", "should", "could"}
    | {"might", "must", "need", "sha", "ai"}
)
"""What "n't" stands behind."""
_OWNER = 2.0
"""How much more a word costs with these letters behind it."""
_WORD = 1.0
"""How much more every word costs than its chance says."""
_DIGITS = Pattern(r"[0-9]+")
_CODE = Pattern(r"(?=([a-z2-9]{8}))")
_SWITCHES = 3
"""How often letters and digits take turns in a code, at least."""
_FOLDED = {"ß": "s", "ø": "o", "æ": "a", "œ": "o", "ı": "i", "ł": "l", "đ": "d"}


@dataclass(frozen=True, slots=True)
class _Node:
    """A row of words: what it costs in all, its last word (empty when nobody knows it) and where that begins."""

    cost: float
    word: str
    start: int = 0
    before: _Node | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """Where the words of a run begin, with no word but the first at 0; ``gaps`` are those that a space belongs before.
    ``known``: how many letters are in known words of two letters and more."""

    starts: tuple[int, ...]
    gaps: tuple[int, ...]
    known: int


@dataclass(frozen=True, slots=True, eq=False)
class WordRows:
    """All costs are negative logs of chances: ``costs`` of a word anywhere, ``pairs`` ("first second") of a word right
    behind another, ``turns``: what is added behind a word when no such pair goes on from it. ``everyday`` are words
    besides."""

    costs: Mapping[str, float] = field(default_factory=dict)
    pairs: Mapping[str, float] = field(default_factory=dict)
    turns: Mapping[str, float] = field(default_factory=dict)
    everyday: EverydayWords = field(default_factory=EverydayWords)

    def stored(self) -> dict[str, npt.NDArray[Any]]:
        """Its arrays by name."""
        arrays: dict[str, npt.NDArray[Any]] = self.everyday.stored()
        for name, table in (("words", self.costs), ("pairs", self.pairs), ("turns", self.turns)):
            said = "\n".join(table).encode("utf-8", "surrogatepass")
            arrays[f"space_{name}"] = np.frombuffer(said, dtype=np.uint8)
            arrays[f"space_{name}_costs"] = np.array(list(table.values()), dtype=np.float64)
        return arrays

    @classmethod
    def restored(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> WordRows:
        """What ``stored`` gave. Raises KeyError or ValueError when it is not that."""
        tables: list[dict[str, float]] = []
        for name in ("words", "pairs", "turns"):
            costs = arrays[f"space_{name}_costs"].tolist()
            said = arrays[f"space_{name}"].tobytes().decode("utf-8", "surrogatepass").split("\n") if costs else []
            tables.append(dict(zip(said, costs, strict=True)))
        costs, pairs, turns = tables
        return cls(costs, pairs, turns, EverydayWords.restored(arrays))

    def knows(self, word: str, most: float) -> bool:
        """Whether it is a word of the training texts, or one besides that costs no more than ``most``."""
        if word in self.costs:
            return True
        cost = self.everyday.cost(word)
        return cost is not None and cost <= most

    def side_by_side(self, first: str, second: str) -> bool:
        """Whether these words of the training texts often stand together; digits are any number."""
        words = [NUMBER if word.isdigit() else word for word in (first, second)]
        return all(word in self.costs for word in words) and " ".join(words) in self.pairs

    def row(self, run: str, named: Sequence[NamedWords], before: str = "", after: str = "") -> Row:
        """The words of ``run`` that cost least together; ``before`` is the word before it, ``after`` that behind it."""
        run = _folded(run)
        everyday = self.everyday.within(run, _LONGEST)
        fixed = _fixed(run)
        digits = {at for found in _DIGITS.finditer(run) for at in range(*found.span())}
        rows: list[list[_Node]] = [[_Node(0.0, before)]]
        for end in range(1, len(run) + 1):
            rows.append(self._ending(run, end, rows, named, everyday, fixed, digits))
        node, at = min(rows[-1], key=lambda row: row.cost + self._parting(row.word, after)), len(run)
        starts: list[int] = []
        gaps: list[int] = []
        known = 0
        while node.before is not None:
            word = run[node.start : at]
            if len(word) > 1 and node.word and node.word != NUMBER:
                known += len(word)
            starts.append(node.start)
            gaps += (node.start + gap for gap in _inner(word, named))
            if not _joined(run, node, at):
                gaps.append(node.start)
            node, at = node.before, node.start
        return Row(tuple(sorted(starts)), tuple(sorted({*gaps} - {0})), known)

    def _ending(
        self,
        run: str,
        end: int,
        rows: Sequence[Sequence[_Node]],
        named: Sequence[NamedWords],
        everyday: Mapping[tuple[int, int], float],
        fixed: Mapping[int, Sequence[tuple[int, str, float]]],
        digits: set[int],
    ) -> list[_Node]:
        """The best row for each word that may end there; one whose last word nobody knows only if none is better."""
        found: list[_Node] = []
        unknown: list[_Node] = []
        for start, word, price in fixed.get(end, ()):
            if rows[start]:
                found.append(self._next(rows[start], word, price, start, named))
        for start in range(max(0, end - _LONGEST), end):
            if not rows[start] or not digits.isdisjoint(range(start, end)):
                continue
            word = run[start:end]
            anywhere = self._plain(word, named, everyday.get((start, end)))
            if anywhere is None:
                anywhere = self._joined(word, named, everyday, start)
            if word in UNITS and start - 1 in digits:
                anywhere = min(_UNIT, anywhere) if anywhere is not None else _UNIT
            if anywhere is None:
                best = min(rows[start], key=_cost)
                unknown.append(_Node(best.cost + _UNKNOWN + _PER_LETTER * len(word), "", start, best))
            else:
                found.append(self._next(rows[start], word, anywhere, start, named))
        if unknown:
            cheapest = min(unknown, key=_cost)
            if not found or cheapest.cost < min(found, key=_cost).cost:
                found.append(cheapest)
        return found

    def _next(
        self, before: Sequence[_Node], word: str, anywhere: float, start: int, named: Sequence[NamedWords]
    ) -> _Node:
        """The best row that goes on with ``word``, which costs so much anywhere."""
        pairs = ((row.cost + self._behind(row.word, word, anywhere, named), row) for row in before)
        cost, best = min(pairs, key=_first)
        return _Node(cost, word, start, best)

    def _behind(self, first: str, word: str, cost: float, named: Sequence[NamedWords] = ()) -> float:
        """What a word that costs so much anywhere costs behind another."""
        if not first:
            return cost + _WORD
        both = f"{first} {word}"
        if any(both in names.pairs for names in named):
            return _NAMED_TOGETHER + _WORD
        pair = self.pairs.get(both)
        return (cost + self.turns.get(first, 0.0) if pair is None else pair) + _WORD

    def _parting(self, last: str, after: str) -> float:
        return self._behind(last, after, self.costs.get(after, 0.0)) if after and last else 0.0

    def _joined(
        self, word: str, named: Sequence[NamedWords], everyday: Mapping[tuple[int, int], float], start: int
    ) -> float | None:
        """Of a word or a live name with an 's or the like behind it; None when it is none."""
        letters = next((letters for letters in _JOINED if word.endswith(letters)), "") if "'" in word else ""
        bare = word.removesuffix(letters)
        if not letters or not bare or (letters == "n't" and bare not in _NEGATED):
            return None
        cost = self._plain(bare, named, everyday.get((start, start + len(bare))))
        return None if cost is None else cost + _OWNER

    def _plain(self, word: str, named: Sequence[NamedWords], everyday: float | None) -> float | None:
        least = self.costs.get(word, everyday)
        for names in named:
            cost = names.costs.get(word)
            if cost is not None and (least is None or cost < least):
                least = cost
        return least


def _fixed(run: str) -> dict[int, list[tuple[int, str, float]]]:
    """By where they end, numbers and what may be a code: where they begin, what they are called and cost."""
    fixed: dict[int, list[tuple[int, str, float]]] = {}
    for found in _DIGITS.finditer(run):
        fixed.setdefault(found.end(), []).append((found.start(), NUMBER, _NUMBERED))
    for found in _CODE.finditer(run) if fixed else ():
        start, end = found.span(1)
        kinds = [char.isdigit() for char in found[1]]
        switches = sum(one != other for one, other in pairwise(kinds))
        whole = not (kinds[0] and run[start - 1 : start].isdigit()) and not (kinds[-1] and run[end : end + 1].isdigit())
        if whole and sum(kinds) > 1 and switches >= _SWITCHES:
            fixed.setdefault(end, []).append((start, found[1], _CODED))
    return fixed


def _inner(word: str, named: Sequence[NamedWords]) -> Sequence[int]:
    """Where spaces are in a name."""
    return next((names.gaps[word] for names in named if word in names.gaps), ())


def _joined(run: str, node: _Node, end: int) -> bool:
    """Whether the word has no space before it: the unit of a number, the number of "x2" and "b02", the letter of "3b"."""
    before = node.before
    if before is None:
        return False
    word = run[node.start : end]
    if before.word == NUMBER:
        return word in UNITS or (len(word) == 1 and end == len(run) and word not in "ai")
    return node.word == NUMBER and (
        before.word == "x" or (before.start == 0 and node.start == 1 and end == len(run) and run[0] not in "ai")
    )


def _folded(run: str) -> str:
    """Without accents, letter by letter."""
    if run.isascii():
        return run
    return "".join(_FOLDED.get(char) or unicodedata.normalize("NFD", char)[0] for char in run)


def _cost(row: _Node) -> float:
    return row.cost


def _first(pair: tuple[float, _Node]) -> float:
    return pair[0]
