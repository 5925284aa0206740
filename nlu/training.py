"""Training. Modules that need scikit-learn and scipy import these when they are called: ``counting.py``, ``fitting.py``,
``meaning.py`` and ``spacing_training.py``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from nlu.calibrating import gate, temperature, threshold
from nlu.counting import Counted, Numbers
from nlu.embedding import ENCODER
from nlu.fitting import NEVER, Fit, fit
from nlu.key_odds import learnt, stream
from nlu.linear import OUTSIDE, Floats, LinearModel
from nlu.meaning import LANDMARKS, evenly, fit_meaning, teachers
from nlu.model import Model, Tier, mixed
from nlu.semantic import SemanticModel
from nlu.slips import AS_HIT, Slips
from nlu.spacing_training import fit_spacing
from nlu.spelling import AS_SPELT, Spelling
from nlu.tagging import Span
from nlu.tagging_training import fit_tagger
from nlu.written import Written

_FOLDS = 3
_SMALL = 3000
"""Under so many samples there are more folds: a third left out would be missed."""
_FOLDS_OF_SMALL = 10
_LARGE = 20_000
"""From so many samples on only one half is held out: it shows enough."""
_MOST = 120_000
"""N-grams that are kept, so that a model of very many texts still fits a small machine."""
_VERY_MANY = 45_000
_TRIED_ON = 8000
"""So many utterances show whether meaning helps, where there are very many."""
_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)
"""How many times as much as the n-grams' margins those of meaning may weigh."""
_WORTH = 0.003
"""The share of held-out samples that meaning must win before it is used."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A (masked) reading text with its label. Samples of one ``source`` are versions of the same utterance.

    ``plain`` is the version for the sentence encoder."""

    text: str
    hangul: bool
    label: str
    source: int
    plain: str = ""


@dataclass(frozen=True, slots=True)
class _Lesson:
    """What is learnt from: each sample's label and fold (less than 0: never held out)."""

    samples: Sequence[Sample]
    labels: tuple[str, ...]
    truth: Numbers
    folds: Numbers

    @classmethod
    def of(cls, samples: Sequence[Sample]) -> _Lesson:
        labels = tuple(sorted({sample.label for sample in samples}))
        number = {label: i for i, label in enumerate(labels)}
        truth = np.array([number[sample.label] for sample in samples])
        return cls(samples, labels, truth, _folds(samples))

    @property
    def outside(self) -> int | None:
        return self.labels.index(OUTSIDE) if OUTSIDE in self.labels else None


@dataclass(frozen=True, slots=True)
class _Taught:
    """Meaning as some sentences teach it. ``known`` are the samples that were held out and are like one of these, with
    their ``margins`` and how ``near`` they are to what is known."""

    model: SemanticModel
    known: Numbers
    margins: Floats
    near: Floats

    @classmethod
    def together(cls, parts: Sequence[_Taught]) -> _Taught:
        """What was held out of all parts, with the model of the first."""
        known, margins, near = ([getattr(part, name) for part in parts] for name in ("known", "margins", "near"))
        return cls(parts[0].model, np.concatenate(known), np.concatenate(margins), np.concatenate(near))

    def hangul(self, lesson: _Lesson) -> npt.NDArray[np.bool_]:
        """Which of the samples are Korean."""
        return np.array([lesson.samples[i].hangul for i in self.known], dtype=bool)


def train(
    samples: Sequence[Sample],
    words: frozenset[str] = frozenset(),
    tagged: Sequence[tuple[str, Sequence[Span]]] = (),
    *,
    strength: float = 1.0,
    mend: bool = False,
) -> Model:
    """Fit on ``samples``; all that says how to read margins comes from held-out folds.

    ``words`` are kept with the model, ``tagged`` are reading texts with their entities; ``mend``: they
    are texts enough to know a misspelt word by. Needs two labels or more."""
    lesson = _Lesson.of(samples)
    counted = Counted.of([(sample.text, sample.hangul) for sample in samples])
    margins, fits = _held_out(counted, lesson, strength)
    smaller = fits[0] if len(samples) > _LARGE and fits else None
    every = np.arange(len(samples))
    linear = _served(fit(counted, lesson.truth, len(lesson.labels), every, strength, smaller), counted, lesson.labels)
    del counted
    tried = np.flatnonzero(lesson.folds >= 0)
    alone = _tier(margins[tried], 0.0, lesson.truth[tried], lesson.outside)
    plain = list({sample.source: sample.plain or sample.text for sample in samples}.values())
    model = Model(
        linear,
        alone,
        words,
        spacing=fit_spacing(plain, everyday=mend),
        spelling=Spelling.of(plain) if mend else AS_SPELT,
        tagger=fit_tagger(tagged),
        slips=Slips.of(learnt(stream(text)[0] for text in plain)) if mend else AS_HIT,
    )
    return _with_meaning(model, lesson, margins)


def _tier(margins: Floats, near: Floats | float, truth: Numbers, outside: int | None) -> Tier:
    return Tier(temperature(margins, truth), threshold(margins, near, truth, outside))


def _served(fit: Fit, counted: Counted, labels: tuple[str, ...]) -> LinearModel:
    """The fit as dictionaries over weights, without the n-grams that weigh least where there are very many."""
    idf = np.concatenate(fit.weighing.idf)
    weights = np.ascontiguousarray(fit.weights.T, dtype=np.float16)
    rows = fit.weighing.rows(counted)
    if len(idf) > _MOST:
        worth = np.abs(weights).max(axis=1).astype(np.float32) * idf
        kept = np.zeros(len(idf), dtype=bool)
        kept[np.argpartition(-worth, _MOST)[:_MOST]] = True
        places = np.cumsum(kept) - 1
        rows = tuple({gram: int(places[row]) for gram, row in known.items() if kept[row]} for known in rows)
        idf, weights = idf[kept], weights[kept]
    return LinearModel(labels, rows, idf, weights, fit.bias)


def _with_meaning(model: Model, lesson: _Lesson, margins: Floats) -> Model:
    """The model with its semantic tier, or as it is where held-out samples gain too little by it."""
    first = {(sample.source, sample.plain): i for i, sample in reversed(list(enumerate(lesson.samples)))}
    heads = np.array(list(first.values()))[::-1]
    if len(heads) > _VERY_MANY:
        trial = _taught(model, lesson, heads[evenly(len(heads), _TRIED_ON)], LANDMARKS)
        if not any(_shares(lesson, margins, trial)):
            return model
    hangul = np.array([lesson.samples[head].hangul for head in heads])
    parts = [_taught(model, lesson, heads[some], landmarks) for some, landmarks in teachers(hangul)]
    taught = _Taught.together(parts)
    shares = _shares(lesson, margins, taught)
    weighed = np.where(taught.hangul(lesson), *shares).astype(np.float32)
    if not weighed.any():
        return model
    known = taught.known
    used, truth = weighed > 0, lesson.truth[known]
    both = mixed(margins[known], taught.margins, weighed[:, None])
    return replace(
        model,
        semantic=(parts[0].model, parts[-1].model),
        together=_tier(both[used], taught.near[used], truth[used], lesson.outside),
        gate=gate(margins[known], both, truth, lesson.outside),
        shares=shares,
    )


def _taught(model: Model, lesson: _Lesson, heads: Numbers, landmarks: int) -> _Taught:
    """Meaning learnt from those samples."""
    samples = lesson.samples
    place = {(samples[head].source, samples[head].plain): i for i, head in enumerate(heads)}
    tried = np.flatnonzero(lesson.folds >= 0).tolist()
    known = np.array([i for i in tried if (samples[i].source, samples[i].plain) in place], dtype=np.int64)
    of = np.array([place[samples[i].source, samples[i].plain] for i in known], dtype=np.int64)
    plain = [model.spacing.respaced(Written.of(samples[i].plain or samples[i].text)).text for i in heads]
    vectors, folds = ENCODER.vectors(plain), lesson.folds[heads]
    learnt = fit_meaning(vectors, lesson.truth[heads], folds, len(lesson.labels), lesson.outside, landmarks)
    return _Taught(learnt.model, known, learnt.margins[of], learnt.near[of])


def _shares(lesson: _Lesson, margins: Floats, taught: _Taught) -> tuple[float, float]:
    """How much meaning should weigh in Korean and in other texts."""
    found = margins[taught.known], taught.margins, lesson.truth[taught.known]
    hangul = taught.hangul(lesson)
    return _share(*found, hangul), _share(*found, ~hangul)


def _share(margins: Floats, meant: Floats, truth: Numbers, some: npt.NDArray[np.bool_]) -> float:
    """How much meaning should weigh for some of the held-out samples; 0 where it gains too little. Neighbouring shares
    are looked at together, so that chance does not choose."""
    if not some.any():
        return 0.0

    def won(share: float) -> float:
        return float((mixed(margins[some], meant[some], share).argmax(axis=1) == truth[some]).mean())

    wins = np.array([won(share) for share in _SHARES])
    smooth = np.convolve(np.pad(wins, 1, mode="edge"), np.full(3, 1 / 3), mode="valid")
    best = int(smooth[1:].argmax()) + 1
    return _SHARES[best] if smooth[best] >= wins[0] + _WORTH else 0.0


def _folds(samples: Sequence[Sample]) -> Numbers:
    """Each sample's fold: versions of an utterance share one, and a label's utterances are spread over all."""
    sources = np.array([sample.source for sample in samples])
    if len(samples) < _SMALL:
        return sources % _FOLDS_OF_SMALL
    return -(sources % 2) if len(samples) > _LARGE else sources % _FOLDS


def _held_out(counted: Counted, lesson: _Lesson, strength: float) -> tuple[Floats, list[Fit]]:
    """Margins of each sample by a model that saw nothing of its fold, and these models."""
    margins = np.full((len(lesson.truth), len(lesson.labels)), NEVER, dtype=np.float32)
    fits: list[Fit] = []
    for fold in np.unique(lesson.folds[lesson.folds >= 0]):
        seen, unseen = np.flatnonzero(lesson.folds != fold), np.flatnonzero(lesson.folds == fold)
        if len(np.unique(lesson.truth[seen])) < 2:
            continue
        known = counted, lesson.truth, len(lesson.labels)
        smaller = fit(*known, seen[::2], strength) if len(lesson.truth) > _LARGE else None
        fits.append(fit(*known, seen, strength, smaller))
        margins[unseen] = fits[-1].margins(counted, unseen)
    return margins, fits
