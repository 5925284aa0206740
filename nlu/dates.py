"""Which day: ``date`` as an ISO date, reckoned from now."""

from __future__ import annotations

import re
from datetime import date, timedelta

from nlu.values import Value

_DAYS_OFF = {"오늘": 0, "금일": 0, "내일": 1, "낼": 1, "명일": 1, "모레": 2, "모래": 2, "내일모레": 2, "글피": 3, "today": 0, "tonight": 0,
             "tomorrow": 1, "tmr": 1, "tmrw": 1, "the day after tomorrow": 2, "day after tomorrow": 2}  # fmt: skip
_WEEKDAYS_KO = "월화수목금토일"
_WEEKDAYS_EN = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS_EN = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAY_EN = r"mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
_MONTH_EN = r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
_KOREAN = re.compile(
    r"(?P<word>내일모레|오늘|금일|내일|명일|글피|모레)|(?<![가-힣])(?P<brief>낼)(?![가-힣]{2})"
    r"|(?:(?P<week>다다음|다음|이번|담)\s?주\s?)?(?P<weekday>[월화수목금토일])요일"
    r"|(?P<week2>다다음|다음|이번|담)\s?주\s?(?P<weekday2>[월화수목금토일])(?![가-힣])"
    r"|(?<!\d)(?P<month>\d{1,2})\s?월\s?(?P<day>\d{1,2})\s?일"
    r"|(?<!\d)(?P<only_day>\d{1,2})\s?일(?=에|은|날|까지|\s|$)"
)
_ENGLISH = re.compile(
    rf"\b(?:(?P<word>(?:the )?day after tomorrow|today|tonight|tomorrow|tmrw?)"
    rf"|(?:(?P<week>next|this)\s+)?(?P<weekday>{_WEEKDAY_EN})"
    rf"|(?P<month>{_MONTH_EN})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?"
    rf"|(?:the\s+)?(?P<only_day>\d{{1,2}})(?:st|nd|rd|th))\b"
)
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_KOREAN_HINT = re.compile(r"[늘일레글낼주월]")
_ENGLISH_HINT = re.compile(r"day|to[mn]|tm|mon|tue|wed|thu|fri|sat|sun|\d\s?(?:st|nd|rd|th)|" + "|".join(_MONTHS_EN))


def find_dates(text: str, today: date) -> list[Value]:
    """``date`` values; a weekday is the next one (today counts), a day of the month the next such day."""
    found: list[Value] = []
    if _KOREAN_HINT.search(text):
        for match in _KOREAN.finditer(text):
            _keep(found, match, _korean_day(match, today))
    if _ENGLISH_HINT.search(text):
        for match in _ENGLISH.finditer(text):
            _keep(found, match, _english_day(match, today))
    for match in _ISO.finditer(text):
        _keep(found, match, _calendar_day(int(match[1]), int(match[2]), int(match[3])))
    return found


def _keep(found: list[Value], match: re.Match[str], day: date | None) -> None:
    if day is not None:
        found.append(Value("date", day.isoformat(), match.start(), match.end()))


def _korean_day(match: re.Match[str], today: date) -> date | None:
    word = match["word"] or match["brief"]
    if word:
        return _later(today, _DAYS_OFF[word])
    weekday = match["weekday"] or match["weekday2"]
    if weekday:
        return _weekday(today, _WEEKDAYS_KO.index(weekday), match["week"] or match["week2"] or "")
    if match["month"]:
        return _month_day(today, int(match["month"]), int(match["day"]))
    return _day_of_month(today, int(match["only_day"]))


def _english_day(match: re.Match[str], today: date) -> date | None:
    if match["word"]:
        return _later(today, _DAYS_OFF[match["word"]])
    if match["weekday"]:
        return _weekday(today, _WEEKDAYS_EN.index(match["weekday"][:3]), match["week"] or "")
    if match["month"]:
        return _month_day(today, _MONTHS_EN.index(match["month"][:3]) + 1, int(match["day"]))
    return _day_of_month(today, int(match["only_day"]))


def _weekday(today: date, weekday: int, week: str) -> date | None:
    weeks = {"다음": 1, "담": 1, "next": 1, "다다음": 2}.get(week, 0)
    if weeks:
        return _later(today, 7 * weeks - today.weekday() + weekday)
    return _later(today, (weekday - today.weekday()) % 7)


def _month_day(today: date, month: int, day: int) -> date | None:
    this_year = _calendar_day(today.year, month, day)
    if this_year is None or this_year >= today:
        return this_year
    return _calendar_day(today.year + 1, month, day)


def _day_of_month(today: date, day: int) -> date | None:
    for ahead in range(3):
        months = today.year * 12 + today.month - 1 + ahead
        found = _calendar_day(months // 12, months % 12 + 1, day)
        if found is not None and found >= today:
            return found
    return None


def _later(today: date, days: int) -> date | None:
    try:
        return today + timedelta(days=days)
    except OverflowError:
        return None


def _calendar_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
