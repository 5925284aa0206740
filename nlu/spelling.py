"""Slips of the finger in everyday words, mended where nothing else is as near."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

from nlu.keystrokes import keys_of

_WORD = re.compile(r"[a-z']+|[가-힣ㄱ-ㅣ]+")
_SHORTEST = 4
"""Keys of a word that may be mended: shorter ones are near too many others."""
_LONG = 10
"""Keys from which two slips are mended."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """``counts``: in how many training texts each word is, Korean ones with their particles and endings."""

    counts: Mapping[str, int] = field(default_factory=dict)
    near: Mapping[int, list[tuple[str, str]]] = field(default_factory=dict, repr=False, compare=False)
    """By their number, the keys of the words with the word."""

    @classmethod
    def of(cls, texts: Iterable[str]) -> Spelling:
        """The words of reading texts."""
        counts = Counter(word for text in texts for word in set(_WORD.findall(text)))
        return cls(dict(counts), _by_length(("".join(keys_of(word)), word) for word in counts))

    def stored(self) -> dict[str, npt.NDArray[Any]]:
        """Its arrays by name."""
        lines = [f"{keys} {word}" for some in self.near.values() for keys, word in some]
        counts = [self.counts[word] for some in self.near.values() for _, word in some]
        return {
            "spelt": np.frombuffer("\n".join(lines).encode("utf-8", "surrogatepass"), dtype=np.uint8),
            "spelt_counts": np.array(counts, dtype=np.int64),
        }

    @classmethod
    def restored(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> Spelling:
        """What ``stored`` gave. Raises KeyError or ValueError when it is not that."""
        lines = arrays["spelt"].tobytes().decode("utf-8", "surrogatepass").split("\n") if len(arrays["spelt"]) else []
        pairs = [(keys, word) for keys, _, word in (line.partition(" ") for line in lines)]
        counts = dict(zip((word for _, word in pairs), arrays["spelt_counts"].tolist(), strict=True))
        return cls(counts, _by_length(pairs))

    def mended(self, text: str) -> str:
        """A reading text with words that nobody trained on put as the nearest known one, if one is near."""
        return _WORD.sub(lambda found: self._meant(found[0]), text) if self.counts else text

    def _meant(self, word: str) -> str:
        if word in self.counts:
            return word
        keys = "".join(keys_of(word))
        if len(keys) < _SHORTEST:
            return word
        far = 2 if len(keys) >= _LONG else 1
        close = [one for length in range(len(keys) - far, len(keys) + far + 1) for one in self.near.get(length, ())]
        found = process.extract(keys, [one[0] for one in close], scorer=OSA.distance, score_cutoff=far, limit=None)
        if not found:
            return word
        _, _, best = min(found, key=lambda one: (one[1], -self.counts[close[one[2]][1]]))
        return close[best][1]


def _by_length(pairs: Iterable[tuple[str, str]]) -> dict[int, list[tuple[str, str]]]:
    near: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for keys, word in pairs:
        near[len(keys)].append((keys, word))
    return dict(near)


AS_SPELT = Spelling()
"""Mends nothing."""
