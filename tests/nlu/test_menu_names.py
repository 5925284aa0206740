"""Menus whose names hold numbers and counters, and what people say for short."""

from __future__ import annotations

import pytest

from nlu.engine import Engine
from nlu.understanding import Context, Name
from tests.nlu.conftest import AROUND, HAND, NOW

Lines = list[tuple[str | None, int | None, str]]

ALLEY = (
    Name("item", "whole", ("옛날통닭", "Old-style whole chicken", "통닭")),
    Name("item", "two-whole", ("옛날통닭 두 마리", "Two old-style whole chickens", "두 마리 세트")),
    Name("item", "fried", ("후라이드", "Crispy fried chicken", "fried chicken")),
    Name("item", "cola", ("콜라 500ml", "Cola 500 ml", "콜라")),
)
RIVER = (
    Name("item", "fried", ("후라이드", "Fried chicken", "후라이드 한 마리")),
    Name("item", "cola", ("콜라 1.25L", "Cola", "콜라")),
)
NUGGETS = (
    Name("item", "bites", ("닭강정", "Chicken bites")),
    Name("item", "cup", ("닭강정 컵", "Cup of bites")),
)
STREET = (
    *AROUND,
    Name("item", "river-fried", ("후라이드 한 마리",), "river"),
    Name("item", "street-cola", ("콜라", "Coke"), "river"),
)
_TEMPERATURES = (("hot", ("따뜻하게", "hot", "뜨거운")), ("iced", ("아이스", "iced")))
ONE_AMERICANO = (
    Name("item", "americano", ("아메리카노", "Americano")),
    Name("item", "latte", ("카페라테", "Caffe latte")),
    *(Name("choice", f"{dish}-{key}", names, dish) for dish in ("americano", "latte") for key, names in _TEMPERATURES),
)
TWO_AMERICANOS = (
    Name("item", "iced-americano", ("아이스 아메리카노", "Iced americano")),
    Name("item", "hot-americano", ("따뜻한 아메리카노", "Hot americano")),
)
NO_CHOICE = (Name("item", "americano", ("아메리카노", "Americano")),)


@pytest.mark.parametrize(
    ("menu", "text", "lines"),
    [
        (ALLEY, "후라이드 한 마리랑 콜라 두 개", [("fried", 1, "후라이드"), ("cola", 2, "콜라")]),
        (ALLEY, "후라이드 두 마리", [("fried", 2, "후라이드")]),
        (ALLEY, "통닭 두 마리", [("whole", 2, "통닭")]),
        (ALLEY, "옛날통닭 두 마리", [("two-whole", 1, "옛날통닭 두 마리")]),
        (ALLEY, "두 마리 세트 하나 주세요", [("two-whole", 1, "두 마리 세트")]),
        (RIVER, "후라이드 한 마리", [("fried", 1, "후라이드 한 마리")]),
        (RIVER, "후라이드 한마리 주세요", [("fried", 1, "후라이드 한마리")]),
        (RIVER, "후라이드 두 마리", [("fried", 2, "후라이드")]),
        (RIVER, "후라이드 한 마리 두 개", [("fried", 2, "후라이드 한 마리")]),
        (RIVER, "후라이드 한마리랑 콜라 두 개", [("fried", 1, "후라이드 한마리"), ("cola", 2, "콜라")]),
        (NUGGETS, "후라이드 한 마리랑 콜라 두 개", [(None, 1, "후라이드"), (None, 2, "콜라")]),
        (NUGGETS, "닭강정 세 컵", [("bites", 3, "닭강정")]),
        ((), "후라이드 한 마리랑 콜라 두 개", [("fried", 1, "후라이드"), ("street-cola", 2, "콜라")]),
    ],
)
def test_a_number_counts_the_dish_it_is_said_of_whatever_names_the_menu_has(
    engine: Engine, menu: tuple[Name, ...], text: str, lines: Lines
) -> None:
    found = engine.parse(text, Context(at_hand=menu, around=STREET), NOW)
    assert found.intent == "order_items"
    assert [(line.item, line.quantity, line.text) for line in found.lines] == lines


@pytest.mark.parametrize("text", ["마리", "두 마리", "세트", "세트 하나", "한 컵", "두 개", "two"])
@pytest.mark.parametrize("menu", [ALLEY, RIVER, NUGGETS])
def test_a_counter_or_a_number_alone_is_no_dish(engine: Engine, menu: tuple[Name, ...], text: str) -> None:
    found = engine.parse(text, Context(at_hand=menu, around=STREET), NOW)
    assert [line.item for line in found.lines if line.item] == []


@pytest.mark.parametrize(
    ("menu", "text", "lines"),
    [
        (ONE_AMERICANO, "아아 두 잔", [("americano", 2, ("americano-iced",))]),
        (ONE_AMERICANO, "뜨아 하나", [("americano", 1, ("americano-hot",))]),
        (ONE_AMERICANO, "따아 하나요", [("americano", 1, ("americano-hot",))]),
        (ONE_AMERICANO, "아메 하나", [("americano", 1, ())]),
        (ONE_AMERICANO, "뜨라 하나랑 라떼 하나", [("latte", 1, ("latte-hot",)), ("latte", 1, ())]),
        (ONE_AMERICANO, "아아 하나 뜨아 하나", [("americano", 1, ("americano-iced",)), ("americano", 1, ("americano-hot",))]),
        (ONE_AMERICANO, "아이스 아메리카노 하나", [("americano", 1, ("americano-iced",))]),
        (TWO_AMERICANOS, "아아 둘 뜨아 하나", [("iced-americano", 2, ()), ("hot-americano", 1, ())]),
        (NO_CHOICE, "뜨아 하나", [("americano", 1, ())]),
        (NO_CHOICE, "아아 하나", [(None, 1, ())]),
        (HAND, "아아 하나 뜨아 하나", [("americano", 1, ()), ("hot-americano", 1, ())]),
    ],
)  # fmt: skip
def test_shorthand_of_the_counter_is_the_dish_with_its_temperature(
    engine: Engine, menu: tuple[Name, ...], text: str, lines: list[tuple[str | None, int, tuple[str, ...]]]
) -> None:
    found = engine.parse(text, Context(at_hand=menu, around=STREET), NOW)
    assert found.intent == "order_items"
    assert [(line.item, line.quantity, line.options) for line in found.lines] == lines


def test_a_word_that_names_a_dish_and_its_own_choice_stays_the_dish(engine: Engine) -> None:
    menu = (Name("item", "half", ("반반", "Half")), Name("choice", "half-half", ("반반", "half"), "half"))
    (line,) = engine.parse("반반 하나", Context(at_hand=menu), NOW).lines
    assert (line.item, line.options) == ("half", ())
