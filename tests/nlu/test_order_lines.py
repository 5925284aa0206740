"""Orders as people say them come out as the right cart lines."""

from __future__ import annotations

import pytest

from nlu.understanding import OrderLine
from tests.nlu.conftest import Understand

Short = tuple[str | None, int | None]


def short(lines: tuple[OrderLine, ...]) -> list[Short]:
    return [(line.item, line.quantity) for line in lines]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("후라이드", [("fried", None)]),
        ("참치김밥 두 줄이랑 콜라 하나 포장할게요", [("gimbap", 2), ("cola", 1)]),
        ("후라이드 한 마리 12시에 포장", [("fried", 1)]),
        ("후라이드 한 마리 주세요", [("fried", 1)]),
        ("후라이드 1개 콜라2개", [("fried", 1), ("cola", 2)]),
        ("후라이드한마리콜라두개", [("fried", 1), ("cola", 2)]),
        ("후라이드 한 마리랑 콜라 두 개 배달해줘", [("fried", 1), ("cola", 2)]),
        ("아아 두 잔 포장", [("americano", 2)]),
        ("콜라 2 라떼 1", [("cola", 2), ("latte", 1)]),
        ("콜라도 하나 추가요", [("cola", 1)]),
        ("후라이드, 양념, 콜라 하나씩", [("fried", 1), ("sweet", 1), ("cola", 1)]),
        ("two cokes and a latte please", [("cola", 2), ("latte", 1)]),
        ("can I get an americano", [("hot-americano", 1)]),
        ("I'd like 2 fried chicken, 3 cokes", [("fried", 2), ("cola", 3)]),
        ("one more coke", [("cola", 1)]),
    ],
)
def test_dishes_and_how_many(understand: Understand, text: str, lines: list[Short]) -> None:
    found = understand(text)
    assert (found.intent, short(found.lines)) == ("order_items", lines)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("후라이드 순한맛으로 한 마리", [("fried", 1, ("fried-mild",))]),
        ("양념 순한맛 하나 후라이드 매운맛 두 마리", [("sweet", 1, ("sweet-mild",)), ("fried", 2, ("fried-hot",))]),
        ("an americano and a large latte", [("hot-americano", 1, ()), ("latte", 1, ("latte-large",))]),
        ("라떼 두 잔, 하나는 디카페인으로", [("latte", 1, ()), ("latte", 1, ("latte-decaf",))]),
        ("라떼 두 잔 샷 추가", [("latte", 2, ("latte-shot",))]),
        ("라떼 하나 샷 하나 추가", [("latte", 1, ("latte-shot",))]),
        ("라떼에 샷 두 개 추가", [("latte", None, ("latte-shot",))]),
        (
            "two iced americanos, one with an extra shot, pick up at 3",
            [("americano", 1, ()), ("americano", 1, ("americano-shot",))],
        ),
        (
            "아아 두 잔이랑 라떼 하나, 라떼는 샷 추가, 하나는 디카페인으로",
            [("americano", 1, ()), ("americano", 1, ("americano-decaf",)), ("latte", 1, ("latte-shot",))],
        ),
    ],
)
def test_options_go_to_the_dish_they_are_said_of(
    understand: Understand, text: str, lines: list[tuple[str, int, tuple[str, ...]]]
) -> None:
    assert [(line.item, line.quantity, line.options) for line in understand(text).lines] == lines


@pytest.mark.parametrize(
    ("text", "item", "words"),
    [
        ("라떼 두유로 하나", "latte", "두유"),
        ("a latte with oat milk", "latte", "oat milk"),
        ("콜라 레몬 추가", "cola", "레몬"),
    ],
)
def test_an_option_that_the_menu_lacks_is_kept_as_words(
    understand: Understand, text: str, item: str, words: str
) -> None:
    (line,) = understand(text).lines
    assert (line.item, line.options, line.unknown_options) == (item, (), (words,))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("짜장면 하나 주세요", [(None, 1, "짜장면")]),
        ("후라이드 하나 떡갈비 두 개", [("fried", 1, "후라이드"), (None, 2, "떡갈비")]),
        ("two burgers please", [(None, 2, "burgers")]),
    ],
)
def test_what_is_not_on_the_menu_is_kept_as_words(
    understand: Understand, text: str, lines: list[tuple[str | None, int, str]]
) -> None:
    found = understand(text)
    assert found.intent == "order_items"
    assert [(line.item, line.quantity, line.text) for line in found.lines] == lines


def test_delivery_and_time_in_the_same_sentence_are_further_wishes(understand: Understand) -> None:
    found = understand("후라이드 한 마리 콜라 하나 저녁 7시에 찾으러 갈게요")
    assert short(found.lines) == [("fried", 1), ("cola", 1)]
    assert (found.value("fulfilment"), found.value("time")) == ("pickup", "2026-11-20T19:00+09:00")
    assert found.wishes == ("order_items", "choose_pickup", "give_time")


@pytest.mark.parametrize("text", ["콜라 빼고 후라이드 하나 더", "remove the coke and add a latte"])
def test_an_order_after_what_is_taken_out_is_a_further_wish(understand: Understand, text: str) -> None:
    assert understand(text).wishes == ("remove_item", "order_items")


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("갖다주세요", ("choose_delivery",)),
        ("7시까지 갖다주세요", ("give_time",)),
        ("연남동 12-3으로 갖다주세요", ("give_address",)),
        ("7시까지 배달해 주세요", ("give_time", "choose_delivery")),
    ],
)
def test_where_or_when_to_bring_it_is_one_wish(understand: Understand, text: str, wishes: tuple[str, ...]) -> None:
    assert understand(text).wishes == wishes


def test_a_note_stays_with_its_dish(understand: Understand) -> None:
    found = understand("김밥 두 줄 단무지 빼주세요 그리고 콜라 하나")
    assert [(line.item, line.quantity, line.note) for line in found.lines] == [
        ("gimbap", 2, "단무지 빼주세요"),
        ("cola", 1, None),
    ]


@pytest.mark.parametrize(
    ("text", "intent", "lines"),
    [
        ("콜라는 빼줘", "remove_item", [("cola", None, "콜라")]),
        ("take out the coke", "remove_item", [("cola", None, "coke")]),
        ("그거 빼줘", "remove_item", [(None, None, "")]),
        ("no coke please", "remove_item", [("cola", None, "coke")]),
        ("no latte", "remove_item", [("latte", None, "latte")]),
        ("콜라 빼고요", "remove_item", [("cola", None, "콜라")]),
        ("콜라 하나 빼주세요", "remove_item", [("cola", 1, "콜라")]),
        ("콜라 빼고 후라이드 하나 더", "remove_item", [("cola", None, "콜라")]),
        ("remove the coke and add a latte", "remove_item", [("cola", None, "coke")]),
        ("콜라 세 개로 바꿔줘", "change_item", [("cola", 3, "콜라")]),
        ("두 개로", "change_item", [(None, 2, "")]),
        ("make it two", "change_item", [(None, 2, "")]),
        ("아니 콜라 세 개", "change_item", [("cola", 3, "콜라")]),
        ("하나 더", "order_items", [(None, 1, "")]),
        ("콜라를 라떼로 바꿔줘", "change_item", [("cola", 0, "콜라"), ("latte", None, "라떼")]),
        ("콜라 말고 라떼로 할게요", "change_item", [("cola", 0, "콜라"), ("latte", None, "라떼")]),
    ],
)
def test_removing_and_changing_name_the_lines_too(
    understand: Understand, text: str, intent: str, lines: list[tuple[str | None, int | None, str]]
) -> None:
    found = understand(text)
    assert found.intent == intent
    assert [(line.item, line.quantity, line.text) for line in found.lines] == lines


def test_an_option_alone_is_about_the_last_dish_whichever_it_is(understand: Understand) -> None:
    found = understand("순한맛으로")
    assert found.intent == "change_item"
    assert [(line.item, line.options) for line in found.lines] == [(None, ("fried-mild", "sweet-mild"))]
