"""Live names as spaces need them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from nlu.name_parts import plurals
from nlu.patterns import Pattern
from nlu.written import has_hangul

_LATIN = Pattern(r"[a-z']+")
_NAMED = 9.0
"""What a live name and each of its words cost."""


@dataclass(frozen=True, slots=True)
class NamedWords:
    """``costs`` of the names' English words and of whole names without their spaces, and ``gaps``: where those spaces
    were, in English and in Korean ones."""

    costs: Mapping[str, float] = field(default_factory=dict)
    gaps: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    lengths: tuple[int, ...] = ()
    """Of Korean names without spaces, the longest first."""
    pairs: frozenset[str] = frozenset()
    """English words that stand side by side in a name: "first second"."""

    @classmethod
    def of(cls, names: Iterable[str]) -> NamedWords:
        """From names in reading form."""
        costs: dict[str, float] = {}
        gaps: dict[str, tuple[int, ...]] = {}
        pairs: set[str] = set()
        for name in names:
            words = name.split()
            whole = "".join(words)
            ends = np.cumsum([len(word) for word in words])[:-1]
            if has_hangul(name):
                if len(whole) > 1:
                    gaps[whole] = tuple(int(end) for end in ends)
                continue
            pairs |= {f"{first} {one}" for first, second in pairwise(words) for one in (second, *plurals(second))}
            for word in _LATIN.findall(name):
                if len(word) > 1:
                    costs |= dict.fromkeys((word, *plurals(word)), _NAMED)
            if len(words) > 1 and _LATIN.fullmatch(whole):
                costs |= dict.fromkeys((whole, *plurals(whole)), _NAMED)
                gaps |= dict.fromkeys((whole, *plurals(whole)), tuple(int(end) for end in ends))
        korean = {len(whole) for whole in gaps if has_hangul(whole)}
        return cls(costs, gaps, tuple(sorted(korean, reverse=True)), frozenset(pairs))
