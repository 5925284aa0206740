"""What an intent may hold: the values that are said about it, rather than besides it in a greeting or a story."""

from __future__ import annotations

from collections.abc import Mapping

_WITHOUT_MORE = frozenset({"inform", "affirm", "deny"})
_GETTING = frozenset({"choose_delivery", "choose_pickup", "checkout", "give_time", "give_address"})
_ORDERING = frozenset({"order_items", "change_item"})
_SHOP_HOURS = frozenset({"merchant_close_at", "merchant_day_off", "merchant_pause", "merchant_open"})
_ONLY_IN: Mapping[str, frozenset[str]] = {
    "date": _GETTING
    | {"inform", "order_items", "ask_hours", "ask_shop"}
    | {"merchant_close_at", "merchant_day_off", "merchant_pause", "merchant_sold_out", "merchant_restock"},
    "time": _GETTING
    | _ORDERING
    | _SHOP_HOURS
    | {"inform", "ask_hours", "ask_shop", "ask_delivery", "order_again"}
    | {"merchant_accept", "merchant_delay", "merchant_restock", "merchant_sold_out"},
    "asap": _GETTING | _ORDERING | _WITHOUT_MORE,
    "fulfilment": _GETTING | _ORDERING | _WITHOUT_MORE | {"order_again"},
    "quantity": _ORDERING | _WITHOUT_MORE | {"remove_item", "ask_price"},
    "stars": frozenset({"rate", "inform", "complain", "thanks", "affirm"}),
    "open_now": frozenset({"find_shop", "inform"}),
    "delivers": frozenset({"find_shop", "inform"}),
    "language": frozenset({"change_language", "inform"}),
}
_AN_ORDER = frozenset({"find_shop"}) | _GETTING
"""With a dish these are an order, and then have its number and its way."""
_NOT_IN: Mapping[str, frozenset[str]] = {
    "minutes": frozenset({"merchant_done", "merchant_refuse", "merchant_tell", "merchant_sold_out"}),
    "money": frozenset({"merchant_tell", "merchant_refuse"}),
}


def befits(entity: str, intent: str, *, with_dish: bool) -> bool:
    """Whether ``entity`` is part of ``intent``. ``with_dish``: a dish is named beside it."""
    if with_dish and entity in ("quantity", "fulfilment") and intent in _AN_ORDER:
        return True
    return intent in _ONLY_IN.get(entity, (intent,)) and intent not in _NOT_IN.get(entity, ())
