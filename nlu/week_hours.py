"""Opening hours as a shop owner types them: "매일 10시부터 9시까지, 일요일 휴무", "Mon-Fri 10-21, closed Sunday"."""

from __future__ import annotations

import re
import unicodedata

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_KOREAN = dict(zip("월화수목금토일", DAYS, strict=True))
_ENGLISH = {
    prefix: day for day in DAYS for prefix in (day, {"tue": "tues", "wed": "weds", "thu": "thur"}.get(day, day))
}
_WEEKDAYS = ("평일", "주중", "weekday")
_WEEKEND = ("주말", "weekend")
_DAILY = ("매일", "연중무휴", "daily", "every day", "everyday", "항상")
_CLOSED = ("휴무", "쉬어", "쉽니다", "쉬고", "쉼", "안 해", "안해", "닫아", "closed", "off")

_KO_RANGE = re.compile(r"([월화수목금토일])(?:요일)?\s*(?:[-~–]|부터|에서)\s*([월화수목금토일])(?:요일|까지|(?=\s|$))")
_KO_LIST = re.compile(
    r"(?<![가-힣])([월화수목금토일](?:\s*[,·/]?\s*[월화수목금토일])*)(?:요일)?(?=\s|은|는|에|엔|만|$|,)"
)
_KO_FULL = re.compile(r"([월화수목금토일])요일")
_EN_RANGE = re.compile(
    r"\b(mon|tue|wed|thu|fri|sat|sun)[a-z]*\s*(?:-|–|~|to|through)\s*(mon|tue|wed|thu|fri|sat|sun)[a-z]*"
)
_EN_DAY = re.compile(r"\b(mon|tue|wed|thu|fri|sat|sun)(?:day|sday|nesday|rsday|urday|s)?\b")
_TIME = r"(오전|오후|아침|저녁|밤|새벽|낮)?\s*(\d{1,2})(?:\s*:\s*(\d{2})|\s*시\s*(?:(\d{1,2})\s*분|(반))?)?\s*(am|pm)?"
_SPAN = re.compile(rf"{_TIME}\s*(?:부터|에서|[-~–]|to|until|till)\s*{_TIME}")
_ALL_DAY = re.compile(r"24\s*시간|24\s*hours|24/7|종일")


def parse_week_hours(text: str) -> dict[str, str] | None:
    """Days to spans in the town file's form, ``{"mon-fri": "10:00-21:00", "sun": "closed"}``; None when no span is said.

    Days that are not named are closed, unless no day is named at all.
    """
    said = unicodedata.normalize("NFC", text).casefold()
    parts = re.split(r"[,;\n/]|(?<=까지)\s|(?<=하고)\s", said)
    week: dict[str, str] = {}
    waiting: list[str] = []
    last: list[str] = []
    for part in parts:
        days = _days(part)
        span = _span(part)
        if any(word in part for word in _CLOSED) and span is None:
            week |= dict.fromkeys(days or waiting, "closed")
            waiting = []
        elif span is not None:
            spread = days or waiting or [day for day in DAYS if day not in week] or last
            last = spread
            for day in spread:
                before = week.get(day)
                week[day] = f"{before}, {span}" if before not in (None, "closed") and not days else span
            waiting = []
        else:
            waiting += days
    if not any(span != "closed" for span in week.values()):
        return None
    return _gathered(week)


def _days(part: str) -> list[str]:
    if any(word in part for word in _DAILY):
        return list(DAYS)
    if any(word in part for word in _WEEKDAYS):
        return list(DAYS[:5])
    if any(word in part for word in _WEEKEND):
        return list(DAYS[5:])
    for pattern, name in ((_KO_RANGE, _KOREAN), (_EN_RANGE, _ENGLISH)):
        found = pattern.search(part)
        if found is not None:
            return _between(name[found[1]], name[found[2]])
    full = [_KOREAN[day] for day in _KO_FULL.findall(part)]
    if full:
        return full
    english = [_ENGLISH[day] for day in _EN_DAY.findall(part)]
    if english:
        return english
    listed = _KO_LIST.search(part)
    return [_KOREAN[day] for day in listed[1] if day in _KOREAN] if listed else []


def _between(first: str, last: str) -> list[str]:
    start, end = DAYS.index(first), DAYS.index(last)
    return [DAYS[index % 7] for index in range(start, (end if end >= start else end + 7) + 1)]


def _span(part: str) -> str | None:
    if _ALL_DAY.search(part):
        return "00:00-24:00"
    found = _SPAN.search(part)
    if found is None:
        return None
    opens = _clock(found.groups()[:6], evening=False)
    closes = _clock(found.groups()[6:], evening=True)
    if opens is None or closes is None or opens == closes:
        return None
    if closes < opens and closes <= 12 * 60 and found[7] is None and found[12] is None and closes + 720 > opens:
        closes += 720
    return f"{opens // 60:02}:{opens % 60:02}-{closes // 60:02}:{closes % 60:02}"


def _clock(parts: tuple[str | None, ...], *, evening: bool) -> int | None:
    """Minutes after midnight. A closing hour without a half of the day is read by the caller."""
    half, hour_said, colon, minutes_said, half_past, suffix = parts
    hour = int(hour_said or 0)
    minute = int(colon or minutes_said or (30 if half_past else 0))
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return None
    late = half in ("오후", "저녁", "낮") or suffix == "pm" or (half == "밤" and hour >= 6)
    if late and hour < 12:
        hour += 12
    if (half in ("오전", "새벽", "아침") or suffix == "am" or half == "밤") and hour == 12:
        hour = 24 if evening and half == "밤" else 0
    return hour * 60 + minute


def _gathered(week: dict[str, str]) -> dict[str, str]:
    """Neighbouring days with the same span as one key."""
    if len(week) == 7 and len(set(week.values())) == 1:
        return {"daily": week["mon"]}
    gathered: dict[str, str] = {}
    index = 0
    while index < 7:
        day = DAYS[index]
        span = week.get(day, "closed")
        last = index
        while last < 6 and week.get(DAYS[last + 1], "closed") == span:
            last += 1
        gathered[day if last == index else f"{day}-{DAYS[last]}"] = span
        index = last + 1
    return gathered
