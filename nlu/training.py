"""Training of the linear model. The only module that needs scikit-learn, imported when it is called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from nlu.linear import Floats, LinearModel
from nlu.ngrams import BLOCKS, blocks

_RARE = (1, 2, 1, 2)
"""In how many texts an n-gram of each block must occur at least."""
_FOLDS = 3
_LOST = 0.03
"""The share of rightly understood texts that the scope threshold may give up."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A (masked) reading text with its label. Samples of one ``source`` are versions of the same utterance."""

    text: str
    hangul: bool
    label: str
    source: int


def train(samples: Sequence[Sample], words: frozenset[str] = frozenset(), *, strength: float = 1.0) -> LinearModel:
    """Fit on ``samples``; temperature and threshold come from margins on held-out folds.

    ``words`` are kept with the model. Needs two labels or more."""
    model = _fit(samples, strength)
    margins, truth = _held_out(samples, strength, model.labels)
    temperature = _temperature(margins, truth)
    return replace(model, temperature=temperature, threshold=_threshold(margins, truth), words=words)


def _fit(samples: Sequence[Sample], strength: float) -> LinearModel:
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
    from sklearn.svm import LinearSVC

    grams = [blocks(sample.text, sample.hangul) for sample in samples]
    rows, idf = _vocabulary(grams)
    columns: list[int] = []
    values: list[float] = []
    ends = [0]
    for of_text in grams:
        for known, found in zip(rows, of_text, strict=True):
            at = sorted(known[gram] for gram in found if gram in known)
            if at:
                weights = idf[at]
                columns += at
                values += (weights / np.sqrt(weights @ weights)).tolist()
        ends.append(len(columns))
    matrix = csr_matrix(
        (np.array(values), np.array(columns, dtype=np.int32), np.array(ends, dtype=np.int32)),
        shape=(len(samples), len(idf)),
    )
    labels = tuple(sorted({sample.label for sample in samples}))
    number = {label: i for i, label in enumerate(labels)}
    truth = np.array([number[sample.label] for sample in samples])
    machine = LinearSVC(C=strength, tol=1e-3, random_state=7).fit(matrix, truth)
    weights, bias = machine.coef_, machine.intercept_
    if len(labels) == 2:
        weights, bias = np.vstack([-weights, weights]), np.concatenate([-bias, bias])
    return LinearModel(
        labels,
        rows,
        idf,
        np.ascontiguousarray(weights.T, dtype=np.float32),
        bias.astype(np.float32),
        temperature=1.0,
        threshold=-np.inf,
    )


def _vocabulary(grams: Sequence[tuple[set[str], ...]]) -> tuple[tuple[dict[str, int], ...], Floats]:
    rows: list[dict[str, int]] = []
    weights: list[float] = []
    for block in range(BLOCKS):
        counts: Counter[str] = Counter()
        for of_text in grams:
            counts.update(of_text[block])
        kept = sorted(gram for gram, count in counts.items() if count >= _RARE[block])
        rows.append({gram: len(weights) + i for i, gram in enumerate(kept)})
        weights += [float(np.log((1 + len(grams)) / (1 + counts[gram])) + 1) for gram in kept]
    return tuple(rows), np.array(weights, dtype=np.float32)


def _held_out(
    samples: Sequence[Sample], strength: float, labels: tuple[str, ...]
) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Margins of each sample by a model that saw no version of it, and its label's number."""
    number = {label: i for i, label in enumerate(labels)}
    margins: list[Floats] = []
    truth: list[int] = []
    for fold in range(_FOLDS):
        seen = [sample for sample in samples if sample.source % _FOLDS != fold]
        if len({sample.label for sample in seen}) < 2:
            continue
        model = _fit(seen, strength)
        at = [number[label] for label in model.labels]
        for sample in samples:
            if sample.source % _FOLDS == fold:
                row = np.full(len(labels), -2, dtype=np.float32)
                row[at] = model.margins(sample.text, sample.hangul)
                margins.append(row)
                truth.append(number[sample.label])
    return np.array(margins, dtype=np.float32).reshape(-1, len(labels)), np.array(truth, dtype=np.int64)


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


def _threshold(margins: Floats, truth: npt.NDArray[np.int64]) -> float:
    """The margin under which only a small share of the rightly understood samples fall."""
    right = margins.argmax(axis=1) == truth if len(truth) else np.array([], dtype=bool)
    if not right.any():
        return float("-inf")
    return float(np.quantile(margins.max(axis=1)[right], _LOST))
