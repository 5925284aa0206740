"""Phones, codes, stars, addresses, ways of getting it, notes and reasons."""

from __future__ import annotations

import pytest

from nlu.addresses import expected_address, find_addresses
from nlu.codes import find_codes
from nlu.fulfilment import find_fulfilment, find_shop_wishes
from nlu.languages import language_of
from nlu.notes import find_notes
from nlu.phones import find_phones
from nlu.reasons import find_reason
from nlu.stars import find_stars


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("010-1234-5678", "010-1234-5678"),
        ("01012345678", "010-1234-5678"),
        ("제 번호는 010 1234 5678이에요", "010-1234-5678"),
        ("02-333-4444", "02-333-4444"),
        ("+82 10-1234-5678", "010-1234-5678"),
        ("1588-1234", "1588-1234"),
    ],
)
def test_phones(text: str, phone: str) -> None:
    assert [found.value for found in find_phones(text)] == [phone]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("abcd-2345", "abcd2345"),
        ("초대 코드 abcd-2345", "abcd2345"),
        ("k7m2p9xa", "k7m2p9xa"),
        ("abcdefgh", "abcdefgh"),
        ("초대 k7m2p9xa", "k7m2p9xa"),
        ("초대코드는 abcdwxyz 입니다", "abcdwxyz"),
        ("join abcdwxyz", "abcdwxyz"),
        ("http://127.0.0.1:8080/?join=k7m2p9xa", "k7m2p9xa"),
        ("https://t.me/dangol_bot?start=k7m2p9xa", "k7m2p9xa"),
        ("/start k7m2p9xa", "k7m2p9xa"),
        ("여기 k7m2p9xa 이거요", "k7m2p9xa"),
    ],
)
def test_invitation_codes(text: str, code: str) -> None:
    (found,) = find_codes(text, {"checkout", "delivery"})
    assert (found.value, text[found.start : found.end].replace("-", "")) == (code, code)


@pytest.mark.parametrize(
    "text", ["checkout", "delivery please", "a broccoli salad", "01012345678", "k7m2p9x", "k7m2p9xab"]
)
def test_words_that_are_no_code(text: str) -> None:
    assert find_codes(text, {"checkout", "delivery"}) == []


@pytest.mark.parametrize(
    ("text", "stars"),
    [
        ("5점이요", 5),
        ("별 다섯 개", 5),
        ("별점 4점", 4),
        ("별 하나", 1),
        ("★★★★", 4),
        ("⭐⭐⭐", 3),
        ("만점 드려요", 5),
        ("five stars", 5),
        ("4/5", 4),
        ("3 out of 5", 3),
    ],
)
def test_stars(text: str, stars: int) -> None:
    assert [found.value for found in find_stars(text)] == [stars]


def test_a_number_above_five_is_not_read_by_its_first_syllable() -> None:
    assert find_stars("별 일곱 개") == []


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("27 world cup-ro 13-gil, apartment 302", "27 world cup-ro 13-gil, apartment 302"),
        ("deliver it to 8 wau san-ro 3-gil", "8 wau san-ro 3-gil"),
        ("망원로 12 302호요", "망원로 12 302호"),
        ("서울 마포구 월드컵로13길 19-9 203호로 갖다주세요", "서울 마포구 월드컵로13길 19-9 203호"),
        ("주소는 성산동 123-4예요", "성산동 123-4"),
        ("한강아파트 103동 702호입니다", "한강아파트 103동 702호"),
        ("deliver to 12 siheom-ro, apt 302", "12 siheom-ro, apt 302"),
        ("123 main street please", "123 main street"),
    ],
)
def test_addresses(text: str, address: str) -> None:
    assert [found.value for found in find_addresses(text)] == [address]


@pytest.mark.parametrize(
    "text",
    ["후라이드 한 마리 12시에 포장", "후라이드 2개 3시까지", "콜라 두 개", "10분 뒤에 바로 2개", "two lattes at 3"],
)
def test_orders_are_no_address(text: str) -> None:
    assert find_addresses(text) == []


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("회사 앞이요", "회사 앞"),
        ("망원역 2번 출구로 와주세요", "망원역 2번 출구"),
        ("주소는 행복빌라 301이에요", "행복빌라 301"),
    ],
)
def test_an_expected_address_may_be_loose(text: str, address: str) -> None:
    found = expected_address(text)
    assert found is not None
    assert found.value == address


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        ("배달해줘", ["delivery"]),
        ("포장이요", ["pickup"]),
        ("찾으러 갈게요", ["pickup"]),
        ("집으로 보내줘", ["delivery"]),
        ("포장 말고 배달이요", ["delivery"]),
        ("pick up at 3", ["pickup"]),
        ("to go please", ["pickup"]),
        ("delivery, not pickup", ["delivery"]),
        ("배달 되는 중국집", []),
        ("배달비 얼마예요", []),
        ("배달 출발했어요", []),
        ("who delivers to me", []),
    ],
)
def test_ways_of_getting_it(text: str, ways: list[str]) -> None:
    assert [found.value for found in find_fulfilment(text)] == ways


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("지금 연 데", {"open_now"}),
        ("문 연 약국", {"open_now"}),
        ("배달 되는 중국집", {"delivers"}),
        ("배달되나여", {"delivers"}),
        ("a cafe that's open now and delivers", {"open_now", "delivers"}),
        ("근처 카페", set()),
    ],
)
def test_wishes_for_a_shop(text: str, wishes: set[str]) -> None:
    assert {found.entity for found in find_shop_wishes(text)} == wishes


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("단무지 빼주세요", "단무지 빼주세요"),
        ("덜 맵게 해주세요", "덜 맵게 해주세요"),
        ("젓가락은 안 주셔도 돼요", "젓가락은 안 주셔도 돼요"),
        ("문 앞에 두고 가주세요", "문 앞에 두고 가주세요"),
        ("빨대 두 개 챙겨주세요", "빨대 두 개 챙겨주세요"),
        ("no pickles", "no pickles"),
        ("leave it at the door", "leave it at the door"),
        ("not too spicy please", "not too spicy"),
    ],
)
def test_notes(text: str, note: str) -> None:
    assert [found.value for found in find_notes(text)] == [note]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("못 해요 재료가 없어요", "재료가 없어요"),
        ("재료가 떨어져서 주문 못 받아요", "재료가 떨어져서"),
        ("can't take it, we're too busy", "too busy"),
        ("아이고 어쩌나 재료가 없어요", "재료가 없어요"),
        ("죄송해요 지금 손님이 너무 많아서요 ㅠㅠ", "손님이 너무 많아서요"),
        ("cant do this one, out of chicken", "out of chicken"),
        ("no driver today sorry", "no driver today"),
        ("가스가 끊겨서 조리를 못 해요", "가스가 끊겨서"),
        ("can't, it's too busy", "too busy"),
        ("sorry we're closed, can't", "we're closed"),
        ("refuse it because the mixer died", "the mixer died"),
        ("nah, way past our area", "way past our area"),
        ("have to say no, the steamer is off", "the steamer is off"),
        ("너무 멀어서 배달 못 가요", "너무 멀어서"),
        ("가게에 일이 생겨서 이번 주문은 사양할게요", "가게에 일이 생겨서"),
        ("이 주문은 안 받을게요", None),
        ("거절할게요", None),
        ("reject", None),
    ],
)
def test_reasons_of_a_refusal(text: str, reason: str | None) -> None:
    found = find_reason(text)
    assert (found.value if found else None) == reason


@pytest.mark.parametrize(
    ("text", "language"),
    [("안녕", "ko"), ("hello", "en"), ("BBQ 어디", "ko"), ("ㅇㅇ", "ko"), ("2", "en"), ("👍", "en")],
)
def test_the_language_of_a_text(text: str, language: str) -> None:
    assert language_of(text.lower(), "en") == language


def test_without_letters_and_habit_it_is_korean() -> None:
    assert language_of("3", None) == "ko"
