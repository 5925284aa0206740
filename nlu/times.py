"""At what time: ``time`` as an ISO 8601 local time of day on its day, and ``asap`` for "right away"."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from nlu.numbers import DIGITS, ENGLISH, NATIVE, SINO, number
from nlu.values import Value

_MORNING = ("오전", "아침", "am", "a.m.", "a.m", "in the morning")
_AFTERNOON = (
    "오후",
    "점심",
    "낮",
    "저녁",
    "pm",
    "p.m.",
    "p.m",
    "in the afternoon",
    "in the evening",
    "tonight",
    "at night",
)
_PART_KO = r"오전|오후|아침|점심|낮|저녁|밤|새벽"
_PART_EN = r"a\.m\.?|p\.m\.?|am|pm|in the (?:morning|afternoon|evening)|tonight|at night"
_HOUR_WORDS = r"한|두|세|네|다섯|여섯|일곱|여덟|여덜|아홉|열\s?한|열\s?두|열"
_KOREAN = re.compile(
    rf"(?:(?P<part>{_PART_KO})\s?(?:에\s?)?)?(?<![\d:.])(?:(?P<noon>정오)|(?P<midnight>자정)"
    rf"|(?P<hour>\d{{1,2}}|(?:{_HOUR_WORDS})|(?<=[\s후전])(?:십[일이]?|이십[일이삼]?))\s?시(?!간|\s?킬|\s?켜|키|럽|작|금)(?:\s?(?P<half>반)|\s?(?P<minute>{DIGITS}|{SINO})\s?분)?"
    rf"|(?P<clock_hour>\d{{1,2}}):(?P<clock_minute>[0-5]\d)(?:\s?(?P<clock_part>am|pm))?)"
)
_EN_HOUR = rf"(?:\d{{1,2}}|{ENGLISH})"
_ENGLISH = re.compile(
    rf"(?<![\w:.])(?:(?P<noon>noon|midday)|(?P<midnight>midnight)"
    rf"|(?P<relation>half past|quarter past|quarter to|(?P<past_minute>\d{{1,2}}|{ENGLISH}) (?:minutes )?(?P<past_to>past|to))\s(?P<past_hour>{_EN_HOUR})"
    rf"(?:\s(?P<past_part>{_PART_EN}))?"
    rf"|(?:(?P<lead>at|by|until|till|around|about|before|after|for|@|closing|close|from|to)\s(?:about\s|around\s)?)?(?P<hour>{_EN_HOUR})"
    rf"(?:[:.](?P<minute>[0-5]\d)|\s(?P<half>thirty))?(?:\s?(?P<oclock>o'?\s?clock))?(?:\s?(?P<part>{_PART_EN}))?)(?![\w:%])"
)
_KOREAN_HINT = re.compile(r"[시:]|정오|자정")
_ENGLISH_HINT = re.compile(
    r"\d\s?[ap]\.?m|\d[:.]\d|noon|midday|midnight|past|clock|\b(?:at|by|until|till|to|about|around|before|after|close|closing|from|for|in)\b|@"
)
_AFTER_KO = re.compile(r"\s?(?:뒤|후|있다가|이따가?)")
_IN_EN = re.compile(r"(?:\bin\s(?:about\s|around\s)?)$")
_AFTER_EN = re.compile(r"\s(?:from now|later)\b")
_ASAP = re.compile(
    r"지금\s?(?:바로|당장)|바로\s?(?:요|주세요|해|갈|부탁|보내|픽업)|당장|최대한\s?빨리|가능한\s?(?:한\s?)?빨리|되는\s?대로|빨리\s?(?:요|해|주|부탁)|제일\s?빨리"
    r"|\basap\b|as soon as (?:possible|you can)|right (?:now|away)|soonest|straight away|immediately"
)
_CLOSING = re.compile(r"닫|마감|끝나|까지|close|closing|until|till")
_OPENING = re.compile(r"열|오픈|open")


def find_times(
    text: str, now: datetime, dates: list[Value], durations: list[Value], *, merchant: bool = False
) -> list[Value]:
    """``time`` values, each resolved against ``now`` and the date beside it."""
    found: list[Value] = []
    for start, end, hour, minute, part in _clock_times(text):
        day = _day_beside(dates, start, end)
        when = _resolve(now, day, hour, minute, part, text, merchant=merchant)
        if when is not None:
            first = day.start if day is not None and day.start < start else start
            found.append(Value("time", _iso(when), first if not text[first:start].count(",") else start, end))
    for duration in durations:
        after = _AFTER_KO.match(text, duration.end) or _AFTER_EN.match(text, duration.end)
        before = _IN_EN.search(text[: duration.start])
        when = _ahead(now, int(duration.value)) if after or before else None
        if when is not None:
            found.append(
                Value(
                    "time",
                    _iso(when),
                    before.start() if before else duration.start,
                    after.end() if after else duration.end,
                )
            )
    return found


def find_asap(text: str) -> list[Value]:
    """``asap`` true where the text asks for it right away."""
    return [Value("asap", True, match.start(), match.end()) for match in _ASAP.finditer(text)]


def bare_time(text: str, now: datetime) -> Value | None:
    """The time when a bare hour answers "at what time?": 3, three, 15."""
    match = re.match(
        rf"\s*(?P<hour>\d{{1,2}}|{NATIVE}|{ENGLISH})(?:\s?(?:시|에|요|쯤|정도|please|이요))*[\s.!~]*$", text
    )
    hour = number(match["hour"]) if match else None
    if match is None or hour is None:
        return None
    when = _resolve(now, None, hour, 0, "", text, merchant=False)
    return Value("time", _iso(when), match.start("hour"), match.end("hour")) if when else None


def _clock_times(text: str) -> list[tuple[int, int, int, int, str]]:
    found: list[tuple[int, int, int, int, str]] = []
    for match in _KOREAN.finditer(text) if _KOREAN_HINT.search(text) else ():
        part = match["part"] or match["clock_part"] or ""
        if match["noon"] or match["midnight"]:
            found.append((match.start(), match.end(), 12, 0, "낮" if match["noon"] else "밤"))
            continue
        hour = number(match["hour"] or match["clock_hour"])
        minute = 30 if match["half"] else number(match["minute"] or match["clock_minute"] or "0")
        if hour is not None and minute is not None:
            found.append((match.start(), match.end(), hour, minute, part))
    for match in _ENGLISH.finditer(text) if _ENGLISH_HINT.search(text) else ():
        if any(start < match.end() and match.start() < end for start, end, *_ in found):
            continue
        read = _english_time(match)
        if read is not None:
            found.append((match.start(), match.end(), *read))
    return found


def _english_time(match: re.Match[str]) -> tuple[int, int, str] | None:
    if match["noon"] or match["midnight"]:
        return 12, 0, "pm" if match["noon"] else "밤"
    if match["relation"]:
        hour = number(match["past_hour"])
        if hour is None or hour > 24:
            return None
        minute = {"half past": 30, "quarter past": 15, "quarter to": 45}.get(match["relation"])
        back = match["relation"] == "quarter to"
        if minute is None:
            past = number(match["past_minute"])
            if past is None or not 0 < past < 60:
                return None
            back = match["past_to"] == "to"
            minute = 60 - past if back else past
        return (hour - 1) % 24 if back and hour != 1 else (12 if back else hour), minute, match["past_part"] or ""
    sure = (
        match["part"]
        or match["oclock"]
        or match["minute"]
        or match["lead"] in ("at", "by", "until", "till", "@", "closing", "close", "before", "around")
    )
    hour = number(match["hour"])
    if not sure or hour is None:
        return None
    return hour, int(match["minute"] or (30 if match["half"] else 0)), match["part"] or ""


def _day_beside(dates: list[Value], start: int, end: int) -> Value | None:
    near = [day for day in dates if -12 <= start - day.end <= 12 or 0 <= day.start - end <= 6]
    return min(near, key=lambda day: abs(start - day.end), default=None)


def _resolve(
    now: datetime, day: Value | None, hour: int, minute: int, part: str, text: str, *, merchant: bool
) -> datetime | None:
    """The moment meant by a clock time. Without morning or afternoon, shops' hours decide: 3 is 15:00."""
    if not (0 <= hour <= 24 and 0 <= minute <= 59):
        return None
    on = date.fromisoformat(day.value) if day is not None else None
    if hour > 12 or hour == 0:
        return _on_or_next(now, on, hour % 24, minute, next_day=hour == 24)
    if part == "새벽" and merchant and _CLOSING.search(text) and (on is None or on == now.date()):
        return _on_or_next(now, None, hour % 12, minute)
    if part in _MORNING or part == "새벽":
        return _on_or_next(now, on, hour % 12, minute)
    if part in _AFTERNOON:
        return _on_or_next(now, on, hour % 12 + 12, minute)
    if part == "밤":
        late = hour == 12 or hour <= 5
        return _on_or_next(
            now, on, hour % 12 if late else hour + 12, minute, next_day=late and not (on is None and now.hour < 6)
        )
    if merchant and _OPENING.search(text) and 5 <= hour <= 11:
        return _on_or_next(now, on, hour, minute)
    if merchant and _CLOSING.search(text) and hour >= 5:
        return _on_or_next(now, on, hour + 12 if hour < 12 else 0, minute, next_day=hour == 12)
    if on is not None and on != now.date():
        return _on_or_next(now, on, hour if hour >= 10 else hour + 12, minute)
    return _soonest(now, hour, minute, night=merchant or now.hour >= 20, today_only=on is not None)


def _soonest(now: datetime, hour: int, minute: int, *, night: bool, today_only: bool) -> datetime | None:
    """The next time the clock shows ``hour``, leaving out the small hours unless it is late already."""
    start = now.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    small_hours = night and now.hour >= 17 and hour % 12 <= 4
    options = [start + timedelta(hours=hour % 12 + shift, minutes=minute) for shift in (0, 12, 24, 36)]
    for option in (_shown(option, now) for option in options):
        if _after(option, now) and (option.hour >= 7 or small_hours or now.hour < 5):
            if today_only and option.date() != now.date():
                break
            return option
    return _shown(options[1], now) if today_only else None


def _on_or_next(now: datetime, on: date | None, hour: int, minute: int, *, next_day: bool = False) -> datetime | None:
    try:
        wall = datetime.combine(on or now.date(), time(hour, minute), now.tzinfo)
        if next_day or (on is None and not _after(_shown(wall, now), now)):
            wall += timedelta(days=1)
        return _shown(wall, now)
    except OverflowError:
        return None


def _shown(wall: datetime, now: datetime) -> datetime:
    """A time of day as the clocks there will show it. One that is skipped in spring is an hour later; of one that
    comes twice in autumn the first is meant, or the second once the first is past."""
    first, second = (wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    return (second if first <= now.astimezone(UTC) < second else first).astimezone(wall.tzinfo)


def _after(when: datetime, now: datetime) -> bool:
    """Compared as instants: within one zone Python compares what the clocks show."""
    return when.astimezone(UTC) > now.astimezone(UTC)


def _ahead(now: datetime, minutes: int) -> datetime | None:
    try:
        ahead = now.astimezone(UTC) + timedelta(minutes=minutes)
        return ahead.astimezone(now.tzinfo).replace(second=0, microsecond=0)
    except OverflowError:
        return None


def _iso(when: datetime) -> str:
    return when.isoformat(timespec="minutes")
