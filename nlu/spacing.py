"""Where the spaces belong in a text that was typed without any.

Korean: a logistic regression over the letters around each place, learnt from how the training texts are spaced.
English: the likeliest row of words, by how often training texts have each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import log

from nlu.written import Written, has_hangul

_LEAST = 5
"""Letters of a text that may lack a space."""
_SURE = 0.3
"""How likely a space must be, in log odds."""
_EDGE = "\x00\x00\x00"
_LATIN = re.compile(r"[a-z']+")
_UNKNOWN = 12.0
_PER_LETTER = 2.2
"""What a word costs that is not known, and each of its letters, beside the negative log chance of known words."""
_LONGEST = 20
_RECOGNISED = 0.6
"""The share of the letters that must be in known words of two letters and more: a code has no words."""
_NAMED = 9.0
"""What a word of a live name costs."""
_PART = re.compile(r"[a-z']+|[^a-z']+")


def places(letters: str) -> Iterable[tuple[str, ...]]:
    """For each place between two letters (all of them but before the first), what is seen around it."""
    padded = _EDGE + letters + _EDGE
    for i in range(4, 3 + len(letters)):
        two, one, here, there = padded[i - 2], padded[i - 1], padded[i], padded[i + 1]
        left, right = two + one, here + there
        yield (
            f"{left}|{right}",
            f"{left}|{here}",
            f"{one}|{right}",
            f"{one}|{here}",
            f"{left}|",
            f"|{right}",
            f"{padded[i - 3]}{left}|",
            f"|{right}{padded[i + 2]}",
            f"{one}|",
            f"|{here}",
        )


@dataclass(frozen=True, slots=True)
class Spacing:
    """``weights`` of what is seen around a place, ``bias`` of any place; ``counts`` of English words."""

    weights: Mapping[str, float] = field(default_factory=dict)
    bias: float = 0.0
    counts: Mapping[str, int] = field(default_factory=dict)

    def lacking(self, text: str) -> bool:
        """Whether a reading text seems to have been typed without its spaces."""
        bare = text.strip()
        return len(bare) >= _LEAST and " " not in bare and bare not in self.counts

    def respaced(self, written: Written, names: Iterable[str] = ()) -> Written:
        """``written`` with spaces where they are likely, if it has none; positions still lead to what was typed.

        ``names`` are live names, in reading form, whose words are known besides those of the training texts."""
        if not self.lacking(written.text):
            return written
        gaps = self._gaps(written.text, names)
        return written.with_spaces(gaps) if gaps else written

    def _gaps(self, text: str, names: Iterable[str]) -> list[int]:
        """Before which characters a space is missing, in order."""
        if has_hangul(text):
            return self._korean(text) if self.weights else []
        return self._english(text, names) if self.counts else []

    def _korean(self, text: str) -> list[int]:
        get = self.weights.get
        gaps: list[int] = []
        for i, seen in enumerate(places(text), 1):
            if not (_plain(text[i - 1]) and _plain(text[i])) and text[i].isalnum():
                odds = self.bias + sum(get(one, 0.0) for one in seen)
                if odds > _SURE:
                    gaps.append(i)
        return gaps

    def _english(self, text: str, names: Iterable[str]) -> list[int]:
        named = {word for name in names for word in _LATIN.findall(name) if len(word) > 1}
        total = sum(self.counts.values())
        cost = {word: log(total / count) for word, count in self.counts.items()}
        for word in named:
            cost[word] = min(cost.get(word, _NAMED), _NAMED)
        gaps: list[int] = []
        letters = known = 0
        for part in _PART.finditer(text):
            begin, run = part.span()[0], part[0]
            if begin and (text[begin].isalnum() or text[begin] == "'"):
                gaps.append(begin)
            if run[0].isalpha() or run[0] == "'":
                inner = _likeliest(run, cost)
                words = [run[start:end] for start, end in pairwise((0, *inner, len(run)))]
                gaps += [begin + at for at in inner]
                letters += len(run)
                known += sum(len(word) for word in words if len(word) > 1 and word in cost)
        return gaps if known >= _RECOGNISED * letters else []


AS_TYPED = Spacing()
"""Leaves every text as it is."""


def _likeliest(run: str, cost: Mapping[str, float]) -> list[int]:
    """Where to part a run of letters so that its words cost least together."""
    best = [0.0] + [float("inf")] * len(run)
    begin = [0] * (len(run) + 1)
    for end in range(1, len(run) + 1):
        for start in range(max(0, end - _LONGEST), end):
            word = run[start:end]
            price = best[start] + cost.get(word, _UNKNOWN + _PER_LETTER * len(word))
            if price < best[end]:
                best[end], begin[end] = price, start
    gaps: list[int] = []
    at = begin[len(run)]
    while at > 0:
        gaps.append(at)
        at = begin[at]
    return gaps[::-1]


def _plain(char: str) -> bool:
    return char.isascii() and char.isalnum()
