"""The till for Telegram's invoices: its books, what Telegram tells it, and money that goes back through a provider."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import pytest

from commerce.database import Base, Database
from commerce.gateways.port import (
    Forged,
    GatewayDown,
    GatewayEvent,
    GatewayPayment,
    GatewayRefused,
    Opened,
    OpenPayment,
    Refunded,
    RefundRequest,
)
from commerce.gateways.telegram import LIMITS, SECRET_HEADER, PaidBefore, TelegramTill
from commerce.gateways.telegram_updates import Checkout, Receipt, checkout_in, receipt_in
from commerce.work import Ids
from tests.commerce.market import NOON, StandingClock, both
from tests.commerce.tills.stripe_desk import stripe_desk

REQUEST = OpenPayment("key_1", "pay_1", "order_1", 18_000, "KRW", both("하나치킨"), "0042", NOON)
RECEIPT = Receipt("pay_1", 18_000, "KRW", "7000001_1", "ch_1")


@dataclass
class Provider:
    """Sends money back, unless it is ``down`` or ``refuses``; ``slow`` to settle what it took on."""

    down: bool = False
    refuses: bool = False
    slow: bool = False
    sent: dict[str, tuple[str, int]] = field(default_factory=dict)

    async def refund_charge(self, charge: str, request: RefundRequest) -> Refunded:
        if self.down:
            raise GatewayDown("away")
        if self.refuses:
            raise GatewayRefused("charge_unknown")
        self.sent[request.key] = (charge, request.amount)
        return Refunded(f"re_{request.key}", "pending" if self.slow else "succeeded")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    yield database
    await database.close()


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def till(database: Database, provider: Provider) -> TelegramTill:
    return TelegramTill(database, StandingClock(), Ids(1), "secret", provider)


def back(amount: int, key: str = "key_r1", ref: str = "pay_1", currency: str = "KRW") -> RefundRequest:
    return RefundRequest(key, f"refund of {key}", ref, amount, currency, NOON)


async def paid(till: TelegramTill) -> None:
    await till.open(REQUEST)
    await till.book(RECEIPT)


async def test_an_invoice_is_booked_once_under_its_key(till: TelegramTill) -> None:
    assert await till.find("pay_1") is None
    assert await till.open(REQUEST) == await till.open(REQUEST) == Opened("pay_1", "")
    assert await till.find("pay_1") == Opened("pay_1", "")
    assert await till.fetch("pay_1") == GatewayPayment("pay_1", "pending", 18_000, "KRW")
    for other in (replace(REQUEST, amount=17_000), replace(REQUEST, payment="pay_2"), replace(REQUEST, currency="USD")):
        with pytest.raises(GatewayRefused, match="key_reused"):
            await till.open(other)


async def test_two_calls_under_one_key_at_once_book_one_invoice(till: TelegramTill) -> None:
    outcomes = await asyncio.gather(*(till.open(REQUEST) for _ in range(5)), return_exceptions=True)
    assert all(outcome == Opened("pay_1", "") or isinstance(outcome, GatewayDown) for outcome in outcomes)
    assert await till.open(REQUEST) == Opened("pay_1", "")


@pytest.mark.parametrize("currency", list(LIMITS))
async def test_what_telegram_takes_no_money_for_is_refused(till: TelegramTill, currency: str) -> None:
    least, most = LIMITS[currency]
    for number, amount in enumerate((least, most)):
        await till.open(replace(REQUEST, key=f"k{number}", payment=f"p{number}", amount=amount, currency=currency))
    for amount, other in ((least - 1, currency), (most + 1, currency), (5_000, "EUR")):
        with pytest.raises(GatewayRefused, match="amount_out_of_range"):
            await till.open(replace(REQUEST, key="k9", payment="p9", amount=amount, currency=other))


async def test_a_payment_is_booked_once_however_often_it_is_told(till: TelegramTill) -> None:
    await till.open(REQUEST)
    hints = await asyncio.gather(*(till.book(RECEIPT) for _ in range(5)))
    assert set(hints) == {GatewayEvent("7000001_1", "successful_payment", "pay_1")}
    assert await till.fetch("pay_1") == GatewayPayment("pay_1", "succeeded", 18_000, "KRW")


async def test_what_was_really_paid_is_what_the_till_says(till: TelegramTill) -> None:
    await till.open(REQUEST)
    await till.book(replace(RECEIPT, amount=17_000))
    assert (await till.fetch("pay_1")).amount == 17_000


async def test_a_closed_invoice_that_is_paid_all_the_same_is_paid(till: TelegramTill) -> None:
    await till.open(REQUEST)
    await till.close("pay_1")
    assert (await till.fetch("pay_1")).state == "expired"
    await till.book(RECEIPT)
    await till.close("pay_1")
    assert (await till.fetch("pay_1")).state == "succeeded"


async def test_a_second_payment_of_one_invoice_is_booked_beside_it(till: TelegramTill) -> None:
    await paid(till)
    again = replace(RECEIPT, telegram_charge="7000001_2", provider_charge="ch_2")
    with pytest.raises(PaidBefore):
        await till.book(again)
    for _ in range(2):
        hint = await till.book_beside(again, "pay_2", "order_1", "beside")
        assert hint == GatewayEvent("7000001_2", "successful_payment", "pay_2")
    assert await till.book(again) == hint
    assert await till.fetch("pay_2") == GatewayPayment("pay_2", "succeeded", 18_000, "KRW")


async def test_money_for_what_nobody_asked_for_is_not_booked(till: TelegramTill) -> None:
    await till.open(REQUEST)
    for wrong in (replace(RECEIPT, payload="pay_9"), replace(RECEIPT, currency="USD")):
        with pytest.raises(GatewayRefused, match="unknown_charge"):
            await till.book(wrong)
    for call in (till.fetch("pay_9"), till.close("pay_9")):
        with pytest.raises(GatewayRefused, match="unknown_charge"):
            await call


async def test_money_goes_back_once_and_never_more_than_was_taken(till: TelegramTill, provider: Provider) -> None:
    await till.open(REQUEST)
    with pytest.raises(GatewayRefused, match="refund_too_much"):
        await till.refund(back(100))
    await till.book(RECEIPT)
    assert await till.refund(back(10_000)) == await till.refund(back(10_000)) == Refunded("re_key_r1", "succeeded")
    assert provider.sent == {"key_r1": ("ch_1", 10_000)}
    for wrong in (back(8_001, "key_r2"), back(0, "key_r3"), back(100, "key_r4", currency="USD")):
        with pytest.raises(GatewayRefused, match="refund_too_much"):
            await till.refund(wrong)
    with pytest.raises(GatewayRefused, match="key_reused"):
        await till.refund(back(9_000))
    await till.refund(back(8_000, "key_r5"))
    assert (await till.fetch("pay_1")).refunded == 18_000


async def test_of_refunds_at_once_no_more_goes_back_than_was_taken(till: TelegramTill, provider: Provider) -> None:
    await paid(till)
    asked = [till.refund(back(10_000, f"key_r{number}")) for number in range(5)]
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert sum(isinstance(outcome, Refunded) for outcome in outcomes) == 1
    assert len(provider.sent) == 1


async def test_a_provider_that_is_away_is_asked_again_under_the_same_key(
    till: TelegramTill, provider: Provider
) -> None:
    await paid(till)
    provider.down = True
    with pytest.raises(GatewayDown):
        await till.refund(back(18_000))
    provider.down, provider.slow = False, True
    assert (await till.refund(back(18_000))).state == "pending"
    provider.slow = False
    assert (await till.refund(back(18_000))).state == "succeeded"
    assert provider.sent == {"key_r1": ("ch_1", 18_000)}


async def test_what_no_provider_sends_back_a_human_has_to(
    till: TelegramTill, provider: Provider, database: Database
) -> None:
    await paid(till)
    provider.refuses = True
    for _ in range(2):
        with pytest.raises(GatewayRefused, match="by_hand"):
            await till.refund(back(18_000))
    assert (await till.fetch("pay_1")).refunded == 0
    alone = TelegramTill(database, StandingClock(), Ids(1), "secret")
    with pytest.raises(GatewayRefused, match="by_hand"):
        await alone.refund(back(5_000, "key_r2"))


async def test_where_stripe_took_the_money_stripe_sends_it_back(database: Database) -> None:
    async with stripe_desk(form=True) as desk:
        intent = await desk.paid("of Telegram's own")
        (charge,) = desk.charges()
        till = TelegramTill(database, StandingClock(), Ids(1), "secret", desk.till)
        await till.open(REQUEST)
        await till.book(replace(RECEIPT, provider_charge=charge["id"]))
        answer = await till.refund(back(10_000))
        assert await till.refund(back(10_000)) == answer
        assert answer.state == "succeeded"
        assert (await desk.seen(intent)).refunded == 10_000
        for number, name in enumerate(("ch_of_somebody_else", "12345", "")):
            await till.open(replace(REQUEST, key=f"key_{number + 2}", payment=f"pay_{number + 2}"))
            await till.book(Receipt(f"pay_{number + 2}", 18_000, "KRW", f"7_{number}", name))
            with pytest.raises(GatewayRefused, match="by_hand"):
                await till.refund(back(100, f"key_r{number + 2}", f"pay_{number + 2}"))


def told(**changes: object) -> bytes:
    paid: dict[str, object] = {
        "currency": "KRW",
        "total_amount": 18_000,
        "invoice_payload": "pay_1",
        "telegram_payment_charge_id": "7000001_1",
        "provider_payment_charge_id": "ch_1",
    }
    return json.dumps({"update_id": 1, "message": {"successful_payment": paid | changes}}).encode()


def test_an_update_with_the_secret_is_a_hint(till: TelegramTill) -> None:
    assert till.verify(told(), {SECRET_HEADER: "secret"}) == [GatewayEvent("7000001_1", "successful_payment", "pay_1")]
    assert till.verify(b'{"update_id": 1}', {SECRET_HEADER.lower(): "secret"}) == []


@pytest.mark.parametrize("given", [{}, {SECRET_HEADER: ""}, {SECRET_HEADER: "secre"}, {SECRET_HEADER: "비밀\udcff"}])
def test_an_update_without_the_secret_is_forged(till: TelegramTill, given: dict[str, str]) -> None:
    with pytest.raises(Forged):
        till.verify(told(), given)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[" * 100_000,
        b'{"message": {"successful_payment": 3}}',
        told(total_amount="18000"),
        told(total_amount=True),
        told(invoice_payload=None),
        told(telegram_payment_charge_id=""),
        told(telegram_payment_charge_id="x" * 201),
        b" " * (256 * 1024 + 1),
    ],
)
def test_a_body_that_cannot_be_read_is_forged(till: TelegramTill, body: bytes) -> None:
    with pytest.raises(Forged):
        till.verify(body, {SECRET_HEADER: "secret"})


def test_a_checkout_is_read_from_its_update() -> None:
    asked: dict[str, object] = {
        "id": "9",
        "from": {"id": 1001, "language_code": "en-US"},
        "invoice_payload": "pay_1",
        "total_amount": 18_000,
        "currency": "KRW",
    }
    assert checkout_in({"pre_checkout_query": asked}) == Checkout("9", "1001", "pay_1", 18_000, "KRW", "en-US")
    assert checkout_in({"message": {}}) is None
    assert receipt_in({"pre_checkout_query": asked}) is None
    wrongs: list[dict[str, object]] = [
        {"id": 9},
        {"from": {}},
        {"from": {"id": "1"}},
        {"total_amount": 1.5},
        {"from": 1},
    ]
    for wrong in wrongs:
        with pytest.raises(ValueError, match=r"checkout|type"):
            checkout_in({"pre_checkout_query": asked | wrong})
