"""Money that a till moves by itself: refunds made on its own pages, disputes. Booked once, whatever order it is heard in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from commerce import ledger, orders, payments, refund_answers, refunds
from commerce.events import Disputed, RefundDue, RefundFailed, TakenBack, TimerSet
from commerce.payments import PaymentView
from tests.commerce.market import Market


async def paid(market: Market) -> tuple[str, str]:
    """A paid order and the till's ref of its payment."""
    await market.fill("minji")
    order = await market.place("minji")
    return order, await market.pay(order)


async def payment(market: Market, order: str) -> PaymentView:
    async with market.work() as work:
        found = await payments.latest_of(work, order)
    assert found is not None
    return found


async def only_refund(market: Market, order: str) -> str:
    async with market.work() as work:
        (refund,) = await refunds.of_order(work, order)
    return refund.id


async def in_the_till(market: Market) -> int:
    async with market.work() as work:
        return await ledger.balance(work, "till:sandbox")


async def test_a_refund_made_at_the_till_is_booked_once_and_told(market: Market) -> None:
    order, ref = await paid(market)
    async with market.work() as work:
        await orders.accept(work, order, "owner", 20)
    assert await market.till.give_back(ref, 5000)
    for _ in range(3):
        await market.confirm(ref)
    assert [taken.amount for taken in market.happened(TakenBack)] == [5000]
    assert (await payment(market, order)).taken_back == 5000
    assert await in_the_till(market) == 13000
    assert (await market.view(order)).state == "accepted"
    assert await market.faults() == []


async def test_an_order_whose_money_all_went_back_ends_before_the_shop_takes_it(market: Market) -> None:
    order, ref = await paid(market)
    await market.till.give_back(ref, 18000)
    await market.confirm(ref)
    view = await market.view(order)
    assert (view.state, view.reason, view.refunded) == ("cancelled", "taken_back", 18000)
    assert market.happened(RefundDue) == [], "nothing is left to give back"
    assert await market.faults() == []


@pytest.mark.parametrize("first", [True, False])
async def test_an_order_at_work_that_is_refused_gets_only_the_rest_back(market: Market, first: bool) -> None:
    order, ref = await paid(market)
    if first:
        await market.till.give_back(ref, 5000)
        await market.confirm(ref)
    async with market.work() as work:
        await orders.refuse(work, order, "owner", "바빠요")
    if not first:
        # Our refund is under way, and somebody gives part back at the till: ours is too much then.
        await market.till.give_back(ref, 5000)
        await market.confirm(ref)
    await market.settle_refunds()
    assert market.happened(RefundFailed) == []
    assert (await market.till.fetch(ref)).refunded == 18000
    assert await in_the_till(market) == 0
    assert await market.faults() == []


async def test_a_refund_refused_because_the_till_gave_all_back_already_is_no_failure(market: Market) -> None:
    order, ref = await paid(market)
    async with market.work() as work:
        await orders.refuse(work, order, "owner", "바빠요")
    await market.till.give_back(ref, 18000)
    await market.settle_refunds()
    assert market.happened(RefundFailed) == []
    assert await in_the_till(market) == 0
    assert await market.faults() == []


async def test_our_own_refund_under_way_is_not_taken_for_the_tills(market: Market) -> None:
    order, ref = await paid(market)
    async with market.work() as work:
        await orders.refuse(work, order, "owner", "바빠요")
        (refund,) = await refunds.of_order(work, order)
        _, request = await refunds.call(work, refund.id)
    await market.till.refund(request)
    await market.confirm(ref)
    assert market.happened(TakenBack) == []
    await market.settle_refunds()
    await market.confirm(ref)
    assert market.happened(TakenBack) == []
    assert await market.faults() == []


async def test_a_dispute_is_booked_and_comes_back_when_it_is_won(market: Market) -> None:
    order, ref = await paid(market)
    async with market.work() as work:
        await orders.accept(work, order, "owner", 20)
    for disputed, left in ((18000, 0), (9000, 9000), (0, 18000)):
        await market.till.dispute(ref, disputed)
        await market.confirm(ref)
        await market.confirm(ref)
        assert await in_the_till(market) == left
        assert await market.faults() == []
    told = [(one.before, one.after) for one in market.happened(Disputed)]
    assert told == [(0, 18000), (18000, 9000), (9000, 0)]
    assert (await market.view(order)).state == "accepted"


async def test_disputed_money_is_not_given_back_as_well(market: Market) -> None:
    order, ref = await paid(market)
    await market.till.dispute(ref, 18000)
    await market.confirm(ref)
    async with market.work() as work:
        await orders.refuse(work, order, "owner", "바빠요")
    assert market.happened(RefundDue) == []
    assert await market.faults() == []
    await market.till.dispute(ref, 0)
    await market.confirm(ref)
    await market.settle_refunds()
    assert (await market.till.fetch(ref)).refunded == 18000, "won, and owed to the person as the order died"
    assert await market.faults() == []


async def test_a_refund_made_at_the_till_that_no_bank_took_goes_back_once_more(market: Market) -> None:
    order, ref = await paid(market)
    truth = await market.till.fetch(ref)
    await market.confirm(ref, replace(truth, refunded=18000))
    assert (await market.view(order)).state == "cancelled"
    await market.confirm(ref, truth)
    await market.settle_refunds()
    assert (await market.till.fetch(ref)).refunded == 18000
    assert await in_the_till(market) == 0
    assert await market.faults() == []


async def test_a_refund_of_ours_that_no_bank_took_is_owed_again(market: Market) -> None:
    order, ref = await paid(market)
    truth = await market.till.fetch(ref)
    async with market.work() as work:
        await orders.refuse(work, order, "owner", "바빠요")
    await market.settle_refunds()
    refund = await only_refund(market, order)
    assert await in_the_till(market) == 0
    for _ in range(2):
        async with market.work() as work:
            await refund_answers.came_back(work, refund, truth)
    assert await in_the_till(market) == 18000
    assert (await payment(market, order)).returned == 0
    assert [failed.refund for failed in market.happened(RefundFailed)] == [refund]
    assert [fault.rule for fault in await market.faults()] == ["nothing kept that is not owed"]


async def test_less_than_was_given_back_changes_nothing_until_the_refunds_were_asked_after(market: Market) -> None:
    """Which of them it was cannot be told from the sum, and the word may be older than they are."""
    order, ref = await paid(market)
    async with market.work() as work:
        await orders.accept(work, order, "owner", 20)
    await market.till.give_back(ref, 5000)
    await market.confirm(ref)
    truth = await market.till.fetch(ref)
    async with market.work() as work:
        await orders.refuse(work, order, "owner", "바빠요")
    await market.settle_refunds()
    refund = await only_refund(market, order)
    await market.confirm(ref, truth)
    found = await payment(market, order)
    assert (found.returned, found.taken_back, await in_the_till(market)) == (13000, 5000, 0)
    assert refund in [timer.subject for timer in market.happened(TimerSet) if timer.key.endswith(":doubted")]
    assert await market.faults() == []


async def test_a_refund_refused_because_the_bank_has_the_money_is_not_asked_of_the_shop(market: Market) -> None:
    order, ref = await paid(market)
    async with market.work() as work:
        await orders.refuse(work, order, "owner", "바빠요")
    refund = await only_refund(market, order)
    await market.till.dispute(ref, 18000)
    async with market.work() as work:
        await refund_answers.refused(work, refund, await market.till.fetch(ref))
    assert market.happened(RefundFailed) == []
    assert await market.faults() == []
    await market.till.dispute(ref, 0)
    await market.confirm(ref)
    await market.settle_refunds()
    assert (await market.till.fetch(ref)).refunded == 18000
    assert await market.faults() == []


async def test_an_older_word_does_not_undo_a_newer_one(market: Market) -> None:
    """Two answers that were fetched one after the other and are applied the other way round."""
    order, ref = await paid(market)
    async with market.work() as work:
        await orders.accept(work, order, "owner", 20)
    older = await market.till.fetch(ref)
    asked = market.clock.at
    market.later(seconds=1)
    await market.till.give_back(ref, 5000)
    await market.confirm(ref)
    mine = await payment(market, order)
    async with market.work() as work:
        await payments.confirm(work, mine.id, older, asked)
        await payments.confirm(work, mine.id, replace(older, disputed=100), asked - timedelta(seconds=5))
    after = await payment(market, order)
    assert (after.taken_back, after.disputed) == (5000, 0)
    assert await market.faults() == []


async def test_money_that_went_back_before_it_was_heard_of_does_not_reach_the_shop(market: Market) -> None:
    await market.fill("minji")
    order = await market.place("minji")
    ref = await market.charge(order)
    await market.till.decide(ref, "approve")
    await market.till.give_back(ref, 5000)
    await market.confirm(ref)
    await market.settle_refunds()
    view = await market.view(order)
    assert (view.state, view.refunded) == ("unpaid", 18000)
    assert (await market.till.fetch(ref)).refunded == 18000
    assert await market.faults() == []


async def test_what_the_till_is_still_at_is_asked_after_again(market: Market) -> None:
    order, _ = await paid(market)
    async with market.work() as work:
        await orders.refuse(work, order, "owner", "바빠요")
        (refund,) = await refunds.of_order(work, order)
        await refunds.wait(work, refund.id, "re_1")
    assert market.timers["till.refund", refund.id] == market.clock.at + timedelta(minutes=10)
    market.later(minutes=40)
    async with market.work() as work:
        await refunds.wait(work, refund.id, "re_1")
    assert market.timers["till.refund", refund.id] == market.clock.at + timedelta(minutes=40)
    async with market.work() as work:
        await refunds.ask_after(work, refund.payment)
    await market.fire()
    async with market.work() as work:
        assert (await refunds.get(work, refund.id)).state == "succeeded"
    assert await market.faults() == []


async def test_a_second_payment_that_was_disputed_goes_back_when_that_is_over(market: Market) -> None:
    order, _ = await paid(market)
    async with market.work() as work:
        await payments.create(work, order, "minji", "sandbox", 18000, "KRW")
    market.later(seconds=1)
    ref = await market.charge(order)
    await market.till.decide(ref, "approve")
    await market.till.dispute(ref, 18000)
    await market.confirm(ref)
    assert market.happened(RefundDue) == []
    await market.till.dispute(ref, 0)
    await market.confirm(ref)
    await market.settle_refunds()
    assert (await market.till.fetch(ref)).refunded == 18000
    assert (await market.view(order)).state == "received"
    assert await market.faults() == []
