"""A reply that asks for money, as an invoice within Telegram's limits. Pure, knows no SDK.

Limits of ``sendInvoice``: a title has 1 to 32 characters, a description 1 to 255, a payload 1 to 128 bytes. Parts may
be below zero, their sum may not. The first button must be the one that pays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.channels.port import Outgoing
from bot.channels.telegram.pages import Row, key_rows, speaks_korean
from bot.channels.telegram.texts import clean, is_blank, shorten, units
from bot.messages import PaymentRequest, PricePart, Reply

TITLE_UNITS = 32
DESCRIPTION_UNITS = 255
MOST_PARTS = 20
LABEL_UNITS = 64
START = "invoice"
"""Where a forwarded copy of an invoice leads: to the bot, not to paying for somebody else."""


@dataclass(frozen=True, slots=True)
class Invoice:
    """``lead`` is text that has to go before it, for lack of room; ``rows`` go under the pay button."""

    payload: str
    title: str
    description: str
    currency: str
    parts: Sequence[PricePart]
    pay: str
    rows: tuple[Row, ...]
    lead: str = ""


def asks_for_invoice(reply: Reply) -> bool:
    """Whether ``reply`` asks for money that Telegram itself is to take."""
    return reply.payment is not None and reply.payment.url == ""


def invoice_of(message: Outgoing, site: str) -> Invoice | None:
    """The invoice that ``message`` is; None when it asks for no money, or for money on a page."""
    reply = message.reply
    if reply.payment is None or not asks_for_invoice(reply):
        return None
    korean = speaks_korean(reply)
    title = _words(reply.payment.title, TITLE_UNITS) or ("주문" if korean else "Order")
    text = clean(reply.text)
    too_long = units(text) > DESCRIPTION_UNITS
    return Invoice(
        payload=reply.payment.payment,
        title=title,
        description=title if too_long or is_blank(text) else text,
        currency=reply.payment.currency,
        parts=_parts(reply.payment, title),
        pay="💳 결제하기" if korean else "💳 Pay",
        rows=key_rows(message, site),
        lead=text if too_long else "",
    )


def unpayable(reply: Reply) -> str:
    """What to say in place of an invoice that Telegram does not take."""
    if speaks_korean(reply):
        return f"{reply.text}\n\n지금은 텔레그램에서 결제할 수 없어요. 주문을 취소하고 가게에 전화해 주세요. 돈은 나가지 않았어요."
    return f"{reply.text}\n\nTelegram can't take this payment right now. Please cancel and call the shop. No money was taken."


def _parts(payment: PaymentRequest, title: str) -> Sequence[PricePart]:
    """The parts where they make up the amount to the last unit; else the amount in one."""
    parts = [PricePart(_words(part.label, LABEL_UNITS) or title, part.amount) for part in payment.parts]
    if parts and len(parts) <= MOST_PARTS and sum(part.amount for part in parts) == payment.amount:
        return parts
    return [PricePart(title, payment.amount)]


def _words(text: str, limit: int) -> str:
    words = shorten(" ".join(clean(text).split()), limit)
    return "" if is_blank(words) else words
