"""The semantic tier: kernel ridge regression over sentence vectors, served by its landmarks."""

from __future__ import annotations

from dataclasses import dataclass

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
