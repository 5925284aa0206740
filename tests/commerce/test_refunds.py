"""Money back: never more than was paid, booked once, owed again when the till refuses."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commerce import ledger, payments, refund_answers, refunds
from commerce.database import Database
from commerce.events import RefundDone, RefundDue, RefundFailed
from commerce.refusals import Refusal
from tests import databases
from tests.commerce.market import Market


async def paid(market: Market) -> str:
    """A payment of 18,000 that succeeded."""
    order = await market.ordered("minji")
    async with market.work() as work:
        payment = await payments.latest_of(work, order)
    assert payment is not None
    return payment.id


@pytest.mark.database
@settings(max_examples=15, deadline=None)
@given(asked=st.lists(st.integers(-1000, 20000), max_size=8))
def test_partial_refunds_never_pass_what_was_paid(asked: list[int]) -> None:
    async def asking() -> None:
        market = Market(Database(databases.brief()))
        await market.open_shop()
        payment, left = await paid(market), 18000
        for amount in asked:
            async with market.work() as work:
                try:
                    await refunds.request(work, payment, amount, "test")
                except Refusal as refusal:
                    assert refusal.code == "refund_too_much"
                    assert amount <= 0 or amount > left
                else:
                    left -= amount
        await market.settle_refunds()
        async with market.work() as work:
            assert (await payments.get(work, payment)).returned == 18000 - left
            assert await ledger.balance(work, "till:sandbox") == left
        await market.database.close()

    asyncio.run(asking())


async def test_ten_refunds_at_once_of_more_than_half_make_one(market: Market) -> None:
    payment = await paid(market)

    async def ask() -> str:
        try:
            async with market.work() as work:
                await refunds.request(work, payment, 10000, "test")
        except Refusal as refusal:
            return refusal.code
        return "got it"

    assert sorted(await asyncio.gather(*(ask() for _ in range(10)))) == ["got it"] + ["refund_too_much"] * 9


async def test_a_refund_is_settled_once(market: Market) -> None:
    payment = await paid(market)
    async with market.work() as work:
        refund = await refunds.request(work, payment, 8000, "test")
    for answer in (True, True, False):
        async with market.work() as work:
            await refunds.settle(work, refund, answer, "ref_1")
    async with market.work() as work:
        assert (await refunds.get(work, refund)).state == "succeeded"
        assert await ledger.balance(work, "till:sandbox") == 10000
    assert (len(market.happened(RefundDone)), len(market.happened(RefundFailed))) == (1, 0)


async def test_a_refund_the_till_refuses_is_owed_and_found_by_the_audit(market: Market) -> None:
    payment = await paid(market)
    async with market.work() as work:
        refund = await refunds.request(work, payment, 8000, "test")
        known = await payments.get(work, payment)
        await refund_answers.refused(work, refund, await market.till.fetch(known.ref or ""))
        await refunds.settle(work, refund, True, "ref_1")
    async with market.work() as work:
        assert (await refunds.get(work, refund)).state == "failed"
        assert (await payments.get(work, payment)).returned == 0
        assert await ledger.balance(work, "till:sandbox") == 18000
        await refunds.all_of(work, payment, "again")
    assert (len(market.happened(RefundDue)), len(market.happened(RefundFailed))) == (2, 1)


async def test_the_ledger_posts_no_movement_twice_or_backwards(market: Market) -> None:
    order = await market.ordered("minji")
    async with market.work() as work:
        await ledger.post(work, "test", "1", order, "KRW", 0, debit="a", credit="b")
        for amount, debit in ((-1, "a"), (1, "b")):
            with pytest.raises(ValueError, match="cannot post"):
                await ledger.post(work, "test", "1", order, "KRW", amount, debit=debit, credit="b")
        assert await ledger.balance(work, "a") == 0
