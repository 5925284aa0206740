"""How a value is said in a language: money, clock, day, distance, counts, plurals and particles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.dates import format_skeleton, format_time, get_time_format
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, get_currency_precision
from babel.units import format_unit

from flows.particles import PARTICLES, particle

LANGUAGES = ("ko", "en")
_LOCALES: Mapping[str, str] = {"ko": "ko_KR", "en": "en_US"}
_METRES = {"ko": "short", "en": "narrow"}
"""CLDR's width in which a length stands right after its number: 350m."""
_NEAR = {"ko": {-1: "어제", 0: "오늘", 1: "내일", 2: "모레"}, "en": {-1: "yesterday", 0: "today", 1: "tomorrow"}}
"""CLDR has these words; Babel leaves them out."""
_YES_NO = {"ko": ("예", "아니요"), "en": ("yes", "no")}
_LARGEST = 10**15


@dataclass(frozen=True, slots=True)
class Manner:
    """For whom a value is said: language, the zone for clock and day (None: as the value has it), the present for
    "today", and the currency of plain amounts."""

    language: str
    zone: tzinfo | None = None
    now: datetime | None = None
    currency: str = "KRW"


@lru_cache(maxsize=8)
def _locale(language: str) -> Locale:
    return Locale.parse(_LOCALES.get(language, "en_US"))


def localised(value: Any, language: str) -> Any:
    """The value itself, or of a mapping by language the wording in ``language`` or else in any other."""
    if not isinstance(value, Mapping) or not any(one in value for one in LANGUAGES):
        return value
    return value.get(language) or next((value[one] for one in LANGUAGES if value.get(one)), None)


def plain(value: Any, manner: Manner) -> str:
    """The value without any form asked for: texts as they are, lists joined by commas, nothing for None."""
    value = localised(value, manner.language)
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return _YES_NO.get(manner.language, _YES_NO["en"])[0 if value else 1]
    if isinstance(value, (list, tuple)):
        return ", ".join(part for part in (plain(_label(one), manner) for one in value) if part)
    if isinstance(value, Mapping):
        name = localised(value.get("name"), manner.language)
        return name if isinstance(name, str) else ""
    try:
        return str(value)
    except ValueError:
        return ""


def _label(value: Any) -> Any:
    return value.get("name") if isinstance(value, Mapping) and "name" in value else value


def _number(value: Any) -> int | float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value if -_LARGEST < value < _LARGEST else None


def money(value: Any, manner: Manner) -> str:
    """Minor units as people write the amount: 18,000원 or ₩18,000. A mapping brings ``amount`` and ``currency``.

    All by CLDR but won in Korean: CLDR has ₩18,000 there too, which no Korean shop writes."""
    currency = manner.currency
    if isinstance(value, Mapping):
        currency = str(value.get("currency") or currency)
        value = value.get("amount")
    number = _number(value)
    if number is None:
        return plain(value, manner)
    if currency == "KRW" and manner.language == "ko":
        return f"{format_decimal(round(number), locale=_locale('ko'))}원"
    try:
        whole = Decimal(round(number)).scaleb(-get_currency_precision(currency))
        return format_currency(whole, currency, locale=_locale(manner.language))
    except (InvalidOperation, ValueError, LookupError):
        return f"{number:,} {currency}"


def _moment(value: Any, manner: Manner) -> datetime | None:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    if value.tzinfo is None or manner.zone is None:
        return value
    try:
        return value.astimezone(manner.zone)
    except (OverflowError, ValueError):
        return value


def clock(value: Any, manner: Manner) -> str:
    """The time of day: 오후 3:05 or 3:05 PM."""
    moment = _moment(value, manner)
    if moment is None:
        return plain(value, manner)
    return _one_space(_format_time(moment, manner.language))


def _format_time(moment: datetime, language: str) -> str:
    """CLDR's short time, with the half of the day in full: its short form is AM and PM in Korean too."""
    locale = _locale(language)
    pattern = get_time_format("short", locale).pattern.replace("a", "aaaa")
    return format_time(moment, pattern, locale=locale)


def _one_space(text: str) -> str:
    """With ordinary spaces: some messengers show a box for CLDR's narrow one."""
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def day(value: Any, manner: Manner) -> str:
    """The day: 오늘 or today when it is near, else 11월 20일(금) or Fri, Nov 20."""
    moment = _moment(value, manner)
    if moment is None:
        return plain(value, manner)
    language = manner.language if manner.language in _NEAR else "en"
    near = None if manner.now is None else _NEAR[language].get((moment.date() - _date(manner.now, manner)).days)
    if near is not None:
        return near
    said = format_skeleton("MMMEd", moment, locale=_locale(language))
    return said.replace(" (", "(")  # a bracket stands right after its word in Korean


def _date(now: datetime, manner: Manner) -> date:
    return (now.astimezone(manner.zone) if manner.zone is not None and now.tzinfo is not None else now).date()


def distance(value: Any, manner: Manner) -> str:
    """Metres as 350m or 1.2km."""
    metres = _number(value)
    if metres is None:
        return plain(value, manner)
    rounded = round(metres, -1)
    near = rounded < 1000
    amount, unit = (rounded, "length-meter") if near else (metres / 1000, "length-kilometer")
    width = _METRES.get(manner.language, "narrow")
    locale = _locale(manner.language)
    return format_unit(amount, unit, width, "0" if near else "0.0", locale=locale)  # type: ignore[arg-type]


def count(value: Any, manner: Manner) -> str:
    """A number with its thousands set apart."""
    number = _number(value)
    return plain(value, manner) if number is None else format_decimal(number, locale=_locale(manner.language))


def duration(value: Any, manner: Manner) -> str:
    """Minutes as 1시간 30분 or 1 hr, 30 min."""
    minutes = _number(value)
    if minutes is None or minutes < 0:
        return plain(value, manner)
    whole = timedelta(minutes=min(round(minutes), 10**7))
    amounts = zip(divmod(int(whole.total_seconds()) // 60, 60), ("hour", "minute"), strict=True)
    locale = _locale(manner.language)
    parts = [format_unit(amount, f"duration-{unit}", "short", locale=locale) for amount, unit in amounts if amount]
    return format_list(parts or [format_unit(0, "duration-minute", "short", locale=locale)], "unit-short", locale)


_FORMS: Mapping[str, Callable[[Any, Manner], str]] = {
    "money": money,
    "clock": clock,
    "day": day,
    "distance": distance,
    "count": count,
    "duration": duration,
}


def plural(value: Any, words: str, manner: Manner) -> str:
    """Of ``one|other`` the word that the number asks for in the language."""
    one, _, other = words.partition("|")
    number = _number(value)
    return one if number is not None and _locale(manner.language).plural_form(number) == "one" else other


SPECS = frozenset(_FORMS) | PARTICLES


def is_spec(spec: str) -> bool:
    """Whether ``spec`` may stand after the colon of a placeholder."""
    return spec in SPECS or spec.count("|") == 1


def say(value: Any, specs: tuple[str, ...], manner: Manner) -> str:
    """``value`` said by each form in turn. Never raises; a missing value is an empty text."""
    said: Any = value
    for spec in specs:
        if said is None:
            return ""
        form = _FORMS.get(spec)
        if form is not None:
            said = form(said, manner)
        elif spec in PARTICLES:
            word = plain(said, manner)
            said = word + particle(word, spec) if word and manner.language == "ko" else word
        else:
            said = plural(said, spec, manner)
    return said if specs and isinstance(said, str) else plain(said, manner)
