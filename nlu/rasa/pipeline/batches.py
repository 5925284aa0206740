"""Which texts are learnt together. Runs inside Rasa, and without it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

POOL = 8
"""Texts are sorted by length among so many batches only, so that the same ones do not meet every time."""

_BY_LENGTH = 0.9
"""The share of epochs whose batches are by length. In the last ones any texts meet, as Rasa has it, so that what is learnt
at the end does not depend on length."""


def by_length(epoch: int, epochs: int) -> bool:
    """Whether batches are by length in this epoch, the first of which is 0."""
    return epoch < _BY_LENGTH * epochs


def lengthwise(lengths: np.ndarray, batch_size: int, mixed: Callable[[int], np.ndarray]) -> np.ndarray:
    """The places of ``lengths``, each once, so that every ``batch_size`` of them have lengths near each other.

    ``mixed(n)`` is the numbers below n in the order in which the batches come; one that is not full comes last.
    """
    batches = [
        ascending[start : start + batch_size]
        for pool in np.array_split(np.arange(len(lengths)), range(POOL * batch_size, len(lengths), POOL * batch_size))
        for ascending in [pool[np.argsort(lengths[pool], kind="stable")]]
        for start in range(0, len(ascending), batch_size)
    ]
    full = [batch for batch in batches if len(batch) == batch_size]
    rest = [batch for batch in batches if len(batch) < batch_size]
    return np.concatenate([*(full[place] for place in mixed(len(full))), *rest])
