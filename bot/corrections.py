"""Words that take back what was said before, made as exact as what is in the cart and on the screen allows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flows.turned import Asking
from nlu.understanding import Understanding

_TAKES_BACK = re.compile(
    r"\W*(?:아니(?!면|라도|어도)\S{0,2}[\s,.]|아뇨[\s,.]|아\s?참|아차|앗|참[,\s]|정정|제가 잘못"
    r"|(?:oh\s+)?(?:no|sorry|oops|wait|actually|hold on|scratch that|correction|i mean)\b)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"주소|배송지|배달지|\baddress\b", re.IGNORECASE)
_TIME = re.compile(r"시간|\btime\b", re.IGNORECASE)
_WRONG = re.compile(
    r"잘못|틀렸|틀린|틀려|아니[에예야었]|바꿀|바꾸|바꿔|고칠|고쳐|수정|변경|\bwrong\b|\bchange\b|\bmistake|\bincorrect\b|\bnot right\b",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"(?:\d+\s*동\s*)?(?:지하\s*)?\d+\s*[층호](?!선)|\b(?:apt|apartment|unit|suite|room|flat|floor)\.?\s*#?\d\w*|\b\d+(?:st|nd|rd|th) floor",
    re.IGNORECASE,
)
_UNDO = re.compile(
    r"(?:방금|지금|아까|마지막|금방)\s*(?:한\s?)?(?:거|것|건|걸|누른|말한).{0,8}(?:취소|물러|무를|되돌)|되돌려|실수로|잘못\s?(?:눌|말)"
    r"|\bundo\b|\btake (?:that|it) back\b|\bby mistake\b|\bthat was a mistake\b|\bcancel (?:that|the last)\b",
    re.IGNORECASE,
)
_SMALL_TALK = frozenset({"thanks", "goodbye", "insult", "chitchat", "greet"})
_WAYS = {"pickup": "choose_pickup", "delivery": "choose_delivery"}
_CLEAR = 0.6
"""From this confidence small talk is no answer to the question where to."""
MISSAID = 60
"""Longer texts say more than that something was wrong."""


def exact(understood: Understanding, asking: Asking | None, slots: Mapping[str, Any]) -> Understanding:
    """The same with the intent that the moment gives it."""
    if understood.intent == "order_items" and _says_again(understood, slots):
        return replace(understood, intent="change_item")
    if asking is None or asking.flow != "checkout" or asking.slot in ("address", "address_detail"):
        return understood
    way = understood.value("fulfilment") if understood.intent == "deny" and asking.slot != "fulfilment" else None
    if way in _WAYS:
        return replace(understood, intent=_WAYS[way])
    missaid = len(understood.text) <= MISSAID and _WRONG.search(understood.text) is not None
    if understood.value("address") is None:
        unnamed = understood.intent == "give_address" and unit_in(understood) is None
        if unnamed or (
            missaid and _ADDRESS.search(understood.text) and not any(line.item for line in understood.lines)
        ):
            return replace(understood, intent="change_address")
    timed = understood.value("time") is not None or understood.value("asap") is not None
    if not timed and asking.slot != "wanted_at":
        at = missaid and _TIME.search(understood.text) and not any(line.item for line in understood.lines)
        if at or understood.intent == "give_time":
            return replace(understood, intent="change_time")
    return understood


def undoes(text: str) -> bool:
    """Whether a shop takes back what it has just done: "방금 거 취소", "undo that"."""
    return len(text) <= MISSAID and _UNDO.search(text) is not None


def unit_in(understood: Understanding) -> str | None:
    """The floor or door of "주소는 2층이고", where a street was given before."""
    if understood.intent != "give_address" or understood.value("address") is not None:
        return None
    found = _UNIT.search(understood.text)
    return found.group() if found else None


def beside_the_question(understood: Understanding, asking: Asking) -> bool:
    """Thanks, a curse or a bare yes where a place is asked for: heard, and no address."""
    if asking.expect not in ("address", "place") and asking.slot != "address_detail":
        return False
    words = _SMALL_TALK if asking.slot == "address_detail" else _SMALL_TALK | {"affirm", "deny", "skip"}
    return understood.intent in words and understood.confidence >= _CLEAR and not understood.entities


def _says_again(understood: Understanding, slots: Mapping[str, Any]) -> bool:
    """ "Actually two lattes", with lattes in the cart: so many, and not so many more."""
    cart = slots.get("cart")
    held = {line.get("item") for line in cart.get("lines", ())} if isinstance(cart, Mapping) else set()
    named = bool(understood.lines) and all(line.item in held and line.quantity is not None for line in understood.lines)
    return named and _TAKES_BACK.match(understood.text) is not None
