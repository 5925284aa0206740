"""Live names in a text: typos, missing spaces, particles, decomposed Hangul, the shop at hand first."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.mentions import Mention, find_mentions
from nlu.names import Shelf, prepare
from nlu.quantities import find_quantities
from nlu.understanding import Name
from nlu.written import Written
from tests.nlu.conftest import AROUND, HAND

EVERYDAY = frozenset(
    ["주세요", "하나", "있어요", "먹고", "싶어", "먹고싶어", "근처", "어디", "어디예요", "추가", "please", "two", "and"]
)


def mentions(text: str, *, at_shop: bool = True) -> list[Mention]:
    read = Written.of(text).text
    hand = prepare(HAND if at_shop else (), partial=True)
    return find_mentions(read, hand, prepare(AROUND, partial=False), find_quantities(read), EVERYDAY)


def keys(text: str, *, at_shop: bool = True) -> list[str]:
    return [mention.names[0].key for mention in mentions(text, at_shop=at_shop)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("후라이드 주세요", ["fried"]),
        ("후라이드치킨", ["fried"]),
        ("후라이드 치킨", ["fried"]),
        ("후라이드한마리콜라두개", ["fried", "cola"]),
        ("후라이드랑 콜라", ["fried", "cola"]),
        ("콜라도요", ["cola"]),
        ("아아 두 잔", ["americano"]),
        ("아이스아메리카노", ["americano"]),
        ("아메리카노", ["hot-americano"]),
        ("라떼 샷추가", ["latte", "hot-americano-shot"]),
        ("치즈라면", ["ramyeon"]),
        ("iced americanos", ["americano"]),
        ("two cokes", ["cola"]),
        ("COKE", ["cola"]),
    ],
)
def test_names_and_aliases_with_or_without_spaces(text: str, expected: list[str]) -> None:
    assert keys(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("후라이두 하나", "fried"),
        ("후라아드 주세요", "fried"),
        ("양념치캔 주세요", "sweet"),
        ("아이스 아메리까노", "americano"),
        ("iced amercano", "americano"),
        ("americcano", "hot-americano"),
    ],
)
def test_a_slip_of_the_finger_is_forgiven(text: str, expected: str) -> None:
    assert keys(text) == [expected]


@pytest.mark.parametrize(("text", "expected"), [("김밥 하나", "gimbap"), ("라면", "ramyeon"), ("tuna", "gimbap")])
def test_part_of_a_name_will_do_when_only_one_dish_has_it(text: str, expected: str) -> None:
    assert keys(text) == [expected]


@pytest.mark.parametrize(
    "text", ["까지", "하나", "주세요", "콜록콜록", "바닐라라떼프라푸치노", "cola-nut tree and scolar"]
)
def test_other_words_are_no_names(text: str) -> None:
    assert [key for key in keys(text) if key not in ("latte", "cola")] == []


def test_a_place_to_go_is_longer_than_a_dish() -> None:
    (found,) = mentions("치킨집", at_shop=True)
    assert (found.names[0].kind, found.names[0].key) == ("trade", "chicken")


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("대화하고 싶어요", []),
        ("대화역 카페", ["daehwa"]),
        ("대화 근처 카페", ["daehwa"]),
        ("대화동 카페", ["daehwa"]),
        ("cafe near daehwa", ["daehwa"]),
        ("대화요", ["daehwa"]),
    ],
)
def test_a_short_place_name_is_a_place_only_where_one_can_stand(text: str, places: list[str]) -> None:
    station = prepare((Name("place", "daehwa", ("대화역", "Daehwa Station")),), partial=False)
    found = find_mentions(text, prepare((), partial=True), station, (), EVERYDAY)
    assert [mention.names[0].key for mention in found] == places


def test_the_shop_at_hand_comes_before_what_is_around() -> None:
    (found,) = mentions("후라이드")
    assert found.at_hand
    (found,) = mentions("후라이드", at_shop=False)
    assert not found.at_hand


@given(st.sampled_from([name for name in HAND if name.kind == "item"]), st.sampled_from(["NFC", "NFD"]))
def test_every_dish_is_found_by_each_of_its_names_in_any_composition(name: Name, form: str) -> None:
    for written in name.names:
        text = unicodedata.normalize(form, written)  # type: ignore[arg-type]
        found = mentions(text)
        assert [mention.of("item")[0].key for mention in found] == [name.key]
        start, end = Written.of(text).span(found[0].start, found[0].end)
        assert unicodedata.normalize("NFC", text[start:end]) == written


def test_a_word_that_is_both_dish_and_option_keeps_both_readings() -> None:
    names = (Name("item", "sauce", ("양념",)), Name("choice", "half", ("양념",), "other"))
    (found,) = find_mentions("양념", prepare(names, partial=True), prepare((), partial=False), (), frozenset())
    assert {name.kind for name in found.names} == {"item", "choice"}


def test_a_catalogue_is_prepared_once() -> None:
    shelf = Shelf()
    first = shelf.ready(HAND, at_hand=True)
    assert shelf.ready(HAND, at_hand=True) is first
    assert shelf.ready((*HAND[:1], *HAND[1:]), at_hand=True) is first
    assert shelf.ready(HAND[:2], at_hand=True) is not first
