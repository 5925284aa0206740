"""Weights of n-grams, learnt from all texts or from those that a smaller fit does not find far off."""

from __future__ import annotations

import numpy as np
import pytest

from nlu.counting import Counted
from nlu.fitting import NEVER, fit

DISHES = ("김밥", "라면", "만두", "우동", "떡볶이", "순대")
SAYINGS = ("{} 하나 주세요", "{} 먹고 싶다", "오늘은 {}", "{} 있어요?", "{} 얼마예요", "혹시 {} 되나요")
TEXTS = [(saying.format(dish), True) for saying in SAYINGS for dish in DISHES]
TRUTH = np.tile(np.arange(len(DISHES)), len(SAYINGS))
EVERY = np.arange(len(TEXTS))


@pytest.fixture(scope="module")
def counted() -> Counted:
    return Counted.of(TEXTS)


def test_without_what_a_smaller_fit_finds_far_off_the_same_is_learnt(counted: Counted) -> None:
    whole = fit(counted, TRUTH, len(DISHES), EVERY)
    smaller = fit(counted, TRUTH, len(DISHES), EVERY[: len(EVERY) // 2])
    by_it = fit(counted, TRUTH, len(DISHES), EVERY, smaller=smaller)
    margins, others = whole.margins(counted, EVERY), by_it.margins(counted, EVERY)
    assert (others.argmax(axis=1) == TRUTH).all()
    assert np.abs(margins - others).mean() < 0.2


def test_what_the_smaller_fit_never_saw_is_learnt_too(counted: Counted) -> None:
    smaller = fit(counted, TRUTH, len(DISHES), EVERY[TRUTH < 3])
    found = fit(counted, TRUTH, len(DISHES), EVERY, smaller=smaller)
    assert (found.margins(counted, EVERY).argmax(axis=1) == TRUTH).all()


def test_a_label_without_a_text_is_never_taken(counted: Counted) -> None:
    found = fit(counted, TRUTH, len(DISHES) + 1, EVERY, smaller=fit(counted, TRUTH, len(DISHES) + 1, EVERY[::2]))
    assert (found.margins(counted, EVERY)[:, -1] == NEVER).all()
