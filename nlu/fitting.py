"""The linear model's weights: for each label a support vector machine over n-grams."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from nlu.counting import Counted, Numbers, Weighing
from nlu.linear import Floats

NEVER = -2.0
"""The margin of a label that was not learnt."""
_NEAR = 1.0
"""How near the best weights to come: nearer costs time and brings nothing on held-out texts."""
_FAR = -1.1
"""The margin under which a text is no support of a label's boundary, whose own is -1: with -1.2, and with all texts, as
many held-out samples are right."""


@dataclass(frozen=True, slots=True)
class Fit:
    """``weights`` are labels by n-grams."""

    weighing: Weighing
    weights: Floats
    bias: Floats

    @classmethod
    def blank(cls, weighing: Weighing, labels: int) -> Fit:
        """One that takes nothing for any label."""
        grams = sum(map(len, weighing.kept))
        return cls(weighing, np.zeros((labels, grams), np.float32), np.full(labels, NEVER, np.float32))

    def margins(self, counted: Counted, texts: Numbers) -> Floats:
        """Of those of the counted texts, texts by labels."""
        matrix = self.weighing.matrix(counted, texts).astype(np.float32)
        found: Floats = matrix @ np.ascontiguousarray(self.weights.T) + self.bias
        return found


def fit(
    counted: Counted, truth: Numbers, labels: int, texts: Numbers, strength: float = 1.0, smaller: Fit | None = None
) -> Fit:
    """Learn from those of the counted texts, whose labels' numbers ``truth`` has; needs two labels or more.

    ``smaller``, learnt from some of them, says which ones are so far from being a label's that they teach nothing about
    it: most of them, so that it takes a quarter of the time."""
    weighing = Weighing.of(counted, texts)
    matrix, known = weighing.matrix(counted, texts), truth[texts]
    found = Fit.blank(weighing, labels)
    if smaller is None:
        machine = _machine(strength).fit(matrix, known)
        learnt, ahead = machine.coef_, machine.intercept_
        if len(machine.classes_) == 2:
            learnt, ahead = np.vstack([-learnt, learnt]), np.concatenate([-ahead, ahead])
        found.weights[machine.classes_], found.bias[machine.classes_] = learnt, ahead
        return found
    near = smaller.margins(counted, texts)
    for label in np.unique(known).tolist():
        yes = known == label
        some = np.flatnonzero(yes | (near[:, label] > _FAR))
        if yes[some].all():
            some = np.arange(len(texts))
        machine = _machine(strength).fit(matrix[some], yes[some])
        found.weights[label], found.bias[label] = machine.coef_[0], machine.intercept_[0]
    return found


def _machine(strength: float) -> Any:
    from sklearn.svm import LinearSVC

    return LinearSVC(C=strength, tol=_NEAR, random_state=7)
