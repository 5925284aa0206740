"""Money that comes late: the order comes back when nothing it promised has changed, else the money goes back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from commerce import carts, coupons, hours, menu, orders, payments, refunds
from commerce.coupons import CouponSpec
from commerce.events import OrderMoved, PaymentOver, RefundDue
from commerce.menu import MenuChoice, MenuItem
from commerce.order_records import Order
from commerce.shops import Shop
from tests.commerce.market import Market, both


async def paid_unheard(market: Market, item: str = "chicken", fulfilment: str = "pickup") -> tuple[str, str]:
    """An order whose hold has ended, and the ref of its payment, which the till has by now; nobody knows."""
    await market.fill("minji", item, 1, fulfilment)
    order = await market.place("minji")
    ref = await market.charge(order)
    await market.till.decide(ref, "approve")
    market.later(minutes=10)
    async with market.work() as work:
        assert await orders.expire_unpaid(work, order)
    return order, ref


async def why_back(market: Market, order: str, ref: str) -> str | None:
    """Hear of the payment; why it goes back, or None when the order has come back."""
    await market.confirm(ref)
    async with market.work() as work:
        asked = await refunds.of_order(work, order)
    state = (await market.view(order)).state
    assert state == ("expired" if asked else "received")
    assert len(asked) <= 1
    await market.settle_refunds()
    assert (await market.till.fetch(ref)).refunded == (18000 if asked else 0)
    assert await market.faults() == []
    return asked[0].reason if asked else None


@pytest.mark.parametrize("minutes", [0, 29, 30])
async def test_an_order_comes_back_while_somebody_may_still_wait_for_it(market: Market, minutes: int) -> None:
    order, ref = await paid_unheard(market)
    market.later(minutes=minutes)
    assert await why_back(market, order, ref) is None
    moves = [(move.before, move.after, move.reason) for move in market.happened(OrderMoved)]
    assert moves[-1] == ("unpaid", "received", "paid_late")
    async with market.work() as work:
        await orders.accept(work, order, "owner", 20)
    assert await market.faults() == []


async def test_after_half_an_hour_nobody_waits_any_more(market: Market) -> None:
    order, ref = await paid_unheard(market)
    market.later(minutes=31)
    assert await why_back(market, order, ref) == "too_late"


async def test_its_stock_is_held_again(market: Market) -> None:
    async with market.work() as work:
        await work.session.execute(update(MenuItem).where(MenuItem.id == market.items["chicken"]).values(stock=1))
    order, ref = await paid_unheard(market)
    assert await why_back(market, order, ref) is None
    async with market.work() as work:
        item = await work.session.get(MenuItem, market.items["chicken"])
    assert item is not None and (item.held, item.sold) == (0, 1)


async def test_what_was_sold_to_another_is_gone(market: Market) -> None:
    async with market.work() as work:
        await work.session.execute(update(MenuItem).where(MenuItem.id == market.items["chicken"]).values(stock=1))
    order, ref = await paid_unheard(market)
    await market.ordered("jun")
    assert await why_back(market, order, ref) == "late_gone"


async def test_what_is_sold_out_or_off_the_menu_is_gone(market: Market) -> None:
    order, ref = await paid_unheard(market)
    async with market.work() as work:
        await menu.mark_sold_out(work, market.shop, market.items["chicken"])
    assert await why_back(market, order, ref) == "late_gone"


async def test_another_price_is_not_what_was_quoted(market: Market) -> None:
    order, ref = await paid_unheard(market)
    async with market.work() as work:
        await menu.set_price(work, market.shop, market.items["chicken"], 17000)
    assert await why_back(market, order, ref) == "too_late"


async def test_another_price_of_a_choice_is_not_what_was_quoted(market: Market) -> None:
    async with market.work() as work:
        await carts.add(work, "minji", market.shop, market.items["chicken"], 1, [market.choices["hot"]])
        await carts.set_fulfilment(work, "minji", "pickup")
    order = await market.place("minji")
    ref = await market.charge(order)
    await market.till.decide(ref, "approve")
    market.later(minutes=10)
    async with market.work() as work:
        await orders.expire_unpaid(work, order)
        await work.session.execute(update(MenuChoice).where(MenuChoice.id == market.choices["hot"]).values(price=700))
    await market.confirm(ref)
    assert [one.reason for one in await refunded(market, order)] == ["too_late"]


async def test_a_shop_that_has_closed_takes_nothing(market: Market) -> None:
    order, ref = await paid_unheard(market)
    async with market.work() as work:
        await hours.close_at(work, market.shop, work.now)
    assert await why_back(market, order, ref) == "too_late"


async def test_another_delivery_fee_is_not_what_was_quoted(market: Market) -> None:
    order, ref = await paid_unheard(market, "chicken", "delivery")
    async with market.work() as work:
        await work.session.execute(update(Shop).where(Shop.id == market.shop).values(delivery_fee=4000))
    await market.confirm(ref)
    assert [one.reason for one in await refunded(market, order)] == ["too_late"]


async def test_who_has_ordered_there_again_does_not_get_both(market: Market) -> None:
    order, ref = await paid_unheard(market)
    await market.ordered("minji")
    assert await why_back(market, order, ref) == "late_again"


async def test_who_cancelled_does_not_get_it_after_all(market: Market) -> None:
    await market.fill("minji")
    order = await market.place("minji")
    ref = await market.charge(order)
    await market.till.decide(ref, "approve")
    async with market.work() as work:
        await orders.cancel(work, order, "minji")
    await market.close_over()
    assert [one.reason for one in await refunded(market, order)] == ["late_dropped"]


async def test_its_coupon_is_used_again(market: Market) -> None:
    async with market.work() as work:
        coupon = await coupons.save(work, market.shop, CouponSpec(both("c"), amount=2000))
    await market.claim("minji", coupon)
    order, ref = await paid_unheard(market)
    await market.confirm(ref)
    view = await market.view(order)
    assert (view.state, view.discount, view.paid) == ("received", 2000, 16000)
    async with market.work() as work:
        assert await coupons.held(work, "minji") == ()
    assert await market.faults() == []


async def test_without_its_coupon_it_is_not_what_was_quoted(market: Market) -> None:
    async with market.work() as work:
        until = market.clock.at + timedelta(minutes=5)
        coupon = await coupons.save(work, market.shop, CouponSpec(both("c"), amount=2000, valid_until=until))
    await market.claim("minji", coupon)
    order, ref = await paid_unheard(market)
    await market.confirm(ref)
    assert (await market.view(order)).state == "expired"
    assert [one.reason for one in await refunded(market, order)] == ["too_late"]
    assert await market.faults() == []


async def test_an_order_for_a_time_that_has_passed_stays_dead(market: Market) -> None:
    await market.fill("minji")
    async with market.work() as work:
        await carts.set_wanted_at(work, "minji", work.now + timedelta(minutes=15))
    order = await market.place("minji")
    ref = await market.charge(order)
    await market.till.decide(ref, "approve")
    market.later(minutes=10)
    async with market.work() as work:
        await orders.expire_unpaid(work, order)
    market.later(minutes=5)
    assert await why_back(market, order, ref) == "too_late"


async def test_an_order_that_its_shop_left_unanswered_does_not_come_back(market: Market) -> None:
    """It was paid, and that money went back: a second payment of it is only late."""
    order = await market.ordered("minji")
    market.later(minutes=7)
    async with market.work() as work:
        assert await orders.expire_unanswered(work, order)
        row = await work.session.get_one(Order, order)
        second = await payments.create(work, order, "minji", "sandbox", row.total, "KRW")
    ref = await market.charge(order)
    await market.till.decide(ref, "approve")
    await market.confirm(ref)
    async with market.work() as work:
        assert (await payments.get(work, second)).returned == 18000
    assert (await market.view(order)).state == "expired"
    assert len(market.happened(RefundDue)) == 2


async def test_a_page_is_closed_when_the_hold_ends_and_when_another_takes_its_place(market: Market) -> None:
    await market.fill("minji")
    order = await market.place("minji")
    first = await market.charge(order)
    async with market.work() as work:
        await payments.retry(work, order, "minji", "another till")
    assert len(market.happened(PaymentOver)) == 1
    await market.close_over()
    assert (await market.till.fetch(first)).state == "expired"
    assert not await market.till.decide(first, "approve")
    assert (await market.view(order)).state == "unpaid"


async def test_a_page_that_opens_after_the_order_died_is_closed(market: Market) -> None:
    await market.fill("minji")
    order = await market.place("minji")
    async with market.work() as work:
        await orders.cancel(work, order, "minji")
    assert market.happened(PaymentOver) == [], "there is no page yet"
    ref = await market.charge(order)
    assert len(market.happened(PaymentOver)) == 1
    await market.close_over()
    assert (await market.till.fetch(ref)).state == "expired"


async def refunded(market: Market, order: str) -> tuple[refunds.RefundView, ...]:
    async with market.work() as work:
        return await refunds.of_order(work, order)
