"""A linear model over sparse n-grams, served by plain dictionaries over float32 weights."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from nlu.ngrams import BLOCKS, blocks

Floats = npt.NDArray[np.float32]


OUTSIDE = "out_of_scope"
"""The label of what is none of the bot's business."""


@dataclass(frozen=True, slots=True)
class LinearModel:
    """``rows`` maps each block's n-grams to rows of ``weights`` (features by labels, idf not included).

    ``temperature`` turns margins into probabilities, ``threshold`` is the least lead over other business that counts
    as in scope.
    ``words`` are the everyday words of the training texts.
    """

    labels: tuple[str, ...]
    rows: tuple[dict[str, int], ...]
    idf: Floats
    weights: Floats
    bias: Floats
    temperature: float
    threshold: float
    words: frozenset[str] = frozenset()

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

    def lead(self, margins: Floats, best: int) -> float:
        """How far the label numbered ``best`` is before OUTSIDE, whose boundary is at -1 when there is no such label."""
        outside = float(margins[self.labels.index(OUTSIDE)]) if OUTSIDE in self.labels else -1.0
        return float(margins[best]) - outside

    def probabilities(self, margins: Floats, allowed: npt.NDArray[np.bool_]) -> Floats:
        """Softmax of the margins over the allowed labels; the others get 0."""
        scaled = np.where(allowed, margins, -np.inf) / np.float32(self.temperature)
        powers = np.exp(scaled - scaled.max())
        chances: Floats = (powers / powers.sum()).astype(np.float32)
        return chances

    def save(self, path: Path) -> None:
        """Write to ``path``, whole or not at all."""
        meta = {
            "labels": self.labels,
            "temperature": self.temperature,
            "threshold": self.threshold,
            "words": sorted(self.words),
            "grams": [list(known) for known in self.rows],
        }
        packed = np.frombuffer(json.dumps(meta, ensure_ascii=False).encode("utf-8", "surrogatepass"), dtype=np.uint8)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez(file, meta=packed, idf=self.idf, weights=self.weights, bias=self.bias)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    @classmethod
    def load(cls, path: Path) -> LinearModel:
        """Read what ``save`` wrote. Raises OSError, ValueError or KeyError when it is not that."""
        with np.load(path, allow_pickle=False) as stored:
            meta = json.loads(stored["meta"].tobytes().decode("utf-8", "surrogatepass"))
            rows: list[dict[str, int]] = []
            first = 0
            for grams in meta["grams"]:
                rows.append(dict(zip(grams, range(first, first + len(grams)), strict=True)))
                first += len(grams)
            if len(rows) != BLOCKS or stored["weights"].shape != (first, len(meta["labels"])):
                raise ValueError("the stored model has another shape")
            return cls(
                tuple(meta["labels"]),
                tuple(rows),
                stored["idf"],
                stored["weights"],
                stored["bias"],
                meta["temperature"],
                meta["threshold"],
                frozenset(meta["words"]),
            )
