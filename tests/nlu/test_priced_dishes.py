"""A first menu in an owner's words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.priced_dishes import LARGEST, MOST, parse_priced_dishes


@pytest.mark.parametrize(
    ("said", "dishes"),
    [
        (
            "김밥 3500원, 라면 4천5백원, 떡볶이 4,000원",
            [("김밥", 3500), ("라면", 4500), ("떡볶이", 4000)],
        ),
        ("김밥 3500 라면 4500", [("김밥", 3500), ("라면", 4500)]),
        ("김밥3500원라면4500원", [("김밥", 3500), ("라면", 4500)]),
        ("김밥은 3500원이고 라면은 4500원이에요", [("김밥", 3500), ("라면", 4500)]),
        ("김밥: 3,500\n라면: 4,500", [("김밥", 3500), ("라면", 4500)]),
        ("김밥 3,500 / 라면 4,500", [("김밥", 3500), ("라면", 4500)]),
        ("김밥 삼천오백원", [("김밥", 3500)]),
        ("후라이드 만팔천원, 양념 1.9만원", [("후라이드", 18000), ("양념", 19000)]),
        ("커트 2만원 그리고 염색 5만원", [("커트", 20000), ("염색", 50000)]),
        ("1인 세트 9000원", [("1인 세트", 9000)]),
        ("콜라 500ml 2000원", [("콜라 500ml", 2000)]),
        ("2인분 삼겹살 3만원", [("2인분 삼겹살", 30000)]),
        ("돈까스(대) 9,000원", [("돈까스(대)", 9000)]),
        ("만두 5000원, 천하장사 1000원", [("만두", 5000), ("천하장사", 1000)]),
        ("kimbap 3500, ramyeon 4500", [("kimbap", 3500), ("ramyeon", 4500)]),
        ("latte 4k and toast 3500 won", [("latte", 4000), ("toast", 3500)]),
    ],
)
def test_dishes_as_they_are_said(said: str, dishes: list[tuple[str, int]]) -> None:
    assert parse_priced_dishes(said) == dishes


def test_dollars_have_cents() -> None:
    assert parse_priced_dishes("latte $4.50, espresso 3", 2) == [("latte", 450), ("espresso", 300)]


@pytest.mark.parametrize("said", ["", "김밥", "3500원", "김밥 3500원, 라면", "김밥 0원", "네", "15분이요"])
def test_a_part_without_a_name_or_a_price_makes_it_unclear(said: str) -> None:
    assert parse_priced_dishes(said) == []


_NAMES = st.sampled_from(["김밥", "라면", "후라이드 치킨", "장미", "꽃다발", "toast", "iced latte", "커트"])
_PRICES = st.integers(1000, 90000).map(lambda price: price // 100 * 100)


@given(st.lists(st.tuples(_NAMES, _PRICES), min_size=1, max_size=8), st.sampled_from([", ", "\n", "; ", " / "]))
def test_what_is_listed_is_read_back(dishes: list[tuple[str, int]], between: str) -> None:
    assert parse_priced_dishes(between.join(f"{name} {price}원" for name, price in dishes)) == dishes
    assert parse_priced_dishes(between.join(f"{name} {price:,}" for name, price in dishes)) == dishes


@given(st.text(max_size=300), st.sampled_from([0, 2]))
def test_no_text_gives_a_nameless_or_free_dish(said: str, digits: int) -> None:
    dishes = parse_priced_dishes(said, digits)
    assert len(dishes) <= MOST
    assert all(name.strip() and 0 < price < LARGEST for name, price in dishes)
