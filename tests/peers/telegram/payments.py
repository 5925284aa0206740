"""Invoices as Telegram has them: their limits, the ten seconds before a payment, and the payment itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.peers.telegram.rules import bad

Json = dict[str, Any]

ANSWER_WITHIN_S = 10.0
TITLE, DESCRIPTION, PAYLOAD_BYTES = 32, 255, 128
MOST_AMOUNT = 9999_9999_9999
CURRENCIES: Mapping[str, tuple[int, int]] = {"KRW": (1_400, 14_000_000), "USD": (100, 1_000_000)}
"""The least and the most in smallest units; Telegram moves those of the won with the rate."""


@dataclass
class Checkout:
    """A pay button that was pressed. ``ok`` None until the bot has answered, ``words`` why not; ``late`` when it
    answered too late, or has not for ten seconds. ``charged`` how often it was paid."""

    id: str
    payload: str
    amount: int
    currency: str
    asked_at: float
    ok: bool | None = None
    words: str = ""
    late: bool = False
    charged: int = 0


@dataclass
class Checkouts:
    """All of them; ``seconds`` is the clock that the ten seconds are measured on."""

    found: dict[str, Checkout] = field(default_factory=dict)

    def answer(self, given: Json, now: float) -> None:
        """``answerPreCheckoutQuery``. Raises Refused."""
        checkout = self.found.get(given["pre_checkout_query_id"])
        if checkout is not None and now - checkout.asked_at > ANSWER_WITHIN_S:
            checkout.late = True
        if checkout is None or checkout.late or checkout.ok is not None:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        if not given["ok"] and not given.get("error_message"):
            raise bad("error_message is empty")
        checkout.ok, checkout.words = given["ok"], given.get("error_message", "")


def check_invoice(given: Json, provider_token: str) -> Json:
    """``given`` of sendInvoice as the Invoice that its message shows. Raises Refused."""
    if not 1 <= len(given["title"]) <= TITLE:
        raise bad("INVOICE_TITLE_INVALID" if given["title"] else "invoice title must be non-empty")
    if not 1 <= len(given["description"]) <= DESCRIPTION:
        raise bad("INVOICE_DESCRIPTION_INVALID")
    if not 1 <= len(given["payload"].encode()) <= PAYLOAD_BYTES:
        raise bad("INVOICE_PAYLOAD_INVALID")
    if given.get("provider_token") != provider_token:
        raise bad("PAYMENT_PROVIDER_INVALID")
    total = _total(given["prices"], given["currency"])
    _check_keyboard(given.get("reply_markup"))
    return {
        "title": given["title"],
        "description": given["description"],
        "start_parameter": given.get("start_parameter", ""),
        "currency": given["currency"],
        "total_amount": total,
    }


def _total(prices: Sequence[Json], currency: str) -> int:
    if currency not in CURRENCIES:
        raise bad("CURRENCY_INVALID")
    if not prices or any(not price["label"].strip() for price in prices):
        raise bad("prices must be non-empty")
    if any(abs(price["amount"]) > MOST_AMOUNT for price in prices):
        raise bad("too big amount of the currency specified")
    total: int = sum(price["amount"] for price in prices)
    if total <= 0:
        raise bad("total price must be positive")
    least, most = CURRENCIES[currency]
    if not least <= total <= most:
        raise bad("CURRENCY_TOTAL_AMOUNT_INVALID")
    return total


def _check_keyboard(markup: Json | None) -> None:
    buttons = [button for row in (markup or {}).get("inline_keyboard", []) for button in row]
    if buttons and not buttons[0].get("pay"):
        raise bad("the first button of an invoice must be the one that pays")
    if any(button.get("pay") for button in buttons[1:]):
        raise bad("only the first button pays")
