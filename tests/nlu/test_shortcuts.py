"""What is passed over because a text has none of its signs would have found nothing in it."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

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
    rules,
    slips,
    times,
)
from nlu.engine import Engine
from nlu.keystrokes import keys_of
from nlu.linear import LinearModel, in_full
from nlu.patterns import Pattern
from nlu.proofreading import Proofreader
from nlu.reading import _HALF_DOZEN, read
from nlu.spelling import Spelling
from nlu.understanding import Context, Role
from nlu.values import Value, any_in
from tests.nlu.conftest import AROUND, HAND

NOW = datetime(2026, 11, 20, 12, tzinfo=timezone(timedelta(hours=9)))
ROLES: tuple[Role, ...] = ("consumer", "merchant", "operator")
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
    assert set(ngrams.runs_of(text, shortest, shortest + more)) == every


@given(words=st.lists(st.sampled_from(["latte", "please", "mm", "a"]), max_size=6))
def test_words_met_before_have_the_same_pieces(words: list[str]) -> None:
    text = unicodedata.normalize("NFC", " ".join(words))
    every = {piece for word in words if word for piece in ngrams.runs_of(f" {word} ", 2, 4)}
    assert ngrams.blocks(text, hangul=False)[3] == every


def test_half_precision_is_read_in_full_without_any_loss() -> None:
    every = np.arange(2**16, dtype=np.uint16).view(np.float16)
    finite = every[np.isfinite(every)]
    assert np.array_equal(in_full(finite.reshape(-1, 4)), finite.astype(np.float32).reshape(-1, 4))


WORDS = (
    "얼마나", "걸려요", "주문할게요", "주문할께요", "주무할게요", "보내주세요", "보내주시면", "카드결제돼요", "카드결제되죠", "부탁드립니다", "부탁드려요",
    "deliver", "delivery", "delivered", "deliveries", "recommend", "recommended", "recommendation", "order", "orders",
)  # fmt: skip
SPELT = Spelling.of(WORDS)


@given(data=st.data())
def test_the_nearest_word_is_that_of_them_all(data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(WORDS))
    for _ in range(data.draw(st.integers(0, 3))):
        at, gone = data.draw(st.integers(0, len(word))), data.draw(st.integers(0, 1))
        word = word[:at] + data.draw(st.sampled_from(("", "e", "d", "요", "할", "ㅇ"))) + word[at + gone :]
    keys = "".join(keys_of(word))
    far = 0 if len(keys) < 4 else 1 if len(keys) < 10 else 2
    typed = [("".join(keys_of(known)), known) for known in WORDS]
    near = [(OSA.distance(keys, of_known), len(of_known), at) for at, (of_known, _) in enumerate(typed)]
    close = [one for one in near if one[0] <= far]
    meant = typed[min(close)[2]][1] if far and close else word
    assert SPELT._meant(word) == (word if word in WORDS else meant)


@given(texts=st.lists(st.text(alphabet="ab가각 ?", max_size=12), min_size=1, max_size=4), hangul=st.booleans())
def test_margins_are_the_sum_over_every_stretch(texts: list[str], hangul: bool) -> None:
    known = [sorted(some)[::2] for some in ngrams.blocks(texts[0] + " ab 가", hangul)]
    starts = np.cumsum([0, *map(len, known)]).tolist()
    rows = tuple({gram: start + at for at, gram in enumerate(some)} for start, some in zip(starts, known, strict=False))
    random = np.random.default_rng(1)
    idf = random.uniform(1, 2, starts[-1]).astype(np.float32)
    weights = random.normal(size=(starts[-1], 3)).astype(np.float16)
    model = LinearModel(("a", "b", "c"), rows, idf, weights, np.zeros(3, dtype=np.float32))
    for text in texts:
        total = np.zeros(3)
        for numbers, grams in zip(rows, ngrams.blocks(text, hangul), strict=True):
            at = [numbers[gram] for gram in grams if gram in numbers]
            total += (idf[at] / max(1e-9, np.linalg.norm(idf[at]))) @ weights[at].astype(np.float64)
        assert np.allclose(model.margins(text, hangul), total, atol=1e-5)


@settings(max_examples=30, deadline=None)
@given(text=said)
def test_a_part_that_is_all_of_a_message_is_judged_as_the_message_was(engine: Engine, text: str) -> None:
    context = Context(at_hand=HAND, around=AROUND)
    reading = read(text, context, NOW, engine._shelf, engine._model.words, Proofreader())
    ranking, scope = engine._rank(reading, context)
    part = reading.part(0, len(reading.text))
    assert engine._judged(part, context, None) == engine._judged(part, context, (reading.text, ranking, scope))


@made_to_match
@given(data=st.data(), role=st.sampled_from(ROLES))
def test_what_means_just_one_thing_means_what_the_first_expression_says(data: st.DataObject, role: Role) -> None:
    tables = {"consumer": (rules._CONSUMER, rules._ANY), "merchant": (rules._MERCHANT, rules._ANY)}
    every = [pair for table in tables.get(role, (rules._ANY,)) for pair in table.items()]
    text = data.draw(st.sampled_from(every).flatmap(lambda pair: st.from_regex(pair[1], fullmatch=True)))
    first = next(intent for intent, pattern in every if re.fullmatch(pattern, text))
    assert rules.sure_intent(text, role) == (first if 0 < len(text) <= 24 else None)


@given(text=said, start=st.integers(0, 5))
def test_there_is_a_word_left_where_one_is_found(text: str, start: int) -> None:
    taken = [Value("", None, start, start + 3)]
    assert fillers.has_content(text, 0, len(text), taken) == bool(fillers.content(text, 0, len(text), taken))
