"""Training of the linear model. The only modules that need scikit-learn and scipy, imported when they are called, are
this one and ``counting.py``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlu.counting import Counted, Numbers, Weighing
from nlu.linear import OUTSIDE, Floats, LinearModel

_FOLDS = 3
_LOST = 0.03
"""The share of rightly understood texts that the scope threshold may give up."""
_NEAR = 0.3
"""How near the best weights to come: nearer costs time and brings nothing on held-out texts."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A (masked) reading text with its label. Samples of one ``source`` are versions of the same utterance."""

    text: str
    hangul: bool
    label: str
    source: int


@dataclass(frozen=True, slots=True)
class _Fit:
    """``weights`` are labels by n-grams; ``seen`` the numbers of the labels there were."""

    weighing: Weighing
    weights: npt.NDArray[np.float64]
    bias: npt.NDArray[np.float64]
    seen: Numbers


def train(samples: Sequence[Sample], words: frozenset[str] = frozenset(), *, strength: float = 1.0) -> LinearModel:
    """Fit on ``samples``; temperature and threshold come from margins on held-out folds.

    ``words`` are kept with the model. Needs two labels or more."""
    labels = tuple(sorted({sample.label for sample in samples}))
    number = {label: i for i, label in enumerate(labels)}
    truth = np.array([number[sample.label] for sample in samples])
    counted = Counted.of([(sample.text, sample.hangul) for sample in samples])
    fit = _fit(counted, truth, np.arange(len(samples)), strength)
    margins, right = _held_out(counted, truth, np.array([sample.source for sample in samples]), strength, len(labels))
    leads = _leads(margins, labels)
    return LinearModel(
        labels,
        fit.weighing.rows(counted),
        np.concatenate(fit.weighing.idf),
        np.ascontiguousarray(fit.weights.T, dtype=np.float32),
        fit.bias.astype(np.float32),
        temperature=_temperature(margins, right),
        threshold=_threshold(leads, margins, right),
        words=words,
    )


def _fit(counted: Counted, truth: Numbers, texts: Numbers, strength: float) -> _Fit:
    from sklearn.svm import LinearSVC

    weighing = Weighing.of(counted, texts)
    machine = LinearSVC(C=strength, tol=_NEAR, random_state=7).fit(weighing.matrix(counted, texts), truth[texts])
    weights, bias = machine.coef_, machine.intercept_
    if len(machine.classes_) == 2:
        weights, bias = np.vstack([-weights, weights]), np.concatenate([-bias, bias])
    return _Fit(weighing, weights, bias, machine.classes_)


def _held_out(
    counted: Counted, truth: Numbers, sources: Numbers, strength: float, labels: int
) -> tuple[Floats, Numbers]:
    """Margins of each sample by a model that saw no version of it, and its label's number."""
    margins: list[Floats] = []
    right: list[Numbers] = []
    for fold in range(_FOLDS):
        seen, unseen = np.flatnonzero(sources % _FOLDS != fold), np.flatnonzero(sources % _FOLDS == fold)
        if not len(unseen) or len(np.unique(truth[seen])) < 2:
            continue
        fit = _fit(counted, truth, seen, strength)
        rows = np.full((len(unseen), labels), -2, dtype=np.float32)
        rows[:, fit.seen] = fit.weighing.matrix(counted, unseen) @ fit.weights.T + fit.bias
        margins.append(rows)
        right.append(truth[unseen])
    if not margins:
        return np.empty((0, labels), dtype=np.float32), np.empty(0, dtype=np.int64)
    return np.concatenate(margins), np.concatenate(right)


def _temperature(margins: Floats, truth: npt.NDArray[np.int64]) -> float:
    """The temperature with the least log loss."""
    if not len(truth):
        return 1.0

    def loss(temperature: float) -> float:
        scaled = margins / temperature
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        likely = scaled[np.arange(len(truth)), truth] - np.log(np.exp(scaled).sum(axis=1))
        return float(-likely.mean())

    return min((float(t) for t in np.geomspace(0.05, 2.0, 40)), key=loss)


def _leads(margins: Floats, labels: tuple[str, ...]) -> Floats:
    """How far the best of the other labels is before OUTSIDE, for each sample."""
    inside = np.array([label != OUTSIDE for label in labels])
    outside = np.full(len(margins), -1, dtype=np.float32) if inside.all() else margins[:, ~inside][:, 0]
    ahead: Floats = margins[:, inside].max(axis=1) - outside
    return ahead


def _threshold(leads: Floats, margins: Floats, truth: Numbers) -> float:
    """The lead over other business under which only a small share of the rightly understood samples fall."""
    right = (margins.argmax(axis=1) == truth) & (leads > 0)
    return float(np.quantile(leads[right], _LOST)) if right.any() else float("-inf")
