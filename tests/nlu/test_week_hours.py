"""Opening hours in an owner's words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.week import parse_week
from nlu.week_hours import DAYS, parse_week_hours


@pytest.mark.parametrize(
    ("said", "hours"),
    [
        ("매일 10시부터 9시까지", {"daily": "10:00-21:00"}),
        ("매일 10시부터 21시까지, 일요일 휴무", {"mon-sat": "10:00-21:00", "sun": "closed"}),
        ("평일 9시부터 6시, 주말은 쉬어요", {"mon-fri": "09:00-18:00", "sat-sun": "closed"}),
        ("월~금 11:00-23:30, 토일 12:00-01:00", {"mon-fri": "11:00-23:30", "sat-sun": "12:00-01:00"}),
        (
            "월화수목금 10시-8시 토요일 10-3 일요일 휴무",
            {"mon-fri": "10:00-20:00", "sat": "10:00-15:00", "sun": "closed"},
        ),
        ("오전 10시부터 오후 9시까지 월요일은 쉽니다", {"mon": "closed", "tue-sun": "10:00-21:00"}),
        ("화요일만 쉬고 나머지는 10시부터 8시", {"mon": "10:00-20:00", "tue": "closed", "wed-sun": "10:00-20:00"}),
        ("10시에 열어서 9시에 닫아요", {"daily": "10:00-21:00"}),
        ("아침 열시부터 저녁 아홉시까지", {"daily": "10:00-21:00"}),
        ("매일 11시 반부터 10시까지", {"daily": "11:30-22:00"}),
        ("저녁 5시부터 새벽 2시까지", {"daily": "17:00-02:00"}),
        ("5시부터 밤 12시까지", {"daily": "17:00-24:00"}),
        ("점심 11시부터 3시, 저녁 5시부터 9시", {"daily": "11:00-15:00, 17:00-21:00"}),
        ("매일 10:00 ~ 22:00 / 브레이크 15:00-17:00", {"daily": "10:00-15:00, 17:00-22:00"}),
        (
            "9시부터 6시 토요일은 1시까지, 일요일 휴무",
            {"mon-fri": "09:00-18:00", "sat": "09:00-13:00", "sun": "closed"},
        ),
        ("10시~22시 (월요일 휴무)", {"mon": "closed", "tue-sun": "10:00-22:00"}),
        ("연중무휴 24시간 해요", {"daily": "00:00-24:00"}),
        ("금토 6시부터 새벽 3시", {"mon-thu": "closed", "fri-sat": "18:00-03:00", "sun": "closed"}),
        ("매일 10시부터 8시, 공휴일 휴무", {"daily": "10:00-20:00"}),
        ("daily 10:00-21:00", {"daily": "10:00-21:00"}),
        ("Mon-Fri 10-21, closed Sunday", {"mon-fri": "10:00-21:00", "sat-sun": "closed"}),
        ("weekdays 9 to 5, Sat 10-2", {"mon-fri": "09:00-17:00", "sat": "10:00-14:00", "sun": "closed"}),
        ("closed on Mondays, 10 to 8 otherwise", {"mon": "closed", "tue-sun": "10:00-20:00"}),
        ("noon to 10pm, Tue to Sun", {"mon": "closed", "tue-sun": "12:00-22:00"}),
        ("6 p.m. to midnight", {"daily": "18:00-24:00"}),
        ("8am-6pm Mon to Sat", {"mon-sat": "08:00-18:00", "sun": "closed"}),
    ],
)
def test_hours_as_they_are_said(said: str, hours: dict[str, str]) -> None:
    assert parse_week_hours(said) == hours


@pytest.mark.parametrize(
    "said", ["아무때나", "네", "", "15분이요", "일요일 휴무", "25시부터 30시", "10:00-22:00, 15:00-17:00"]
)
def test_what_says_no_hours_is_not_guessed(said: str) -> None:
    assert parse_week_hours(said) is None


def test_decomposed_hangul_reads_the_same() -> None:
    assert parse_week_hours("매일 10시부터 9시까지") == {"daily": "10:00-21:00"}


@given(opens=st.integers(0, 23), minute=st.sampled_from((0, 10, 30, 45)), length=st.integers(30, 23 * 60))
def test_a_span_on_a_24_hour_clock_is_kept_to_the_minute(opens: int, minute: int, length: int) -> None:
    ends = (opens * 60 + minute + length) % (24 * 60)
    if 0 < ends // 60 < 13 and not ends // 60 < 10:
        return  # "11:00" could be tonight's
    span = f"{opens:02}:{minute:02}-{ends // 60:02}:{ends % 60:02}"
    kept = span.replace("-00:00", "-24:00")  # midnight at the end is the day's last minute
    assert parse_week_hours(f"매일 {span}") == {"daily": kept}


@given(
    st.text(alphabet="월화수목금토일 매평주말휴무쉬0123456789시부터까지분반오전후저녁새벽~-:,.()ampmtofri", max_size=60)
)
def test_whatever_is_read_is_a_week_that_shops_keep(said: str) -> None:
    read = parse_week_hours(said)
    if read is not None:
        parse_week(read)
        assert any(span != "closed" for span in read.values())
        assert all(set(key.split("-")) <= {*DAYS, "daily"} for key in read)


@given(st.text(max_size=200))
def test_no_text_breaks_it(said: str) -> None:
    parse_week_hours(said)
