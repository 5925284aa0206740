"""Whether words are about an order that has been placed: nothing is in the cart, and such an order is under way."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from bot.actions.doing import Doing
from commerce import orders
from commerce.orders import OrderView
from nlu.understanding import Understanding

JUST_NOW: Final = timedelta(hours=3)
"""So long after its time somebody may still mean an order that was handed over."""
WHERE: Final = frozenset({"give_address", "change_address"})
HOW: Final = WHERE | {"choose_delivery", "choose_pickup"}
"""Wishes about how or where."""
_MORE = re.compile(r"추가|(?<![가-힣])더(?![가-힣])|더\s?(?:주|시|넣|담)|\badd\b|\balso\b|\banother\b|\bmore\b|\btoo\b")
"""Words that add to what has been ordered."""


async def changeable(doing: Doing) -> list[OrderView]:
    """The person's orders that words may be about, the newest first: those under way, else one just handed over."""
    found = list(await orders.open_of(doing.work, doing.person))
    if found:
        return found
    last = await orders.recent_of(doing.work, doing.person, 1)
    just = doing.work.now - JUST_NOW
    return [one for one in last if one.state == "done" and (one.eta_at or one.placed_at) >= just]


async def adds_to_placed(doing: Doing, shop: str) -> bool:
    """Whether dishes that were said are to come to an order under way at ``shop``: "one more cola"."""
    understood = doing.understood
    if understood is None or doing.slot("fulfilment") is not None or _MORE.search(_without_choices(understood)) is None:
        return False
    return any(order.shop == shop for order in await orders.open_of(doing.work, doing.person))


def _without_choices(understood: Understanding) -> str:
    """The words without the names of options: "extra shot" adds nothing to an order."""
    text = understood.text
    for one in sorted(understood.entities, key=lambda one: -one.start):
        if one.entity == "choice":
            text = text[: one.start] + text[one.end :]
    return text.casefold()
