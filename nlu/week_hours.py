"""Opening hours as a shop owner types them: "매일 10시부터 9시까지, 일요일 휴무", "Mon-Fri 10-21, closed Sunday"."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from itertools import pairwise

from nlu.patterns import Pattern

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NOON = 12 * 60
EARLIEST_BARE = 7
"""A bare opening hour before this is an afternoon's: nobody means 5 in the morning by "5시부터"."""

_KOREAN = dict(zip("월화수목금토일", DAYS, strict=True))
_HOURS = ("한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열", "열한", "열두")
_ENGLISH_HOURS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"
)  # fmt: skip
_K, _E = "[월화수목금토일]", "(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*"
_HALF = r"(?:오전|오후|아침|점심|저녁|밤|새벽|낮)"
_TIME = rf"(?:{_HALF}\s*)?\d{{1,2}}(?::\d{{2}}|\s*시(?:\s*\d{{1,2}}\s*분|\s*반)?)?(?:\s*(?:am|pm)\b)?"
_TO = r"(?:부터|에서|에?\s*(?:문\s*)?(?:열|오픈)[가-힣]*|[-~–—]|to|until|till|through)"

_EVENTS = Pattern(
    rf"(?P<ignored>(?:법정\s*)?공휴일[가-힣]*\s*[가-힣]*)"
    rf"|(?P<span>{_TIME}\s*{_TO}\s*{_TIME})"
    rf"|(?P<all_day>24\s*시간|24\s*hours|24/7|종일)"
    rf"|(?P<until>(?:until\s+|till\s+){_TIME}|{_TIME}\s*(?:까지|에\s*(?:문\s*)?(?:닫|마감)))"
    rf"|(?P<pause>브레이크\s*(?:타임)?|쉬는\s*시간|휴게\s*시간|\bbreak\b)"
    rf"|(?P<range>(?<![가-힣\d]){_K}(?:요일)?\s*(?:[-~–]|부터|에서)\s*{_K}(?:요일)?(?![가-힣])"
    rf"|(?<![가-힣\d]){_K}(?:요일)?\s*(?:[-~–]|부터|에서)\s*{_K}(?:요일)?(?=까지|은|는|에|엔)"
    rf"|\b{_E}\s*(?:-|–|~|to\b|through\b)\s*{_E})"
    rf"|(?P<daily>매일|연중\s*무휴|항상|\bdaily\b|\bevery\s*day\b|\b7 days\b|\ball week\b)"
    rf"|(?P<weekdays>평일|주중|\bweekdays?\b)"
    rf"|(?P<weekend>주말|\bweekends?\b)"
    rf"|(?P<rest>나머지|그\s*외|다른\s*날|\botherwise\b|\bother days\b|\bthe rest\b)"
    rf"|(?P<full>{_K}요일)"
    rf"|(?P<english>\b{_E})"
    rf"|(?P<listed>(?<![가-힣\d]){_K}(?:\s*[,·/&]?\s*{_K})*(?=\s|은|는|에|엔|만|도|휴|쉬|쉼|\d|[,:()]|$))"
    rf"|(?P<closed>휴무|쉬|쉽니다|쉼|안\s*해|안\s*열|안\s*함|닫|\bclosed\b|\bshut\b|\bnot open\b|\boff\b)"
)
_CLOCK = Pattern(
    rf"(?P<half>{_HALF})?\s*(?P<hour>\d{{1,2}})"
    r"(?::(?P<colon>\d{2})|\s*시(?:\s*(?P<minute>\d{1,2})\s*분|\s*(?P<half_past>반))?)?(?:\s*(?P<suffix>am|pm)\b)?"
)

Span = tuple[int, int]


class _Unclear(Exception):
    """A time that no clock shows."""


@dataclass(slots=True)
class _Week:
    """What has been said so far. ``said`` holds the days named, ``others`` the spans of all that are not."""

    said: dict[str, list[Span]] = field(default_factory=dict)
    others: list[Span] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    lately: list[str] | None = None
    """The days of the span just said; empty for those not named."""
    closing: bool = False
    pausing: bool = False


def parse_week_hours(text: str) -> dict[str, str] | None:
    """Days to spans in the town file's form, ``{"mon-sat": "10:00-21:00", "sun": "closed"}``; None when no span is said.

    A span without days is for all days that are not named; days that nothing is said of are closed.
    """
    said = _plain(text)
    week = _Week()
    try:
        for event in _EVENTS.finditer(said):
            _hear(week, str(event.lastgroup), event[0])
    except _Unclear:
        return None
    if week.pending and week.others and not week.said:
        week.said = dict.fromkeys(week.pending, week.others)
        week.others = []
    spans = {day: week.said.get(day, week.others) for day in DAYS}
    return _gathered(spans) if any(spans.values()) and not any(_overlap(day) for day in spans.values()) else None


def _overlap(spans: list[Span]) -> bool:
    ordered = sorted(spans)
    return any(later[0] < earlier[1] for earlier, later in pairwise(ordered))


def _plain(text: str) -> str:
    said = unicodedata.normalize("NFC", text).casefold().replace("a.m.", "am").replace("p.m.", "pm")
    for hour in range(12, 0, -1):
        said = re.sub(rf"(?<![가-힣]){_HOURS[hour - 1]}\s*시(?!간)", f"{hour}시", said)
    for hour, word in enumerate(_ENGLISH_HOURS, start=1):
        said = re.sub(rf"\b{word}\b(?!\s*days?\b)", str(hour), said)
    said = re.sub(r"\s*\bo'?clock\b", "", said)
    said = re.sub(r"(?:밤\s*12\s*시|자정|\bmidnight\b)", "24:00", said)
    return re.sub(r"정오|\bnoon\b", "12pm", said)


def _hear(week: _Week, kind: str, words: str) -> None:
    if kind == "span":
        opens, closes = (_CLOCK.search(part) for part in _parts(words))
        _span(week, _minutes(opens, closes))
    elif kind == "all_day":
        _span(week, (0, 24 * 60))
    elif kind == "until":
        _until(week, words)
    elif kind == "pause":
        week.pausing = True
    elif kind == "closed":
        _closed(week)
    elif kind == "rest":
        week.pending, week.closing = [], False
        week.lately = None
    elif kind != "ignored":
        _days(week, _named(kind, words))


def _parts(words: str) -> tuple[str, str]:
    first = _CLOCK.match(words)
    if first is None:
        raise _Unclear
    return first[0], words[first.end() :]


def _named(kind: str, words: str) -> list[str]:
    if kind == "daily":
        return list(DAYS)
    if kind in ("weekdays", "weekend"):
        return list(DAYS[:5] if kind == "weekdays" else DAYS[5:])
    found = [_KOREAN[day] for day in re.findall(_K, words.replace("요일", ""))] or re.findall(
        r"\b" + "(" + "|".join(DAYS) + ")", words
    )
    if kind == "range":
        start, end = DAYS.index(found[0]), DAYS.index(found[-1])
        return [DAYS[index % 7] for index in range(start, (end if end >= start else end + 7) + 1)]
    return found


def _days(week: _Week, days: list[str]) -> None:
    if week.closing:
        week.said |= {day: [] for day in days}
        return
    week.pending += days
    week.lately = None


def _span(week: _Week, span: Span) -> None:
    week.closing = False
    if week.pausing:
        _pause(week, span)
        return
    if week.pending:
        week.lately, week.pending = week.pending, []
        week.said |= {day: [span] for day in week.lately}
    elif week.lately:
        for day in week.lately:
            week.said[day] = [*week.said[day], span]
    else:
        week.lately = []
        week.others = [*week.others, span]


def _pause(week: _Week, pause: Span) -> None:
    """Take a break out of everything said so far."""
    week.pausing = False

    def without(spans: list[Span]) -> list[Span]:
        return [
            part
            for start, end in spans
            for part in ((start, min(end, pause[0])), (max(start, pause[1]), end))
            if part[0] < part[1]
        ]

    week.said = {day: without(spans) for day, spans in week.said.items()}
    week.others = without(week.others)


def _until(week: _Week, words: str) -> None:
    """ "토요일은 1시까지": from when the others open."""
    opening = week.others or next((spans for spans in week.said.values() if spans), [])
    closes = _CLOCK.search(words)
    if not opening or not week.pending or closes is None:
        return
    start = opening[0][0]
    _span(week, (start, _closing(start, closes)))


def _closed(week: _Week) -> None:
    if week.pending:
        week.said |= {day: [] for day in week.pending}
        week.pending = []
        week.lately = None
    elif week.lately is None or not week.closing:
        week.closing = True


def _minutes(opens: re.Match[str] | None, closes: re.Match[str] | None) -> Span:
    if opens is None or closes is None:
        raise _Unclear
    start = _clock(opens)
    exact = opens["half"] or opens["suffix"] or opens["colon"]
    if not exact and 0 < start < EARLIEST_BARE * 60:
        start += NOON
    return start, _closing(start, closes)


def _closing(start: int, closes: re.Match[str]) -> int:
    """Minutes after the midnight before ``start``: a bare hour that has passed is the evening's, else the night's."""
    end = _clock(closes)
    exact = closes["half"] or closes["suffix"] or (closes["colon"] and closes["hour"].startswith("0"))
    has_passed = end <= start < end + NOON and end <= NOON
    at_twelve = end == NOON and not closes["colon"]
    if not exact and (has_passed or at_twelve):
        end += NOON
    if end == start:
        raise _Unclear
    return end if end > start else end + 24 * 60


def _clock(time: re.Match[str]) -> int:
    """Minutes after midnight."""
    hour, half = int(time["hour"]), time["half"]
    minute = int(time["colon"] or time["minute"] or (30 if time["half_past"] else 0))
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        raise _Unclear
    late = half in ("오후", "저녁", "낮") or time["suffix"] == "pm" or (half == "점심" and hour < 6)
    late = late or (half == "밤" and hour >= 6)
    if late and hour < 12:
        hour += 12
    elif hour == 12 and (half in ("오전", "새벽", "아침") or time["suffix"] == "am"):
        hour = 0
    return hour * 60 + minute


def _gathered(spans: dict[str, list[Span]]) -> dict[str, str]:
    """Neighbouring days with the same spans as one key."""
    week = {day: ", ".join(_written(span) for span in sorted(spans[day])) or "closed" for day in DAYS}
    if len(set(week.values())) == 1:
        return {"daily": week["mon"]}
    gathered: dict[str, str] = {}
    index = 0
    while index < len(DAYS):
        last = index
        while last < len(DAYS) - 1 and week[DAYS[last + 1]] == week[DAYS[index]]:
            last += 1
        gathered[DAYS[index] if last == index else f"{DAYS[index]}-{DAYS[last]}"] = week[DAYS[index]]
        index = last + 1
    return gathered


def _written(span: Span) -> str:
    start, end = span
    end = end if end <= 24 * 60 else end - 24 * 60
    return f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"
