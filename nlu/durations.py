"""How long: ``minutes`` as a whole number. Of a range the longer counts, since it is what one can promise."""

from __future__ import annotations

import re

from nlu.numbers import DIGITS, ENGLISH, NATIVE, SINO, number
from nlu.patterns import Pattern
from nlu.values import Value

LONGEST = 24 * 60

_ABOUT_TENS = {"일이십": 20, "이삼십": 30, "삼사십": 40, "사오십": 50, "오륙십": 60, "십이삼": 13, "십오륙": 16}
"""Of two at once the longer."""
_N = rf"(?:{DIGITS}|{NATIVE}|{SINO})"
_TO = r"\s?(?:~|-|에서|to|or)\s?"
_HOURS_KO = rf"(?:\d{{1,2}}\.5|{DIGITS}|{NATIVE})"
_KOREAN = Pattern(
    rf"(?<![\d가-힣:.])(?P<half_hour>반\s?시간)|(?<![가-힣])(?P<vague>{'|'.join(_ABOUT_TENS)})\s?분(?!\s?의)(?![식위량야석리명류기들])"
    rf"|(?<![\d:.])(?:(?:{_HOURS_KO}(?:시간)?{_TO}(?={_HOURS_KO}))?(?P<hours>{_HOURS_KO})\s?시간(?:\s?(?P<and_half>반(?![찬반으]))|\s?(?P<and_minutes>{_N})\s?분)?)"
    rf"|(?<![\d:.])(?:(?:{DIGITS}|{SINO})분?{_TO}(?={DIGITS}|{SINO}))?(?P<minutes>{DIGITS}|{SINO})\s?분(?!\s?의)(?![식위량야석리명류기들])"
)
_EN_N = rf"(?:{DIGITS}|{ENGLISH}(?: of)?)"
_HOURS = r"(?:hours?|hrs?|h)\b"
_MINUTES = r"(?:minutes?|mins?|m)\b"
_ENGLISH = Pattern(
    rf"(?<![\d:.$])(?:(?P<half>half an hour|half hour|a half hour|half-hour)|(?P<quarter_hour>(?:a )?quarter[ -]hour)"
    rf"|(?P<quarters>(?:a |three )?quarters?) of an hour"
    rf"|(?P<hour_half>(?:an|one|1) hour and a half)|(?P<and_a_half>an|{_EN_N}) and a half hours?"
    rf"|(?P<decimal>\d\.5)\s?{_HOURS}|(?P<packed_hours>\d{{1,2}})h(?P<packed>[0-5]\d)\b"
    rf"|(?:{_EN_N}{_TO}(?={_EN_N}))?(?P<hours>an?\b|{_EN_N})\s?{_HOURS}(?:(?P<then_half> and a half\b)|\s?(?:and\s)?(?P<and_minutes>{_EN_N})\s?{_MINUTES})?"
    rf"|(?:{_EN_N}{_TO}(?={_EN_N}))?(?P<minutes>{_EN_N})(?:\s?-?ish)?[\s-]?(?:more\s|extra\s|another\s)?{_MINUTES}(?!\sago\b))"
)
_ENGLISH_UNIT = Pattern(r"min|hour|hr|\d\s?[hm]\b|\dh[0-5]")


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
    if match["vague"]:
        return _ABOUT_TENS[match["vague"]]
    if match["minutes"]:
        return number(match["minutes"])
    if "." in match["hours"]:
        return int(float(match["hours"]) * 60)
    hours = number(match["hours"])
    if hours is None:
        return None
    more = 30 if match["and_half"] else number(match["and_minutes"] or "0")
    return hours * 60 + (more or 0)


def _english_minutes(match: re.Match[str]) -> int | None:
    if match["half"]:
        return 30
    if match["quarter_hour"]:
        return 15
    if match["quarters"]:
        return 45 if "three" in match["quarters"] else 15
    if match["hour_half"]:
        return 90
    if match["decimal"]:
        return int(float(match["decimal"]) * 60)
    if match["minutes"]:
        return number(match["minutes"].removesuffix(" of"))
    hours = number((match["and_a_half"] or match["hours"] or match["packed_hours"]).removesuffix(" of"))
    if hours is None:
        return None
    half = match["and_a_half"] or match["then_half"]
    return hours * 60 + (30 if half else number(match["and_minutes"] or match["packed"] or "0") or 0)
