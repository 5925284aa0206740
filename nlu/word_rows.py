"""English as rows of words: where the words of a run of letters most likely end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from nlu.named_words import NamedWords

BEGINNING = "^"
"""What stands before the first word of a text."""
_UNKNOWN = 9.0
_PER_LETTER = 3.0
"""What a word costs that is not known, and each of its letters, beside the negative log chance of known words."""
_LONGEST = 20
_OWNED = "'s"
_OWNER = 2.0
"""How much more a word costs with these letters behind it."""


@dataclass(frozen=True, slots=True)
class _Node:
    """A row of words: what it costs in all, its last word (empty when nobody knows it) and where that begins."""

    cost: float
    word: str
    start: int = 0
    before: _Node | None = None


@dataclass(frozen=True, slots=True, eq=False)
class WordRows:
    """All costs are negative logs of chances: ``costs`` of a word anywhere, ``pairs`` ("first second") of a word right
    behind another, ``turns``: what is added behind a word when no such pair goes on from it."""

    costs: Mapping[str, float] = field(default_factory=dict)
    pairs: Mapping[str, float] = field(default_factory=dict)
    turns: Mapping[str, float] = field(default_factory=dict)

    def stored(self) -> dict[str, npt.NDArray[Any]]:
        """Its arrays by name."""
        arrays: dict[str, npt.NDArray[Any]] = {}
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
        return cls(*tables)

    def cost(self, word: str, named: Sequence[NamedWords]) -> float | None:
        """Of a word or a live name, also with an 's behind; None when it is none."""
        found = self._plain(word, named)
        if found is None and word.endswith(_OWNED):
            owner = self._plain(word.removesuffix(_OWNED), named)
            return None if owner is None else owner + _OWNER
        return found

    def gaps(self, run: str, named: Sequence[NamedWords], before: str = "") -> list[int]:
        """Where to part a run of letters so that its words cost least together; ``before`` is the word before it."""
        rows: list[list[_Node]] = [[_Node(0.0, before)]]
        for end in range(1, len(run) + 1):
            rows.append(self._ending(run, end, rows, named))
        gaps: set[int] = set()
        node, at = min(rows[-1], key=_cost), len(run)
        while node.before is not None:
            word = run[node.start : at]
            inner = next((names.gaps[word] for names in named if word in names.gaps), ())
            gaps.update((node.start, *(node.start + gap for gap in inner)))
            node, at = node.before, node.start
        return sorted(gaps - {0})

    def _ending(self, run: str, end: int, rows: Sequence[Sequence[_Node]], named: Sequence[NamedWords]) -> list[_Node]:
        """The best row for each word that may end there; one whose last word nobody knows only if none is better."""
        found: list[_Node] = []
        unknown: list[_Node] = []
        for start in range(max(0, end - _LONGEST), end):
            word = run[start:end]
            cost = self.cost(word, named)
            if cost is None:
                best = min(rows[start], key=_cost)
                unknown.append(_Node(best.cost + _UNKNOWN + _PER_LETTER * len(word), "", start, best))
            else:
                price, best = min(
                    ((row.cost + self._behind(row.word, word, cost), row) for row in rows[start]), key=_first
                )
                found.append(_Node(price, word, start, best))
        if unknown:
            cheapest = min(unknown, key=_cost)
            if not found or cheapest.cost < min(found, key=_cost).cost:
                found.append(cheapest)
        return found

    def _behind(self, first: str, word: str, cost: float) -> float:
        """What a word that costs so much anywhere costs behind another."""
        if not first:
            return cost
        pair = self.pairs.get(f"{first} {word}")
        return cost + self.turns.get(first, 0.0) if pair is None else pair

    def _plain(self, word: str, named: Sequence[NamedWords]) -> float | None:
        least = self.costs.get(word)
        for names in named:
            cost = names.costs.get(word)
            if cost is not None and (least is None or cost < least):
                least = cost
        return least


def _cost(row: _Node) -> float:
    return row.cost


def _first(pair: tuple[float, _Node]) -> float:
    return pair[0]
