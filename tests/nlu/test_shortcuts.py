"""What is passed over because a text has none of its signs would have found nothing in it."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlu import (
    addresses,
    corrections,
    dates,
    fillers,
    fulfilment,
    languages,
    ngrams,
    ordinals,
    references,
    slips,
    times,
)
from nlu.linear import in_full
from nlu.patterns import Pattern
from nlu.reading import _HALF_DOZEN
from nlu.values import Value, any_in

NOW = datetime(2026, 11, 20, 12, tzinfo=timezone(timedelta(hours=9)))
PIECES = (
    "as", "soon", "possible", "you can", "the", "sooner", "better", "right", "now", "away", "straight", "a.s.a.p", "asap",
    "soonest", "earliest", "immediately", "quick", "open", "late", "still", "already", "this", "at", "hour", "that's",
    "deliver", "delivers", "with", "delivery", "places", "who", "anyone", "english", "inglish", "eng", "korean", "hangul",
    "yeongeo", "hangukmal", "half", "a", "an", "dozen", "of", "first", "second", "one", "no.", "number", "#", "3", "12",
    "2026", "-", ".", "/", "25", "1st", "last", "item", "street", "unit", "room",
    "되는", "대로", "지금", "바로", "당장", "최대한", "빨리", "빠르게", "가능한", "한", "제일", "가장", "빠른", "시간", "에",
    "얼른", "요", "해", "주는", "집", "까지", "오는", "갖다", "배달", "되", "가능", "문", "연", "열린", "영업", "중", "하는",
    "아직", "현재", "이", "밤늦게", "늦게까지", "한국어", "한글", "영어", "잉글리시", "첫", "번째", "둘", "번", "째", "마지막",
    "맨", "거", "아침", "저녁", "갈게", "픽업", "에서", "월", "일", "망원로", "동", "호", "래미안", "101", "두", "잔", "새",
)  # fmt: skip
said = st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(("", " ", " ", "\u2003"))), max_size=8).map(
    lambda parts: "".join(piece + gap for piece, gap in parts)
)
made_to_match = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Texts made from an expression take their time on a busy machine."""
SIGNS: list[tuple[Pattern, tuple[str, ...]]] = [
    (times._ASAP, times._ASAP_HINT),
    (fulfilment._DELIVERS, fulfilment._DELIVERS_HINT),
    (fulfilment._OPEN_NOW, fulfilment._OPEN_HINT),
    (languages._ASKED, languages._ASKED_HINT),
    (ordinals._ORDINAL, ordinals._HINT),
    (_HALF_DOZEN, ("dozen",)),
    (dates._ISO, ("-", ".", "/")),
    (references._BEGINS, references._BEGINS_HINT),
    (references._ALL, references._ALL_HINT),
    (corrections._ALL_BACK, corrections._ALL_BACK_HINT),
    (fillers._OPTION_KO, fillers._OPTION_KO_HINT),
    (fillers._OPTION_EN, fillers._OPTION_EN_HINT),
]
KOREAN = [addresses._KOREAN, times._COMING, slips._COUNTED]


@pytest.mark.parametrize("pattern, signs", SIGNS)
@made_to_match
@given(data=st.data())
def test_no_match_is_without_one_of_its_signs(pattern: Pattern, signs: tuple[str, ...], data: st.DataObject) -> None:
    for match in pattern.finditer(data.draw(st.from_regex(pattern.compiled))):
        assert any_in(signs, match[0])


@pytest.mark.parametrize("pattern", KOREAN)
@made_to_match
@given(data=st.data())
def test_what_is_korean_alone_matches_nothing_else(pattern: Pattern, data: st.DataObject) -> None:
    assert not any(match[0].isascii() for match in pattern.finditer(data.draw(st.from_regex(pattern.compiled))))


@given(text=said)
def test_days_are_found_as_without_looking_for_their_signs(text: str) -> None:
    found: list[Value] = []
    for match in dates._KOREAN.finditer(text):
        dates._korean_days(found, match, NOW.date())
    korean = [(value.start, value.end) for value in found]
    assert set(korean) <= {(value.start, value.end) for value in dates.find_dates(text, date(2026, 11, 20))}


@given(text=st.text(alphabet="ab가\n ", max_size=20))
def test_long_runs_are_cut_as_by_the_expression_alone(text: str) -> None:
    cut = ngrams._LONG_RUN.sub(r"\1\1", text)
    assert ngrams.blocks(text, hangul=True) == ngrams.blocks(cut, hangul=True)


@given(text=st.text(max_size=20), shortest=st.integers(1, 3), more=st.integers(0, 3))
def test_runs_are_all_stretches_of_their_lengths(text: str, shortest: int, more: int) -> None:
    lengths = range(shortest, shortest + more + 1)
    every = {text[i : i + n] for n in lengths for i in range(len(text) - n + 1)}
    assert ngrams.runs_of(text, shortest, shortest + more) == every


@given(words=st.lists(st.sampled_from(["latte", "please", "mm", "a"]), max_size=6))
def test_words_met_before_have_the_same_pieces(words: list[str]) -> None:
    text = unicodedata.normalize("NFC", " ".join(words))
    every = {piece for word in words if word for piece in ngrams.runs_of(f" {word} ", 2, 4)}
    assert ngrams.blocks(text, hangul=False)[3] == every


def test_half_precision_is_read_in_full_without_any_loss() -> None:
    every = np.arange(2**16, dtype=np.uint16).view(np.float16)
    finite = every[np.isfinite(every)]
    assert np.array_equal(in_full(finite.reshape(-1, 4)), finite.astype(np.float32).reshape(-1, 4))
