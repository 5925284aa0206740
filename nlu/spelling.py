"""Slips of the finger in everyday words, mended where nothing else is as near."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
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
_MIDDLE = 3
"""Where the two keys of a long word stand that no slip at its ends touches."""
_MET = 4096
"""Words that are kept with what was meant by them."""
_Group = tuple[list[str], list[int]]
"""The keys of words, and the places of these words among all."""
_NOBODY: _Group = ([], [])


@dataclass(frozen=True, slots=True)
class Spelling:
    """``counts``: in how many training texts each word is, Korean ones with their particles and endings."""

    counts: Mapping[str, int] = field(default_factory=dict)
    _near: dict[tuple[int, str], _Group] = field(default_factory=dict, repr=False, compare=False)
    """By ``_groups``; made when the first unknown word is met."""
    _words: list[str] = field(default_factory=list, repr=False, compare=False)
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
        if not self._words:
            self._near.update(_grouped("".join(keys_of(word)) for word in self.counts))
            self._words.extend(self.counts)
        far = 2 if len(keys) >= _LONG else 1
        found: list[tuple[float, int, int, int]] = []
        for length in range(len(keys) - far, len(keys) + far + 1):
            for group in _groups(keys, length, far):
                close, places = self._near.get(group, _NOBODY)
                slips = process.extract(keys, close, scorer=OSA.distance, score_cutoff=far, limit=None) if close else ()
                for _, distance, at in slips:
                    found.append((distance, -self.counts[self._words[places[at]]], length, places[at]))
        return self._words[min(found)[3]] if found else word


def _groups(keys: str, length: int, far: int) -> Iterator[tuple[int, str]]:
    """Where a word of that many keys is that differs by at most ``far`` slips: they leave its first key alone, or its last,
    or, one at either end, what is in the middle, one place further on at most."""
    yield length, "^" + keys[0]
    yield length, "$" + keys[-1]
    if far > 1:
        yield from ((length, keys[at : at + 2]) for at in range(_MIDDLE - 1, _MIDDLE + 2))


def _grouped(words: Iterable[str]) -> dict[tuple[int, str], _Group]:
    near: dict[tuple[int, str], _Group] = defaultdict(lambda: ([], []))
    for place, keys in enumerate(words):
        if len(keys) < _SHORTEST - 1:
            continue
        ends = ["^" + keys[0], "$" + keys[-1]]
        for end in ends if len(keys) < _LONG - 2 else [*ends, keys[_MIDDLE : _MIDDLE + 2]]:
            group = near[len(keys), end]
            group[0].append(keys)
            group[1].append(place)
    return dict(near)


AS_SPELT = Spelling()
"""Mends nothing."""
