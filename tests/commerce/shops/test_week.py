"""Opening hours mean what a merchant means by them, at every instant and in every zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.week import DAYS, DayException, HoursError, OpenStatus, parse_week, status

SEOUL = ZoneInfo("Asia/Seoul")


@dataclass(frozen=True)
class Shop:
    hours: Mapping[str, str]
    timezone: str = "Asia/Seoul"
    paused_until: datetime | None = None


def at(written: str, zone: str = "Asia/Seoul") -> datetime:
    """A local time such as "2026-11-20 12:00" (a Friday) as an instant."""
    return datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def said(shop: Shop, written: str, *exceptions: DayException) -> str:
    """The status in the shop's own clock: "open 23:30", "closed Fri 11:00" or without a time."""
    now = status(shop, exceptions, at(written, shop.timezone))
    change = now.until if now.open else now.opens
    local = change.astimezone(ZoneInfo(shop.timezone)).strftime(" %a %H:%M") if change else ""
    return ("open" if now.open else "closed") + local


ISSUE = Shop({"mon-fri": "11:00-23:30", "sat-sun": "12:00-01:00"})


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-11-20 10:59:59", "closed Fri 11:00"),
        ("2026-11-20 11:00", "open Fri 23:30"),
        ("2026-11-20 23:29:59", "open Fri 23:30"),
        ("2026-11-20 23:30", "closed Sat 12:00"),
        ("2026-11-21 23:59", "open Sun 01:00"),
        ("2026-11-22 00:59", "open Sun 01:00"),
        ("2026-11-22 01:00", "closed Sun 12:00"),
        ("2026-11-23 00:30", "open Mon 01:00"),
        ("2026-11-23 01:00", "closed Mon 11:00"),
    ],
)
def test_spans_hold_from_their_start_to_before_their_end_and_past_midnight(when: str, expected: str) -> None:
    assert said(ISSUE, when) == expected


def test_several_spans_leave_a_break() -> None:
    shop = Shop({"daily": "11:00-15:00, 17:00-22:00"})
    assert said(shop, "2026-11-20 14:00") == "open Fri 15:00"
    assert said(shop, "2026-11-20 15:30") == "closed Fri 17:00"
    assert said(shop, "2026-11-20 22:00") == "closed Sat 11:00"


def test_the_key_that_names_fewer_days_holds() -> None:
    shop = Shop({"daily": "10:00-20:00", "sat-sun": "12:00-18:00", "sun": "closed"})
    assert said(shop, "2026-11-20 10:00") == "open Fri 20:00"
    assert said(shop, "2026-11-21 11:00") == "closed Sat 12:00"
    assert said(shop, "2026-11-22 13:00") == "closed Mon 10:00"


def test_a_range_may_pass_the_end_of_the_week() -> None:
    shop = Shop({"sat-mon": "10:00-12:00"})
    assert said(shop, "2026-11-20 11:00") == "closed Sat 10:00"
    assert said(shop, "2026-11-23 11:00") == "open Mon 12:00"


def test_always_open_has_no_end_and_days_that_touch_are_one() -> None:
    assert said(Shop({"daily": "00:00-24:00"}), "2026-11-20 03:00") == "open"
    weekdays = Shop({"mon-fri": "00:00-24:00"})
    assert said(weekdays, "2026-11-18 03:00") == "open Sat 00:00"
    assert said(Shop({"fri": "18:00-24:00", "sat": "00:00-03:00"}), "2026-11-20 20:00") == "open Sat 03:00"


def test_unknown_hours_are_never_open() -> None:
    assert status(Shop({}), (), at("2026-11-20 12:00")) == OpenStatus(open=False)


def test_exceptions_close_a_day_or_end_it_early_or_late() -> None:
    friday = date(2026, 11, 20)
    assert said(ISSUE, "2026-11-20 12:00", DayException(friday, closed=True)) == "closed Sat 12:00"
    early = DayException(friday, closes_at=at("2026-11-20 21:00"))
    assert said(ISSUE, "2026-11-20 20:00", early) == "open Fri 21:00"
    assert said(ISSUE, "2026-11-20 21:00", early) == "closed Sat 12:00"
    late = DayException(friday, closes_at=at("2026-11-21 02:00"))
    assert said(ISSUE, "2026-11-21 01:30", late) == "open Sat 02:00"


def test_closing_in_the_break_drops_the_evening_without_staying_open() -> None:
    shop = Shop({"daily": "11:00-15:00, 17:00-22:00"})
    early = DayException(date(2026, 11, 20), closes_at=at("2026-11-20 16:00"))
    assert said(shop, "2026-11-20 15:30", early) == "closed Sat 11:00"
    assert said(shop, "2026-11-20 18:00", early) == "closed Sat 11:00"


def test_summer_time_moves_the_instant_and_not_the_wall_clock() -> None:
    berlin = Shop({"daily": "09:00-17:00"}, "Europe/Berlin")
    before = status(berlin, (), at("2026-03-28 08:00", "Europe/Berlin")).opens
    after = status(berlin, (), at("2026-03-29 08:00", "Europe/Berlin")).opens
    assert before is not None
    assert after is not None
    assert after - before == timedelta(hours=23)


def test_a_span_inside_the_skipped_hour_is_no_opening() -> None:
    assert said(Shop({"sun": "02:15-02:45"}, "Europe/Berlin"), "2026-03-28 12:00") != "open"
    night = Shop({"daily": "22:00-02:30"}, "Europe/Berlin")
    assert said(night, "2026-10-25 01:59") == "open Sun 02:30"


@pytest.mark.parametrize(
    ("hours", "word"),
    [
        ({"monday": "11:00-12:00"}, "unknown day"),
        ({"mon-": "11:00-12:00"}, "unknown day"),
        ({"mon": "11-12"}, "cannot read"),
        ({"mon": ""}, "cannot read"),
        ({"mon": "11:60-12:00"}, "no such time"),
        ({"mon": "24:00-25:00"}, "no such time"),
        ({"mon": "18:00-26:00"}, "no such time"),
        ({"mon": "11:00-11:00"}, "at once"),
        ({"mon": "11:00-15:00, 14:00-16:00"}, "overlap"),
        ({"mon-wed": "11:00-15:00", "wed-fri": "12:00-16:00"}, "given twice"),
    ],
)
def test_hours_that_cannot_be_meant_say_what_to_write(hours: dict[str, str], word: str) -> None:
    with pytest.raises(HoursError, match=word) as told:
        parse_week(hours)
    assert told.value.mend


minutes = st.integers(0, 24 * 60 - 1)


@st.composite
def spans(draw: st.DrawFn) -> str:
    points = sorted(draw(st.lists(minutes, min_size=2, max_size=6, unique=True)))
    if len(points) % 2:
        points.pop()
    pairs = [(points[at], points[at + 1]) for at in range(0, len(points), 2)]
    if draw(st.booleans()):
        pairs[-1] = (pairs[-1][0], draw(st.integers(0, pairs[-1][0] - 1))) if pairs[-1][0] else pairs[-1]
    clock = [f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in pairs]
    return ", ".join(clock)


weeks = st.dictionaries(st.sampled_from(DAYS), spans())
instants = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda when: when.replace(tzinfo=SEOUL))  # noqa: DTZ001


def plainly_open(hours: Mapping[str, str], when: datetime) -> bool:
    """The meaning of the hours said in another way: does any span of today, or of yesterday past midnight, hold?"""
    minute = when.hour * 60 + when.minute
    today, yesterday = DAYS[when.weekday()], DAYS[when.weekday() - 1]
    for day, shift in ((today, 0), (yesterday, 24 * 60)):
        for span in hours.get(day, "closed").split(", "):
            if span == "closed":
                continue
            start, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in span.split("-"))
            end += 24 * 60 if end <= start else 0
            if start <= minute + shift < end:
                return True
    return False


@given(weeks, instants)
def test_open_is_what_the_spans_plainly_say(hours: dict[str, str], when: datetime) -> None:
    assert status(Shop(hours), (), when).open == plainly_open(hours, when)


@given(weeks, instants)
def test_the_change_told_is_the_first_one(hours: dict[str, str], when: datetime) -> None:
    now = status(Shop(hours), (), when)
    change = now.until if now.open else now.opens
    last = change or when + timedelta(days=7)
    moments = [when + (last - when) * part / 16 for part in range(16)]
    assert all(plainly_open(hours, moment.astimezone(SEOUL)) == now.open for moment in moments)
    if change is not None:
        assert change > when
        assert plainly_open(hours, change.astimezone(SEOUL)) != now.open


@given(weeks, instants, st.integers(0, 3), st.booleans(), st.integers(0, 24 * 60))
def test_an_exception_touches_no_other_day(
    hours: dict[str, str], when: datetime, ahead: int, closed: bool, minute: int
) -> None:
    day = when.date() + timedelta(days=ahead)
    closes = datetime(day.year, day.month, day.day, tzinfo=SEOUL) + timedelta(minutes=minute)
    exception = DayException(day, closed=closed, closes_at=None if closed else closes)
    others = {key: value for key, value in hours.items() if key != DAYS[day.weekday()]}
    alone = {key: value for key, value in hours.items() if key == DAYS[day.weekday()]}
    open_then = status(Shop(others), (), when).open or status(Shop(alone), (exception,), when).open
    assert status(Shop(hours), (exception,), when).open == open_then


@given(weeks, instants, st.integers(-600, 2 * 24 * 60))
def test_a_pause_only_keeps_shut_and_tells_when_it_opens(hours: dict[str, str], when: datetime, minute: int) -> None:
    until = when + timedelta(minutes=minute)
    paused, usual = status(Shop(hours, paused_until=until), (), when), status(Shop(hours), (), when)
    assert paused.open == (usual.open and until <= when)
    assert paused.paused == (usual.open and until > when)
    if paused.opens is not None:
        assert paused.opens >= max(until, when)
        assert plainly_open(hours, paused.opens.astimezone(SEOUL))
