"""Which day: ``date`` as an ISO date, reckoned from now."""

from __future__ import annotations

import re
from datetime import date, timedelta

from nlu.numbers import number
from nlu.patterns import Pattern
from nlu.values import Value, any_in

_DAYS_OFF = {"오늘": 0, "금일": 0, "내일": 1, "낼": 1, "명일": 1, "모레": 2, "모래": 2, "내일모레": 2, "낼모레": 2, "글피": 3, "그글피": 4,
             "today": 0, "tonight": 0, "tomorrow": 1, "tommorow": 1, "tomorow": 1, "tmr": 1, "tmrw": 1, "2moro": 1,
             "the day after tomorrow": 2, "day after tomorrow": 2}  # fmt: skip
_COUNTED_DAYS = {
    "하루": 1,
    "이틀": 2,
    "사흘": 3,
    "나흘": 4,
    "닷새": 5,
    "엿새": 6,
    "이레": 7,
    "열흘": 10,
    "보름": 15,
    "일주일": 7,
}
_FEASTS = {"크리스마스이브": (12, 24), "크리스마스": (12, 25), "성탄절": (12, 25), "신정": (1, 1), "새해첫날": (1, 1), "삼일절": (3, 1), "어린이날": (5, 5),
           "어버이날": (5, 8), "현충일": (6, 6), "광복절": (8, 15), "개천절": (10, 3), "한글날": (10, 9), "밸런타인데이": (2, 14), "발렌타인데이": (2, 14),
           "화이트데이": (3, 14), "빼빼로데이": (11, 11), "christmas eve": (12, 24), "christmas": (12, 25), "xmas": (12, 25),
           "new year's day": (1, 1), "new year's eve": (12, 31), "valentine's day": (2, 14), "valentines day": (2, 14), "halloween": (10, 31)}  # fmt: skip
"""Feasts of a fixed day; those of the moon (설날, 추석) would need a table of years."""
_WEEKDAYS_KO = "월화수목금토일"
_WEEKDAYS_EN = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS_EN = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAY_EN = r"mon(?:days?)?|tue(?:s(?:days?)?)?|wed(?:nesdays?)?|thu(?:r?s?(?:days?)?)?|fri(?:days?)?|sat(?:urdays?)?|sun(?:days?)?"
_MONTH_EN = r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
_AHEAD = r"\s?(?:뒤|후(?!라|추|식)|있다가|이따)"
_WEEK = r"(?P<week>다다음|다음|이번|담|요번|금)"
_KOREAN = Pattern(
    r"(?P<word>(?:내일|낼)\s?모레|오늘|금일|내일|명일|그글피|글피|모레)|(?<![가-힣])(?P<brief>낼)(?![가-힣]{2}|\s?(?:수\s|게|께|래|까|돈|거))"
    rf"|(?:{_WEEK}\s?주?\s?)?(?<![가-힣일])(?P<weekend>주말)|(?:{_WEEK.replace('week', 'week3')}\s?주?\s?)(?P<weekend2>주말)"
    rf"|(?:{_WEEK.replace('week', 'week1')}\s?주?\s?)?(?P<weekday>[월화수목금토일])(?:요일|욜)"
    rf"|{_WEEK.replace('week', 'week2')}\s?주\s?(?P<weekdays>[월화수목금토일](?:\s?[,·/]?\s?[월화수목금토일](?![가-힣]))*)(?![가-힣](?<![에은는엔도만]))"
    rf"|(?<![가-힣])(?P<pair>[월화수목금토일]{{2,3}})(?=\s?(?:휴무|쉬|쉽|쉼|쉴|이틀|사흘))"
    r"|(?<!\d)(?P<month>\d{1,2})\s?월\s?(?P<day>\d{1,2})\s?일"
    r"|(?<![\d/.])(?P<slash_month>1[0-2]|[1-9])/(?P<slash_day>[12]\d|3[01])(?![\d/])"
    rf"|(?<!\d)(?P<days_ahead>\d{{1,2}})\s?일{_AHEAD}|(?P<counted>{'|'.join(_COUNTED_DAYS)}){_AHEAD}|(?<!\d)(?P<weeks_ahead>\d{{1,2}})\s?주일?{_AHEAD}"
    r"|(?<!\d)(?P<only_day>\d{1,2})\s?일(?!\s?(?:동안|간|내내|전|째|치|이내|안에))(?=에|은|날|까지|도|\s|$|이?요|[,.!])"
    r"|(?P<last_day>(?:이번\s?달\s?|이달\s?)?(?:말일|월말))"
    rf"|(?P<feast>크리스마스\s?이브|새해\s?첫날|{'|'.join(name for name in _FEASTS if not name.isascii())})"
)
_ENGLISH = Pattern(
    rf"\b(?:(?P<word>(?:the )?day after tomorrow|today|tonight|tom+or+ow|tmrw?|2moro)"
    rf"|(?:(?P<week>next|this|coming)\s+)?(?P<weekend>weekend)"
    rf"|(?:(?P<week1>next|this|coming)(?:\s+week(?:'s)?)?(?:\s+on)?\s+)?(?P<weekday>{_WEEKDAY_EN})"
    rf"|(?P<month>{_MONTH_EN})\s+(?:the\s)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?"
    rf"|(?:the\s)?(?P<day_of>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?(?P<of_month>{_MONTH_EN})"
    rf"|in\s(?P<ahead>an?|\d{{1,2}}|two|three|four|five|six|seven)\s(?P<unit>days?|weeks?)|(?P<ahead2>a|\d{{1,2}}|two|three)\s(?P<unit2>days?|weeks?)\sfrom\s(?:now|today)"
    rf"|(?P<feast>{'|'.join(name for name in _FEASTS if name.isascii())})(?: day)?"
    rf"|(?:the\s+)?(?P<only_day>\d{{1,2}})(?:st|nd|rd|th)(?!\s(?:floor|one|item|dish|order|street)))\b"
)
_ISO = Pattern(r"(?<!\d)(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?!\d)")
_KOREAN_HINT = Pattern(
    r"오늘|금일|내일|명일|글피|모레|낼|주말|요일|욜|[음번담]\s?주\s?[월화수목금토일]|\d\s?[월일주]|\d/[1-3]|[틀흘새루일름레]\s?(?:뒤|후|있)"
    r"|데이|스마스|말일|월말|신정|첫\s?날|[절충]|이날|글날|현충일|[월화수목금토일]{2,3}\s?(?:휴|쉬|쉽|쉴|쉼|이틀)"
)
_ENGLISH_HINT = Pattern(
    r"day|to[mn]|tm|2mo|mon|tue|wed|thu|fri|sat|sun|week|mas\b|eve|hallow|\d\s?(?:st|nd|rd|th)|" + "|".join(_MONTHS_EN)
)
_NO_DAY = Pattern(
    r"\b(?:may i|may we|may you|sat (?:down|at)|sun-?dried|sun (?:is|set|rise)|mon(?:ey|th|goo)|march(?:ing|ed))\b"
)


def find_dates(text: str, today: date) -> list[Value]:
    """``date`` values; a weekday is the next one (today counts), a day of the month the next such day."""
    found: list[Value] = []
    if (not text.isascii() or "/" in text) and _KOREAN_HINT.search(text):
        for match in _KOREAN.finditer(text):
            _korean_days(found, match, today)
    if _ENGLISH_HINT.search(text):
        for match in _ENGLISH.finditer(text):
            if not _NO_DAY.match(text, match.start()):
                _keep(found, _english_day(match, today), *match.span())
    for match in _ISO.finditer(text) if any_in("-./", text) else ():
        _keep(found, _calendar_day(int(match[1]), int(match[2]), int(match[3])), *match.span())
    return found


def _keep(found: list[Value], day: date | None, start: int, end: int) -> None:
    if day is not None:
        found.append(Value("date", day.isoformat(), start, end))


def _korean_days(found: list[Value], match: re.Match[str], today: date) -> None:
    """One day, or each of several (다음 주 월화)."""
    several = match["weekdays"] or match["pair"]
    if not several:
        _keep(found, _korean_day(match, today, _week_before(found, match)), *match.span())
        return
    group = "weekdays" if match["weekdays"] else "pair"
    start = match.start()
    for at in range(*match.span(group)):
        letter = match.string[at]
        if letter in _WEEKDAYS_KO:
            _keep(found, _weekday(today, _WEEKDAYS_KO.index(letter), match["week2"] or ""), start, at + 1)
            start = at + 1


def _week_before(found: list[Value], match: re.Match[str]) -> str:
    """The week that the weekday before was said to be in, when this one follows it closely."""
    if not found or not 0 <= match.start() - found[-1].end <= 4:
        return ""
    said = match.string[found[-1].start : found[-1].end]
    return next((week for week in ("다다음", "다음", "담") if said.startswith(week)), "")


def _korean_day(match: re.Match[str], today: date, week_before: str) -> date | None:
    word = match["word"] or match["brief"]
    if word:
        return _later(today, _DAYS_OFF[word.replace(" ", "")])
    if match["weekend"] or match["weekend2"]:
        return _weekend(today, match["week"] or match["week3"] or "")
    if match["weekday"]:
        return _weekday(today, _WEEKDAYS_KO.index(match["weekday"]), match["week1"] or week_before)
    if match["feast"]:
        return _month_day(today, *_FEASTS[match["feast"].replace(" ", "")])
    ahead = match["days_ahead"] or match["counted"] or match["weeks_ahead"]
    if ahead:
        days = _COUNTED_DAYS.get(ahead) or int(ahead) * (7 if match["weeks_ahead"] else 1)
        return _later(today, days)
    if match["month"] or match["slash_month"]:
        return _month_day(today, int(match["month"] or match["slash_month"]), int(match["day"] or match["slash_day"]))
    if match["last_day"]:
        first = date(today.year + today.month // 12, today.month % 12 + 1, 1) if today.year < date.max.year else None
        return None if first is None else _later(first, -1)
    return _day_of_month(today, int(match["only_day"]))


def _english_day(match: re.Match[str], today: date) -> date | None:
    if match["word"]:
        word = match["word"]
        return _later(today, 1 if word.startswith("tom") else _DAYS_OFF[word])
    if match["weekend"]:
        return _weekend(today, match["week"] or "")
    if match["weekday"]:
        return _weekday(today, _WEEKDAYS_EN.index(match["weekday"][:3]), match["week1"] or "")
    if match["feast"]:
        return _month_day(today, *_FEASTS[match["feast"]])
    if match["ahead"] or match["ahead2"]:
        many = number(match["ahead"] or match["ahead2"]) or 0
        return _later(today, many * (7 if (match["unit"] or match["unit2"]).startswith("week") else 1))
    month = match["month"] or match["of_month"]
    if month:
        return _month_day(today, _MONTHS_EN.index(month[:3]) + 1, int(match["day"] or match["day_of"]))
    return _day_of_month(today, int(match["only_day"]))


def _weekend(today: date, week: str) -> date | None:
    """Its first day that is not over: Saturday, or Sunday on a Sunday."""
    if week in ("다음", "담", "next", "다다음"):
        return _weekday(today, 5, week)
    return today if today.weekday() == 6 else _weekday(today, 5, "")


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
