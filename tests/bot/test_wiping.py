"""What is kept to learn from says nothing about who wrote it, and is still what was said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wiping import stood_in, wiped
from nlu.marks import read_marks
from nlu.understanding import Entity


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("제 번호는 010-1234-5678이에요", "제 번호는 {phone}이에요"),
        ("01012345678로 전화요", "{phone}로 전화요"),
        ("공일공 일이삼사 오육칠팔로요", "{phone}로요"),
        ("공일공-1234-5678", "{phone}"),
        ("０１０－１２３４－５６７８", "{phone}"),
        ("call +1 (415) 555-2671", "call {phone}"),
        ("oh one oh, one two three four, five six seven eight", "{phone}"),
        ("카드는 4242 4242 4242 4242예요", "카드는 {card}예요"),
        ("카드 4242-4242-4242-4242 09/28", "카드 {card}"),
        ("국민은행 123-45-67890 으로 환불", "국민은행 {number} 으로 환불"),
        ("서울시 마포구 망원로 12 101동 302호로 보내주세요", "{address}로 보내주세요"),
        ("302호요", "{address}요"),
        ("7시 30분까지 망원역 2번 출구로 와주세요", "7시 30분까지 {address}로 와주세요"),
        ("bring it to 12 Mangwon-ro, apt 302", "bring it to {address}"),
        ("현관 비번 1234# 누르세요", "현관 비번 {code} 누르세요"),
        ("the gate code is *7788", "the gate code is {code}"),
        ("minji.kim@example.com 으로요", "{email} 으로요"),
        ("https://pay.example/x?key=1 봐주세요", "{link} 봐주세요"),
    ],
)
def test_what_tells_who_it_is_is_taken_out(said: str, left: str) -> None:
    assert wiped(said).text == left


@pytest.mark.parametrize(
    "said",
    [
        "아아 두 잔이랑 라떼 1잔, 23,000원 맞죠?",
        "7시 30분까지 2호선 망원역으로요",
        "이 집 삼겹살 이인분이 일품이라구요",
        "one two threes please",
        "15분이요",
        "아메리카노 500원 올려줘",
        "11월 22일 저녁 7시 반",
    ],
)
def test_everything_else_stays(said: str) -> None:
    assert wiped(said).text == said


def test_where_an_address_was_asked_for_whatever_looks_like_one_is_taken_out() -> None:
    assert wiped("은행나무집 옆 파란 대문 앞이요").text == "은행나무집 옆 파란 대문 앞이요"
    assert wiped("은행나무집 옆 파란 대문 앞이요", address_asked=True).text == "{address}"


def test_entities_stay_where_their_words_are() -> None:
    said = "010-1234-5678로 라떼 하나"
    found = [
        Entity("phone", "", said[:13], 0, 13),
        Entity("item", "x", "라떼", 15, 17),
        Entity("quantity", 1, "하나", 18, 20),
    ]
    clean = wiped(said, found)
    assert clean.text == "{phone}로 라떼 하나"
    assert [(name, clean.text[start:end]) for name, start, end in clean.marks] == [
        ("item", "라떼"),
        ("quantity", "하나"),
    ]


def test_what_the_reading_found_is_taken_out_even_where_no_pattern_sees_it() -> None:
    said = "노란 지붕 이층집이요"
    assert wiped(said, [Entity("address", said[:9], said[:9], 0, 9)]).text == "{address}이요"


@given(
    st.lists(
        st.sampled_from(
            ["라떼 하나 ", "010-1234-5678", "망원로 12", " 4242424242424242 ", "a@b.co", "이거 ", "\n", "é"]
        )
    )
)
def test_no_digits_of_a_number_are_left_whatever_stands_around(parts: list[str]) -> None:
    left = wiped("".join(parts)).text
    for secret in ("1234", "4242", "a@b"):
        assert secret not in left


@given(st.text(max_size=60))
def test_any_text_can_be_wiped(said: str) -> None:
    left = wiped(said).text
    assert isinstance(stood_in(left, "ko"), str)


def test_stand_ins_are_marked_as_training_data_has_them() -> None:
    for kind, entity in (("phone", "phone"), ("address", "address"), ("code", "code")):
        for language in ("ko", "en"):
            _, (mark,) = read_marks(stood_in(f"x {{{kind}}} y", language))
            assert mark.entity == entity
