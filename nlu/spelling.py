"""Slips of the finger in everyday words, mended where nothing else is as near."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

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
    _near: dict[int, list[tuple[str, str]]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        near: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for word in self.counts:
            keys = "".join(keys_of(word))
            near[len(keys)].append((keys, word))
        object.__setattr__(self, "_near", dict(near))

    @classmethod
    def of(cls, texts: Iterable[str]) -> Spelling:
        """The words of reading texts."""
        return cls(dict(Counter(word for text in texts for word in set(_WORD.findall(text)))))

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
        close = [one for length in range(len(keys) - far, len(keys) + far + 1) for one in self._near.get(length, ())]
        found = process.extract(keys, [one[0] for one in close], scorer=OSA.distance, score_cutoff=far, limit=None)
        if not found:
            return word
        _, _, best = min(found, key=lambda one: (one[1], -self.counts[close[one[2]][1]]))
        return close[best][1]


AS_SPELT = Spelling()
"""Mends nothing."""
