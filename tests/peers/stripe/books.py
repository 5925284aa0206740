"""What is open and paid: Stripe's side of the truth, and the events that it leads to."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from tests.peers.stripe import shapes
from tests.peers.stripe.money_back import MoneyBack
from tests.peers.stripe.rules import Json, Refused, checked_metadata, flag, integer, missing, wrong

MINUTE, DAY = 60, 86_400
LEAST = {"usd": 50, "krw": 100}
"""Charges below are refused, in minor units."""
DECLINED = "card_declined"


class Books(MoneyBack):
    """Everything. ``accounts`` are the connected accounts."""

    def __init__(self, now: Callable[[], datetime], tell: Callable[[str, Json], None]) -> None:
        super().__init__(now, tell)
        self.url = ""
        self.accounts: set[str] = set()
        self.sessions: dict[str, Json] = {}
        self._intent_data: dict[str, Json] = {}

    # Checkout

    def make_session(self, given: Json) -> Json:
        now = self._time()
        expires = integer(given, "expires_at")
        if expires is not None and not now + 30 * MINUTE <= expires <= now + DAY:
            raise wrong("The `expires_at` timestamp must be between 30 minutes and 24 hours from now.", "expires_at")
        if given.get("mode") != "payment" or not given.get("success_url") or not given.get("line_items"):
            raise wrong("Missing required param: mode, success_url or line_items.", "mode", "parameter_missing")
        checked_metadata(given)
        data = given.get("payment_intent_data") or {}
        checked_metadata(data)
        prices = [(line["price_data"], int(line.get("quantity", "1"))) for line in given["line_items"]]
        currency = prices[0][0]["currency"]
        amount = sum(int(price["unit_amount"]) * quantity for price, quantity in prices)
        self._check_money(amount, currency, data)
        ref = self._ref("cs_test")
        url = f"{self.url}/c/pay/{ref}#fid{secrets.token_hex(300)}"
        session = shapes.session(ref, now, url, amount, currency, given)
        self.sessions[ref] = session
        self._intent_data[ref] = data
        return session

    def session(self, ref: str) -> Json:
        if ref not in self.sessions:
            raise missing("checkout.session", ref)
        session = self.sessions[ref]
        if session["status"] == "open" and self._time() >= session["expires_at"]:
            self._expire(session)
        return session

    def expire(self, ref: str) -> Json:
        session = self.session(ref)
        if session["status"] != "open":
            words = f'Only Checkout Sessions with a status in ["open"] can be expired. This one is {session["status"]}.'
            raise wrong(words, "session")
        self._expire(session)
        return session

    def pay_session(self, ref: str, way: str) -> Json:
        """What a person does on the hosted page: "card", "decline", or "bank", whose money comes later."""
        session = self.session(ref)
        if session["status"] != "open":
            raise wrong("This page is over.", "session")
        intent = self._intent_for(session)
        self._attempt(intent, way)
        if intent["status"] in ("succeeded", "processing"):
            session["status"], session["url"] = "complete", None
            session["payment_status"] = "paid" if intent["status"] == "succeeded" else "unpaid"
            self.tell("checkout.session.completed", session)
        return session

    def bank_says(self, intent: str, ok: bool) -> None:
        """The outcome of what was paid by "bank"."""
        found = self.intent(intent)
        assert found["status"] == "processing", found["status"]
        self._outcome(found, None if ok else DECLINED)
        for session in self.sessions.values():
            if session["payment_intent"] == intent:
                session["payment_status"] = "paid" if ok else "unpaid"
                self.tell(f"checkout.session.async_payment_{'succeeded' if ok else 'failed'}", session)

    def _intent_for(self, session: Json) -> Json:
        if session["payment_intent"] is None:
            data = self._intent_data[session["id"]]
            intent = self._new_intent(session["amount_total"], session["currency"], data)
            session["payment_intent"] = intent["id"]
        return self.intents[session["payment_intent"]]

    def _expire(self, session: Json) -> None:
        session["status"], session["url"] = "expired", None
        if session["payment_intent"] is not None:
            self._cancel(self.intents[session["payment_intent"]], "automatic")
        self.tell("checkout.session.expired", session)

    # Payment intents

    def make_intent(self, given: Json) -> Json:
        amount, currency = integer(given, "amount"), given.get("currency")
        if amount is None or currency is None:
            raise wrong("Missing required param: amount or currency.", "amount", "parameter_missing")
        checked_metadata(given)
        self._check_money(amount, currency, given)
        intent = self._new_intent(amount, currency, given)
        if flag(given, "confirm"):
            return self.confirm(intent["id"], given)
        return intent

    def confirm(self, ref: str, given: Json) -> Json:
        intent = self.attempt(ref, given)
        if intent["last_payment_error"] is not None and intent["status"] == "requires_payment_method":
            raise Refused("Your card was declined.", status=402, kind="card_error", code=DECLINED, executed=True)
        return intent

    def attempt(self, ref: str, given: Json) -> Json:
        """Try to pay with a method of Stripe's for tests, such as "pm_card_visa"; a decline is an outcome too."""
        intent = self.intent(ref)
        if intent["status"] not in ("requires_payment_method", "requires_confirmation", "requires_action"):
            raise self._unexpected(intent)
        method = given.get("payment_method", "")
        self._attempt(intent, "decline" if "Declined" in method else "bank" if "bank" in method else "card")
        return intent

    def capture(self, ref: str, given: Json) -> Json:
        intent = self.intent(ref)
        if intent["status"] != "requires_capture":
            raise self._unexpected(intent)
        amount = integer(given, "amount_to_capture") or intent["amount_capturable"]
        if not 0 < amount <= intent["amount_capturable"]:
            raise wrong("You cannot capture more than was authorized.", "amount_to_capture", "amount_too_large")
        charge = self.charges[intent["latest_charge"]]
        charge["captured"], charge["amount_captured"] = True, amount
        self._received(intent, amount)
        return intent

    def cancel(self, ref: str) -> Json:
        intent = self.intent(ref)
        if intent["status"] in ("succeeded", "canceled", "processing"):
            raise self._unexpected(intent)
        self._cancel(intent, None)
        return intent

    def _new_intent(self, amount: int, currency: str, given: Json) -> Json:
        ref = self._ref("pi")
        intent = shapes.intent(ref, self._time(), amount, currency, given, secrets.token_hex(12))
        self.intents[ref] = intent
        self.tell("payment_intent.created", intent)
        return intent

    def _attempt(self, intent: Json, way: str) -> None:
        if way == "bank":
            intent["status"] = "processing"
            self.tell("payment_intent.processing", intent)
        else:
            self._outcome(intent, DECLINED if way == "decline" else None)

    def _outcome(self, intent: Json, failed: str | None) -> None:
        charge = shapes.charge(self._ref("ch"), self._time(), intent, failed=failed)
        self.charges[charge["id"]] = charge
        intent["latest_charge"] = charge["id"]
        if failed is not None:
            intent["status"] = "requires_payment_method"
            intent["last_payment_error"] = {"type": "card_error", "code": failed, "message": "Your card was declined."}
            self.tell("charge.failed", charge)
            self.tell("payment_intent.payment_failed", intent)
            return
        intent["last_payment_error"] = None
        if intent["capture_method"] == "manual":
            charge["captured"], charge["amount_captured"] = False, 0
            intent["status"], intent["amount_capturable"] = "requires_capture", intent["amount"]
            self.tell("payment_intent.amount_capturable_updated", intent)
            return
        self.tell("charge.succeeded", charge)
        self._received(intent, intent["amount"])

    def _received(self, intent: Json, amount: int) -> None:
        intent["status"], intent["amount_received"], intent["amount_capturable"] = "succeeded", amount, 0
        self.tell("payment_intent.succeeded", intent)

    def _cancel(self, intent: Json, reason: str | None) -> None:
        intent["status"], intent["canceled_at"], intent["cancellation_reason"] = "canceled", self._time(), reason
        self.tell("payment_intent.canceled", intent)

    def _check_money(self, amount: int, currency: str, given: Json) -> None:
        if currency != currency.lower() or currency not in LEAST:
            raise wrong(f"Invalid currency: {currency}.", "currency")
        if amount < LEAST[currency]:
            raise wrong("The amount is below the least that can be charged.", "amount", "amount_too_small")
        destination, fee = given.get("transfer_data"), integer(given, "application_fee_amount")
        if destination and destination["destination"] not in self.accounts:
            raise wrong(f"No such destination: '{destination['destination']}'", "transfer_data", "resource_missing")
        if fee is not None and (not destination or not 0 < fee <= amount):
            raise wrong("An application fee needs a destination, and is at most the amount.", "application_fee_amount")

    def _unexpected(self, intent: Json) -> Refused:
        words = f"This PaymentIntent's state is {intent['status']}."
        return wrong(words, "intent", "payment_intent_unexpected_state")
