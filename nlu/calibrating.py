"""From margins on held-out samples to how they are read: temperature, scope, and when the n-grams are sure."""

from __future__ import annotations

import numpy as np

from nlu.counting import Numbers
from nlu.linear import Floats
from nlu.model import Gate

LOST = 0.03
"""The share of rightly understood texts that the scope threshold may give up."""
LOST_BESIDE = 0.01
"""That share where many texts of the training data lie outside."""
_SPARED = 0.002
"""The share of all texts that may be understood worse for not asking what they mean; what is understood better by
chance does not make up for it."""
_SCOPE_SURE = 0.4
"""The share of rightly understood texts whose best margin is too small to pass the gate: what lies outside is there."""


def temperature(margins: Floats, truth: Numbers) -> float:
    """The temperature with the least log loss."""
    if not len(truth):
        return 1.0

    def loss(temperature: float) -> float:
        scaled = margins / temperature
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        likely = scaled[np.arange(len(truth)), truth] - np.log(np.exp(scaled).sum(axis=1))
        return float(-likely.mean())

    return min((float(t) for t in np.geomspace(0.02, 2.0, 60)), key=loss)


def scores(margins: Floats, near: Floats | float, outside: int | None) -> Floats:
    """How much each sample looks like the bot's business: its best margin there, and its nearness to what is known."""
    inside = margins if outside is None else np.delete(margins, outside, axis=1)
    best: Floats = inside.max(axis=1) + near
    return best


def threshold(margins: Floats, near: Floats | float, truth: Numbers, outside: int | None) -> float:
    """The score under which a small share of the rightly understood samples fall: a smaller one where texts that lie
    outside were learnt, since most of these have their own label then."""
    right = margins.argmax(axis=1) == truth
    if outside is not None:
        right &= truth != outside
    lost = LOST if outside is None else LOST_BESIDE
    return float(np.quantile(scores(margins, near, outside)[right], lost)) if right.any() else float("-inf")


def gate(linear: Floats, together: Floats, truth: Numbers, outside: int | None) -> Gate:
    """The widest gate that costs next to no rightly understood sample."""
    inside = linear if outside is None else np.delete(linear, outside, axis=1)
    best = linear.argmax(axis=1)
    top = np.partition(linear, -2, axis=1)
    gaps = top[:, -1] - top[:, -2]
    right = (best == truth) & (best != (-1 if outside is None else outside))
    floor = float(np.quantile(inside.max(axis=1)[right], _SCOPE_SURE)) if right.any() else float("inf")
    eligible = (linear.max(axis=1) >= floor) & (best != (-1 if outside is None else outside))
    order = np.argsort(-gaps[eligible])
    lost = ((together.argmax(axis=1) == truth) & (best != truth))[eligible][order]
    fine = np.flatnonzero(np.cumsum(lost) <= _SPARED * len(truth))
    gap = float(gaps[eligible][order][fine[-1]]) if len(fine) else float("inf")
    return Gate(gap, floor)
