"""When: ``time`` as ISO 8601 with its zone, to the minute; ``asap`` true for "right away".

Which day a time of day is on, and whether 3 is in the afternoon, is reckoned from now and from shops' hours.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from nlu.clocks import AFTERNOON, MORNING, NIGHT, Clock, find_clocks
from nlu.numbers import ENGLISH, NATIVE, number
from nlu.patterns import Pattern
from nlu.values import Value, any_in

_AFTER_KO = Pattern(r"\s?(?:정도|쯤)?\s?(?:뒤|후(?!라|추|식)|있다가|이따가?)")
_IN_EN = Pattern(r"\bin\s(?:about\s|around\s|like\s)?$")
_AFTER_EN = Pattern(r"\s(?:from now|later)\b")
_ASAP = Pattern(
    r"되는\s?대로\s?(?:바로|빨리)|지금\s(?:갈게|갈께|가겠|가지러|찾으러|출발할게)|지금\s?(?:바로|당장)|바로\s?(?:요|주세요|해|갈|부탁|보내|픽업)|당장|최대한\s?(?:빨리|빠르게|서둘러)|가능한\s?(?:한\s?)?빨리|되는\s?대로|빨리\s?(?:요|해|주|부탁)|제일\s?빨리"
    r"|가장\s?빨리|(?:가장|제일)\s?빠른\s?(?:시간|걸로|거)|빠른\s?시간\s?(?:안|내)에?|최대한\s?빠르게|얼른\s?(?:요|해|주|부탁|보내)"
    r"|\basap\b|\bthe (?:sooner|quicker|faster) the better\b|\b(?:quickly|quick|fast|soon) as (?:possible|you can|u can)\b|a\.s\.a\.p\.?|as (?:soon|fast|quick|quickly|early) as (?:possible|(?:you|u|ya) can)|right (?:now|away)|soonest|the earliest|straight away|immediately"
)
_ASAP_HINT = ("바로", "지금", "당장", "최대한", "가능한", "되는", "빨리", "빠른", "얼른", "asap", "as ", "a.s.", "right ", "soonest", "earliest", "straight", "immediately", "better")  # fmt: skip
_TODAY = frozenset({"오늘", "금일", "today", "tonight"})
_LINK = Pattern(r"\s?(?:에\s?)?(?:(?:at|around|about|by|after|before|until|till)\s){0,2}")
_CLOSING = Pattern(r"닫|마감|끝나|까지|close|closing|until|till")
_OPENING = Pattern(r"열|오픈|open")


_USUAL = {
    "아침": (9, "오전"), "점심": (12, "낮"), "오후": (15, "낮"), "낮": (14, "낮"), "저녁": (18, "낮"), "밤": (21, "밤"),
    "morning": (9, "am"), "lunch": (12, "pm"), "noon": (12, "pm"), "afternoon": (15, "pm"), "dinner": (18, "pm"),
    "evening": (18, "pm"), "night": (21, "pm"),
}  # fmt: skip
"""The hour that a part of the day stands for."""
_PART_OF_DAY = Pattern(
    r"\s?(?P<ko>아침|점심|오후|낮|저녁|밤)(?=\s?(?:에|때|쯤|까지|시간|으로|이?요|이에요|예요|$|[.,!~]))|\s(?:at )?(?P<en>morning|lunch|afternoon|dinner|evening|night)(?:time)?\b"
)
_COMING = Pattern(
    r"(?<![가-힣])(?P<part>아침|점심|오후|저녁|밤)\s?(?:에|때|쯤|까지)(?=\s?(?:갈게|찾으|받으|받을|가지러|올게|보내|갖다|가져다|배달|픽업|포장))"
)
_BARE = Pattern(
    rf"(?:\s|음|아|어|그럼|한|약|아마|대충|넉넉히|[.,!~…]|um|uh|at|by|around|about|maybe|let's say|say|like|the)*"
    rf"(?:(?P<half_en>half )?(?P<hour>\d{{1,2}}|{NATIVE}|{ENGLISH})(?:\s?시)?(?:\s?(?P<half>반)|[ :](?P<minute>[0-5]\d|thirty|fifteen|forty[- ]five)(?:\s?분)?)?(?:-?\s?ish)?|(?P<usual>아침|점심|오후|낮|저녁|밤|morning|lunch|noon|afternoon|dinner|evening))"
    rf"(?:\s|시|때|에|이?요|쯤|정도|까지|이면|좋아|괜찮|부탁해|해|주세|please|pls|works|is fine|time|[.!~])*",
)
_ANY_TIME = Pattern(
    r"(?:\s|음|아|어|그냥|네|전|저는|[.,!~]|um|uh|just|whenever's fine,?)*"
    r"(?P<said>지금|당장|바로|빨리|얼른|되는대로|아무\s?때나|언제든지?|언제라도|상관\s?없|now|asap|any\s?time|whenever|as soon as|soon|no rush|doesn'?t matter)"
    r"(?:\s|이?요|은|도|이면|면|돼|되면|좋아|괜찮아|어|습니다|해|주세|부탁|드려|please|pls|is fine|works|is good|you can|possible|it'?s ready|[.!~])*"
)

HELD_UNTIL = Pattern(
    r"까지(?:는|만)?\s(?:(?:좀|잠깐|잠시|주문|배달)(?:을|은)?\s?)*(?:(?:안|못)\s?받|쉬(?!지)|쉴|쉽|멈)|까지(?:는|만)?\s?브레이크|까지(?:는|만)?\s?주문\s?(?:중지|스톱|정지)"
)
"""Orders are not taken until a time, rather than from it on."""
_UNTIL_EN = Pattern(r"\b(?:until|till|til)\s(?:about\s|around\s)?$")
_HELD_EN = Pattern(
    r"\b(?:no (?:more |new )*orders|orders?|pause[ds]?|on (?:a )?break)\b.{0,20}\b(?:until|till|til)\s(?:about\s|around\s)?$"
)


def find_times(text: str, now: datetime, dates: list[Value], *, merchant: bool = False) -> list[Value]:
    """``time`` values, each resolved against ``now`` and the date beside it, which is part of it unless it is today."""
    found: list[Value] = []
    clocks = find_clocks(text, merchant=merchant)
    for clock in clocks if merchant else [*clocks, *_parts_of_days(text, dates, clocks)]:
        day = _day_beside(dates, clock.start, clock.end)
        held = HELD_UNTIL.search(text, clock.end) or _HELD_EN.search(text, 0, clock.start)
        closing = merchant and held is None
        when = _resolve(now, day, clock, text, merchant=closing)
        if when is not None:
            found.append(Value("time", _iso(when), *_with_day(text, clock, day)))
    return found


def find_times_ahead(text: str, now: datetime, durations: list[Value]) -> list[Value]:
    """``time`` values reckoned from now: 30분 뒤, in half an hour. Each holds its duration whole and says more."""
    found: list[Value] = []
    for duration in durations:
        after = _AFTER_KO.match(text, duration.end) or _AFTER_EN.match(text, duration.end)
        before = _IN_EN.search(text, 0, duration.start)
        when = _ahead(now, int(duration.value)) if after or before else None
        if when is not None:
            start = before.start() if before else duration.start
            found.append(Value("time", _iso(when), start, after.end() if after else duration.end))
    return found


def _with_day(text: str, clock: Clock, day: Value | None) -> tuple[int, int]:
    """The span of a time with the day beside it, unless it is called today or a comma stands between."""
    if day is None or (day.start > clock.start and text[day.start : day.end] in _TODAY):
        return clock.start, clock.end
    if day.end <= clock.start:
        return (day.start if _LINK.fullmatch(text, day.end, clock.start) else clock.start), clock.end
    between = text[clock.end : day.start]
    return clock.start, (day.end if not between.strip(" on") and between else clock.end)


def _parts_of_days(text: str, dates: list[Value], clocks: list[Clock]) -> list[Clock]:
    """Parts of a named day without an hour, at the hour that shops would think of: 모레 점심, tomorrow evening."""
    found = [
        Clock(*match.span("part"), _USUAL[match["part"]][0], 0, _USUAL[match["part"]][1])
        for match in (() if text.isascii() else _COMING.finditer(text))
    ]
    for day in dates:
        match = _PART_OF_DAY.match(text, day.end)
        part = match and (match["ko"] or match["en"])
        if (
            match
            and part
            and not any(clock.start < match.end() and match.start() < clock.end for clock in [*clocks, *found])
        ):
            first = "ko" if match["ko"] else "en"
            hour, half = _USUAL[part]
            found.append(Clock(match.start(first), match.end(first), hour, 0, half))
    return found


def find_asap(text: str) -> list[Value]:
    """``asap`` true where the text asks for it right away."""
    if not any_in(_ASAP_HINT, text):
        return []
    return [Value("asap", True, match.start(), match.end()) for match in _ASAP.finditer(text)]


def bare_time(text: str, now: datetime) -> Value | None:
    """The time when a bare hour answers "at what time?": 3, three, half seven, 저녁; None when it is none."""
    match = _BARE.fullmatch(text)
    if match is None:
        return None
    if match["usual"]:
        hour, part = _USUAL[match["usual"]]
        clock = Clock(*match.span("usual"), hour, 0, part)
    else:
        said = number(match["hour"])
        if said is None:
            return None
        minute = 30 if match["half"] or match["half_en"] else number(match["minute"] or "0") or 0
        start = match.start("half_en") if match["half_en"] else match.start("hour")
        clock = Clock(start, max(match.end("hour"), match.end("half"), match.end("minute")), said, minute)
    when = _resolve(now, None, clock, text, merchant=False)
    return Value("time", _iso(when), clock.start, clock.end) if when else None


def any_time(text: str) -> Value | None:
    """``asap`` when any time, or now, answers "at what time?": 지금, 아무 때나, whenever; None when it does not."""
    match = _ANY_TIME.fullmatch(text)
    return Value("asap", True, *match.span("said")) if match else None


def _day_beside(dates: list[Value], start: int, end: int) -> Value | None:
    near = [day for day in dates if -12 <= start - day.end <= 12 or 0 <= day.start - end <= 6]
    return min(near, key=lambda day: abs(start - day.end), default=None)


def _resolve(now: datetime, day: Value | None, clock: Clock, text: str, *, merchant: bool) -> datetime | None:
    """The moment meant by a clock time. Without morning or afternoon, shops' hours decide: 3 is 15:00."""
    hour, minute, part = clock.hour, clock.minute, clock.part
    if not (0 <= hour <= 24 and 0 <= minute <= 59):
        return None
    on = date.fromisoformat(day.value) if day is not None else None
    if hour > 12 or hour == 0:
        return _on_or_next(now, on, hour % 24, minute, next_day=hour == 24)
    if part == "새벽" and merchant and _CLOSING.search(text) and (on is None or on == now.date()):
        return _on_or_next(now, None, hour % 12, minute)
    if part in MORNING or part == "새벽":
        return _on_or_next(now, on, hour % 12, minute)
    if part in NIGHT and (part == "밤" or hour == 12):
        late = hour == 12 or hour <= 5
        return _on_or_next(
            now, on, hour % 12 if late else hour + 12, minute, next_day=late and not (on is None and now.hour < 6)
        )
    if part in AFTERNOON or part == "night":
        return _on_or_next(now, on, hour % 12 + 12, minute)
    until = _UNTIL_EN.search(text, 0, clock.start) or text.startswith("까지", clock.end)
    if merchant and not until and _OPENING.search(text) and 5 <= hour <= 11:
        return _on_or_next(now, on, hour, minute)
    if merchant and (until or _CLOSING.search(text)) and hour >= 5:
        return _on_or_next(now, on, hour + 12 if hour < 12 else 0, minute, next_day=hour == 12)
    if on is not None and on != now.date():
        return _on_or_next(now, on, hour if hour >= 10 else hour + 12, minute)
    return _soonest(now, hour, minute, night=merchant or now.hour >= 20, today_only=on is not None)


def _soonest(now: datetime, hour: int, minute: int, *, night: bool, today_only: bool) -> datetime | None:
    """The next time the clock shows ``hour``, leaving out the small hours unless it is late already."""
    start = now.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    small_hours = night and now.hour >= 17 and hour % 12 <= 4
    try:
        options = [start + timedelta(hours=hour % 12 + shift, minutes=minute) for shift in (0, 12, 24, 36)]
    except OverflowError:
        return None
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
