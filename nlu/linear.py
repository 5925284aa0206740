"""A linear model over sparse n-grams, served by plain dictionaries over float32 weights."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from nlu.ngrams import BLOCKS, blocks

Floats = npt.NDArray[np.float32]


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

    def margins(self, text: str, hangul: bool) -> Floats:
        """Each label's distance from its boundary for a (masked) reading text."""
        found: list[int] = []
        ends: list[int] = []
        for known, grams in zip(self.rows, blocks(text, hangul), strict=True):
            found += [row for row in map(known.get, grams) if row is not None]
            ends.append(len(found))
        rows = np.array(found, dtype=np.intp)
        values = self.idf.take(rows)
        for start, end in itertools.pairwise([0, *ends]):
            if start < end:
                block = values[start:end]
                block /= np.sqrt(block @ block)
        total: Floats = values @ in_full(self.weights.take(rows, axis=0))
        total += self.bias
        return total

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
