"""Coupons: claimed, applied by themselves, given back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from commerce import coupons, ledger, orders, pricing
from commerce.coupons import CouponSpec
from commerce.refusals import Refusal
from tests.commerce.market import NOON, Market, both


@pytest.fixture(autouse=True)
async def nothing_at_fault(market: Market) -> AsyncIterator[None]:
    yield
    assert await market.faults() == []


async def save(market: Market, spec: CouponSpec, *, town: bool = False) -> str:
    async with market.work() as work:
        return await coupons.save(work, None if town else market.shop, spec)


@pytest.mark.parametrize(
    ("spec", "subtotal", "worth"),
    [
        (CouponSpec(both("a"), amount=2000), 15000, 2000),
        (CouponSpec(both("a"), amount=2000), 1500, 1500),
        (CouponSpec(both("a"), amount=2000, min_order=15000), 14999, 0),
        (CouponSpec(both("a"), percent=10), 19999, 1999),
        (CouponSpec(both("a"), percent=10, max_amount=1500), 19999, 1500),
    ],
)
async def test_what_a_coupon_takes_off(market: Market, spec: CouponSpec, subtotal: int, worth: int) -> None:
    await save(market, spec)
    async with market.work() as work:
        (view,) = await coupons.claimable(work, "minji", market.shop)
    assert view.worth(subtotal) == worth


async def test_the_best_held_coupon_is_applied_by_itself(market: Market) -> None:
    small = await save(market, CouponSpec(both("small"), amount=1000))
    best = await save(market, CouponSpec(both("best"), percent=20), town=True)
    dear = await save(market, CouponSpec(both("dear"), amount=9000, min_order=50000))
    for coupon in (small, best, dear):
        await market.claim("minji", coupon)
    await market.fill("minji")
    async with market.work() as work:
        quote = await pricing.quote(work, "minji")
    assert [(discount.coupon, discount.amount) for discount in quote.discounts] == [(best, 3600)]
    assert quote.total == 14400


async def test_a_coupon_is_reserved_redeemed_and_comes_back_when_the_order_dies(market: Market) -> None:
    coupon = await save(market, CouponSpec(both("first"), amount=2000), town=True)
    await market.claim("minji", coupon)
    await market.fill("minji")
    order = await market.place("minji")
    async with market.work() as work:
        assert await coupons.held(work, "minji") == ()
    await market.pay(order)
    async with market.work() as work:
        assert await ledger.balance(work, f"coupon:{coupon}") == 2000
        await orders.refuse(work, order, "owner", "재료가 떨어졌어요")
    await market.settle_refunds()
    async with market.work() as work:
        assert [view.id for view in await coupons.held(work, "minji")] == [coupon]
        assert await ledger.balance(work, f"coupon:{coupon}") == 0
        assert await ledger.balance(work, f"order:{order}") == 0


async def test_the_town_pays_for_its_coupon_and_a_shop_for_its_own(market: Market) -> None:
    for name, town in (("town's", True), ("shop's", False)):
        await market.claim("minji", await save(market, CouponSpec(both(name), amount=2000), town=town))
    owed = []
    for _ in range(2):
        order = await market.ordered("minji")
        async with market.work() as work:
            await orders.accept(work, order, "owner", 10)
            await orders.ready(work, order, "owner")
            await orders.done(work, order, "owner")
            owed.append(-await ledger.balance(work, f"shop:{market.shop}"))
            assert await ledger.balance(work, f"order:{order}") == 0
    assert sorted((owed[0], owed[1] - owed[0])) == [16000, 18000]


async def test_limits_hold_and_say_which(market: Market) -> None:
    one = await save(market, CouponSpec(both("one"), amount=1000, total=1))
    twice = await save(market, CouponSpec(both("twice"), amount=1000, per_person=2))
    over = await save(market, CouponSpec(both("over"), amount=1000, valid_until=NOON + timedelta(hours=1)))
    await market.claim("minji", one)
    await market.claim("minji", twice)
    await market.claim("minji", twice)
    market.later(hours=1)
    for coupon, person, code in (
        (one, "jun", "coupon_gone"),
        (twice, "minji", "coupon_limit"),
        (over, "jun", "coupon_over"),
        ("coupon_none", "jun", "coupon_unknown"),
    ):
        async with market.work() as work:
            with pytest.raises(Refusal, match=code):
                await coupons.claim(work, person, coupon)
    async with market.work() as work:
        assert [view.id for view in await coupons.claimable(work, "jun", market.shop)] == [twice]
        assert await coupons.claimable(work, "minji", market.shop) == ()
        assert (await coupons.badges(work, [market.shop, "shop_none"])).keys() == {market.shop}


async def test_saving_again_changes_the_coupon_but_never_below_what_is_claimed(market: Market) -> None:
    coupon = await save(market, CouponSpec(both("again"), amount=1000, total=5))
    for person in ("minji", "jun"):
        await market.claim(person, coupon)
    assert await save(market, CouponSpec(both("again"), amount=1500, total=1)) == coupon
    async with market.work() as work:
        with pytest.raises(Refusal, match="coupon_gone"):
            await coupons.claim(work, "sora", coupon)
        assert [(view.amount, view.left) for view in await coupons.held(work, "jun")] == [(1500, 0)]


async def test_an_order_that_a_coupon_pays_in_full_is_received_at_once(market: Market) -> None:
    await market.claim("minji", await save(market, CouponSpec(both("all"), percent=100)))
    await market.fill("minji")
    order = await market.place("minji")
    view = await market.view(order)
    assert (view.state, view.total, view.paid) == ("received", 0, 0)
    async with market.work() as work:
        await orders.cancel(work, order, "minji")
        assert len(await coupons.held(work, "minji")) == 1
