"""An item sells out under an order: its consumer chooses, before anything else happens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from commerce import carts, changes, coupons, menu, orders
from commerce.coupons import CouponSpec
from commerce.events import BackInStock, LinesChanged, SoldOut
from commerce.refusals import Refusal
from tests.commerce.market import Market, both


@pytest.fixture(autouse=True)
async def nothing_at_fault(market: Market) -> AsyncIterator[None]:
    yield
    assert await market.faults() == []


async def two_things(market: Market, person: str = "minji") -> str:
    """A paid order of a chicken and two colas, 22,000."""
    await market.fill(person, "chicken")
    await market.fill(person, "cola", 2)
    order = await market.place(person)
    await market.pay(order)
    return order


async def run_out(market: Market, item: str) -> tuple[str, ...]:
    async with market.work() as work:
        return await changes.sold_out(work, market.shop, market.items[item], "owner")


async def test_only_orders_that_hold_it_ask_and_nobody_accepts_meanwhile(market: Market) -> None:
    other = await market.ordered("jun")
    order = await two_things(market)
    assert await run_out(market, "cola") == (order,)
    assert [(told.order, told.item) for told in market.happened(SoldOut)] == [(order, market.items["cola"])]
    assert ((await market.view(order)).state, (await market.view(other)).state) == ("asking", "received")
    async with market.work() as work:
        with pytest.raises(Refusal, match="not_now"):
            await orders.accept(work, order, "owner", 20)
        with pytest.raises(Refusal, match="sold_out"):
            await carts.add(work, "sora", market.shop, market.items["cola"], 1)
        with pytest.raises(Refusal, match="not_allowed"):
            await changes.sold_out(work, market.shop, market.items["chicken"], "minji")


async def test_dropping_the_line_returns_its_price_and_asks_the_shop_again(market: Market) -> None:
    order = await two_things(market)
    await run_out(market, "cola")
    market.later(minutes=2)
    async with market.work() as work:
        assert await changes.drop_line(work, order, "minji", market.items["cola"]) == 4000
    assert [told.refunded for told in market.happened(LinesChanged)] == [4000]
    view = await market.view(order)
    assert (view.state, view.total, view.paid, view.refunded) == ("received", 18000, 22000, 4000)
    assert market.timers["order.no_answer", order] == market.clock.at + timedelta(minutes=7)
    await market.settle_refunds()
    async with market.work() as work:
        await orders.cancel(work, order, "minji")
    await market.settle_refunds()
    assert (await market.view(order)).refunded == 22000


async def test_the_only_line_cannot_be_dropped(market: Market) -> None:
    order = await market.ordered("minji")
    await run_out(market, "chicken")
    async with market.work() as work:
        with pytest.raises(Refusal, match="nothing_left"):
            await changes.drop_line(work, order, "minji", market.items["chicken"])
        with pytest.raises(Refusal, match="order_unknown"):
            await changes.drop_line(work, order, "jun", market.items["chicken"])


async def test_a_replacement_may_be_cheaper_but_not_dearer(market: Market) -> None:
    order = await two_things(market)
    await run_out(market, "cola")
    async with market.work() as work:
        with pytest.raises(Refusal) as dearer:
            await changes.replace(work, order, "minji", market.items["cola"], market.items["chicken"])
        assert (dearer.value.code, dearer.value.facts["by"]) == ("dearer", 32000)
        assert await changes.replace(work, order, "minji", market.items["cola"], market.items["cider"]) == 1000
    view = await market.view(order)
    assert [(line.name["en"], line.quantity) for line in view.lines] == [("chicken", 1), ("cider", 2)]
    assert (view.state, view.total, view.refunded) == ("received", 21000, 1000)


async def test_a_second_item_sold_out_is_asked_about_next(market: Market) -> None:
    order = await two_things(market)
    await run_out(market, "cola")
    assert await run_out(market, "chicken") == ()
    async with market.work() as work:
        assert set(await changes.sold_out_items(work, order)) == {market.items["cola"], market.items["chicken"]}
        await changes.replace(work, order, "minji", market.items["cola"], market.items["cider"])
    assert (await market.view(order)).state == "asking"
    assert [told.item for told in market.happened(SoldOut)] == [market.items["cola"], market.items["chicken"]]


async def test_an_item_marked_while_the_order_is_unpaid_is_asked_about_once_paid(market: Market) -> None:
    await market.fill("minji", "chicken")
    await market.fill("minji", "cola")
    order = await market.place("minji")
    assert await run_out(market, "cola") == ()
    await market.pay(order)
    assert (await market.view(order)).state == "asking"


async def test_no_choice_in_time_returns_everything(market: Market) -> None:
    order = await two_things(market)
    await run_out(market, "cola")
    market.clock.at = market.timers["order.asking", order]
    async with market.work() as work:
        assert await orders.expire_asking(work, order)
    await market.settle_refunds()
    view = await market.view(order)
    assert (view.state, view.reason, view.refunded) == ("expired", "no_choice", 22000)


async def test_the_discount_stays_but_never_above_what_is_left(market: Market) -> None:
    async with market.work() as work:
        coupon = await coupons.save(work, None, CouponSpec(both("big"), amount=5000))
    await market.claim("minji", coupon)
    order = await two_things(market)
    await run_out(market, "chicken")
    async with market.work() as work:
        assert await changes.drop_line(work, order, "minji", market.items["chicken"]) == 17000
    view = await market.view(order)
    assert (view.subtotal, view.discount, view.total) == (4000, 4000, 0)
    async with market.work() as work:
        await menu.mark_available(work, market.shop, market.items["chicken"])
        await orders.refuse(work, order, "owner", "문 닫아요")
    await market.settle_refunds()


async def test_what_is_there_after_all_sends_the_order_back_to_the_shop_as_it_was(market: Market) -> None:
    order = await two_things(market)
    await run_out(market, "cola")
    async with market.work() as work:
        assert await changes.back_in_stock(work, market.shop, market.items["cola"], "owner") == (order,)
    assert [(told.order, told.item) for told in market.happened(BackInStock)] == [(order, market.items["cola"])]
    view = await market.view(order)
    assert (view.state, view.total, view.refunded) == ("received", 22000, 0)
    async with market.work() as work:
        with pytest.raises(Refusal, match="already_taken"):
            await changes.drop_line(work, order, "minji", market.items["cola"])
        await orders.accept(work, order, "owner", 20)


async def test_of_two_that_sold_out_both_must_be_back(market: Market) -> None:
    order = await two_things(market)
    await run_out(market, "cola")
    await run_out(market, "chicken")
    async with market.work() as work:
        assert await changes.back_in_stock(work, market.shop, market.items["cola"], "owner") == ()
        assert await changes.back_in_stock(work, market.shop, market.items["chicken"], "owner") == (order,)


async def test_what_is_left_is_counted_beside_what_orders_hold_and_have(market: Market) -> None:
    """The shop's count is of what lies there: pieces in paid and unpaid orders are not among them."""
    await market.ordered("minji")
    await market.fill("jun", "chicken")
    await market.place("jun")
    async with market.work() as work:
        with pytest.raises(Refusal, match="not_allowed"):
            await changes.only_left(work, market.shop, market.items["chicken"], "minji", 3)
        await changes.sold_out(work, market.shop, market.items["chicken"], "owner")
        await changes.only_left(work, market.shop, market.items["chicken"], "owner", 3)
        item = await menu.item(work, market.shop, market.items["chicken"])
    assert item is not None
    assert (item.available, item.sold_out) == (3, False)
    async with market.work() as work:
        await changes.only_left(work, market.shop, market.items["chicken"], "owner", 1)
        item = await menu.item(work, market.shop, market.items["chicken"])
    assert item is not None
    assert item.available == 1
