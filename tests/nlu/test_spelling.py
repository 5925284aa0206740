"""Slips of the finger: an unknown word is read as the nearest known one, a known one stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.spelling import AS_SPELT, Spelling

KNOWN = Spelling.of(
    ["배달 얼마나 걸려요", "얼마나 기다려요", "세 개 주세요", "when will my delivery arrive", "how long will it take"]
)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("얼마아 걸려요", "얼마나 걸려요"),
        ("걸려여", "걸려요"),
        ("네 개 주세요", "네 개 주세요"),
        ("whne will my delvery arrive", "when will my delivery arrive"),
        ("will it taste", "will it taste"),
        ("김치전 걸려요", "김치전 걸려요"),
        ("", ""),
    ],
)
def test_a_slip_is_mended_and_nothing_else(typed: str, read: str) -> None:
    assert KNOWN.mended(typed) == read


@given(st.text(max_size=30))
def test_no_text_is_mended_twice_or_by_who_knows_no_words(text: str) -> None:
    assert AS_SPELT.mended(text) == text
    assert KNOWN.mended(KNOWN.mended(text)) == KNOWN.mended(text)
