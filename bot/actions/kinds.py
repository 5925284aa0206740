"""A word that several dishes of a menu go by: "커피 두 잔" where there are seven coffees. Which one is asked, the rest kept."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.actions.doing import Doing, Slots, action
from bot.lines_said import lines_said
from commerce import trades
from commerce.folding import fold
from commerce.menu_views import ItemView, Menu
from commerce.shops import ShopView

MOST_KINDS = 10
"""Dishes offered at once."""
_PLURAL = re.compile(r"(?<=[a-z]{3})(?:(?<=[cs]h)es|(?<!s)s)$")
_ARTICLE = re.compile(r"^(?:an?|the|some|any|one|two|three)\s+|^(?:그|저|이)\s+", re.IGNORECASE)


def kinds_of(words: str, on_menu: Menu, shop: ShopView) -> list[ItemView]:
    """The dishes of the menu that ``words`` may mean: those with these words in a name, or all of them where no
    name tells and the words are the shop's trade ("coffee" in a café)."""
    bare = _ARTICLE.sub("", words.strip().casefold())
    for name in shop.name.values():
        bare = bare.replace(name.casefold(), "").strip() or bare
    wanted = fold(_PLURAL.sub("", bare))
    if len(wanted) < 2 and not re.fullmatch("[가-힣]", wanted):
        return []
    to_have = [item for item in on_menu.items if not item.sold_out and item.available != 0]
    named = [item for item in to_have if any(wanted in fold(name) for name in _names(item))]
    if len(named) < 2 and wanted in {fold(name) for name in trades.trade(shop.trade).names}:
        named = to_have
    return named[:MOST_KINDS]


def _names(item: ItemView) -> list[str]:
    return [*item.name.values(), *(alias for some in item.aliases.values() for alias in some)]


def asked_kind(line: Mapping[str, Any], kinds: Sequence[ItemView]) -> dict[str, Any]:
    """The ``kinds`` slot: what was said, how many of it, and the dishes to pick from."""
    dishes = [{"id": item.id, "name": dict(item.name), "price": item.price} for item in kinds]
    return {"words": str(line.get("text") or "").strip(), "quantity": line.get("quantity"), "dishes": dishes}


@action
async def choose_kind(doing: Doing) -> Slots:
    """The dish that was tapped or said takes the place of the word in the order that waits."""
    pending, kind = doing.slot("pending"), doing.slot("kind")
    if not isinstance(pending, Mapping) or not pending.get("lines"):
        return {"outcome": "nothing"}
    first, *rest = pending["lines"]
    said = [line for line in lines_said(doing.understood) if line["item"]] if doing.understood is not None else []
    if len(said) == 1 and said[0]["quantity"] is None:
        said = [{**said[0], "quantity": first.get("quantity")}]
    chosen = said or [{**first, "item": kind}]
    return {"pending": {**pending, "lines": [*chosen, *rest]}, "intent": None, "kind": None, "kinds": None}
