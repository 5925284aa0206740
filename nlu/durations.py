"""How long: ``minutes`` as a whole number. Of a range the longer counts, since it is what one can promise."""

from __future__ import annotations

import re

from nlu.numbers import DIGITS, ENGLISH, NATIVE, SINO, number
from nlu.values import Value

LONGEST = 24 * 60

_N = rf"(?:{DIGITS}|{NATIVE}|{SINO})"
_TO = r"\s?(?:~|-|에서|to)\s?"
_KOREAN = re.compile(
    rf"(?<![\d가-힣:.])(?P<half_hour>반\s?시간)"
    rf"|(?<![\d:.])(?:(?:\d{{1,2}}{_TO})?(?P<hours>{DIGITS}|{NATIVE})\s?시간(?:\s?(?P<and_half>반)|\s?(?P<and_minutes>{_N})\s?분)?)"
    rf"|(?<![\d:.])(?:(?:{DIGITS}|{SINO}){_TO}(?={DIGITS}|{SINO}))?(?P<minutes>{DIGITS}|{SINO})\s?분(?!\s?의)(?!식)(?!위)"
)
_EN_N = rf"(?:{DIGITS}|{ENGLISH})"
_HOURS = r"(?:hours?|hrs?|h)\b"
_MINUTES = r"(?:minutes?|mins?|m)\b"
_ENGLISH = re.compile(
    rf"(?<![\d:.])(?:(?P<half>half an hour|half hour|a half hour)"
    rf"|(?P<quarter>(?:a )?quarter of an hour)"
    rf"|(?P<hour_half>(?:an|one|1) hour and a half|(?:an|one) and a half hours?)"
    rf"|(?P<decimal>\d\.5)\s?{_HOURS}"
    rf"|(?P<hours>an?\b|{_EN_N})\s?{_HOURS}(?:\s?(?:and\s)?(?P<and_minutes>{_EN_N})\s?{_MINUTES})?"
    rf"|(?:{_EN_N}{_TO}(?={_EN_N}))?(?P<minutes>{_EN_N})[\s-]?(?:more\s|extra\s|another\s)?{_MINUTES})"
)
_ENGLISH_UNIT = re.compile(r"min|hour|hr|\d\s?[hm]\b")


def find_durations(text: str) -> list[Value]:
    """``minutes`` values of 0..LONGEST."""
    found: list[Value] = []
    if "분" in text or "시" in text:
        for match in _KOREAN.finditer(text):
            _keep(found, match, _korean_minutes(match))
    if _ENGLISH_UNIT.search(text):
        for match in _ENGLISH.finditer(text):
            _keep(found, match, _english_minutes(match))
    return found


def _keep(found: list[Value], match: re.Match[str], minutes: int | None) -> None:
    if minutes is not None and 0 <= minutes <= LONGEST:
        found.append(Value("minutes", minutes, match.start(), match.end()))


def _korean_minutes(match: re.Match[str]) -> int | None:
    if match["half_hour"]:
        return 30
    if match["minutes"]:
        return number(match["minutes"])
    hours = number(match["hours"])
    if hours is None:
        return None
    more = 30 if match["and_half"] else number(match["and_minutes"] or "0")
    return hours * 60 + (more or 0)


def _english_minutes(match: re.Match[str]) -> int | None:
    if match["half"]:
        return 30
    if match["quarter"]:
        return 15
    if match["hour_half"]:
        return 90
    if match["decimal"]:
        return int(float(match["decimal"]) * 60)
    if match["minutes"]:
        return number(match["minutes"])
    hours = number(match["hours"])
    return None if hours is None else hours * 60 + (number(match["and_minutes"] or "0") or 0)
