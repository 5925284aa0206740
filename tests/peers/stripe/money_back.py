"""Money that goes back: refunds and disputes of charges, and the events that they lead to."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from tests.peers.stripe import shapes
from tests.peers.stripe.rules import Json, checked_metadata, flag, integer, missing, wrong


class MoneyBack:
    """``tell`` is given every event's kind and object."""

    def __init__(self, now: Callable[[], datetime], tell: Callable[[str, Json], None]) -> None:
        self.now = now
        self.tell = tell
        self.slow_refunds = False
        """Whether refunds are pending until ``settle_refund``."""
        self.intents: dict[str, Json] = {}
        self.charges: dict[str, Json] = {}
        self.refunds: dict[str, Json] = {}
        self.disputes: dict[str, Json] = {}

    def intent(self, ref: str) -> Json:
        if ref not in self.intents:
            raise missing("payment_intent", ref)
        return self.intents[ref]

    def make_refund(self, given: Json) -> Json:
        charge = self._charge_of(given)
        left = charge["amount_captured"] - charge["amount_refunded"]
        amount = integer(given, "amount")
        amount = left if amount is None else amount
        if not charge["paid"]:
            raise wrong("This charge was not paid.", "charge")
        if charge["disputed"]:
            raise wrong("This charge has been charged back and cannot be refunded.", "charge", "charge_disputed")
        if left == 0:
            raise wrong("This charge has already been refunded.", "charge", "charge_already_refunded")
        if not 0 < amount <= left:
            raise wrong(f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left}).", "amount")
        if flag(given, "reverse_transfer") and not charge["transfer_data"]:
            raise wrong("This charge has no transfer to reverse.", "reverse_transfer")
        if flag(given, "refund_application_fee") and not charge["application_fee_amount"]:
            raise wrong("This charge has no application fee to refund.", "refund_application_fee")
        status = "pending" if self.slow_refunds else "succeeded"
        refund = shapes.refund(self._ref("re"), self._time(), charge, amount, checked_metadata(given), status)
        self.refunds[refund["id"]] = refund
        self._back(charge, amount)
        self.tell("refund.created", refund)
        self.tell("charge.refunded", charge)
        return refund

    def refund(self, ref: str) -> Json:
        if ref not in self.refunds:
            raise missing("refund", ref)
        return self.refunds[ref]

    def settle_refund(self, ref: str, ok: bool) -> None:
        """What the bank made of a pending refund; one that fails comes back to the charge."""
        refund = self.refund(ref)
        refund["status"] = "succeeded" if ok else "failed"
        if not ok:
            refund["failure_reason"] = "expired_or_canceled_card"
            self._back(self.charges[refund["charge"]], -refund["amount"])
        self.tell("refund.updated", refund)
        if not ok:
            self.tell("refund.failed", refund)

    def open_dispute(self, intent: str) -> Json:
        """The payer's bank takes the money back, for now."""
        charge = self.charge(self.intent(intent)["latest_charge"])
        left = charge["amount_captured"] - charge["amount_refunded"]
        dispute = shapes.dispute(self._ref("du"), self._time(), charge, left)
        self.disputes[dispute["id"]] = dispute
        charge["disputed"] = True
        self.tell("charge.dispute.created", dispute)
        self.tell("charge.dispute.funds_withdrawn", dispute)
        return dispute

    def close_dispute(self, ref: str, won: bool) -> None:
        dispute = self.dispute(ref)
        dispute["status"] = "won" if won else "lost"
        if won:
            self.tell("charge.dispute.funds_reinstated", dispute)
        self.tell("charge.dispute.closed", dispute)

    def charge(self, ref: str) -> Json:
        if ref not in self.charges:
            raise missing("charge", ref)
        return self.charges[ref]

    def dispute(self, ref: str) -> Json:
        if ref not in self.disputes:
            raise missing("dispute", ref)
        return self.disputes[ref]

    def _charge_of(self, given: Json) -> Json:
        if "payment_intent" in given:
            latest = self.intent(given["payment_intent"])["latest_charge"]
            if latest is None:
                words = f"This PaymentIntent ({given['payment_intent']}) does not have a successful charge to refund."
                raise wrong(words, "payment_intent", "payment_intent_unexpected_state")
            return self.charge(latest)
        return self.charge(given.get("charge", ""))

    def _back(self, charge: Json, amount: int) -> None:
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]

    def _time(self) -> int:
        return int(self.now().timestamp())

    def _ref(self, kind: str) -> str:
        return f"{kind}_{secrets.token_hex(12)}"
