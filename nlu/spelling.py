"""Slips of the finger in everyday words, mended where nothing else is as near."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

from nlu.keystrokes import keys_of
from nlu.patterns import Pattern

_WORD = Pattern(r"[a-z']+|[가-힣ㄱ-ㅣ]+")
_SHORTEST = 4
"""Keys of a word that may be mended: shorter ones are near too many others."""
_LONG = 10
"""Keys from which two slips are mended."""
_MET = 4096
"""Words that are kept with what was meant by them."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """``counts``: in how many training texts each word is, Korean ones with their particles and endings."""

    counts: Mapping[str, int] = field(default_factory=dict)
    _near: dict[int, tuple[list[str], list[str]]] = field(default_factory=dict, repr=False, compare=False)
    """By their number, the keys of the words, and the words; made when the first unknown word is met."""
    _met: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, texts: Iterable[str]) -> Spelling:
        """The words of reading texts."""
        return cls(dict(Counter(word for text in texts for word in set(_WORD.findall(text)))))

    def stored(self) -> dict[str, npt.NDArray[Any]]:
        """Its arrays by name."""
        return {
            "spelt": np.frombuffer("\n".join(self.counts).encode("utf-8", "surrogatepass"), dtype=np.uint8),
            "spelt_counts": np.array([*self.counts.values()], dtype=np.int64),
        }

    @classmethod
    def restored(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> Spelling:
        """What ``stored`` gave. Raises KeyError or ValueError when it is not that."""
        words = arrays["spelt"].tobytes().decode("utf-8", "surrogatepass").split("\n") if len(arrays["spelt"]) else []
        return cls(dict(zip(words, arrays["spelt_counts"].tolist(), strict=True)))

    def mended(self, text: str) -> str:
        """A reading text with words that nobody trained on put as the nearest known one, if one is near."""
        return _WORD.sub(lambda found: self._meant(found[0]), text) if self.counts else text

    def _meant(self, word: str) -> str:
        if word in self.counts:
            return word
        meant = self._met.get(word)
        if meant is None:
            if len(self._met) >= _MET:
                self._met.clear()
            meant = self._met[word] = self._nearest(word)
        return meant

    def _nearest(self, word: str) -> str:
        keys = "".join(keys_of(word))
        if len(keys) < _SHORTEST:
            return word
        if not self._near:
            self._near.update(_by_length(("".join(keys_of(word)), word) for word in self.counts))
        far = 2 if len(keys) >= _LONG else 1
        found: list[tuple[float, int, str]] = []
        for length in range(len(keys) - far, len(keys) + far + 1):
            close, words = self._near.get(length, ([], []))
            slips = process.extract(keys, close, scorer=OSA.distance, score_cutoff=far, limit=None)
            found += [(distance, -self.counts[words[at]], words[at]) for _, distance, at in sorted(slips, key=_place)]
        return min(found, key=itemgetter(0, 1))[2] if found else word


_place = itemgetter(2)


def _by_length(pairs: Iterable[tuple[str, str]]) -> dict[int, tuple[list[str], list[str]]]:
    near: dict[int, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for keys, word in pairs:
        near[len(keys)][0].append(keys)
        near[len(keys)][1].append(word)
    return dict(near)


AS_SPELT = Spelling()
"""Mends nothing."""
