"""Whether words are about an order that has been placed: nothing is in the cart, and such an order is under way."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from bot.actions.doing import Doing
from commerce import orders
from commerce.orders import OrderView
from nlu.notes import is_for_all
from nlu.understanding import Understanding
from nlu.values import Value

JUST_NOW: Final = timedelta(hours=3)
"""So long after its time somebody may still mean an order that was handed over."""
WHERE: Final = frozenset({"give_address", "change_address"})
HOW: Final = WHERE | {"choose_delivery", "choose_pickup"}
"""Wishes about how or where."""
_MORE = re.compile(r"추가|(?<![가-힣])더(?![가-힣])|더\s?(?:주|시|넣|담)|\badd\b|\balso\b|\banother\b|\bmore\b|\btoo\b")
"""Words that add to what has been ordered."""
_TO_IT = re.compile(r"(?:은|는|에|에다|에다가|에는)\s|\bto (?:the|my|one)\b|\b(?:on|in) (?:the|my|one)\b")
"""Words that say something about a dish that is known: "라떼 한 잔은", "to the latte"."""


async def changeable(doing: Doing) -> list[OrderView]:
    """The person's orders that words may be about, the newest first: those under way, else one just handed over."""
    found = list(await orders.open_of(doing.work, doing.person))
    if found:
        return found
    last = await orders.recent_of(doing.work, doing.person, 1)
    just = doing.work.now - JUST_NOW
    return [one for one in last if one.state == "done" and (one.eta_at or one.placed_at) >= just]


async def meant_of_placed(doing: Doing, shop: str) -> str | None:
    """What dishes that were said are to an order under way at ``shop``: "order_items" when they come to it ("one more
    cola"), "change_item" when they are in it and are to be otherwise ("an extra shot to the latte"); else None."""
    understood = doing.understood
    if understood is None or doing.slot("fulfilment") is not None:
        return None
    here = [order for order in await orders.open_of(doing.work, doing.person) if order.shop == shop]
    otherwise = any(line.options for line in understood.lines) and _TO_IT.search(understood.text.casefold()) is not None
    if otherwise and _has_all(here, {line.item for line in understood.lines}):
        return "change_item"
    return "order_items" if here and _MORE.search(_without_choices(understood)) is not None else None


def is_of_handing_over(understood: Understanding | None) -> bool:
    """Whether words ask for nothing but how the order is brought or left: "문 앞에 놓고 벨 눌러 주세요"."""
    if understood is None or understood.intent != "add_note" or understood.lines:
        return False
    notes = [Value("note", one.value, one.start, one.end) for one in understood.entities if one.entity == "note"]
    return bool(notes) and all(is_for_all(note) for note in notes)


async def in_placed(doing: Doing, items: set[str | None]) -> bool:
    """Whether an order under way has all those dishes."""
    return _has_all(await orders.open_of(doing.work, doing.person), items)


def _has_all(among: Iterable[OrderView], items: set[str | None]) -> bool:
    return bool(items) and any(items <= {line.item for line in order.lines} for order in among)


def _without_choices(understood: Understanding) -> str:
    """The words without the names of options: "extra shot" adds nothing to an order."""
    text = understood.text
    for one in sorted(understood.entities, key=lambda one: -one.start):
        if one.entity == "choice":
            text = text[: one.start] + text[one.end :]
    return text.casefold()
