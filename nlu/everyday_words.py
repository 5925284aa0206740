"""Words that English has anyway and how rare each is, in a twentieth of what a dictionary of them would take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

_MODULUS = (1 << 55) - 55
"""A word is known by its bytes as one number, modulo this: one in half a million million strangers passes for a word."""
_BYTE = 256
_EMPTY = np.zeros(0, dtype=np.uint64)


@dataclass(frozen=True, slots=True, eq=False)
class EverydayWords:
    """``marks`` of the words in order, and the negative log of how likely each is anywhere (``costs``)."""

    marks: npt.NDArray[np.uint64] = field(default_factory=lambda: _EMPTY)
    costs: npt.NDArray[np.float16] = field(default_factory=lambda: np.zeros(0, dtype=np.float16))

    @classmethod
    def of(cls, costs: Mapping[str, float]) -> EverydayWords:
        """From ASCII words and their costs."""
        marks = np.array([_mark(word) for word in costs], dtype=np.uint64)
        order = np.argsort(marks)
        return cls(marks[order], np.array([*costs.values()], dtype=np.float16)[order])

    def stored(self) -> dict[str, npt.NDArray[Any]]:
        """Its arrays by name."""
        return {"everyday_marks": self.marks, "everyday_costs": self.costs}

    @classmethod
    def restored(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> EverydayWords:
        """What ``stored`` gave. Raises KeyError when it is not that."""
        return cls(arrays["everyday_marks"], arrays["everyday_costs"])

    def cost(self, word: str) -> float | None:
        """Of one word; None when it is none."""
        mark = _mark(word)
        at = int(self.marks.searchsorted(np.uint64(mark)))
        return float(self.costs[at]) if at < len(self.marks) and int(self.marks[at]) == mark else None

    def within(self, run: str, longest: int) -> dict[tuple[int, int], float]:
        """The cost of every word that stands in an ASCII ``run``, by its start and end."""
        if not len(self.marks) or not run:
            return {}
        letters = np.frombuffer(run.encode("ascii", "replace"), dtype=np.uint8).astype(np.uint64)
        marks = np.zeros(len(letters), dtype=np.uint64)
        found: dict[tuple[int, int], float] = {}
        for length in range(1, min(longest, len(letters)) + 1):
            starts = len(letters) - length + 1
            marks = (marks[:starts] * np.uint64(_BYTE) + letters[length - 1 :]) % np.uint64(_MODULUS)
            places = np.minimum(self.marks.searchsorted(marks), len(self.marks) - 1)
            for start in np.flatnonzero(self.marks[places] == marks).tolist():
                found[start, start + length] = float(self.costs[places[start]])
        return found


def _mark(word: str) -> int:
    return int.from_bytes(word.encode("utf-8", "surrogatepass"), "big") % _MODULUS
