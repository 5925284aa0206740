"""Number words, amounts and durations in both languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.durations import find_durations
from nlu.money import find_money
from nlu.numbers import number
from nlu.quantities import bare_quantity, find_quantities

ONES = ["", "하나", "둘", "셋", "넷", "다섯", "여섯", "일곱", "여덟", "아홉"]
TENS = ["", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔"]
BEFORE_COUNTER = {"하나": "한", "둘": "두", "셋": "세", "넷": "네"}
SINO = ["", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구"]
ENGLISH = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
]
ENGLISH += ["seventeen", "eighteen", "nineteen"]
ENGLISH_TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def native(n: int) -> str:
    return TENS[n // 10] + ONES[n % 10]


def sino(n: int) -> str:
    if n >= 10_000:
        above = n // 10_000
        return ("" if above == 1 else sino(above)) + "만" + sino(n % 10_000)
    said = ""
    for unit, word in ((1000, "천"), (100, "백"), (10, "십")):
        digit, n = divmod(n, unit)
        said += ("" if digit == 1 else SINO[digit]) + word if digit else ""
    return said + SINO[n]


def english(n: int) -> str:
    return ENGLISH[n] if n < 20 else f"{ENGLISH_TENS[n // 10]} {ENGLISH[n % 10]}" if n % 10 else ENGLISH_TENS[n // 10]


@given(st.integers(1, 99))
def test_native_korean_numbers_come_back(n: int) -> None:
    assert number(native(n)) == n


@given(st.integers(1, 9_999_999))
def test_sino_korean_numbers_come_back(n: int) -> None:
    assert number(sino(n)) == n


@given(st.integers(0, 99))
def test_english_numbers_come_back(n: int) -> None:
    assert number(english(n)) == n
    assert number(english(n).replace(" ", "-")) == n


@given(st.integers(0, 10**8))
def test_digits_come_back_with_and_without_commas(n: int) -> None:
    assert number(str(n)) == number(f"{n:,}") == n


@given(st.integers(1, 99), st.sampled_from(["개", "마리", "잔", "그릇", "줄"]), st.sampled_from(["", " "]))
def test_a_counted_native_number_is_found_whole(n: int, counter: str, space: str) -> None:
    ones = ONES[n % 10]
    word = TENS[n // 10] + BEFORE_COUNTER.get(ones, ones)
    if word == "스물":
        word = "스무"
    text = f"콜라 {word}{space}{counter} 주세요"
    (found,) = find_quantities(text)
    assert (found.value, text[found.start : found.end]) == (n, f"{word}{space}{counter}")


@pytest.mark.parametrize(
    ("text", "quantities"),
    [
        ("후라이드 한 마리랑 콜라 두 개", [1, 2]),
        ("짜장면 2 짬뽕 1", [2, 1]),
        ("콜라2개", [2]),
        ("떡볶이 이인분", [2]),
        ("떡볶이 3인분", [3]),
        ("라떼 하나요", [1]),
        ("라떼하나", [1]),
        ("김밥 열두 줄", [12]),
        ("석 잔", [3]),
        ("콜라 하나 줄여줘", [1]),
        ("콜라 하나 포장", [1]),
        ("둘 다 매운맛으로", []),
        ("한두 개", [1]),
        ("two lattes and three cokes", [2, 3]),
        ("a dozen eggs", [12]),
        ("half a dozen rolls", [6]),
        ("a couple of beers", [2]),
        ("2x latte", [2]),
        ("latte x2", [2]),
        ("a bottle of water", [1]),
        ("twenty-four roses", [24]),
        ("3시에 갈게요", []),
        ("15분이요", []),
        ("두 번째 거", []),
        ("망원역 2번 출구", []),
        ("302호", []),
        ("하나치킨", []),
        ("in 20 minutes", []),
        ("5 stars", []),
        ("at 3pm", []),
    ],
)
def test_quantities(text: str, quantities: list[int]) -> None:
    assert [found.value for found in find_quantities(text)] == quantities


@pytest.mark.parametrize(
    ("text", "quantity"),
    [("이", 2), ("셋이요", 3), ("세 개요", 3), ("열", 10), ("three", 3), ("just one", 1), ("12", 12), ("a couple", 2)],
)
def test_a_bare_number_answers_how_many(text: str, quantity: int) -> None:
    found = bare_quantity(text)
    assert found is not None
    assert found.value == quantity


@pytest.mark.parametrize("text", ["콜라", "취소", "maybe", ""])
def test_no_number_is_no_quantity(text: str) -> None:
    assert bare_quantity(text) is None


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("15분이요", 15),
        ("약 20분 걸려요", 20),
        ("이십분 정도", 20),
        ("삼십오 분", 35),
        ("한 시간", 60),
        ("한시간 반", 90),
        ("1시간 20분", 80),
        ("반시간", 30),
        ("15~20분", 20),
        ("두 시간", 120),
        ("half an hour", 30),
        ("an hour", 60),
        ("an hour and a half", 90),
        ("an hour and 20 minutes", 80),
        ("about 25 mins", 25),
        ("forty minutes", 40),
        ("10-15 min", 15),
        ("1.5 hours", 90),
        ("quarter of an hour", 15),
    ],
)
def test_durations(text: str, minutes: int) -> None:
    assert [found.value for found in find_durations(text)] == [minutes]


@pytest.mark.parametrize("text", ["3인분", "충분해요", "화분 하나", "부분", "기분 좋다", "minute steak"])
def test_words_that_only_look_like_durations(text: str) -> None:
    assert find_durations(text) == []


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("18000원", 18000),
        ("18,000원", 18000),
        ("2만3천원", 23000),
        ("2만 3천 원", 23000),
        ("만오천원", 15000),
        ("만 원", 10000),
        ("오백원", 500),
        ("₩4,500", 4500),
        ("23k", 23000),
        ("3.5k", 3500),
        ("5000 won", 5000),
        ("2만원 이상", 20000),
    ],
)
def test_money(text: str, amount: int) -> None:
    assert [found.value for found in find_money(text)] == [amount]
