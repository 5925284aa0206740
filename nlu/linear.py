"""A linear model over sparse n-grams, served by plain dictionaries over float32 weights."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from nlu.ngrams import BLOCKS, JAMO, LETTERS, parts_of, runs_of, within, words_of

Floats = npt.NDArray[np.float32]


_MET = 4096
"""Words whose rows are kept: the same few thousand are most of what people write."""
_NO_ROW = frozenset((None,))
_PART = 5000
"""N-grams that are read at once: while a server takes up a model in a thread, nobody else waits longer than for that."""
_SIGN_AND_REST = np.int32(0x8FFFE000 - 2**32)
_EXPONENT = np.float32(2.0**112)
OUTSIDE = "out_of_scope"
"""The label of what is none of the bot's business."""


@dataclass(frozen=True, slots=True)
class LinearModel:
    """``rows`` maps each block's n-grams to rows of ``weights`` (features by labels, idf not included), which
    are kept in half the bits and read in full: no decision changes by it."""

    labels: tuple[str, ...]
    rows: tuple[dict[str, int], ...]
    idf: Floats
    weights: npt.NDArray[np.float16]
    bias: Floats
    _met: dict[str, frozenset[int]] = field(default_factory=dict, repr=False, compare=False)

    def margins(self, text: str, hangul: bool) -> Floats:
        """Each label's distance from its boundary for a (masked) reading text."""
        of_letters, of_jamo, of_words, _ = self.rows
        letters, jamo, words = parts_of(text, hangul)
        found: list[int] = []
        ends: list[int] = []
        for rows in (
            known_of(of_letters, runs_of(letters, *LETTERS)),
            known_of(of_jamo, runs_of(jamo, *JAMO)),
            known_of(of_words, words_of(words)),
            frozenset().union(*map(self._within, words)),
        ):
            found += rows
            ends.append(len(found))
        at = np.fromiter(found, np.intp, len(found))
        values = self.idf.take(at)
        start = 0
        for end in ends:
            if start < end:
                block = values[start:end]
                block /= math.sqrt(block @ block)
            start = end
        total: Floats = values @ in_full(self.weights.take(at, axis=0))
        total += self.bias
        return total

    def _within(self, word: str) -> frozenset[int]:
        """The rows of a word's stretches."""
        rows = self._met.get(word)
        if rows is None:
            if len(self._met) >= _MET:
                self._met.clear()
            rows = self._met[word] = known_of(self.rows[3], within(word))
        return rows

    def stored(self) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
        """Its arrays, and the rest as what JSON can hold."""
        lines = [
            json.dumps([block, part], ensure_ascii=False)
            for block, known in enumerate(self.rows)
            for part in _parts(list(known))
        ]
        grams = np.frombuffer("\n".join(lines).encode("utf-8", "surrogatepass"), dtype=np.uint8)
        arrays: dict[str, npt.NDArray[Any]] = {
            "grams": grams,
            "idf": self.idf,
            "weights": self.weights,
            "bias": self.bias,
        }
        return arrays, {"labels": self.labels}

    @classmethod
    def restored(cls, arrays: Mapping[str, npt.NDArray[Any]], meta: Mapping[str, Any]) -> LinearModel:
        """What ``stored`` gave. Raises KeyError or ValueError when it is not that."""
        rows: tuple[dict[str, int], ...] = tuple({} for _ in range(BLOCKS))
        count = 0
        for line in arrays["grams"].tobytes().split(b"\n"):
            if line:
                block, part = json.loads(line.decode("utf-8", "surrogatepass"))
                if not 0 <= block < BLOCKS:
                    raise ValueError("the stored model has other blocks")
                rows[block].update(zip(part, range(count, count + len(part)), strict=True))
                count += len(part)
        weights = arrays["weights"]
        if weights.shape != (count, len(meta["labels"])):
            raise ValueError("the stored model has another shape")
        return cls(tuple(meta["labels"]), rows, arrays["idf"], weights, arrays["bias"])


def known_of(known: Mapping[str, int], grams: Iterable[str]) -> frozenset[int]:
    """The rows of those n-grams that have one."""
    return frozenset(map(known.get, grams)) - _NO_ROW  # type: ignore[return-value]


def in_full(halves: npt.NDArray[np.float16]) -> Floats:
    """The very same numbers in 32 bits, for finite ones a third of the time that ``astype`` takes: sign, exponent and
    fraction moved to their places, and the exponent counted from where it is counted from there."""
    bits = halves.view(np.int16).astype(np.int32)
    bits <<= 13
    bits &= _SIGN_AND_REST
    full = bits.view(np.float32)
    full *= _EXPONENT
    return full


def _parts(grams: list[str]) -> Iterator[list[str]]:
    return (grams[at : at + _PART] for at in range(0, len(grams), _PART))
