"""A linear model over sparse n-grams, served by plain dictionaries over float32 weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from nlu.ngrams import BLOCKS, blocks

Floats = npt.NDArray[np.float32]


OUTSIDE = "out_of_scope"
"""The label of what is none of the bot's business."""


@dataclass(frozen=True, slots=True)
class LinearModel:
    """``rows`` maps each block's n-grams to rows of ``weights`` (features by labels, idf not included)."""

    labels: tuple[str, ...]
    rows: tuple[dict[str, int], ...]
    idf: Floats
    weights: Floats
    bias: Floats

    def margins(self, text: str, hangul: bool) -> Floats:
        """Each label's distance from its boundary for a (masked) reading text."""
        total = self.bias.copy()
        for known, grams in zip(self.rows, blocks(text, hangul), strict=True):
            found = [row for row in map(known.get, grams) if row is not None]
            if not found:
                continue
            values = self.idf[found]
            total += (values @ self.weights[found]) / float(np.sqrt(values @ values))
        return total

    def stored(self) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
        """Its arrays, and the rest as what JSON can hold."""
        arrays: dict[str, npt.NDArray[Any]] = {"idf": self.idf, "weights": self.weights, "bias": self.bias}
        return arrays, {"labels": self.labels, "grams": [list(known) for known in self.rows]}

    @classmethod
    def restored(cls, arrays: Mapping[str, npt.NDArray[Any]], meta: Mapping[str, Any]) -> LinearModel:
        """What ``stored`` gave. Raises KeyError or ValueError when it is not that."""
        rows: list[dict[str, int]] = []
        first = 0
        for grams in meta["grams"]:
            rows.append(dict(zip(grams, range(first, first + len(grams)), strict=True)))
            first += len(grams)
        if len(rows) != BLOCKS or arrays["weights"].shape != (first, len(meta["labels"])):
            raise ValueError("the stored model has another shape")
        return cls(tuple(meta["labels"]), tuple(rows), arrays["idf"], arrays["weights"], arrays["bias"])
