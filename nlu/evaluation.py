"""What judged utterances say about an engine: per intent and entity, what is mistaken for what, how honest its
confidence is, and what a stricter threshold would bring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from nlu.linear import OUTSIDE
from nlu.scoring import Judged

BINS = 10


@dataclass(frozen=True, slots=True)
class Tally:
    """How often something was ``wanted``, ``found``, and both (``right``). Shares are 0 to 1, 0 where nothing was."""

    right: int
    wanted: int
    found: int

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.wanted if self.wanted else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.wanted + self.found) if self.wanted + self.found else 0.0

    def as_dict(self) -> dict[str, float | int]:
        """The shares, and how often it was wanted."""
        shares = {"precision": self.precision, "recall": self.recall, "f1": self.f1}
        return {**{name: round(share, 4) for name, share in shares.items()}, "support": self.wanted}


@dataclass(frozen=True, slots=True)
class Bin:
    """Texts whose confidence is from ``low`` up to ``high``: how many, their mean confidence, the share that is
    right."""

    low: float
    high: float
    count: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Point:
    """What would come of taking for the bot's business only what has a confidence of ``threshold`` or more:
    ``intent`` of what is in scope right and taken, ``outside`` of the rest seen to be so."""

    threshold: float
    intent: float
    outside: float


def taken_for(one: Judged) -> str:
    """The intent that is acted on: what is refused as out of scope counts as that."""
    return one.found.intent if one.accepted else OUTSIDE


def per_intent(judged: Iterable[Judged]) -> dict[str, Tally]:
    """Each intent that was wanted or found, by name."""
    wanted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for one in judged:
        intent = taken_for(one)
        wanted[one.gold.intent] += 1
        found[intent] += 1
        right[intent] += intent == one.gold.intent
    return _tallies(right, wanted, found)


def per_entity(judged: Iterable[Judged]) -> dict[str, Tally]:
    """Each entity by name, start and end exact, in what is in scope."""
    wanted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for one in (one for one in judged if one.gold.inside):
        spans = one.spans()
        wanted.update(name for name, _, _ in one.gold.entities)
        found.update(name for name, _, _ in spans)
        right.update(name for name, _, _ in spans & one.gold.entities)
    return _tallies(right, wanted, found)


def _tallies(right: Counter[str], wanted: Counter[str], found: Counter[str]) -> dict[str, Tally]:
    return {name: Tally(right[name], wanted[name], found[name]) for name in sorted({*wanted, *found})}


def confusion(judged: Iterable[Judged]) -> Counter[tuple[str, str]]:
    """How often each intent (first) was taken for each (second)."""
    return Counter((one.gold.intent, taken_for(one)) for one in judged)


def calibration(judged: Sequence[Judged]) -> list[Bin]:
    """Confidence in tenths, those without any text left out."""
    return [*_bins([(one.found.confidence, one.intent_right) for one in judged])]


def _bins(pairs: Sequence[tuple[float, bool]]) -> Iterator[Bin]:
    for number in range(BINS):
        low, high = number / BINS, (number + 1) / BINS
        here = [pair for pair in pairs if low <= pair[0] < high or (pair[0] >= 1 and number == BINS - 1)]
        if here:
            sure = sum(confidence for confidence, _ in here) / len(here)
            yield Bin(low, high, len(here), sure, sum(right for _, right in here) / len(here))


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """The mean gap between confidence and what was right, weighted by texts; None without any."""
    texts = sum(one.count for one in bins)
    return sum(one.count * abs(one.confidence - one.right) for one in bins) / texts if texts else None


def outside_curve(judged: Sequence[Judged], steps: int = 50) -> list[Point]:
    """Points for thresholds from 0 to 1. Empty unless there are texts both in scope and outside."""
    inside = [one for one in judged if one.gold.inside]
    outside = [one for one in judged if not one.gold.inside]
    if not inside or not outside:
        return []
    sure = np.array([_sure(one) for one in inside])
    right = np.array([one.intent_right for one in inside])
    other = np.array([_sure(one) for one in outside])
    thresholds = (number / steps for number in range(steps + 1))
    return [
        Point(threshold, float((right & (sure >= threshold)).mean()), float((other < threshold).mean()))
        for threshold in thresholds
    ]


def _sure(one: Judged) -> float:
    """How sure the engine is that the text is the bot's business."""
    return -1.0 if one.found.intent == OUTSIDE else one.found.confidence
