"""The wishes of a message that has several: each with the words it was said in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nlu.clauses import clauses
from nlu.fillers import content
from nlu.reading import Reading

_COURTESY = frozenset(
    {
        "greet",
        "thanks",
        "goodbye",
        "affirm",
        "deny",
        "out_of_scope",
        "chitchat",
        "insult",
        "inform",
        "skip",
        "repeat",
        "cancel",
        "restart",
    }
)
"""What goes along with a wish and is none beside it."""
_ASKING = frozenset(
    {
        "find_shop", "show_menu", "recommend", "ask_dish", "ask_price", "ask_hours", "ask_phone", "ask_location",
        "ask_delivery", "ask_shop", "ask_payment", "show_cart", "show_coupons", "order_status", "my_orders", "help",
        "merchant_orders_today", "merchant_sales", "operator_waiting", "operator_today",
    }
)  # fmt: skip
"""Wishes that change nothing."""
_ORDERING = frozenset({"order_items", "change_item", "remove_item", "add_note"})
_GETTING_IT = frozenset({"choose_delivery", "choose_pickup", "give_time", "give_address"})
_MOST = 4
"""Clauses that are read each on its own; a longer message is one wish after them."""

Judge = Callable[[Reading], str | None]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a message with its intent."""

    intent: str
    start: int
    end: int


def changes_something(intent: str) -> bool:
    """Whether more than an answer is wanted."""
    return intent not in _ASKING


def pieces(reading: Reading, whole: str, judge: Judge) -> list[Piece]:
    """The wishes in order, or nothing when there is just one. ``judge`` tells the intent of a part of the message, or
    None when it is unsure of it; ``whole`` is that of the message."""
    spans = clauses(reading)
    if len(spans) == 1:
        return []
    spans = [*spans[: _MOST - 1], (spans[_MOST - 1][0], spans[-1][1])] if len(spans) > _MOST else spans
    found: list[Piece] = []
    before = 0
    for _, end in spans:
        part = reading.part(before, end)
        intent = judge(part) if _says_something(part) else None
        if intent is None or intent in _COURTESY:
            if found:
                found[-1] = Piece(found[-1].intent, found[-1].start, end)
                before = end
            continue
        piece = Piece(intent, before, end)
        if found and _goes_on(reading, found[-1], piece):
            found[-1] = Piece(_of_both(found[-1].intent, intent), found[-1].start, end)
        else:
            found.append(piece)
        before = end
    if len(found) == 1 and found[0].intent in _ORDERING and whole in _ORDERING and found[0].start == 0:
        return found
    return found if len({piece.intent for piece in found}) > 1 else []


def _says_something(part: Reading) -> bool:
    if part.mentions or part.notes:
        return True
    return bool(part.values) or bool(content(part.text, 0, len(part.text), ())) or len(part.squeezed) > 1


def _of_both(first: str, second: str) -> str:
    return next((one for one in ("order_items", "merchant_refuse") if one in (first, second)), first)


def _goes_on(reading: Reading, first: Piece, second: Piece) -> bool:
    """Whether the second speaks of the same wish: the same intent, or of the lines that the first has ordered."""
    if first.intent == second.intent:
        return True
    if "merchant_refuse" in (first.intent, second.intent):
        return True
    if first.intent not in _ORDERING:
        return False
    if second.intent == "add_note":
        return True
    if first.intent == "add_note":
        return second.intent == "order_items"
    ordered = _dishes(reading, first)
    again = _dishes(reading, second)
    if second.intent in ("change_item", "remove_item") and first.intent == "order_items":
        return again <= ordered
    return first.intent == "change_item" and second.intent == "order_items" and not again


def _dishes(reading: Reading, piece: Piece) -> set[str]:
    return {
        name.key
        for mention in reading.orderable()
        if piece.start <= mention.start < piece.end
        for name in mention.of("item")[:1]
    }
