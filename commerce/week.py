"""A shop's opening hours: how they are written, and what they mean at an instant.

Written as ``{"mon-fri": "11:00-23:30", "sat-sun": "12:00-01:00"}``. Keys are ``mon`` … ``sun``, a range of them or
``daily``; where two keys cover one day the one that names fewer days holds. Values are "closed" or spans separated
by commas, on the shop's own clock; a span that ends before it starts runs past midnight, "00:00-24:00" is all day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Protocol
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MINUTES = 24 * 60
AHEAD_DAYS = 8
"""How far the next opening is looked for."""

Minutes = tuple[int, int]
Week = tuple[tuple[Minutes, ...], ...]

_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-–~]\s*(\d{1,2}):(\d{2})")


class HoursError(ValueError):
    """Hours that cannot be read. ``mend`` says what to write instead."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(f"{what}; {mend}")
        self.what = what
        self.mend = mend


class KeepsHours(Protocol):
    """What has hours and a clock of its own: a shop. ``paused_until`` (UTC): it takes no orders before then."""

    @property
    def hours(self) -> Mapping[str, str]: ...
    @property
    def timezone(self) -> str: ...
    @property
    def paused_until(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class UsualHours:
    """Hours alone, whosever they are."""

    hours: Mapping[str, str]
    timezone: str
    paused_until: None = None


@dataclass(frozen=True, slots=True)
class DayException:
    """One local date that differs: closed all day, or closing at ``closes_at`` (UTC) instead of the usual time."""

    day: date
    closed: bool = False
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Open from ``start`` up to but without ``end``, UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class OpenStatus:
    """``until`` is when an open shop closes (None: never within a week); ``opens`` when a closed one opens next
    (None: not within a week, or its hours are not known). ``paused``: its hours say open, its people say not now."""

    open: bool
    until: datetime | None = None
    opens: datetime | None = None
    paused: bool = False


def parse_week(hours: Mapping[str, str]) -> Week:
    """The spans of each weekday, Monday first, in minutes after its midnight. Raises ``HoursError``."""
    return _parse_week(tuple(hours.items()))


def status(shop: KeepsHours, exceptions: Iterable[DayException], now: datetime) -> OpenStatus:
    """Whether ``shop`` is open at ``now`` (aware), and until when or from when."""
    week = parse_week(shop.hours)
    zone = ZoneInfo(shop.timezone)
    today = now.astimezone(zone).date()
    special = {exception.day: exception for exception in exceptions}
    paused = False
    days = (today + timedelta(days=offset) for offset in range(-1, AHEAD_DAYS))
    for span in _joined(span for day in days for span in day_spans(week, zone, day, special.get(day))):
        start = max(span.start, shop.paused_until or span.start)
        paused |= span.start <= now < min(start, span.end)
        if start <= now < span.end:
            endless = span.end >= _instant(today + timedelta(days=AHEAD_DAYS), 0, zone)
            return OpenStatus(open=True, until=None if endless else span.end)
        if now < start < span.end:
            return OpenStatus(open=False, opens=start, paused=paused)
    return OpenStatus(open=False, paused=paused)


def day_spans(week: Week, zone: ZoneInfo, day: date, exception: DayException | None = None) -> list[Span]:
    """The spans that begin on local ``day``, in order, after its exception."""
    if exception is not None and exception.closed:
        return []
    starts_ends = ((_instant(day, a, zone), _instant(day, b, zone)) for a, b in week[day.weekday()])
    # A clock change can leave nothing of a span.
    spans = [Span(start, end) for start, end in starts_ends if start < end]
    if exception is None or exception.closes_at is None or not spans:
        return spans
    return _closing_at(spans, exception.closes_at)


def day_around(week: Week, zone: ZoneInfo, now: datetime) -> Span:
    """The shop's own day around ``now``: its local date, but an evening that runs past midnight still belongs to the
    date on which it began."""
    today = now.astimezone(zone).date()
    ends = [_end_of(week, zone, today + timedelta(days=offset)) for offset in (-2, -1, 0)]
    return Span(ends[1], ends[2]) if now >= ends[1] else Span(ends[0], ends[1])


def _end_of(week: Week, zone: ZoneInfo, day: date) -> datetime:
    """The midnight after ``day``, or the end of the evening that ran past it."""
    spans = day_spans(week, zone, day)
    midnight = _instant(day, DAY_MINUTES, zone)
    return max(midnight, spans[-1].end) if spans and spans[-1].start < midnight else midnight


def _closing_at(spans: list[Span], closes: datetime) -> list[Span]:
    kept = [Span(span.start, min(span.end, closes)) for span in spans if span.start < closes]
    if len(kept) == len(spans) and closes > spans[-1].end:
        kept[-1] = Span(kept[-1].start, closes)
    return kept


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """The spans, in order of their starts, with those that touch made one; reads no further than it must."""
    open_span: Span | None = None
    for span in spans:
        if open_span is None:
            open_span = span
        elif span.start <= open_span.end:
            open_span = Span(open_span.start, max(open_span.end, span.end))
        else:
            yield open_span
            open_span = span
    if open_span is not None:
        yield open_span


def _instant(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    days, minute = divmod(minutes, DAY_MINUTES)
    wall = datetime.combine(day + timedelta(days=days), time(minute // 60, minute % 60), tzinfo=zone)
    return wall.astimezone(UTC)


@lru_cache(maxsize=8192)
def _parse_week(written: tuple[tuple[str, str], ...]) -> Week:
    chosen: dict[int, tuple[int, str, tuple[Minutes, ...]]] = {}
    for key, value in written:
        days = _days(key)
        spans = _spans(value)
        for day in days:
            before = chosen.get(day)
            if before is not None and before[0] == len(days):
                raise HoursError(f"{DAYS[day]} is given twice, by {before[1]!r} and {key!r}", "keep one of them")
            if before is None or len(days) < before[0]:
                chosen[day] = (len(days), key, spans)
    return tuple(chosen[day][2] if day in chosen else () for day in range(7))


def _days(key: str) -> list[int]:
    word = key.strip().lower()
    if word == "daily":
        return list(range(7))
    first, dash, last = (part.strip() for part in word.partition("-"))
    if first not in DAYS or (dash and last not in DAYS):
        raise HoursError(f"unknown day {key!r}", "write mon, tue, wed, thu, fri, sat, sun, mon-fri or daily")
    start = DAYS.index(first)
    count = (DAYS.index(last) - start) % 7 + 1 if dash else 1
    return [(start + offset) % 7 for offset in range(count)]


def _spans(value: str) -> tuple[Minutes, ...]:
    if value.strip().lower() == "closed":
        return ()
    spans = sorted(_span(part.strip()) for part in value.split(","))
    for before, after in pairwise(spans):
        if after[0] < before[1]:
            raise HoursError(f"the spans in {value!r} overlap", "let one end before the next begins")
    return tuple(spans)


def _span(written: str) -> Minutes:
    match = _SPAN.fullmatch(written)
    if match is None:
        raise HoursError(f"cannot read the hours {written!r}", 'write "11:00-23:30" or "closed"')
    hour, minute, end_hour, end_minute = map(int, match.groups())
    start, end = hour * 60 + minute, end_hour * 60 + end_minute
    if minute > 59 or end_minute > 59 or start >= DAY_MINUTES or end > DAY_MINUTES:
        raise HoursError(f"no such time in {written!r}", "write times from 00:00 to 24:00; 12:00-01:00 passes midnight")
    if start == end:
        raise HoursError(f"{written!r} begins and ends at once", 'write "00:00-24:00" for all day')
    return (start, end if end > start else end + DAY_MINUTES)
