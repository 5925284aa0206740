"""All normal forms of a text, overlaps settled."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime

from nlu.addresses import find_addresses
from nlu.codes import find_codes
from nlu.dates import find_dates
from nlu.durations import find_durations
from nlu.fulfilment import find_fulfilment, find_shop_wishes
from nlu.languages import find_languages
from nlu.money import find_money
from nlu.phones import find_phones
from nlu.quantities import find_quantities
from nlu.stars import find_stars
from nlu.times import find_asap, find_times
from nlu.values import Value, without


def find_values(text: str, now: datetime, words: Container[str], *, merchant: bool = False) -> list[Value]:
    """Values of a reading text by position. ``words`` are known everyday words (they are no invitation code).

    A time keeps the date and the duration it was made from; elsewhere the more special form wins: a price is no
    quantity, a house number no time.
    """
    plain = find_asap(text) + find_fulfilment(text) + find_shop_wishes(text) + find_languages(text)
    numeric = _numeric(text, now, words, merchant=merchant)
    return sorted([*plain, *numeric], key=lambda value: (value.start, value.end))


def _numeric(text: str, now: datetime, words: Container[str], *, merchant: bool) -> list[Value]:
    found = find_codes(text, words) + find_phones(text)
    found += without(find_addresses(text), found)
    found += without(find_money(text), found)
    found += without(find_stars(text), found)
    dates = without(find_dates(text, now.date()), found)
    durations = without(find_durations(text), found)
    times = without(find_times(text, now, dates, durations, merchant=merchant), found)
    clocks = [
        time for time in times if not any(time.meets(duration) and _from(time, duration) for duration in durations)
    ]
    durations = without(durations, clocks)
    found += dates + times + durations
    return found + without(find_quantities(text), found)


def _from(time: Value, duration: Value) -> bool:
    """Whether the time was made from the duration ("30분 뒤"): it holds it whole and says more."""
    return (
        time.start <= duration.start
        and duration.end <= time.end
        and time.end - time.start > duration.end - duration.start
    )
