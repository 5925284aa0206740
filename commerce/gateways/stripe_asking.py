"""What is asked of Stripe: parameters made of stored facts only, so that asking again asks for the very same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from commerce.gateways.port import GatewayRefused, OpenPayment, RefundRequest

Json = dict[str, Any]

OPEN_FOR: Final = timedelta(hours=3)
"""How long Stripe keeps its page open at most. It allows 30 minutes to a day from its making; we close a page as soon
as its order is over, so this only matters when that fails."""

_KINDS: Final = {"ch": "charge", "py": "charge", "pi": "payment_intent"}


@dataclass(frozen=True, slots=True)
class Pages:
    """Where Stripe sends people back to, without a trailing slash, and the share kept of what a shop with an account
    of its own earns, in basis points (1/10,000)."""

    base: str
    fee_bps: int

    def back(self, page: str, language: str) -> str:
        return f"{self.base}/{page}?lang={language}"


def checkout(request: OpenPayment, pages: Pages) -> Json:
    """A Checkout Session. Which ways to pay are shown is left to Stripe and its dashboard."""
    language = _language(request)
    named = _named(request)
    product = {"name": _shop(request), "description": _words(request)}
    price = {"currency": request.currency.lower(), "unit_amount": request.amount, "product_data": product}
    intent = {"metadata": named | {"page": "checkout"}, "description": _words(request), **_split(request, pages)}
    return {
        "mode": "payment",
        "client_reference_id": request.payment,
        "metadata": named,
        "payment_intent_data": intent,
        "line_items": [{"quantity": 1, "price_data": price}],
        "locale": language,
        "success_url": pages.back("paid", language),
        "cancel_url": pages.back("unpaid", language),
        "expires_at": int((request.made_at + OPEN_FOR).timestamp()),
        # What was quoted is what is charged, in the shop's own currency.
        "adaptive_pricing": {"enabled": False},
    }


def intent(request: OpenPayment, pages: Pages) -> Json:
    """A PaymentIntent, for the form on a page of ours."""
    return {
        "amount": request.amount,
        "currency": request.currency.lower(),
        "automatic_payment_methods": {"enabled": True},
        "description": f"{_shop(request)} · {_words(request)}",
        "metadata": _named(request),
        **_split(request, pages),
    }


def refund(request: RefundRequest, intent: Json) -> Json:
    """A refund of what was paid by ``intent``. What went on to a shop's account is taken back from there."""
    asked: Json = {"payment_intent": intent["id"], "amount": request.amount, "metadata": {"refund": request.refund}}
    if intent.get("transfer_data"):
        asked["reverse_transfer"] = True
    if intent.get("application_fee_amount"):
        asked["refund_application_fee"] = True
    return asked


def refund_of_charge(request: RefundRequest, charge: str) -> Json:
    """A refund of a charge that was not made by us. Refuses a name that is none of Stripe's."""
    kind = _KINDS.get(charge.partition("_")[0])
    if kind is None:
        raise GatewayRefused("charge_unknown")
    return {kind: charge, "amount": request.amount, "metadata": {"refund": request.refund}}


def _named(request: OpenPayment) -> Json:
    return {"payment": request.payment, "order": request.order}


def _split(request: OpenPayment, pages: Pages) -> Json:
    if request.account is None:
        return {}
    fee = request.amount * pages.fee_bps // 10_000
    split: Json = {"transfer_data": {"destination": request.account}}
    return split | ({"application_fee_amount": fee} if fee else {})


def _language(request: OpenPayment) -> str:
    return "en" if request.language.startswith("en") else "ko"


def _shop(request: OpenPayment) -> str:
    return request.shop.get(_language(request)) or next(iter(request.shop.values()), "")


def _words(request: OpenPayment) -> str:
    return f"Order {request.number}" if _language(request) == "en" else f"주문 {request.number}"
