"""All normal forms of a text, overlaps settled."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime

from nlu.addresses import address_parts, find_addresses
from nlu.codes import find_codes
from nlu.dates import find_dates
from nlu.durations import find_durations
from nlu.fulfilment import find_fulfilment, find_shop_wishes
from nlu.languages import find_languages
from nlu.money import find_changes, find_limits, find_money
from nlu.ordinals import find_ordinals
from nlu.phones import find_phones
from nlu.quantities import find_quantities
from nlu.stars import find_stars
from nlu.times import find_asap, find_times, find_times_ahead
from nlu.values import Value, without


def find_values(text: str, now: datetime, words: Container[str], *, merchant: bool = False) -> list[Value]:
    """Values of a reading text by position. ``words`` are known everyday words (they are no invitation code).

    A time keeps the date and the duration that it was made from; elsewhere the more special form wins: a price is no
    quantity, a house number no time.
    """
    plain = find_asap(text) + find_fulfilment(text) + find_shop_wishes(text) + find_languages(text)
    numeric = _numeric(text, now, words, merchant=merchant)
    return sorted([*plain, *numeric], key=lambda value: (value.start, value.end))


def _numeric(text: str, now: datetime, words: Container[str], *, merchant: bool) -> list[Value]:
    found = find_codes(text, words) + find_phones(text)
    addresses = without(find_addresses(text), found)
    parts = [part for address in addresses for part in address_parts(text, address)]
    found += addresses
    amounts = without(find_money(text, merchant=merchant), found)
    found += amounts
    found += without(find_changes(text, amounts) if merchant else find_limits(text, amounts), found)
    found += without(find_stars(text), found)
    dates = without(find_dates(text, now.date()), found)
    durations = without(find_durations(text), found)
    clocks = without(find_times(text, now, dates, merchant=merchant), found)
    durations = without(durations, clocks)
    times = clocks + without(find_times_ahead(text, now, durations), clocks)
    found += dates + times + durations
    found += without(find_ordinals(text), found)
    return found + without(find_quantities(text), found) + parts
