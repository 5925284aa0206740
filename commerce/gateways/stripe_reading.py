"""What Stripe's objects say about a payment."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, Final, Literal

from commerce.gateways.port import ChargeState, Forged, GatewayEvent, GatewayPayment

Json = dict[str, Any]

_TOOK_NOTHING: Final = frozenset(
    {"won", "prevented", "warning_needs_response", "warning_under_review", "warning_closed"}
)
"""Disputes that gave it back, and mere questions of a bank ("warning"), during which the money can still be sent back."""
_REFUND: Final[dict[str, Literal["succeeded", "pending", "failed"]]] = {
    "succeeded": "succeeded",
    "pending": "pending",
    "requires_action": "pending",
    "failed": "failed",
    "canceled": "failed",
}
_REF: Final = re.compile(r"(cs|pi)_[A-Za-z0-9_]{1,100}")
_OWN_ID: Final = frozenset(
    {
        "checkout.session.completed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
        "checkout.session.expired",
        "payment_intent.succeeded",
        "payment_intent.payment_failed",
        "payment_intent.canceled",
    }
)
"""Events about a session or an intent itself."""
_OF_INTENT: Final = frozenset(
    {
        "charge.refunded",
        "charge.refund.updated",
        "refund.updated",
        "refund.failed",
        "charge.dispute.created",
        "charge.dispute.closed",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.funds_reinstated",
    }
)
"""Events about something that names its intent."""
EVENTS: Final = tuple(sorted(_OWN_ID | _OF_INTENT))
"""The kinds that are listened to; others are acknowledged and left alone."""


def of_session(session: Json, disputes: Sequence[Json]) -> GatewayPayment:
    """A Checkout Session with its intent expanded."""
    intent = session.get("payment_intent")
    if not isinstance(intent, dict):
        state: ChargeState = "expired" if session["status"] == "expired" else "pending"
        return GatewayPayment(session["id"], state, session["amount_total"] or 0, session["currency"].upper())
    paid = of_intent(intent, disputes)
    return GatewayPayment(
        session["id"], _of_both(session, paid.state), paid.amount, paid.currency, paid.refunded, paid.disputed
    )


def _of_both(session: Json, intent: ChargeState) -> ChargeState:
    if intent != "pending":
        return intent
    if session["status"] == "expired":
        return "expired"
    unpaid = session["payment_intent"]["status"] == "requires_payment_method"
    # A finished session cannot be paid again: the payer's bank said no afterwards.
    return "failed" if session["status"] == "complete" and unpaid else "pending"


def of_intent(intent: Json, disputes: Sequence[Json]) -> GatewayPayment:
    """A PaymentIntent with its latest charge expanded. One that was declined can still be paid: "pending"."""
    status = intent["status"]
    charge = intent.get("latest_charge")
    refunded = charge.get("amount_refunded", 0) if isinstance(charge, dict) else 0
    disputed = sum(one["amount"] for one in disputes if one["status"] not in _TOOK_NOTHING)
    state: ChargeState = "succeeded" if status == "succeeded" else "expired" if status == "canceled" else "pending"
    received = intent.get("amount_received") if state == "succeeded" else None
    amount = intent["amount"] if received is None else received
    return GatewayPayment(intent["id"], state, amount, intent["currency"].upper(), refunded, disputed)


def disputed_charge(intent: Json | str | None) -> str | None:
    """The charge whose disputes are worth asking for."""
    charge = intent.get("latest_charge") if isinstance(intent, dict) else None
    return charge["id"] if isinstance(charge, dict) and charge.get("disputed") else None


def refund_state(refund: Json) -> Literal["succeeded", "pending", "failed"]:
    return _REFUND.get(refund.get("status") or "succeeded", "pending")


def event_in(body: bytes) -> list[GatewayEvent]:
    """The hint in an event's body: its object's own id, or the intent that it belongs to. None for other kinds."""
    try:
        event = json.loads(body)
        name, kind = str(event["id"]), str(event["type"])
        thing = event["data"]["object"]
        ref = thing["id"] if kind in _OWN_ID else thing.get("payment_intent") if kind in _OF_INTENT else None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Forged("the body is not an event") from error
    return [GatewayEvent(name, kind, ref)] if isinstance(ref, str) and _REF.fullmatch(ref) else []
