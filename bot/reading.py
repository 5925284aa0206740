"""A message to commands: the seam between understanding and the flows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.buttons import asks_it, same_cart, same_price, why_not
from bot.corrections import beside_the_question, exact, repriced, unit_in
from bot.people import Hat
from bot.said import SURE, plain_wish, said, wish_of
from bot.short_words import agrees, gives_up, is_for_the_shop, is_hard, unit_alone, waits
from flows.commands import (
    Cancel,
    CannotHandle,
    ChitChat,
    Clarify,
    Command,
    Handoff,
    Repeat,
    Restart,
    SetSlots,
    Skip,
    StartFlow,
)
from flows.engine import Asking
from flows.library import Library
from flows.payloads import Trigger, parse_payload
from nlu.intents import INTENTS
from nlu.understanding import Understanding

UNSURE = 0.35
"""Below this confidence a reading is not acted on."""
NEAR = 0.5
"""A reading with so great a part of the best one's odds is as likely, as long as neither is sure."""
MOST_READINGS = 3
OTHERWISE = "something_else"
"""The reading that is none of those offered."""
FREE = ("text", "name", "hours", "dishes")
"""Questions whose answer may be any words."""
FORMS = frozenset({"register_shop"})
"""Flows whose every answer is their own affair: "정육점" said for a place is no search for butchers."""
ESCAPES = frozenset({"cancel", "restart", "help", "handoff", "repeat", "change_language"})
BARE = frozenset({"affirm", "deny"})
"""Answers to something: never offered as a wish."""
WHAT = frozenset({"trade", "shop", "open_now", "delivers"})
"""Asked where, somebody who also says what begins a new search."""
SHORT = 14
"""An escape among free words is short: "취소", "처음으로", "talk to a human"."""

_USUAL: Mapping[Hat, tuple[str, ...]] = {
    "consumer": ("find_shop", "order_status"),
    "merchant": ("merchant_orders_today", "help"),
    "operator": ("operator_waiting", "operator_today"),
}
"""What is offered to who was not understood, after what was likeliest."""

_DIRECT: Mapping[str, Command] = {
    "cancel": Cancel(),
    "restart": Restart(),
    "repeat": Repeat(),
    "skip": Skip(),
    "handoff": Handoff(),
    "thanks": ChitChat("thanks"),
    "goodbye": ChitChat("goodbye"),
    "insult": ChitChat("insult"),
    "chitchat": ChitChat("chitchat"),
}


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads for one hat, with the flows of one version and what is being asked in them."""

    library: Library
    hat: Hat
    slots: Mapping[str, Any]
    asking: Asking | None

    def payload(self, payload: str, asked: Mapping[str, Any] | None) -> Command:
        """A tapped button. One that answers a question counts only while that question is open."""
        meant = parse_payload(payload)
        known = isinstance(meant, SetSlots) or (meant is not None and self._leads_anywhere(meant.intent))
        if isinstance(meant, Trigger) and known:
            return self._wish(meant.intent, meant.slots)
        if isinstance(meant, SetSlots) and self._still(asked, meant.slots):
            return meant
        later = self._as_wish(meant.slots) if isinstance(meant, SetSlots) and same_cart(asked, self.slots) else None
        why = why_not(asked, self.asking, self.slots, known)
        return later or self._wish("old_button", {"why": why})

    def _leads_anywhere(self, intent: str) -> bool:
        return intent in _DIRECT or bool(self.library.triggers.get(intent))

    def _as_wish(self, answers: Mapping[str, Any]) -> Command | None:
        """An old answer that can be had again by wishing it: "delivery", tapped after "pickup"."""
        if not isinstance(self.slots.get("cart"), Mapping) or len(answers) != 1:
            return None
        (name, value), slot = next(iter(answers.items())), self.library.slots.get(next(iter(answers)))
        for mapping in slot.mappings if slot is not None and slot.expect != "yesno" else ():
            if mapping.type == "from_intent" and mapping.value == value and mapping.intent in self.library.triggers:
                return self._wish(str(mapping.intent), {name: value})
        return None

    def has_passed(self, payload: str, asked: Mapping[str, Any] | None) -> bool:
        """Whether the button answers a question that is no longer open."""
        meant = parse_payload(payload)
        return isinstance(meant, SetSlots) and not self._still(asked, meant.slots)

    def _still(self, asked: Mapping[str, Any] | None, answers: Mapping[str, Any]) -> bool:
        """Whether the question is open, about the same cart and at the same price."""
        open_one = self.asking is not None and self.asking.slot in answers and asks_it(asked, self.asking)
        return open_one and same_cart(asked, self.slots) and same_price(asked, self.slots)

    def point(self, lat: float, lon: float) -> Command:
        """A shared location: the answer when a place is asked for, else a search there."""
        where = {"lat": lat, "lon": lon}
        if self.asking is not None and self.asking.expect in ("place", "address"):
            return SetSlots({self.asking.slot: where})
        if self.asking is not None and self.asking.flow == "checkout":
            return self._wish("give_address", {"address": where})
        return self._wish("find_shop", {"place": where} if self.hat == "consumer" else {})

    def words(self, understood: Understanding) -> Command:
        """A text."""
        in_free_words = self.asking is not None and self.asking.expect in FREE
        if self.hat == "consumer" and not in_free_words and is_for_the_shop(understood.text):
            return self._for_the_shop(understood)
        priced = repriced(understood, self.asking, self.slots)
        if priced is not None:
            return self._wish("merchant_price", priced)
        if self.hat == "consumer" and not in_free_words and waits(understood.text):
            return ChitChat("wait")
        as_said = exact(understood, self.asking, self.slots) is understood
        if as_said and understood.intent in ESCAPES and self._may_escape(understood):
            return self._wish(understood.intent, self._filled(understood))
        if self.asking is not None and self.asking.slot == "place" and WHAT & understood.values().keys():
            return self._wish("find_shop", self._filled(understood))
        unit = self._unit(understood.text) if self._open() else None
        if unit is not None:
            return self._wish("give_address", {"address_detail": unit})
        if self.hat == "consumer" and self._open() and gives_up(understood.text):
            return Cancel()
        if self.asking is not None and as_said:
            answer = self._answer(self.asking, understood)
            if answer:
                return SetSlots(answer)
        return self.wish(understood)

    def wish(self, understood: Understanding) -> Command:
        """A text that does not answer what is asked."""
        meant = exact(understood, self.asking, self.slots)
        if self.hat == "merchant" and self.asking is None and is_hard(understood.text):
            return self._wish("deny", {})
        if meant is understood and (not understood.in_scope or understood.confidence < UNSURE):
            return CannotHandle()
        doubt = self._either(understood) if meant is understood else None
        if doubt is not None:
            return doubt
        understood = meant
        wish = wish_of(understood)
        if wish in ("thanks", "goodbye") and self.hat == "merchant" and agrees(understood.text):
            wish = "affirm"
        if wish == "merchant_accept" and understood.value("minutes") is None and agrees(understood.text):
            wish = "affirm"
        at_checkout = self.asking is not None and self.asking.flow == "checkout"
        if at_checkout and wish in ("ask_delivery", "ask_hours") and understood.value("time") is not None:
            wish = "give_time"
        unit = unit_in(understood)
        return self._wish(wish, self._filled(understood) | ({"address": unit} if unit else {}))

    def _for_the_shop(self, understood: Understanding) -> Command:
        """Words to be passed on; while something is being put together they are a note on it."""
        cart = self.slots.get("cart")
        if isinstance(cart, Mapping) and cart.get("lines"):
            wished = understood.language != "ko" or "달라고" in understood.text
            noted = self._filled(understood) if wished and understood.value("note") else None
            return self._wish("add_note", noted or {"note": understood.text.strip()})
        return self._wish("tell_shop", {"talking": True})

    def _either(self, understood: Understanding) -> Command | None:
        """Two or three likely readings that lead to different things: which one is asked."""
        if understood.confidence >= SURE:
            return None
        least = understood.confidence * NEAR
        likely = [one for one, odds in understood.ranking[:MOST_READINGS] if odds >= least and one not in BARE]
        flows = {self.library.triggered(intent, self.hat, self.slots): intent for intent in reversed(likely)}
        meant = {flow: intent for flow, intent in reversed(flows.items()) if flow is not None}
        if len(meant) < 2 or not {*likely}.isdisjoint(_DIRECT):
            return None
        otherwise = self.library.triggered(OTHERWISE, self.hat, self.slots)
        meant |= {otherwise: OTHERWISE} if otherwise is not None else {}
        return Clarify(tuple(meant), tuple(meant.values()), self._filled(understood))

    def may_be_several(self) -> bool:
        """Whether a message may hold several wishes: an answer in free words is one whatever it says."""
        return self.asking is None or (self.asking.expect not in FREE and self.asking.flow not in FORMS)

    def readings(self, understood: Understanding | None) -> list[dict[str, Any]]:
        """Buttons for "did you mean": the likeliest wishes that lead anywhere, then a human, or help for a shop."""
        likely = [intent for intent, _ in understood.ranking] if understood else []
        likely += _USUAL[self.hat]
        buttons = [
            {"title": {"ko": INTENTS[intent].ko, "en": INTENTS[intent].en}, "payload": f"/{intent}"}
            for intent in dict.fromkeys(likely)
            if intent in INTENTS and intent not in BARE and self.library.triggered(intent, self.hat, self.slots)
        ]
        last = "handoff" if self.hat == "consumer" else "help"
        further = {"title": {"ko": INTENTS[last].ko, "en": INTENTS[last].en}, "payload": f"/{last}"}
        return [*[button for button in buttons if button != further][:2], further]

    def _may_escape(self, understood: Understanding) -> bool:
        free = self.asking is not None and any(one.type == "from_text" for one in self.asking.mappings)
        return understood.confidence >= UNSURE and (not free or len(understood.text.strip()) <= SHORT)

    def _wish(self, intent: str, slots: Mapping[str, Any]) -> Command:
        direct = _DIRECT.get(intent)
        if direct is not None:
            return direct
        flow = self.library.triggered(intent, self.hat, {**self.slots, **slots})
        if flow is None:
            return CannotHandle()
        # Every wish begins without what an earlier message said.
        return StartFlow(flow, {**dict.fromkeys(self.library.named), **slots, "intent": intent})

    def _filled(self, understood: Understanding) -> dict[str, Any]:
        """Every slot that an entity of the message fills."""
        values = said(understood)
        return {
            slot: values[mapping.entity]
            for slot, mappings in self.library.named.items()
            for mapping in mappings
            if mapping.entity in values and mapping.hears(understood.intent)
        }

    def _answer(self, asking: Asking, understood: Understanding) -> dict[str, Any] | None:
        """What the message answers to the open question, with whatever else the same flow asks; None if nothing."""
        value = self._asked_value(asking, understood)
        if value is None:
            return None
        if any(mapping.type == "from_text" for mapping in asking.mappings):
            return {asking.slot: value}
        flow = self.library.flows[asking.flow]
        further = {name: filled for name, filled in self._filled(understood).items() if name in flow.touches}
        return {**further, asking.slot: value}

    def _unit(self, text: str) -> str | None:
        """The door that somebody adds, shown the summary of a delivery or at any time later: "101동 302호요"."""
        quote = self.slots.get("quote")
        delivers = isinstance(quote, Mapping) and quote.get("fulfilment") == "delivery"
        if self.hat != "consumer" or not (self.asking is None or delivers):
            return None
        unit = unit_alone(text)
        return unit if delivers or (unit is not None and any(map(str.isdigit, unit))) else None

    def _open(self) -> bool:
        """Whether nothing is asked but, at most, whether to order what was put together."""
        return self.asking is None or self.asking.slot == "confirmed"

    def _otherwise(self, values: Mapping[str, Any]) -> bool:
        """A yes that wants it delivered where it was to be picked up, or the other way round."""
        quote = self.slots.get("quote")
        agreed = quote.get("fulfilment") if isinstance(quote, Mapping) else None
        return bool(values.get("fulfilment", agreed) != agreed)

    def _asked_value(self, asking: Asking, understood: Understanding) -> Any | None:
        values = said(understood)
        free = None
        if asking.slot == "confirmed" and self._otherwise(values):
            return None
        for mapping in asking.mappings:
            if not mapping.hears(understood.intent):
                continue
            if mapping.type == "from_entity" and mapping.entity in values:
                return values[mapping.entity]
            heard = understood.in_scope and understood.confidence >= UNSURE
            if mapping.type == "from_intent" and mapping.intent == understood.intent and heard:
                return mapping.value
            if mapping.type == "from_text":
                free = understood.text.strip()
        form = asking.flow in FORMS
        if free is not None and beside_the_question(understood, asking):
            return free if form and understood.intent in ("affirm", "deny") else None
        if free is None or form or (asking.expect in FREE and not plain_wish(understood)):
            return free
        wish = understood.intent not in ("inform", "give_address", "out_of_scope", "greet", "affirm", "deny")
        wish = wish and (understood.intent != "give_time" or "time" in values)
        if wish and understood.confidence >= SURE and self.library.triggered(understood.intent, self.hat, self.slots):
            return None
        return free


def order_of(payload: str) -> str | None:
    """The order that a button is about."""
    meant = parse_payload(payload)
    order = meant.slots.get("order_id") if isinstance(meant, Trigger) else None
    return order if isinstance(order, str) else None
