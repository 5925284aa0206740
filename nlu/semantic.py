"""The semantic tier: kernel ridge regression over sentence vectors, served by its landmarks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from nlu.linear import Floats


def nearness(vectors: Floats, landmarks: Floats) -> Floats:
    """How near each vector is to each landmark, 0..1: a Gaussian of the distance between rows of length 1.

    ``vectors`` by ``landmarks``."""
    near: Floats = vectors @ landmarks.T
    near -= 1
    near *= 2 * SHARPNESS
    np.exp(near, out=near)
    return near


SHARPNESS = 1.0
"""The kernel's gamma; chosen by cross-validation (docs/nlu.md)."""


@dataclass(frozen=True, slots=True)
class SemanticModel:
    """``landmarks`` are training sentences' vectors, ``weights`` landmarks by labels; ``inside`` says which of the
    landmarks are of the bot's business."""

    landmarks: Floats
    weights: Floats
    inside: npt.NDArray[np.bool_]

    def margins(self, vector: Floats) -> tuple[Floats, float]:
        """Each label's margin, about -1..1, and the nearness of the nearest landmark that is inside."""
        near = nearness(vector[None], self.landmarks)[0]
        known = near[self.inside]
        return near @ self.weights, float(known.max()) if len(known) else 0.0

    def stored(self, name: str) -> dict[str, npt.NDArray[Any]]:
        """Its arrays, with ``name`` behind what each is called. Landmarks are kept in half the bits."""
        arrays: dict[str, npt.NDArray[Any]] = {
            "landmarks": self.landmarks.astype(np.float16),
            "meanings": self.weights,
            "inside": self.inside,
        }
        return {kind + name: array for kind, array in arrays.items()}

    @classmethod
    def restored(cls, arrays: Mapping[str, npt.NDArray[Any]], name: str) -> SemanticModel:
        """What ``stored`` gave. Raises KeyError when it is not that."""
        return cls(arrays["landmarks" + name].astype(np.float32), arrays["meanings" + name], arrays["inside" + name])
