"""What Telegram says of invoices, read from its raw updates. Fields as in the Bot API's reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

LONGEST_CHARGE: Final = 200


@dataclass(frozen=True, slots=True)
class Checkout:
    """Somebody is about to pay an invoice, and Telegram asks within ten seconds whether they may.

    ``amount`` in the currency's smallest units; ``payload`` is what the invoice carries, our payment's id; ``payer`` is
    their user id, and ``language`` what their Telegram speaks.
    """

    query: str
    payer: str
    payload: str
    amount: int
    currency: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """An invoice was paid. ``telegram_charge`` is the payment's own name and never the same twice;
    ``provider_charge`` is what the provider calls it."""

    payload: str
    amount: int
    currency: str
    telegram_charge: str
    provider_charge: str


def checkout_in(update: Mapping[str, Any]) -> Checkout | None:
    """The ``pre_checkout_query`` of an update, if it is one. Raises ValueError for one that cannot be read."""
    asked = update.get("pre_checkout_query")
    if asked is None:
        return None
    try:
        payer, language = asked["from"]["id"], asked["from"].get("language_code")
        found = Checkout(
            asked["id"], str(payer), asked["invoice_payload"], asked["total_amount"], asked["currency"], language
        )
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"a pre-checkout query without {error}") from error
    _check(found.amount, payer, words=(found.query, found.payload, found.currency))
    if not isinstance(language, str | None) or len(found.query) > 64:
        raise ValueError("a pre-checkout query of another form")
    return found


def receipt_in(update: Mapping[str, Any]) -> Receipt | None:
    """The ``successful_payment`` of an update, if it has one. Raises ValueError for one that cannot be read."""
    message = update.get("message")
    paid = message.get("successful_payment") if isinstance(message, dict) else None
    if paid is None:
        return None
    try:
        found = Receipt(
            paid["invoice_payload"],
            paid["total_amount"],
            paid["currency"],
            paid["telegram_payment_charge_id"],
            paid["provider_payment_charge_id"],
        )
    except (TypeError, KeyError) as error:
        raise ValueError(f"a payment without {error}") from error
    _check(found.amount, words=(found.payload, found.currency, found.telegram_charge, found.provider_charge))
    if not found.telegram_charge or max(len(found.telegram_charge), len(found.provider_charge)) > LONGEST_CHARGE:
        raise ValueError("a payment whose name is empty or too long")
    return found


def _check(*numbers: object, words: tuple[object, ...]) -> None:
    if not all(type(number) is int for number in numbers) or not all(isinstance(word, str) for word in words):
        raise ValueError("a field has another type")
