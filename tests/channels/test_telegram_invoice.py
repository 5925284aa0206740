"""A reply that asks for money goes out as an invoice, within every limit that Telegram has."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.port import Blocked, Outgoing, RetryAfter
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram.invoices import DESCRIPTION_UNITS, TITLE_UNITS, invoice_of
from bot.channels.telegram.texts import units
from bot.messages import Button, PaymentRequest, PricePart, Reply
from tests.peers.telegram import Person, TelegramPeer

CHICKEN = (PricePart("후라이드치킨 × 1", 18_000), PricePart("배달비", 3_000), PricePart("할인", -2_000))


def asks(
    text: str = "하나치킨 주문 1234번, 19,000원을 결제해 주세요.",
    *,
    amount: int = 19_000,
    currency: str = "KRW",
    title: str = "주문 1234 · 하나치킨",
    parts: tuple[PricePart, ...] = CHICKEN,
    buttons: tuple[Button, ...] = (Button("주문 취소", "/cancel"),),
    number: int = 31,
) -> Outgoing:
    payment = PaymentRequest(amount, currency, "", "pay_k7hq2mzp", title, parts)
    return Outgoing(number, "1001", Reply(text, buttons, payment=payment))


@pytest.fixture
async def minji(peer: TelegramPeer) -> Person:
    person = peer.user(1001)
    await person.start()
    return person


def prices(peer: TelegramPeer) -> list[tuple[str, int]]:
    given: Any = peer.made("sendInvoice")[-1].given["prices"]
    found = json.loads(given) if isinstance(given, str) else given
    return [(price["label"], price["amount"]) for price in found]


async def test_an_invoice_says_what_for_and_how_much(
    peer: TelegramPeer, channel: TelegramChannel, minji: Person
) -> None:
    sent = await channel.send(asks())
    shown = minji.newest()
    assert sent.ref == str(shown.id)
    assert shown.invoice is not None
    assert (shown.invoice["currency"], shown.invoice["total_amount"]) == ("KRW", 19_000)
    assert shown.invoice["title"] == "주문 1234 · 하나치킨"
    assert "19,000원을 결제해 주세요" in shown.invoice["description"]
    assert shown.payload == "pay_k7hq2mzp"
    assert prices(peer) == [("후라이드치킨 × 1", 18_000), ("배달비", 3_000), ("할인", -2_000)]


async def test_dollars_go_out_in_cents(peer: TelegramPeer, channel: TelegramChannel, minji: Person) -> None:
    await channel.send(asks("Please pay $4.50.", amount=450, currency="USD", parts=(PricePart("Americano × 1", 450),)))
    assert minji.newest().invoice == {
        "title": "주문 1234 · 하나치킨",
        "description": "Please pay $4.50.",
        "start_parameter": "invoice",
        "currency": "USD",
        "total_amount": 450,
    }


async def test_parts_that_do_not_make_up_the_amount_are_left_out(
    peer: TelegramPeer, channel: TelegramChannel, minji: Person
) -> None:
    await channel.send(asks(parts=CHICKEN[:2]))
    assert prices(peer) == [("주문 1234 · 하나치킨", 19_000)]


async def test_the_first_button_pays_and_the_others_do_as_ever(channel: TelegramChannel, minji: Person) -> None:
    await channel.send(asks())
    pay, cancel = [key for row in minji.newest().rows for key in row]
    assert (pay["text"], pay["pay"]) == ("💳 결제하기", True)
    assert (cancel["text"], cancel["callback_data"]) == ("주문 취소", "31.0")


async def test_long_words_go_before_the_invoice_and_only_the_first_rings(
    peer: TelegramPeer, channel: TelegramChannel, minji: Person
) -> None:
    await channel.send(asks("결제해 주세요. " * 40))
    words, invoice = [shown for shown in minji.screen() if not shown.mine]
    assert words.text.startswith("결제해 주세요.")
    assert words.buttons == []
    assert invoice.invoice is not None
    assert (words.silent, invoice.silent) == (False, True)


async def test_a_forwarded_invoice_leads_to_the_bot_and_pays_nothing(
    peer: TelegramPeer, channel: TelegramChannel, minji: Person
) -> None:
    jun = peer.user(3003, "준")
    await jun.start()
    await channel.send(asks())
    copy = minji.forward(minji.newest(), jun)
    assert [key.get("pay") for row in copy.rows for key in row] == [None]
    assert [key["url"] for row in copy.rows for key in row] == ["https://t.me/dangol_bot?start=invoice"]


@pytest.mark.parametrize("refusal", ["PAYMENT_PROVIDER_INVALID", "CURRENCY_TOTAL_AMOUNT_INVALID"])
async def test_what_telegram_takes_no_money_for_is_said_in_words(
    peer: TelegramPeer, channel: TelegramChannel, minji: Person, refusal: str
) -> None:
    peer.faults.refuse("sendInvoice", 400, f"Bad Request: {refusal}")
    await channel.send(asks())
    shown = minji.newest()
    assert shown.invoice is None
    assert "지금은 텔레그램에서 결제할 수 없어요" in shown.text
    assert shown.buttons == ["주문 취소"]


async def test_a_flood_and_a_block_are_told_as_with_any_message(
    peer: TelegramPeer, channel: TelegramChannel, minji: Person
) -> None:
    peer.faults.flood("sendInvoice", 7)
    with pytest.raises(RetryAfter) as wait:
        await channel.send(asks())
    assert wait.value.seconds == 7
    minji.blocked = True
    with pytest.raises(Blocked):
        await channel.send(asks())
    assert peer.made("sendMessage") == []


async def test_an_invoice_that_stopped_after_its_words_goes_on_with_the_invoice(
    peer: TelegramPeer, channel: TelegramChannel, minji: Person
) -> None:
    peer.faults.flood("sendInvoice", 1)
    with pytest.raises(RetryAfter):
        await channel.send(asks("결제해 주세요. " * 40))
    await channel.send(asks("결제해 주세요. " * 40))
    assert [shown.invoice is not None for shown in minji.screen() if not shown.mine] == [False, True]


words = st.text(max_size=400) | st.sampled_from(["", " ", "\u3164", "🍗" * 300, "가" * 256, "\u202ex", "\ud800"])
amounts = st.integers(1_400, 1_000_000)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(words, words, words, st.lists(amounts, max_size=25), st.integers(0, 1_400))
async def test_whatever_a_shop_is_called_telegram_takes_the_invoice(
    peer: TelegramPeer,
    channel: TelegramChannel,
    text: str,
    title: str,
    label: str,
    each: list[int],
    discount: int,
) -> None:
    await peer.user(1001).start()
    parts = [PricePart(label, amount) for amount in each]
    if discount and len(each) > 1:
        parts.append(PricePart(label, -discount))
    amount = sum(part.amount for part in parts) or 5_000
    asked = asks(text, amount=amount, title=title, parts=tuple(parts)) if amount <= 14_000_000 else asks()
    invoice = invoice_of(asked, "http://127.0.0.1:8080")
    assert invoice is not None
    assert 1 <= units(invoice.title) <= TITLE_UNITS
    assert 1 <= units(invoice.description) <= DESCRIPTION_UNITS
    assert sum(part.amount for part in invoice.parts) == asked.reply.payment.amount  # type: ignore[union-attr]
    before = len(peer.calls)
    await channel.send(asked)
    assert {call.status for call in peer.calls[before:]} == {200}
