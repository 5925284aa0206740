"""The tables of normal forms in ``forms/``, and what holds for any number, amount, time and text."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from nlu.counters import counter_in, fits
from nlu.durations import find_durations
from nlu.money import find_money
from nlu.normal_forms import find_values
from nlu.numbers import number
from nlu.quantities import bare_quantity, find_quantities
from nlu.values import Value
from nlu.written import Written
from tests.nlu.conftest import NOW
from tests.nlu.test_numbers import native, sino

FORMS = Path(__file__).parent / "forms"
WORDS = frozenset({"midnight", "delivery", "checkout", "tomorrow"})
"""Words of eight letters that the training data knows, so that they are no invitation code."""
TABLES = [
    pytest.param(kind, rows, id=f"{path.stem}: {kind}")
    for path in sorted(FORMS.glob("*.yml"))
    for kind, rows in YAML(typ="safe").load(path.read_text("utf-8")).items()
]
PIECES = st.sampled_from(
    ["세 개", "2", "-3개", "1.5", "만원", "2만", "$5", "500원 올려", "내일", "저녁", "7시 반", "전", "뒤", "half past", "seven", "pm", "20분", "한 시간 반",
     "망원로 12", "302호", "101동", "b1", "010", "1234", "5678", "공일공", "다음 주", "월화", "12/24", "tomorrow", "at 6ish", "first", "#2", "별", "점",
     "to", "by", "a couple of", "dozen", "하나", "요", " ", ", ", "ㅋㅋ", "￦", "３", "ＡＭ", "각", "ß", "İ", "\u0000", "👍🏽"]
)  # fmt: skip
ANYTHING = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=8).map("".join), st.lists(PIECES, max_size=8).map(" ".join))  # fmt: skip


def values(text: str, now: datetime = NOW, *, merchant: bool = False) -> tuple[Written, list[Value]]:
    written = Written.of(text)
    return written, find_values(written.text, now, WORDS, merchant=merchant)


@pytest.mark.parametrize(("kind", "rows"), TABLES)
def test_every_form_has_its_value_and_its_words(kind: str, rows: list[list[Any]]) -> None:
    *shop, entity = kind.split()
    wrong = []
    for text, *wanted in rows:
        written, found = values(text, merchant=bool(shop))
        here = [value for value in found if value.entity == entity]
        said = [[_short(one.value), text[slice(*written.span(one.start, one.end))]] for one in here]
        if said != wanted:
            wrong.append(f"{text}: {said}, not {wanted}")
    assert not wrong, "\n".join(wrong)


def _short(value: object) -> object:
    """A time without its seconds and zone."""
    return value[:16] if isinstance(value, str) and value[10:11] == "T" else value


@given(
    ANYTHING,
    st.booleans(),
    st.sampled_from([NOW, datetime(9999, 12, 31, 23, 59, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)]),
)
@example("7시" * 30, False, NOW)
@example("그럼 " * 40 + "x", False, NOW)
def test_any_text_is_read_and_every_span_lies_in_it(text: str, merchant: bool, now: datetime) -> None:
    written, found = values(text, now, merchant=merchant)
    for value in found:
        assert 0 <= value.start < value.end <= len(written.text)
        start, end = written.span(value.start, value.end)
        assert 0 <= start < end <= len(text)


@given(ANYTHING)
@example("아" * 60)
@example("줘" * 60 + "x")
def test_any_answer_to_how_many_is_read(text: str) -> None:
    said = Written.of(text).text
    found = bare_quantity(said)
    assert found is None or 0 <= found.start < found.end <= len(said)


@given(st.integers(0, 9999))
def test_numbers_come_back_from_both_series(n: int) -> None:
    if n:
        assert number(sino(n)) == n
    if 0 < n < 100:
        assert number(native(n)) == n
    if n > 100 and n % 100:
        assert number(sino(n - n % 100) + native(n % 100)) == n


@given(st.integers(100, 9_999_999), st.sampled_from(["원", " 원"]))
def test_won_come_back_however_they_are_written(won: int, unit: str) -> None:
    myriads, rest = divmod(won, 10_000)
    mixed = (f"{myriads}만" if myriads else "") + (f"{rest}" if rest else "")
    for said in (f"{won}{unit}", f"{won:,}{unit}", f"{sino(won)}{unit}", f"{mixed}{unit}", f"₩{won:,}"):
        text = f"라떼 {said}까지요"
        assert [(found.value, text[found.start : found.end]) for found in find_money(text)] == [(won, said)], text


@given(st.integers(0, 23), st.integers(1, 59))
def test_durations_come_back_in_both_languages(hours: int, minutes: int) -> None:
    whole = hours * 60 + minutes
    korean = (f"{hours}시간 " if hours else "") + f"{minutes}분"
    english = (f"{hours} hours and " if hours > 1 else "an hour and " if hours else "") + f"{minutes} minutes"
    for said in (korean, english):
        text = f"약 {said} 정도"
        assert [(found.value, text[found.start : found.end]) for found in find_durations(text)] == [(whole, said)]


@given(st.integers(0, 23), st.integers(0, 59))
def test_a_clock_time_of_a_named_day_comes_back(hour: int, minute: int) -> None:
    half, twelve = ("오전", "am") if hour < 12 else ("오후", "pm"), hour % 12 or 12
    for said in (f"내일 {half[0]} {twelve}시 {minute}분", f"tomorrow at {twelve}:{minute:02d} {half[1]}"):
        found = [value for value in values(said)[1] if value.entity == "time"]
        assert [(one.value[:16], one.start, one.end) for one in found] == [
            (f"2026-11-21T{hour:02d}:{minute:02d}", 0, len(said))
        ]


@given(st.integers(1, 9999), st.sampled_from(["개", "잔", "마리", "송이"]))
def test_amounts_far_beyond_any_order_are_kept_to_be_answered(n: int, counter: str) -> None:
    (found,) = find_quantities(f"콜라 {n}{counter} 주세요")
    assert found.value == n


@pytest.mark.parametrize(
    ("words", "counter"),
    [("두 잔", "잔"), ("3마리", "마리"), ("한 마리 반", "마리"), ("두 셋트", "세트"), ("2", None), ("two cups", "cup"), ("3 boxes", "box")],
)  # fmt: skip
def test_the_counter_in_the_words_of_an_amount(words: str, counter: str | None) -> None:
    assert counter_in(words) == counter


@pytest.mark.parametrize(
    ("counter", "name", "fit"),
    [
        ("잔", "아메리카노", "yes"),
        ("잔", "후라이드치킨", "no"),
        ("마리", "후라이드치킨", "yes"),
        ("마리", "콜라", "no"),
        ("줄", "참치김밥", "yes"),
        ("캔", "콜라", "yes"),
        ("송이", "장미", "yes"),
        ("인분", "떡볶이", "yes"),
        ("개", "무엇이든", "open"),
        ("cup", "latte", "yes"),
        ("cup", "fried chicken", "no"),
        ("bowl", "kimchi stew", "yes"),
    ],
)
def test_what_a_counter_may_count(counter: str, name: str, fit: str) -> None:
    assert fits(counter, name) == fit
