from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.particles import PARTICLES, particle
from flows.wording import SPECS, Manner, say
from tests.flows.test_condition import VALUES

SEOUL = ZoneInfo("Asia/Seoul")
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=SEOUL)
KO = Manner("ko", SEOUL, NOON)
EN = Manner("en", SEOUL, NOON)


@pytest.mark.parametrize(
    ("value", "spec", "ko", "en"),
    [
        (18000, "money", "18,000원", "₩18,000"),
        (0, "money", "0원", "₩0"),
        (-500, "money", "-500원", "-₩500"),
        ({"amount": 1250, "currency": "USD"}, "money", "US$12.50", "$12.50"),
        ("2026-11-20T15:05:00+09:00", "clock", "오후 3:05", "3:05 PM"),
        ("2026-11-20T06:05:00+00:00", "clock", "오후 3:05", "3:05 PM"),
        ("2026-11-20T00:00:00+09:00", "clock", "오전 12:00", "12:00 AM"),
        (NOON, "clock", "오후 12:00", "12:00 PM"),
        ("2026-11-20T15:00:00+00:00", "day", "내일", "tomorrow"),
        ("2026-11-20T23:00:00+09:00", "day", "오늘", "today"),
        ("2026-11-19T23:00:00+09:00", "day", "어제", "yesterday"),
        ("2026-12-25T09:00:00+09:00", "day", "12월 25일(금)", "Fri, Dec 25"),
        (347, "distance", "350m", "350m"),
        (996, "distance", "1.0km", "1.0km"),
        (1234, "distance", "1.2km", "1.2km"),
        (1234567, "count", "1,234,567", "1,234,567"),
        (90, "duration", "1시간 30분", "1 hr, 30 min"),
        (40, "duration", "40분", "40 min"),
        (0, "duration", "0분", "0 min"),
        (1, "item|items", "items", "item"),
        (2, "item|items", "items", "items"),
        ("words", "money", "words", "words"),
    ],
)
def test_values_are_said_as_people_say_them(value: object, spec: str, ko: str, en: str) -> None:
    assert say(value, (spec,), KO) == ko
    assert say(value, (spec,), EN) == en


def test_a_particle_follows_what_was_said_before_it() -> None:
    assert say(18000, ("money", "을"), KO) == "18,000원을"
    assert say(18000, ("money", "을"), EN) == "₩18,000"
    assert say({"ko": "하나치킨", "en": "Hana Chicken"}, ("은",), KO) == "하나치킨은"
    assert say({"ko": "하나치킨", "en": "Hana Chicken"}, ("은",), EN) == "Hana Chicken"


@pytest.mark.parametrize(
    ("word", "form", "expected"),
    [
        ("콜라", "은", "는"),
        ("치킨", "은", "은"),
        ("서울", "으로", "로"),
        ("부산", "으로", "으로"),
        ("콜라", "와", "와"),
        ("치킨", "와", "과"),
        ("하나치킨(망원점)", "이", "이"),
        ("3", "이", "이"),
        ("2", "이", "가"),
        ("10", "으로", "으로"),
        ("BBQ", "이", "가"),
        ("KFC", "은", "는"),
        ("GM", "은", "은"),
        ("Hana", "을", "를"),
        ("Burger", "이", "가"),
        ("Coffee", "이", "가"),
        ("Apple", "으로", "로"),
        ("Hotel", "은", "은"),
        ("Salon", "으로", "으로"),
        ("Shop", "을", "을"),
        ("Book", "이", "이"),
        ("Juice", "이", "가"),
        ("Time", "은", "은"),
        ("콜라!", "을", "를"),
        ("치킨 🍗", "이", "이"),
        ("치킨", "이에요", "이에요"),
        ("콜라", "이에요", "예요"),
        ("350m", "은", "는"),
        ("1.2km", "으로", "로"),
        ("10%", "이", "가"),
        ("600g", "을", "을"),
        ("", "은", "는"),
        ("🍗", "은", "는"),
        ("鷄", "은", "는"),
    ],
)
def test_particles_fit_the_sound_before_them(word: str, form: str, expected: str) -> None:
    assert particle(word, form) == expected


@given(st.text(max_size=20), st.sampled_from(sorted(PARTICLES)))
def test_no_word_ever_gets_both_forms_of_a_particle(word: str, form: str) -> None:
    shown = particle(word, form)
    assert shown and "(" not in shown


@given(
    VALUES, st.lists(st.sampled_from([*sorted(SPECS), "one|other"]), max_size=3), st.sampled_from(["ko", "en", "fr"])
)
def test_every_value_can_be_said_in_every_form(value: object, specs: list[str], language: str) -> None:
    manner = Manner(language, SEOUL, datetime(2026, 1, 1, tzinfo=UTC))
    assert isinstance(say(value, tuple(specs), manner), str)
