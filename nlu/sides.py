"""Labels by who may mean them, so that none is learnt against what the same person never says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Side:
    """``labels`` that the same people may mean, and all labels that one of these may mean besides (``against``); both
    as masks over the labels."""

    labels: Mask
    against: Mask


@dataclass(frozen=True, slots=True)
class Sides:
    """Every label is on one side. ``free`` is labels by labels: those that whoever says a text of the label may mean."""

    every: tuple[Side, ...]
    free: Mask

    @classmethod
    def of(cls, labels: Sequence[str], speakers: Sequence[frozenset[str]] = ()) -> Sides:
        """``speakers``: for each kind of people the labels they may mean; a label of none of them is everybody's."""
        means = np.array([[label in one for one in speakers] or [True] for label in labels])
        means[~means.any(axis=1)] = True
        shared = (means[:, None] & means).any(axis=2)
        kinds, kind = np.unique(means, axis=0, return_inverse=True)
        kind = kind.reshape(-1)
        on = [kind == number for number in range(len(kinds))]
        return cls(tuple(Side(one, shared[int(one.argmax())]) for one in on), means[:, means.argmax(axis=1)].T)
