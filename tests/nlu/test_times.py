"""Times and days, resolved against a moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.dates import find_dates
from nlu.normal_forms import find_values
from nlu.times import bare_time
from tests.nlu.conftest import NOW

FIRST, LAST = datetime(2024, 1, 1), datetime(2030, 1, 1)  # noqa: DTZ001 Hypothesis adds the zone


def times(text: str, now: datetime = NOW, *, merchant: bool = False) -> list[str]:
    found = find_values(text, now, (), merchant=merchant)
    return [value.value[:16] for value in found if value.entity == "time"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3시", "2026-11-20T15:00"),
        ("세 시에 갈게요", "2026-11-20T15:00"),
        ("오후 3시 30분", "2026-11-20T15:30"),
        ("7시 반", "2026-11-20T19:30"),
        ("저녁 7시반에", "2026-11-20T19:30"),
        ("내일 저녁 7시 반", "2026-11-21T19:30"),
        ("내일 3시", "2026-11-21T15:00"),
        ("내일 오전 10시", "2026-11-21T10:00"),
        ("모레 정오", "2026-11-22T12:00"),
        ("밤 12시", "2026-11-21T00:00"),
        ("자정", "2026-11-21T00:00"),
        ("18:30", "2026-11-20T18:30"),
        ("6:30", "2026-11-20T18:30"),
        ("열두시 십오분", "2026-11-20T12:15"),
        ("30분 뒤", "2026-11-20T12:30"),
        ("한 시간 후에", "2026-11-20T13:00"),
        ("at 3", "2026-11-20T15:00"),
        ("3pm", "2026-11-20T15:00"),
        ("3:30 pm", "2026-11-20T15:30"),
        ("half past seven", "2026-11-20T19:30"),
        ("quarter to eight", "2026-11-20T19:45"),
        ("ten past six", "2026-11-20T18:10"),
        ("tomorrow at 7", "2026-11-21T19:00"),
        ("tomorrow at 10am", "2026-11-21T10:00"),
        ("noon tomorrow", "2026-11-21T12:00"),
        ("by 8 o'clock", "2026-11-20T20:00"),
        ("in half an hour", "2026-11-20T12:30"),
        ("20 minutes from now", "2026-11-20T12:20"),
        ("다음 주 화요일 2시", "2026-11-24T14:00"),
    ],
)
def test_a_clock_time_is_the_next_sensible_one(text: str, expected: str) -> None:
    assert times(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("오늘 9시에 닫아요", "2026-11-20T21:00"),
        ("오늘은 8시까지", "2026-11-20T20:00"),
        ("내일 10시에 마감해요", "2026-11-21T22:00"),
        ("내일 9시에 열어요", "2026-11-21T09:00"),
        ("closing at 9 tonight", "2026-11-20T21:00"),
        ("12시에 닫아요", "2026-11-21T00:00"),
    ],
)
def test_a_merchant_closes_in_the_evening_and_opens_in_the_morning(text: str, expected: str) -> None:
    assert times(text, merchant=True) == [expected]


def test_late_at_night_one_o_clock_is_soon() -> None:
    assert times("1시에 닫아요", NOW.replace(hour=23), merchant=True) == ["2026-11-21T01:00"]


@pytest.mark.parametrize(
    "text", ["다시요", "하나 시킬게요", "접시", "두 시간", "25시", "역시", "혹시 있나요", "2 lattes"]
)
def test_what_only_looks_like_a_time(text: str) -> None:
    assert times(text) == []


@given(st.integers(1, 23), st.integers(0, 59), st.datetimes(FIRST, LAST, timezones=st.just(UTC)))
def test_a_clear_time_of_day_comes_within_a_day(hour: int, minute: int, at: datetime) -> None:
    now = at.astimezone(NOW.tzinfo)
    (found,) = times(f"{hour}:{minute:02d}" if hour > 12 else f"오전 {hour % 12 or 12}시 {minute}분", now)
    when = datetime.fromisoformat(found).replace(tzinfo=NOW.tzinfo)
    assert timedelta(0) < when - now <= timedelta(days=1)
    assert (when.hour, when.minute) == (hour % 12 if hour <= 12 else hour, minute)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("내일 쉬어요", "2026-11-21"),
        ("오늘", "2026-11-20"),
        ("내일모레", "2026-11-22"),
        ("금요일", "2026-11-20"),
        ("일요일에 쉽니다", "2026-11-22"),
        ("다음 주 화요일", "2026-11-24"),
        ("12월 25일", "2026-12-25"),
        ("1월 1일", "2027-01-01"),
        ("3일에 쉬어요", "2026-12-03"),
        ("tomorrow", "2026-11-21"),
        ("the day after tomorrow", "2026-11-22"),
        ("next monday", "2026-11-23"),
        ("dec 25th", "2026-12-25"),
        ("2026-12-31", "2026-12-31"),
    ],
)
def test_days(text: str, day: str) -> None:
    assert [found.value for found in find_dates(text, NOW.date())] == [day]


@pytest.mark.parametrize("text", ["2월 31일", "13월 1일", "may 45"])
def test_no_such_day(text: str) -> None:
    assert find_dates(text, NOW.date()) == []


@pytest.mark.parametrize("text", ["3", "세시요", "three", "3시쯤이요"])
def test_a_bare_hour_answers_when(text: str) -> None:
    found = bare_time(text, NOW)
    assert found is not None
    assert found.value == "2026-11-20T15:00+09:00"
