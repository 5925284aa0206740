"""A customer takes back what the last message did to the cart: "방금 거 취소", "undo that"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from bot.actions.doing import Doing, Slots, action
from bot.actions.ordering import joined, refused_text
from commerce import carts
from commerce.cart_restoring import Kept, restore
from commerce.cart_views import CartView

CHANGING_A_CART = frozenset(
    f"action_{name}"
    for name in ("add_lines", "start_anew", "choose", "change_cart", "clear_cart", "begin_checkout", "set_time")
)
"""Actions whose effect on a cart can be taken back."""


def kept(was: CartView | None, now: CartView | None) -> Slots:
    """Slots that remember the cart from before the turn. None where it is the same, or only tells what was not known
    before: an answer to how or where to is no change."""
    before, after = Kept.of(was) if was is not None else None, Kept.of(now) if now is not None else None
    if before == after or (before is not None and after is not None and after == before.with_answers(after)):
        return {}
    timed = (
        before is not None
        and after is not None
        and after == replace(before, how={**before.how, "wanted_at": after.how["wanted_at"]})
    )
    known = asdict(before) if before is not None else None
    return {"cart_was": {"now": now.id if now is not None else None, "was": known, "timed": timed}}


def can_be_taken_back(slots: Mapping[str, Any]) -> bool:
    """Whether the cart is still the one that the last change left."""
    cart, was = slots.get("cart"), slots.get("cart_was")
    return isinstance(was, Mapping) and was["now"] == (cart.get("id") if isinstance(cart, Mapping) else None)


@action
async def take_back(doing: Doing) -> Slots:
    """The cart is again what it was before it last changed; what cannot be had any more is said."""
    was = doing.slot("cart_was")
    if not isinstance(was, Mapping):
        return {"outcome": "nothing"}
    doing.changes.from_now(await carts.view(doing.work, doing.person))
    refused = await restore(doing.work, doing.person, Kept(**was["was"]) if was["was"] else None)
    notes = [refused_text(refusal, name) for name, refusal in refused]
    return {"outcome": "taken_back", "cart_was": None, "said": {"notes": joined(notes)}}
