"""The dish that was found or not to be had last, which the next words may count without a name: "두 잔이요"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from nlu.understanding import OrderLine, Understanding

LASTS = timedelta(minutes=10)
"""How long it is remembered."""
_MAY_COUNT = frozenset({"order_items", "change_item", "inform", "find_shop", "show_menu", "out_of_scope"})
_SAID_OF_IT = frozenset({"quantity", "choice", "fulfilment", "time", "asap", "date"})


def spoken_of(shop: str, item: str, now: datetime) -> dict[str, str]:
    """As the slot ``spoken_of`` keeps it."""
    return {"shop": shop, "item": item, "at": now.isoformat()}


def remembered(slots: Mapping[str, Any], now: datetime) -> Mapping[str, Any]:
    """The slots, without what was spoken of too long ago."""
    kept = slots.get("spoken_of")
    if not isinstance(kept, Mapping) or now - datetime.fromisoformat(str(kept["at"])) <= LASTS:
        return slots
    return {**slots, "spoken_of": None}


_THAT = re.compile(
    r"(?:^|\s)[그고이]거|(?:^|\s)[그이]걸|\b(?:that|this)(?: one)?\b|\bone of (?:those|them)\b", re.IGNORECASE
)
_BECOMES = re.compile(r"바꿔|바꾸|변경|\b(?:change|make|instead)\b", re.IGNORECASE)


def that_one(understood: Understanding, slots: Mapping[str, Any]) -> Understanding | None:
    """An order of that dish by "that": "그거 하나 주세요" when it was asked whether there is any."""
    if _THAT.search(understood.text) is None or _BECOMES.search(understood.text):
        return None
    return counted(understood, slots)


def counted(understood: Understanding, slots: Mapping[str, Any]) -> Understanding | None:
    """An order of that dish, where a number or a choice of it is all that is said."""
    kept = slots.get("spoken_of")
    if not isinstance(kept, Mapping) or kept["shop"] != slots.get("at_shop") or understood.intent not in _MAY_COUNT:
        return None
    named = any(line.item or line.text for line in understood.lines)
    choices = tuple(str(one.value) for one in understood.entities if one.entity == "choice")
    number = understood.value("quantity")
    besides = {one.entity for one in understood.entities} - _SAID_OF_IT
    if named or besides or not (choices or number):
        return None
    line = OrderLine(str(kept["item"]), int(number or 1), choices)
    return replace(understood, intent="order_items", confidence=1.0, in_scope=True, lines=(line,))
