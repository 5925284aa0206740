"""Whole orders through the web chat, paid at Stripe: its hosted page, its events, and what the chat says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.audit import check
from commerce.shops import Shop
from tests.dialogues.stage import Towns
from tests.peers.stripe import Fault
from tests.webhooks.paying import Paid, order_chicken, order_coffee, paid

FRIDAY_NOON_IN_NEW_YORK = datetime.fromisoformat("2026-11-20T12:00:00-05:00")


@pytest.fixture
async def street(towns: Towns, tmp_path: Path) -> AsyncIterator[Paid]:
    async with paid(towns, tmp_path) as street:
        yield street


async def test_an_order_paid_on_the_hosted_page_is_told_to_both(street: Paid) -> None:
    async with street.site.visit() as minji, street.site.visit(shop="hana-chicken") as shop:
        asked = await order_chicken(minji)
        assert asked["payment"]["amount"] == 18000
        assert asked["payment"]["url"].startswith(f"{street.stripe.url}/c/pay/cs_test_")
        assert await street.pay(asked["payment"]["url"]) == "/paid?lang=ko"
        await minji.sees("결제했어요")
        await shop.sees("새 주문", "후라이드치킨 × 1")
        await shop.say("15분이요")
        await minji.sees("하나치킨이 주문을 받았어요", "오후 12:15")
    (session,) = street.stripe.books.sessions.values()
    assert (session["amount_total"], session["currency"], session["locale"]) == (18000, "krw", "ko")
    assert {status for _, status in street.stripe.events.answers} == {200}
    await street.site.sound()


async def test_an_order_in_dollars_is_paid_in_cents(towns: Towns, tmp_path: Path) -> None:
    async with paid(towns, tmp_path, "dollar", at=FRIDAY_NOON_IN_NEW_YORK) as street:
        async with street.site.visit(lang="en") as pat, street.site.visit(shop="birch-street-coffee") as shop:
            asked = await order_coffee(pat)
            assert (asked["payment"]["amount"], asked["payment"]["currency"]) == (325, "USD")
            assert await street.pay(asked["payment"]["url"]) == "/paid?lang=en"
            await pat.sees("Paid")
            await shop.sees("드립 커피 × 1", "$3.25")
        (session,) = street.stripe.books.sessions.values()
        assert (session["amount_total"], session["currency"], session["locale"]) == (325, "usd", "en")
        await street.site.sound()


async def test_somebody_who_is_declined_pays_with_another_card(street: Paid) -> None:
    async with street.site.visit() as minji, street.site.visit(shop="hana-chicken") as shop:
        url = (await order_chicken(minji))["payment"]["url"]
        assert await street.pay(url, "decline") == url
        assert await street.pay(url, "card") == "/paid?lang=ko"
        await minji.sees("결제했어요")
        await shop.sees("새 주문")
    assert len([charge for charge in street.stripe.books.charges.values() if charge["paid"]]) == 1
    await street.site.sound()


async def test_somebody_who_leaves_can_come_back(street: Paid) -> None:
    async with street.site.visit() as minji:
        url = (await order_chicken(minji))["payment"]["url"]
        assert await street.pay(url, "leave") == "/unpaid?lang=ko"
        await street.pay(url)
        await minji.sees("결제했어요")
    await street.site.sound()


async def test_a_shop_that_refuses_sends_the_money_back_and_the_chat_says_so(street: Paid) -> None:
    async with street.site.visit() as minji, street.site.visit(shop="hana-chicken") as shop:
        await street.pay((await order_chicken(minji))["payment"]["url"])
        await shop.sees("새 주문")
        await street.site.advance(street.site.clock.now() + timedelta(minutes=9))
        await minji.sees("18,000원", "돌려")
    (refund,) = street.stripe.books.refunds.values()
    assert refund["amount"] == 18000
    await street.stripe.events.settled()
    await street.site.sound()


async def test_an_unpaid_page_is_closed_with_its_order(street: Paid) -> None:
    async with street.site.visit() as minji:
        url = (await order_chicken(minji))["payment"]["url"]
        await street.site.advance(street.site.clock.now() + timedelta(minutes=12))
        session = street.stripe.books.sessions[await street.session()]
        assert session["status"] == "expired"
        async with street.site.session.get(url) as page:
            assert "expired" in await page.text()
    await street.site.sound()


async def test_events_that_come_twice_and_in_the_wrong_order_change_nothing(street: Paid) -> None:
    street.stripe.events.held = True
    async with street.site.visit() as minji, street.site.visit(shop="hana-chicken") as shop:
        url = (await order_chicken(minji))["payment"]["url"]
        await street.pay(url, "decline")
        await street.pay(url)
        events = street.stripe.events
        backwards = await events.deliver_waiting(lambda waiting: waiting[::-1])
        again = [await events.deliver(event) for event in events.happened]
        assert {*backwards, *again} == {200}
        await minji.sees("결제했어요")
        await shop.sees("새 주문")
    (payment,) = await street.payments()
    assert (payment.state, payment.paid) == ("succeeded", 18000)
    await street.site.sound()


async def test_a_payment_whose_events_are_lost_is_found_by_asking(street: Paid) -> None:
    street.stripe.events.endpoint = None
    async with street.site.visit() as minji:
        await street.pay((await order_chicken(minji))["payment"]["url"])
        await street.site.advance(street.site.clock.now() + timedelta(minutes=5))
        await minji.sees("결제했어요")
    await street.site.sound()


async def test_money_sent_back_by_hand_at_stripe_is_booked_and_told(street: Paid) -> None:
    async with street.site.visit() as minji:
        await street.pay((await order_chicken(minji))["payment"]["url"])
        await minji.sees("결제했어요")
        street.stripe.books.make_refund({"payment_intent": await street.intent(), "amount": "5000"})
        await minji.sees("5,000원", "되돌아갔어요")
        await street.stripe.events.settled()
    (payment,) = await street.payments()
    assert (payment.paid, payment.taken_back) == (18000, 5000)
    await street.site.sound()


async def test_a_dispute_is_told_to_the_shop_and_so_is_its_end(street: Paid) -> None:
    async with street.site.visit() as minji, street.site.visit(shop="hana-chicken") as shop:
        await street.pay((await order_chicken(minji))["payment"]["url"])
        await shop.sees("새 주문")
        dispute = street.stripe.books.open_dispute(await street.intent())
        await shop.sees("이의를 냈어요", "18,000원")
        street.stripe.books.close_dispute(dispute["id"], won=True)
        await shop.sees("이의가 끝나")
        await street.stripe.events.settled()
    assert {status for _, status in street.stripe.events.answers} == {200}
    await street.site.sound()


async def test_a_refund_that_the_bank_takes_its_time_over_is_told_when_it_is_there(street: Paid) -> None:
    street.stripe.books.slow_refunds = True
    async with street.site.visit() as minji, street.site.visit(shop="hana-chicken") as shop:
        await street.pay((await order_chicken(minji))["payment"]["url"])
        await shop.sees("새 주문")
        await street.site.advance(street.site.clock.now() + timedelta(minutes=9))
        (refund,) = street.stripe.books.refunds.values()
        assert refund["status"] == "pending"
        before = len(minji.told)
        street.stripe.books.settle_refund(refund["id"], ok=True)
        await street.stripe.events.settled()
        await street.site.advance(street.site.clock.now() + timedelta(minutes=1))
        await minji.say("주문 어떻게 됐어요")
        assert any("돌려" in frame["text"] for frame in minji.told[before:])
    await street.site.sound()


@pytest.mark.parametrize("later", [timedelta(minutes=10), timedelta(hours=4)])
async def test_a_refund_that_the_bank_sends_back_after_it_was_done_is_told_and_owed(
    street: Paid, later: timedelta
) -> None:
    async with street.site.visit() as minji, street.site.visit(shop="hana-chicken") as shop:
        await street.pay((await order_chicken(minji))["payment"]["url"])
        await minji.sees("결제했어요")
        await minji.tap("주문 취소")
        await minji.sees("환불이 끝났어요")
        await street.site.advance(street.site.clock.now() + later)
        (refund,) = street.stripe.books.refunds.values()
        street.stripe.books.settle_refund(refund["id"], ok=False)
        await street.stripe.events.settled()
        await minji.sees("환불이 바로 되지 않았어요")
        await shop.sees("18,000원", "결제 회사에서 거절됐어요")
    (payment,) = await street.payments()
    assert (payment.paid, payment.returned) == (18000, 0)
    async with street.site.application.database.snapshot() as session:
        assert [fault.rule for fault in await check(session)] == ["nothing kept that is not owed"]


async def test_a_page_whose_answer_was_lost_is_given_all_the_same_and_once(street: Paid) -> None:
    street.stripe.faults.add(Fault("POST /v1/checkout/sessions", "after", drop=True))
    async with street.site.visit() as minji:
        asking = asyncio.create_task(order_chicken(minji))
        await street.stripe.answered("POST /v1/checkout/sessions")
        while not asking.done():
            await street.site.advance(street.site.clock.now() + timedelta(seconds=5))
        await street.pay((await asking)["payment"]["url"])
        await minji.sees("결제했어요")
    assert len(street.stripe.books.sessions) == 1
    assert len({call.key for call in street.stripe.made("POST /v1/checkout/sessions")}) == 1
    await street.site.sound()


async def test_a_shop_with_an_account_of_its_own_is_paid_less_the_towns_share(towns: Towns, tmp_path: Path) -> None:
    account = "acct_1AbCdEfGhIjKlMnO"
    async with paid(towns, tmp_path, stripe_fee_bps=300) as street, street.site.visit() as minji:
        async with street.site.application.database.transaction() as session:
            await session.execute(update(Shop).where(Shop.slug == "hana-chicken").values(stripe_account=account))
        street.stripe.books.accounts.add(account)
        await street.pay((await order_chicken(minji))["payment"]["url"])
        await minji.sees("결제했어요")
        (charge,) = street.stripe.books.charges.values()
        assert (charge["transfer_data"], charge["application_fee_amount"]) == ({"destination": account}, 540)
        await street.site.advance(street.site.clock.now() + timedelta(minutes=9))
        await minji.sees("18,000원", "돌려")
    assert len(street.stripe.books.refunds) == 1
    call = street.stripe.made("POST /v1/refunds")[0]
    assert (call.given["reverse_transfer"], call.given["refund_application_fee"]) == ("true", "true")
    await street.site.sound()


async def test_paying_by_the_form_ends_in_the_same_order(towns: Towns, tmp_path: Path) -> None:
    async with paid(towns, tmp_path, form=True) as street, street.site.visit() as minji:
        await order_chicken(minji)
        street.stripe.books.confirm(await street.intent(), {"payment_method": "pm_card_visa"})
        await minji.sees("결제했어요")
        await street.stripe.events.settled()
        await street.site.sound()
