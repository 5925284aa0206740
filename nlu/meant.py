"""Which of the values found in a text are part of what is wanted, once that is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nlu.befitting import befits
from nlu.fillers import Spanned
from nlu.intents import INTENTS
from nlu.patterns import Pattern
from nlu.understanding import Entity
from nlu.values import Value

_TODAY = frozenset({"오늘", "금일", "today", "tonight"})
_DAYS_ARE_MEANT = frozenset({"merchant_day_off"})
"""To say that it is today is only news of a day off."""
_LATER = frozenset({"merchant_accept", "merchant_delay", "merchant_pause"})
"""Where "in 20 minutes" says how long it takes."""
_GIVEN = frozenset({"give_address", "give_time"})
_BRINGING = ("갖다", "가져다", "bring", "send", "drop")
"""With an address or a time these go without saying."""
_FETCHING = ("갖다", "가져다")
"""With dishes these only ask for them: 하나 갖다주세요."""
_ORDERED = frozenset({"order_items", "change_item"})
_A_KIND_OF_SHOP = frozenset(
    {"find_shop", "register_shop", "ask_hours", "ask_phone", "ask_location", "ask_delivery", "clear_cart", "inform"}
)
"""Where a kind of shop is spoken of; elsewhere 빵 or "burger" is what is eaten."""
_ARTICLE = Pattern(r"\b(?P<one>an?)\s(?:[a-z-]+\s){0,2}$")


def meant(entities: Iterable[Entity], intent: str) -> list[Entity]:
    """The entities without those that another one says better or that have no part in ``intent``."""
    every = list(entities)
    times = [one for one in every if one.entity == "time"]
    minutes = {(one.start, one.end) for one in every if one.entity == "minutes"}
    with_dish = any(one.entity == "item" for one in every)
    return [
        one
        for one in every
        if befits(one.entity, intent, with_dish=with_dish) and _belongs(one, intent, times, minutes)
    ]


def _belongs(one: Entity, intent: str, times: Sequence[Entity], minutes: set[tuple[int, int]]) -> bool:
    speaker = INTENTS[intent].speaker
    within = any(time.start <= one.start and one.end <= time.end for time in times)
    if one.entity == "date":
        return not within and (one.text.lower() not in _TODAY or intent in _DAYS_ARE_MEANT)
    if one.entity == "trade":
        return intent in _A_KIND_OF_SHOP
    if one.entity == "minutes":
        return speaker == "merchant" or (speaker == "any" and not within)
    if one.entity == "fulfilment":
        weak = intent in _GIVEN and one.text.lower().startswith(_BRINGING)
        weak = weak or (intent in _ORDERED and one.text.startswith(_FETCHING))
        return not weak
    if one.entity == "time":
        return intent not in _LATER or not any(one.start <= start and end <= one.end for start, end in minutes)
    return one.entity != "quantity" or (one.start, one.end) not in minutes


def articles(text: str, dishes: Sequence[Spanned], taken: Sequence[Value]) -> list[Value]:
    """``quantity`` 1 for the article before a dish: "a latte", "an iced americano"."""
    found: list[Value] = []
    for dish in dishes:
        match = _ARTICLE.search(text, 0, dish.start)
        if match is None:
            continue
        one = Value("quantity", 1, *match.span("one"))
        between = Value("quantity", 1, match.start("one"), dish.start)
        if not any(between.meets(other) for other in [*taken, *found]):
            found.append(one)
    return found
