"""The till for Stripe: what it asks for, how it reads what is, and money that goes back."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from commerce.gateways.port import GatewayDown, GatewayRefused
from commerce.gateways.stripe import StripeTill
from commerce.gateways.stripe_keys import StripeKeys
from commerce.gateways.stripe_reading import EVENTS
from tests.commerce.tills.stripe_desk import NOON, SECRET, StripeDesk, stripe_desk
from tests.peers.stripe import Fault

BOTH = pytest.mark.parametrize("desk", [False, True], indirect=True, ids=["checkout", "form"])
ACCOUNT = "acct_1AbCdEfGhIjKlMnO"


@pytest.fixture
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[StripeDesk]:
    async with stripe_desk(form=getattr(request, "param", False), fee_bps=250) as desk:
        yield desk


async def test_a_hosted_page_is_asked_for_as_stripe_describes_it(desk: StripeDesk) -> None:
    opened = await desk.till.open(desk.asked(language="en"))
    (call,) = desk.peer.made("POST /v1/checkout/sessions")
    given = call.given
    assert "payment_method_types" not in given
    assert (given["mode"], given["client_reference_id"], given["locale"]) == ("payment", "pay_1", "en")
    named = {"payment": "pay_1", "order": "order_of_pay_1"}
    assert given["metadata"] == named
    assert named.items() <= given["payment_intent_data"]["metadata"].items()
    assert given["success_url"] == "http://127.0.0.1:8080/paid?lang=en"
    assert given["cancel_url"] == "http://127.0.0.1:8080/unpaid?lang=en"
    (line,) = given["line_items"]
    assert (line["price_data"]["unit_amount"], line["price_data"]["currency"]) == ("18000", "krw")
    assert line["price_data"]["product_data"] == {"name": "Hana Chicken", "description": "Order 0042"}
    assert call.key == "key_pay_1"
    assert opened.url.startswith(f"{desk.peer.url}/c/pay/{opened.ref}#")
    # As long as Stripe's own are.
    assert len(opened.url) > 600


@pytest.mark.parametrize("desk", [True], indirect=True)
async def test_a_form_on_our_page_is_asked_for_with_every_way_to_pay(desk: StripeDesk) -> None:
    opened = await desk.till.open(desk.asked())
    (call,) = desk.peer.made("POST /v1/payment_intents")
    assert call.given["automatic_payment_methods"] == {"enabled": "true"}
    assert "payment_method_types" not in call.given
    assert call.given["metadata"] == {"payment": "pay_1", "order": "order_of_pay_1"}
    assert opened.url == "/pay/pay_1"
    secret = await desk.till.secret_of(opened.ref)
    assert secret is not None
    assert secret.startswith(f"{opened.ref}_secret_")
    desk.pay(opened.ref)
    assert await desk.till.secret_of(opened.ref) is None


async def test_amounts_are_in_the_smallest_unit_of_each_currency(desk: StripeDesk) -> None:
    won = await desk.paid("pay_won", 18000)
    cents = await desk.paid("pay_cents", 1999, currency="USD")
    assert [(one.amount, one.currency) for one in (await desk.seen(won), await desk.seen(cents))] == [
        (18000, "KRW"),
        (1999, "USD"),
    ]
    assert [charge["amount"] for charge in desk.charges()] == [18000, 1999]


async def test_a_currency_whose_unit_may_differ_is_never_sent(desk: StripeDesk) -> None:
    with pytest.raises(GatewayRefused) as refused:
        await desk.till.open(desk.asked(currency="ISK"))
    assert refused.value.reason == "currency_unknown"
    assert desk.peer.calls == []


async def test_an_amount_that_stripe_does_not_take_is_refused_in_its_word(desk: StripeDesk) -> None:
    with pytest.raises(GatewayRefused) as refused:
        await desk.till.open(desk.asked(amount=20, currency="USD"))
    assert refused.value.reason == "amount_too_small"


@BOTH
async def test_a_decline_can_still_be_paid_on_the_same_page(desk: StripeDesk) -> None:
    ref = await desk.paid(way="decline")
    assert await desk.state(ref) == "pending"
    desk.pay(ref)
    assert await desk.state(ref) == "succeeded"


@BOTH
@pytest.mark.parametrize(("ok", "after"), [(True, "succeeded"), (False, "failed")])
async def test_money_from_a_bank_comes_later_or_not_at_all(desk: StripeDesk, ok: bool, after: str) -> None:
    ref = await desk.paid(way="bank")
    assert await desk.state(ref) == "pending"
    desk.peer.books.bank_says(desk.intent_of(ref), ok)
    # A form can be tried again, a finished hosted page cannot.
    assert await desk.state(ref) == ("pending" if desk.form and not ok else after)


@BOTH
async def test_a_closed_page_takes_no_money_and_a_paid_one_stays_paid(desk: StripeDesk) -> None:
    ref = (await desk.till.open(desk.asked("pay_1"))).ref
    await desk.till.close(ref)
    await desk.till.close(ref)
    assert await desk.state(ref) == "expired"
    paid = await desk.paid("pay_2")
    await desk.till.close(paid)
    assert await desk.state(paid) == "succeeded"


@BOTH
async def test_closing_what_stripe_does_not_know_is_refused(desk: StripeDesk) -> None:
    with pytest.raises(GatewayRefused):
        await desk.till.close("pi_unknown" if desk.form else "cs_unknown")


async def test_a_page_ends_by_itself(desk: StripeDesk) -> None:
    ref = (await desk.till.open(desk.asked())).ref
    desk.clock.later(hours=3)
    assert await desk.state(ref) == "expired"
    assert desk.peer.events.of("checkout.session.expired")


@BOTH
async def test_money_goes_back_in_parts_and_never_more_than_came(desk: StripeDesk) -> None:
    ref = await desk.paid()
    part = await desk.till.refund(desk.back(ref, 8000, "refund_1"))
    assert part.state == "succeeded"
    assert desk.peer.books.refunds[part.ref]["metadata"] == {"refund": "refund_1"}
    assert (await desk.seen(ref)).refunded == 8000
    with pytest.raises(GatewayRefused):
        await desk.till.refund(desk.back(ref, 10001, "refund_2"))
    await desk.till.refund(desk.back(ref, 10000, "refund_3"))
    assert (await desk.seen(ref)).refunded == 18000
    with pytest.raises(GatewayRefused) as refused:
        await desk.till.refund(desk.back(ref, 1, "refund_4"))
    assert refused.value.reason == "charge_already_refunded"


@BOTH
@pytest.mark.parametrize(("ok", "after", "left"), [(True, "succeeded", 18000), (False, "failed", 0)])
async def test_a_slow_refund_is_pending_until_the_bank_has_it(
    desk: StripeDesk, ok: bool, after: str, left: int
) -> None:
    desk.peer.books.slow_refunds = True
    ref = await desk.paid()
    asked = desk.back(ref, 18000)
    refund = await desk.till.refund(asked)
    assert refund.state == "pending"
    desk.peer.books.settle_refund(refund.ref, ok)
    # Asked again under the same key, which still gets its first answer, it says how things are now.
    assert (await desk.till.refund(asked)).state == after
    assert (await desk.seen(ref)).refunded == left
    assert len(desk.peer.books.refunds) == 1


async def test_nothing_goes_back_of_what_never_came(desk: StripeDesk) -> None:
    ref = (await desk.till.open(desk.asked())).ref
    with pytest.raises(GatewayRefused) as refused:
        await desk.till.refund(desk.back(ref, 100))
    assert refused.value.reason == "not_paid"
    paid = await desk.paid("pay_2")
    with pytest.raises(GatewayRefused) as refused:
        await desk.till.refund(desk.back(paid, 100, currency="USD"))
    assert refused.value.reason == "currency_differs"


@BOTH
async def test_a_dispute_is_seen_and_one_that_was_won_is_over(desk: StripeDesk) -> None:
    ref = await desk.paid()
    dispute = desk.peer.books.open_dispute(desk.intent_of(ref))
    assert (await desk.seen(ref)).disputed == 18000
    desk.peer.books.close_dispute(dispute["id"], won=False)
    assert (await desk.seen(ref)).disputed == 18000
    other = await desk.paid("pay_2")
    desk.peer.books.close_dispute(desk.peer.books.open_dispute(desk.intent_of(other))["id"], won=True)
    assert (await desk.seen(other)).disputed == 0


@BOTH
async def test_a_banks_mere_question_takes_nothing_so_that_money_can_still_be_sent_back(desk: StripeDesk) -> None:
    ref = await desk.paid()
    dispute = desk.peer.books.open_dispute(desk.intent_of(ref))
    for status in ("warning_needs_response", "warning_under_review", "warning_closed"):
        dispute["status"] = status
        assert (await desk.seen(ref)).disputed == 0
    dispute["status"] = "needs_response"
    assert (await desk.seen(ref)).disputed == 18000


@BOTH
async def test_a_shops_own_account_gets_its_money_less_a_fee_and_gives_it_back(desk: StripeDesk) -> None:
    desk.peer.books.accounts.add(ACCOUNT)
    ref = await desk.paid(account=ACCOUNT)
    (charge,) = desk.charges()
    assert charge["transfer_data"] == {"destination": ACCOUNT}
    assert charge["application_fee_amount"] == 450
    await desk.till.refund(desk.back(ref, 18000))
    (call,) = desk.peer.made("POST /v1/refunds")
    assert (call.given["reverse_transfer"], call.given["refund_application_fee"]) == ("true", "true")


async def test_an_account_that_stripe_does_not_know_is_refused(desk: StripeDesk) -> None:
    with pytest.raises(GatewayRefused) as refused:
        await desk.till.open(desk.asked(account=ACCOUNT))
    assert refused.value.reason == "resource_missing"


async def test_the_intent_of_a_hosted_page_is_known_by_the_pages_name(desk: StripeDesk) -> None:
    ref = await desk.paid()
    assert (await desk.till.fetch(desk.intent_of(ref))).ref == ref


async def test_what_another_program_sold_through_the_account_is_not_ours(desk: StripeDesk) -> None:
    other = desk.peer.books.make_intent({"amount": "5000", "currency": "krw"})
    with pytest.raises(GatewayRefused) as refused:
        await desk.till.fetch(other["id"])
    assert refused.value.reason == "not_ours"


@pytest.mark.parametrize(
    "fault",
    [
        Fault("POST /v1/checkout/sessions", status=429),
        Fault("POST /v1/checkout/sessions", status=503),
        Fault("POST /v1/checkout/sessions", status=500),
        Fault("POST /v1/checkout/sessions", drop=True),
        Fault("POST /v1/checkout/sessions", "after", drop=True),
        Fault("POST /v1/checkout/sessions", "after", truncate=True),
    ],
    ids=["429", "503", "500", "dropped before", "dropped after", "cut short"],
)
async def test_whatever_stripe_does_not_answer_is_asked_again_later_and_made_once(
    desk: StripeDesk, fault: Fault
) -> None:
    desk.peer.faults.add(fault)
    with pytest.raises(GatewayDown):
        await desk.till.open(desk.asked())
    opened = await desk.till.open(desk.asked())
    assert [opened.ref] == list(desk.peer.books.sessions)


async def test_a_key_that_stripe_does_not_take_gives_nothing_up(desk: StripeDesk) -> None:
    keys = StripeKeys("sk_test_other", (SECRET,), None, desk.peer.url)
    till = StripeTill(keys, "http://127.0.0.1:8080", desk.clock)
    try:
        with pytest.raises(GatewayDown):
            await till.open(desk.asked())
    finally:
        await till.aclose()


async def test_the_same_call_twice_at_once_makes_one(desk: StripeDesk) -> None:
    gate = desk.peer.faults.hold("POST /v1/checkout/sessions")
    asked = desk.asked()
    first = asyncio.create_task(desk.till.open(asked))
    await desk.peer.begun("POST /v1/checkout/sessions")
    with pytest.raises(GatewayDown):
        await desk.till.open(asked)
    gate.set()
    assert (await first).ref in desk.peer.books.sessions
    assert len(desk.peer.books.sessions) == 1


async def test_a_used_key_for_another_payment_is_refused(desk: StripeDesk) -> None:
    await desk.till.open(desk.asked())
    with pytest.raises(GatewayRefused) as refused:
        await desk.till.open(desk.asked(amount=19000))
    assert refused.value.reason == "key_reused"


async def test_the_same_payment_asked_for_in_another_language_is_the_same(desk: StripeDesk) -> None:
    first = await desk.till.open(desk.asked(language="ko"))
    assert await desk.till.open(desk.asked(language="en")) == first
    assert desk.clock.now() == NOON


def test_the_documentation_names_every_event_that_is_listened_to() -> None:
    text = (Path(__file__).parents[3] / "docs" / "tills.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:checkout|payment_intent|charge|refund)\.[a-z_.]+)`", text)
    assert sorted(named) == list(EVENTS)
