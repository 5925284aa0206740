"""A customer's words to "it ran out, what shall we do?": the same as tapping one of its buttons."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from bot.messages import Reply
from flows.payloads import Trigger, parse_payload
from nlu.understanding import Understanding

MEANT = frozenset({"remove_item", "change_item", "add_note", "order_items"})
"""What such words are understood as."""
_CHOICES = frozenset({"drop_sold_out", "swap_sold_out", "take_instead"})
_BESIDE = frozenset({"cancel_order", "order_status", "tell_shop"})
"""Buttons of messages that may have come since: they only say how the order stands."""
_WITHOUT = re.compile(r"빼|없이|제외|\bwithout\b|\bleave\b")


def choice_in_words(screen: Sequence[Reply], understood: Understanding) -> str | None:
    """The payload that is meant. ``screen``: the newest messages first; None when they ask nothing of the kind."""
    asked = _asked(screen, understood.intent)
    if asked is None:
        return None
    dishes = [line.item for line in understood.lines if line.item]
    instead = [dish for dish in dishes if dish != asked["item_id"]]
    if understood.intent == "remove_item" or _leaves_it_out(understood):
        return None if instead else _payload("drop_sold_out", asked)
    if understood.intent == "change_item" and not instead:
        return _payload("swap_sold_out", asked)
    if understood.intent != "add_note" and len(instead) == 1:
        return _payload("take_instead", {**asked, "new_item_id": instead[0]})
    return None


def _asked(screen: Sequence[Reply], intent: str) -> dict[str, Any] | None:
    """The order and the dish that ran out, while that is what is talked about. A dish that is merely named answers
    the last message alone."""
    for reply in screen:
        meant = [parse_payload(button.payload) for button in reply.all_buttons() if button.payload]
        taps = [one for one in meant if isinstance(one, Trigger)]
        choice = next((tap for tap in taps if tap.intent in _CHOICES), None)
        if choice is not None:
            return {name: choice.slots.get(name) for name in ("order_id", "item_id")}
        elsewhere = reply.cards or len(taps) < len(meant) or any(tap.intent not in _BESIDE for tap in taps)
        if intent == "order_items" or elsewhere:
            return None
    return None


def _leaves_it_out(understood: Understanding) -> bool:
    return understood.intent == "add_note" and _WITHOUT.search(understood.text.casefold()) is not None


def _payload(intent: str, slots: dict[str, Any]) -> str:
    return f"/{intent}{json.dumps(slots)}"
