"""Training of the semantic tier: ridge regression with a Gaussian kernel, by the method of Nyström."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlu.counting import Numbers
from nlu.linear import Floats
from nlu.semantic import SemanticModel, nearness

LANDMARKS = 4000
_LANDMARKS_APART = 3000
_MANY = 16_000
_TAUGHT = 10_000
"""Of more than so many sentences (``_MANY``) that many teach what they mean, or that many of each language."""
_APART = 4000
"""Where there are so many of each language, each has a machine of its own: it knows more of them in the same time."""
_RIDGE = 0.15
_STEADY = (1e-2, 1e-1, 1.0, 10.0)
"""What is added to a matrix's diagonal so that it can be solved: the least of these that will do."""
_AT_ONCE = 4096
"""Sentences whose nearness is held in memory at a time."""
_Big = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Meaning:
    """The fitted tier, and for each sentence margins and nearness by a model that knew none of its fold."""

    model: SemanticModel
    margins: Floats
    near: Floats


def fit_meaning(
    vectors: Floats, truth: Numbers, folds: Numbers, labels: int, outside: int | None, most: int = LANDMARKS
) -> Meaning:
    """Fit on sentences' vectors with their labels' numbers. Folds of less than 0 are never held out. ``outside`` is the
    number of OUTSIDE, if there is one. At ``most`` so many are landmarks: all of a small set, an even choice of a large
    one."""
    chosen = np.flatnonzero(evenly(len(vectors), most))
    landmarks = vectors[chosen]
    inside = np.ones(len(chosen), dtype=bool) if outside is None else truth[chosen] != outside
    own = nearness(landmarks, landmarks).astype(np.float64)
    own *= _RIDGE
    squares: dict[int, _Big] = {}
    sums: dict[int, _Big] = {}
    for fold in np.unique(folds).tolist():
        squares[fold], sums[fold] = own * 0, np.zeros((len(chosen), labels))
        for some in _portions(np.flatnonzero(folds == fold)):
            near = nearness(vectors[some], landmarks)
            squares[fold] += near.T @ near
            sums[fold] += near.T @ _targets(truth[some], labels)
    whole = np.sum([own, *squares.values()], axis=0)
    total = np.sum([*sums.values()], axis=0)
    margins = np.zeros((len(vectors), labels), dtype=np.float32)
    nearest = np.zeros(len(vectors), dtype=np.float32)
    for fold in np.unique(folds[folds >= 0]).tolist():
        weights = _solved(whole - squares[fold], total - sums[fold])
        known = inside & (folds[chosen] != fold)
        for some in _portions(np.flatnonzero(folds == fold)):
            near = nearness(vectors[some], landmarks)
            margins[some] = near @ weights
            if known.any():
                nearest[some] = near[:, known].max(axis=1)
    return Meaning(SemanticModel(landmarks, _solved(whole, total), inside), margins, nearest)


def teachers(hangul: npt.NDArray[np.bool_]) -> list[tuple[Numbers, int]]:
    """Which sentences teach, with the number of their landmarks: all together, or where there are many of both the Korean
    ones and the others apart, in that order. ``hangul`` says which are Korean."""
    every = np.arange(len(hangul))
    if len(every) <= _MANY:
        return [(every, LANDMARKS)]
    apart = [every[hangul], every[~hangul]]
    if min(map(len, apart)) < _APART:
        return [(every[evenly(len(every), _TAUGHT)], LANDMARKS)]
    return [(some[evenly(len(some), _TAUGHT)], _LANDMARKS_APART) for some in apart]


def evenly(count: int, most: int) -> npt.NDArray[np.bool_]:
    """At most so many of a number of sentences: a random choice that is the same every time."""
    chosen = np.zeros(count, dtype=bool)
    chosen[np.random.default_rng(7).permutation(count)[:most]] = True
    return chosen


def _portions(numbers: Numbers) -> Iterator[Numbers]:
    for start in range(0, len(numbers), _AT_ONCE):
        yield numbers[start : start + _AT_ONCE]


def _targets(truth: Numbers, labels: int) -> Floats:
    targets = np.full((len(truth), labels), -1, dtype=np.float32)
    targets[np.arange(len(truth)), truth] = 1
    return targets


def _solved(squares: _Big, sums: _Big) -> Floats:
    from scipy.linalg import LinAlgError, cho_factor, cho_solve  # type: ignore[import-untyped]

    for more in _STEADY:
        squares.flat[:: len(squares) + 1] += more
        try:
            weights: Floats = cho_solve(cho_factor(squares, check_finite=False), sums).astype(np.float32)
        except LinAlgError:
            continue
        return weights
    raise ValueError("the sentences' vectors are no finite numbers")
