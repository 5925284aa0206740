"""Times of day as said: which hour and minute, and in which part of the day, before anybody asks on which day."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.numbers import DIGITS, ENGLISH, SINO, number
from nlu.patterns import Pattern


@dataclass(frozen=True, slots=True)
class Clock:
    """``hour`` (0..24) and ``minute`` at ``start``..``end`` of the reading text; ``part`` is "" when none was said."""

    start: int
    end: int
    hour: int
    minute: int
    part: str = ""


MORNING = ("오전", "아침", "am", "a.m.", "a.m", "in the morning", "morning")
AFTERNOON = (
    "오후", "점심", "낮", "저녁", "pm", "p.m.", "p.m", "in the afternoon", "in the evening", "tonight", "at night",
    "afternoon", "evening", "this afternoon", "this evening",
)  # fmt: skip
NIGHT = ("밤", "night", "at night", "tonight")
"""Twelve, in these, is midnight."""

_PART_KO = r"오전|오후|아침|점심|낮|저녁|밤|새벽|am|pm"
_PART_EN = r"a\.m\.?|p\.m\.?|am|pm|in the (?:morning|afternoon|evening)|this (?:afternoon|evening)|tonight|at night"
_HOUR_WORDS = r"한|두|세|네|다섯|여섯|일곱|여덟|여덜|아홉|열\s?한|열\s?두|열"
_KOREAN = Pattern(
    rf"(?:(?P<part>{_PART_KO})\s?(?:에\s?)?)?(?<![\d:.])(?:(?P<noon>정오)|(?P<midnight>자정)"
    rf"|(?:(?P<from>\d{{1,2}})시?\s?[~-]\s?)?(?P<hour>\d{{1,2}}|(?:{_HOUR_WORDS})|(?<=[\s후전])(?:십[일이]?|이십[일이삼]?))\s?(?<![아어에놔겨려]두)(?<![아어에놔겨려]\s두)시(?!간|\s?킬|\s?켜|키|럽|작|금)(?:\s?(?P<half>반)(?!반)|\s?(?P<minute>{DIGITS}|{SINO})\s?분(?P<before>\s?전(?![화체부골달]))?|(?P<bare_minute>[0-5]\d)(?!\d))?"
    rf"|(?P<clock_hour>\d{{1,2}}):(?P<clock_minute>[0-5]\d)(?:\s?(?P<clock_part>{_PART_EN})(?![a-z]))?)"
)
_RANGE_END = Pattern(r"\s?(?:~|-|에서|부터)\s?$")
_EN_HOUR = rf"(?:\d{{1,2}}|{ENGLISH})"
_LEAD = r"at|by|until|till|around|about|before|after|for|@|closing|close|from|to|is|between|like"
_ENGLISH = Pattern(
    rf"(?<![\w:.$#])(?:(?P<noon>(?:12 )?noon|midday)\b|(?P<midnight>(?:past )?midnight)\b"
    rf"|(?P<relation>(?:a )?(?:half past|half after|quarter past|quarter after|quarter to|quarter till|quarter of)|(?P<past_minute>\d{{1,2}}|{ENGLISH}) (?:minutes )?(?P<past_to>past|after|to|till))\s(?P<past_hour>{_EN_HOUR})"
    rf"(?:\s(?P<past_part>{_PART_EN}))?"
    rf"|(?:(?P<early>morning|afternoon|evening|night|tonight),?\s)?(?:(?P<lead>{_LEAD})\s(?:about\s|around\s|like\s)?)?"
    rf"(?P<said>(?:(?P<half_of>half)\s)?(?:(?P<from>\d{{1,2}})(?:[:.][0-5]\d)?\s?(?:-|~|to|and)\s?)?(?P<hour>\d{{3,4}}(?=\s?[ap]\.?m)|{_EN_HOUR})"
    rf"(?:[:.](?P<minute>[0-5]\d)|\s(?P<minute_words>thirty|fifteen|forty[- ]?five|ten|twenty|forty|fifty))?"
    rf"(?P<ish>\s?-?ish)?(?:\s?(?P<oclock>o'?\s?clock))?(?:\s?(?P<part>{_PART_EN}))?))(?![\w:%]|,\d{{3}}|\s?-?(?:min|hour|hrs?\b|people|won\b|krw|bucks|dollars|pieces|more\b|percent|stars?\b|days?\b|weeks?\b|[a-z]+-(?:ro|gil|dong)\b))"
)
_KOREAN_HINT = Pattern(r"[시:]|정오|자정")
_ENGLISH_HINT = Pattern(
    r"\d\s?[ap]\.?m|\d[:.]\d|ish\b|noon|midday|midnight|past|clock|\b(?:at|by|until|till|to|about|around|before|after|close|closing|from|for|in|between|like)\b|@"
)
_SURE_LEADS = frozenset({"at", "by", "until", "till", "@", "closing", "close", "before", "around", "after"})
_SHARP = Pattern(r"\s(?:sharp|on the dot)\b")
_SHUTTING = Pattern(r"\b(?:clos(?:e|es|ed|ing)|shut(?:s|ting)?|last orders?|finish(?:es|ing)?|lock(?:ing)? up)\b")
_SHUT_LEADS = frozenset({"from", "to", "is"})
"""Before an hour at which a shop closes."""
_HALVES = {"half": 30, "quarter": 15}


def find_clocks(text: str, *, merchant: bool = False) -> list[Clock]:
    """Times of day by position. Of "between 6 and 7" the first, over the span of both; a shop's are two (its hours)."""
    found: list[Clock] = []
    for match in _KOREAN.finditer(text) if _KOREAN_HINT.search(text) else ():
        clock = _korean(match)
        if clock is not None:
            found.append(clock)
    for match in _ENGLISH.finditer(text) if _ENGLISH_HINT.search(text) else ():
        if not any(clock.start < match.end() and match.start() < clock.end for clock in found):
            clock = _english(match, shutting=merchant and bool(_SHUTTING.search(text)))
            if clock is not None:
                found.append(clock)
    return found if merchant else _joined(text, found)


def _joined(text: str, clocks: list[Clock]) -> list[Clock]:
    """Both ends of a stretch of time as one: 6시에서 7시 사이."""
    joined: list[Clock] = []
    for clock in clocks:
        first = joined[-1] if joined else None
        if first is not None and _RANGE_END.fullmatch(text, first.end, clock.start):
            joined[-1] = Clock(first.start, clock.end, first.hour, first.minute, first.part or clock.part)
        else:
            joined.append(clock)
    return joined


def _korean(match: re.Match[str]) -> Clock | None:
    part = match["part"] or match["clock_part"] or ""
    if match["noon"] or match["midnight"]:
        return Clock(*match.span(), 12, 0, "낮" if match["noon"] else "밤")
    hour = number(match["from"] or match["hour"] or match["clock_hour"])
    minute = 30 if match["half"] else number(match["minute"] or match["bare_minute"] or match["clock_minute"] or "0")
    if match["from"]:
        minute = 0
    if hour is None or minute is None:
        return None
    if match["before"] and 0 < minute < 60:
        hour, minute = (hour - 1 if hour > 1 else 12), 60 - minute
    return Clock(*match.span(), hour, minute, part)


def _english(match: re.Match[str], *, shutting: bool) -> Clock | None:
    if match["noon"] or match["midnight"]:
        return Clock(*match.span(), 12, 0, "pm" if match["noon"] else "밤")
    if match["relation"]:
        return _related(match)
    start, end = match.span("said")
    if match["early"]:
        start = match.start("early")
    sure = (
        match["part"]
        or match["oclock"]
        or match["minute"]
        or match["ish"]
        or match["early"]
        or match["lead"] in _SURE_LEADS
        or (shutting and match["lead"] in _SHUT_LEADS)
        or _SHARP.match(match.string, end)
    )
    ranged = match["from"] and (match["lead"] in ("between", "from") or match["part"])
    if not sure and not ranged:
        return None
    part = match["part"] or match["early"] or ""
    hour = number(match["hour"])
    if match["from"]:
        return Clock(start, end, int(match["from"]), 0, part)
    if hour is None:
        return None
    if len(match["hour"]) > 2 and match["hour"].isdigit():
        return Clock(start, end, hour // 100, hour % 100, part)
    if match["half_of"]:
        return Clock(start, end, hour, 30, part)
    return Clock(start, end, hour, int(match["minute"] or number(match["minute_words"] or "0") or 0), part)


def _related(match: re.Match[str]) -> Clock | None:
    hour = number(match["past_hour"])
    words = match["relation"].removeprefix("a ")
    minute = _HALVES.get(words.split()[0]) if not match["past_to"] else number(match["past_minute"])
    if hour is None or hour > 24 or minute is None or not 0 < minute < 60:
        return None
    if minute % 5 and "minute" not in match["relation"]:
        return None
    back = words.split()[-1] in ("to", "till", "of")
    if not back:
        return Clock(*match.span(), hour, minute, match["past_part"] or "")
    return Clock(*match.span(), 12 if hour == 1 else (hour - 1) % 24, 60 - minute, match["past_part"] or "")
