"""Which texts Rasa learns together."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nlu.rasa.pipeline.batches import POOL, by_length, lengthwise


def backwards(count: int) -> np.ndarray:
    return np.arange(count)[::-1]


@given(st.lists(st.integers(1, 30), min_size=1, max_size=200), st.integers(1, 20))
def test_every_text_is_learnt_once(lengths: list[int], batch_size: int) -> None:
    order = lengthwise(np.array(lengths), batch_size, backwards)
    assert sorted(order.tolist()) == list(range(len(lengths)))


@given(st.permutations(range(POOL * 5)), st.integers(1, 5))
def test_a_batch_has_texts_of_neighbouring_lengths(lengths: list[int], batch_size: int) -> None:
    firsts = np.array(lengths[: POOL * batch_size])
    parted = firsts[lengthwise(firsts, batch_size, backwards)].reshape(-1, batch_size)
    assert parted[::-1].ravel().tolist() == sorted(firsts.tolist())


def test_batches_come_mixed_and_one_that_is_not_full_comes_last() -> None:
    order = lengthwise(np.array([3, 1, 2, 5, 4]), 2, backwards)
    assert order.tolist() == [0, 4, 1, 2, 3]


def test_texts_far_apart_are_not_learnt_together() -> None:
    lengths = np.array([1, 9] * POOL)
    order = lengthwise(lengths, 1, backwards)
    assert set(order[POOL:].tolist()) == set(range(POOL))


def test_in_the_last_tenth_of_the_epochs_any_texts_meet() -> None:
    assert [by_length(epoch, 20) for epoch in range(20)] == [True] * 18 + [False] * 2
    assert by_length(0, 1)
