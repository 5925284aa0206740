"""What a message comes to: its wish made more exact, and the values that it names."""

from __future__ import annotations

import itertools
import re
from typing import Any

from bot.lines_said import lines_said
from nlu.understanding import Understanding

SURE = 0.6
"""From this confidence a wish goes before the answer to an open question."""
PLAIN = 0.9
"""From this confidence a wish goes before an answer in free words."""
LEADING_TO_ORDER = frozenset({"find_shop", "give_address", "give_time", "choose_delivery", "choose_pickup"})
"""Wishes that are an order when a dish is named with how many or how."""
ABOUT_A_SHOP = frozenset({"ask_hours", "ask_phone", "ask_location", "ask_delivery"})
QUESTIONS = ABOUT_A_SHOP | {"ask_price", "show_menu"}
"""Wishes that are no answer in free words when they are put as a question."""
_INSTEAD = re.compile(r"(?:이|가)?\s?(?:말고|대신에?|아니라|아니고)[,\s]+")
"""Between a number and the one that takes its place."""


def wish_of(understood: Understanding) -> str:
    """The intent, made more exact by what is named: a choice without a dish ("with an extra shot") changes what is in
    the cart, "all right, pickup then" chooses pickup, a dish to be delivered is an order."""
    named = any(line.item or line.text for line in understood.lines)
    if understood.intent in ("order_items", "deny") and understood.value("choice") is not None and not named:
        return "change_item"
    if understood.intent == "affirm" and understood.value("fulfilment") is not None:
        return f"choose_{understood.value('fulfilment')}"
    if understood.intent == "order_items" and understood.lines and all(line.quantity == 0 for line in understood.lines):
        return "remove_item"
    ordered = understood.value("fulfilment") or understood.value("quantity")
    if understood.intent in LEADING_TO_ORDER and understood.value("item") is not None and ordered:
        return "order_items"
    if understood.intent in ABOUT_A_SHOP and understood.value("trade") and not understood.value("shop"):
        return "find_shop"
    return understood.intent


_WAYS = {"choose_delivery": "delivery", "choose_pickup": "pickup"}
"""What is wished for where both are named: "change pickup to delivery"."""


def said(understood: Understanding) -> dict[str, Any]:
    """The entities by name, with the order's lines and the words themselves as JSON values."""
    values = dict(understood.values())
    notes = [str(one.value) for one in understood.entities if one.entity == "note"]
    if len(notes) > 1:
        values["note"] = ", ".join(dict.fromkeys(notes))
    wished = _choice_instead(understood)
    if wished is not None:
        values["choice"] = wished
    ways = [one.value for one in understood.entities if one.entity == "fulfilment"]
    if len(set(ways)) > 1 and understood.intent in _WAYS:
        values["fulfilment"] = _WAYS[understood.intent]
    number = _number_instead(understood)
    if number is not None:
        values["quantity"] = number
    if understood.lines:
        values["lines"] = lines_said(understood)
    only = understood.lines[0] if len(understood.lines) == 1 else None
    if only is not None and only.item is None and not only.text and len(only.options) == 1:
        values["choice"] = only.options[0]  # and not the one that it takes the place of
    if "note" in values:
        values["note"] = _whole_note(understood)
    if "asap" in values:
        values.setdefault("time", "asap")
    if "address" in values:
        values["address"] = _as_written(values["address"], understood.text)
    values["words"] = understood.text.strip()
    return values


def _choice_instead(understood: Understanding) -> Any | None:
    """Of several options named without a dish the one that is wished for: the other of "순한맛 말고 매운맛으로"."""
    named = [one.value for one in understood.entities if one.entity == "choice"]
    if len(named) < 2 or len(understood.lines) != 1 or understood.lines[0].item is not None:
        return None
    kept = understood.lines[0].options
    return next((one for one in named if one in kept), kept[0] if kept else None)


def _number_instead(understood: Understanding) -> Any | None:
    """The number that takes the place of another: "두 마리 말고 네 마리로" wishes for four."""
    numbers = [found for found in understood.entities if found.entity == "quantity" and found.value is not None]
    pairs = itertools.pairwise(numbers)
    later = [other.value for one, other in pairs if _INSTEAD.fullmatch(understood.text[one.end : other.start])]
    return later[-1] if later else None


def _whole_note(understood: Understanding) -> str:
    """All that is noted: "벨 누르지 말고 문 앞에 놔주세요" is two notes side by side."""
    first, *further = [found for found in understood.entities if found.entity == "note" and found.value]
    words, end = str(first.value), first.end
    for note in further:
        between = understood.text[end : note.start].strip(" ,.")
        words, end = words + (" / " if between else " ") + str(note.value), note.end
    return words


def _as_written(value: Any, text: str) -> Any:
    """An address keeps the capitals it was written with."""
    at = text.casefold().find(value) if isinstance(value, str) else -1
    return text[at : at + len(value)] if at >= 0 else value


def plain_wish(understood: Understanding) -> bool:
    """Not an answer in free words but something else wanted: dishes with their numbers, or where the order is."""
    if understood.intent in QUESTIONS and understood.in_scope and understood.text.rstrip().endswith("?"):
        return understood.confidence >= SURE
    if understood.confidence < PLAIN or not understood.in_scope:
        return False
    if understood.intent == "order_items":
        return any(line.quantity is not None for line in understood.lines)
    return understood.intent in ("order_status", "cancel_order", "show_coupons", "my_orders")
