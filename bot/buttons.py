"""What a button carries besides its payload, and whether that still holds when it is tapped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot import views
from flows.library import Library
from flows.turned import Asking, Say

_ORDERS = ("placed", "handled", "o")
"""Slots that hold the order that a message is about."""


def carried(say: Say, asking: Asking | None, library: Library) -> dict[str, Any]:
    """Flow, step and version of what was said, or of the question that it puts; the cart or order that it was about,
    and the price that it named."""
    if asking is not None:
        carries: dict[str, Any] = {"flow": asking.flow, "step": asking.step, "version": asking.version}
    else:
        carries = {"flow": say.flow, "step": say.step, "version": library.version}
    cart, price = _of(say.slots, "cart", "id"), _of(say.slots, "quote", "total")
    order = next((found for name in _ORDERS if (found := _of(say.slots, name, "id")) is not None), None)
    known = {"cart": cart, "order": order, "price": price}
    return carries | {name: value for name, value in known.items() if value is not None}


def asks_it(asked: Mapping[str, Any] | None, asking: Asking | None) -> bool:
    """Whether the question under the button is the open one."""
    if asking is None or asked is None:
        return False
    return (asking.flow, asking.step, asking.version) == (asked["flow"], asked["step"], asked["version"])


def same_cart(asked: Mapping[str, Any] | None, slots: Mapping[str, Any]) -> bool:
    return asked is not None and asked.get("cart") in (None, _of(slots, "cart", "id"))


def same_price(asked: Mapping[str, Any] | None, slots: Mapping[str, Any]) -> bool:
    return asked is not None and asked.get("price") in (None, _of(slots, "quote", "total"))


def why_not(
    asked: Mapping[str, Any] | None, asking: Asking | None, slots: Mapping[str, Any], known: bool
) -> dict[str, Any]:
    """Why an old button does nothing. ``known``: the flows still have what it wants."""
    if not known:
        return {"text": views.both("그 사이에 안내가 바뀌었어요.", "This has changed in the meantime.")}
    if asks_it(asked, asking) and same_cart(asked, slots) and not same_price(asked, slots):
        return {"was": (asked or {}).get("price"), "now": _of(slots, "quote", "total"), "currency": _currency(slots)}
    if not same_cart(asked, slots):
        return {"text": views.both("이미 지나간 주문의 단추예요.", "It belongs to an earlier order.")}
    return {"text": views.both("이미 답하신 물음의 단추예요.", "Its question has been answered already.")}


def _currency(slots: Mapping[str, Any]) -> str:
    return str(_of(slots, "quote", "currency") or slots.get("currency") or "KRW")


def _of(slots: Mapping[str, Any], name: str, field: str) -> Any:
    held = slots.get(name)
    return held.get(field) if isinstance(held, Mapping) else None
