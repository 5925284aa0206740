"""A placed order is changed: at once before its shop accepts, by consent after; money and pieces always follow."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import update

from commerce import alterations, changes, coupons, menu, orders, payments
from commerce.alteration_lines import Add, Choose, Count, Deliver, Edit, Note, PickUp
from commerce.alterations import AlterationView
from commerce.coupons import CouponSpec
from commerce.events import AlterationAsked, AlterationGranted, AlterationOver, OrderAltered
from commerce.menu import MenuItem
from commerce.orders import OrderView
from commerce.refusals import Refusal
from tests.commerce.market import HERE, Market, both


@pytest.fixture(autouse=True)
async def nothing_at_fault(market: Market) -> AsyncIterator[None]:
    yield
    await market.settle_refunds()
    assert await market.faults() == []


def till(_: str | None, amount: int, currency: str) -> str:
    return "sandbox"


async def alter(market: Market, order: str, *edits: Edit, person: str = "minji") -> AlterationView:
    async with market.work() as work:
        return await alterations.propose(work, order, person, edits, till)


async def refused(market: Market, order: str, *edits: Edit) -> str:
    async with market.work() as work:
        with pytest.raises(Refusal) as refusal:
            await alterations.propose(work, order, "minji", edits, till)
    return refusal.value.code


async def line(market: Market, order: str, item: str) -> str:
    return next(one.id for one in (await market.view(order)).lines if one.item == market.items[item])


async def two_things(market: Market, fulfilment: str = "pickup") -> str:
    """A paid order of a chicken and two colas, 22,000."""
    await market.fill("minji", "chicken", 1, fulfilment)
    await market.fill("minji", "cola", 2, fulfilment)
    order = await market.place("minji")
    await market.pay(order)
    return order


def holds(view: OrderView) -> list[tuple[str, int]]:
    return [(one.name["en"], one.quantity) for one in view.lines]


async def accept(market: Market, order: str) -> None:
    async with market.work() as work:
        await orders.accept(work, order, "owner", 20)


async def grant(market: Market, alteration: str, by: str = "owner") -> AlterationView:
    async with market.work() as work:
        return await alterations.grant(work, alteration, by)


async def decline(market: Market, alteration: str) -> AlterationView:
    async with market.work() as work:
        return await alterations.decline(work, alteration, "owner")


# -- before the shop accepts


async def test_more_is_paid_first_and_then_there(market: Market) -> None:
    order = await two_things(market)
    wish = await alter(market, order, Add(market.items["cider"]))
    assert (wish.state, wish.more, (await market.view(order)).total) == ("unpaid", 1500, 22000)
    assert market.happened(OrderAltered) == []
    await market.pay(order)
    view = await market.view(order)
    assert (holds(view), view.total, view.paid) == ([("chicken", 1), ("cola", 2), ("cider", 1)], 23500, 23500)
    assert [told.more for told in market.happened(OrderAltered)] == [1500]


async def test_less_goes_back_at_once(market: Market) -> None:
    order = await two_things(market)
    wish = await alter(market, order, Count(await line(market, order, "cola"), 1))
    view = await market.view(order)
    assert (wish.state, wish.more, holds(view)) == ("done", -2000, [("chicken", 1), ("cola", 1)])
    assert (view.state, view.total, view.paid - view.refunded) == ("received", 20000, 20000)


async def test_what_costs_the_same_is_done_at_once(market: Market) -> None:
    order = await two_things(market, "delivery")
    await alter(
        market, order, Deliver("시험로 5", "302호", HERE), Note(await line(market, order, "chicken"), "덜 맵게")
    )
    view = await market.view(order)
    assert (view.address, view.address_detail, view.total, view.refunded) == ("시험로 5", "302호", 25000, 0)
    assert view.lines[0].note == "덜 맵게"
    assert await refused(market, order, Deliver("시험로 5", "302호", HERE)) == "unchanged"


async def test_another_choice_costs_the_difference(market: Market) -> None:
    order = await two_things(market)
    wish = await alter(market, order, Choose(await line(market, order, "chicken"), (market.choices["hot"],)))
    assert (wish.state, wish.more) == ("unpaid", 500)
    await market.pay(order)
    assert [[one.name["en"] for one in each.choices] for each in (await market.view(order)).lines] == [["hot"], []]


async def test_the_last_line_cannot_go_and_a_must_is_asked_for(market: Market) -> None:
    order = await market.ordered("minji")
    assert await refused(market, order, Count(await line(market, order, "chicken"), 0)) == "nothing_left"
    assert await refused(market, order, Add(market.items["pizza"])) == "option_missing"
    wish = await alter(market, order, Add(market.items["pizza"], 1, (market.choices["large"],)))
    assert wish.more == 14000


async def test_the_shops_time_begins_anew(market: Market) -> None:
    order = await two_things(market)
    market.later(minutes=6)
    await alter(market, order, Count(await line(market, order, "cola"), 1))
    market.later(minutes=6)
    await market.fire()
    assert (await market.view(order)).state == "received"


async def test_wishes_before_paying_come_together(market: Market) -> None:
    order = await two_things(market)
    await alter(market, order, Add(market.items["cider"]))
    first = await market.charge(order)
    wish = await alter(market, order, Add(market.items["cola"]))
    assert wish.more == 3500
    await market.till.decide(first, "approve")
    await market.confirm(first)
    assert (await market.view(order)).total == 22000
    await market.pay(order)
    view = await market.view(order)
    await market.settle_refunds()
    assert (holds(view), view.total) == ([("chicken", 1), ("cola", 3), ("cider", 1)], 25500)
    assert (view.paid, (await market.view(order)).refunded) == (27000, 1500)


async def test_taking_back_the_wish_leaves_the_order(market: Market) -> None:
    order = await two_things(market)
    await alter(market, order, Add(market.items["cider"]))
    async with market.work() as work:
        new = next(one.id for one in (await alterations.draft(work, order, "minji")).lines if not one.kept)
    assert (await alter(market, order, Count(new, 0))).state == "dropped"
    await alter(market, order, Add(market.items["cider"]))
    async with market.work() as work:
        assert (await alterations.drop(work, order, "minji")).state == "dropped"
    assert (await market.view(order)).total == 22000


async def test_an_order_not_paid_yet_is_paid_as_it_is_now(market: Market) -> None:
    await market.fill("minji", "chicken")
    order = await market.place("minji")
    old = await market.charge(order)
    assert (await alter(market, order, Add(market.items["cola"]))).state == "done"
    await market.till.decide(old, "approve")
    await market.confirm(old)
    assert (await market.view(order)).state == "unpaid"
    await market.pay(order)
    await market.settle_refunds()
    view = await market.view(order)
    assert (view.state, view.total, view.paid - view.refunded) == ("received", 20000, 20000)


async def test_nobody_changes_what_is_anothers_or_runs_out(market: Market) -> None:
    order = await two_things(market)
    async with market.work() as work:
        with pytest.raises(Refusal, match="order_unknown"):
            await alterations.propose(work, order, "jun", [Add(market.items["cider"])], till)
        await menu.mark_sold_out(work, market.shop, market.items["cider"])
    assert await refused(market, order, Add(market.items["cider"])) == "sold_out"
    async with market.work() as work:
        await changes.sold_out(work, market.shop, market.items["cola"], "owner")
    assert await refused(market, order, Add(market.items["chicken"])) == "choose_first"


# -- fee, minimum, coupon


async def test_brought_instead_costs_the_fee_and_fetched_instead_gives_it_back(market: Market) -> None:
    order = await two_things(market)
    assert await refused(market, order, Deliver()) == "address_missing"
    assert await refused(market, order, Deliver("먼 곳", None, (37.70, 126.91))) == "too_far"
    assert (await alter(market, order, Deliver("시험로 1", None, HERE))).more == 3000
    await market.pay(order)
    assert (await alter(market, order, PickUp())).more == -3000
    view = await market.view(order)
    assert (view.fulfilment, view.address, view.fee, view.total) == ("pickup", None, 0, 22000)


async def test_what_is_brought_stays_above_the_minimum(market: Market) -> None:
    order = await two_things(market, "delivery")
    assert await refused(market, order, Count(await line(market, order, "chicken"), 0)) == "below_minimum"
    assert (await alter(market, order, Count(await line(market, order, "cola"), 0))).more == -4000


async def test_the_coupon_takes_off_what_it_does_now(market: Market) -> None:
    async with market.work() as work:
        half = await coupons.save(work, market.shop, CouponSpec(both("half"), percent=50, min_order=20000))
    await market.claim("minji", half)
    order = await two_things(market)
    assert (await market.view(order)).total == 11000
    assert (await alter(market, order, Add(market.items["cola"], 2))).more == 2000
    await market.pay(order)
    assert ((await market.view(order)).discount, (await market.view(order)).total) == (13000, 13000)
    assert (await alter(market, order, Count(await line(market, order, "cola"), 0))).more == 5000
    await market.pay(order)
    view = await market.view(order)
    assert (view.discount, view.total, view.paid) == (0, 18000, 18000)
    async with market.work() as work:
        assert [one.id for one in await coupons.held(work, "minji")] == [half]


async def test_an_order_that_cost_nothing_is_paid_by_what_it_costs_more(market: Market) -> None:
    async with market.work() as work:
        big = await coupons.save(work, None, CouponSpec(both("big"), amount=5000))
    await market.claim("minji", big)
    await market.fill("minji", "cola", 2)
    order = await market.place("minji")
    assert (await market.view(order)).state == "received"
    await alter(market, order, Add(market.items["chicken"]))
    await market.pay(order)
    assert (await market.view(order)).total == 17000
    async with market.work() as work:
        await orders.cancel(work, order, "minji")
    await market.settle_refunds()
    assert (await market.view(order)).refunded == 17000


# -- after the shop has accepted


async def test_the_shop_agrees_then_it_is_paid_then_it_is_there(market: Market) -> None:
    order = await two_things(market)
    await accept(market, order)
    wish = await alter(market, order, Add(market.items["cider"]))
    assert (wish.state, [told.alteration for told in market.happened(AlterationAsked)]) == ("asked", [wish.id])
    with pytest.raises(Refusal, match="not_allowed"):
        await grant(market, wish.id, by="minji")
    assert await refused(market, order, Add(market.items["cola"])) == "already_asked"
    assert (await grant(market, wish.id)).state == "unpaid"
    assert len(market.happened(AlterationGranted)) == 1
    await market.pay(order)
    view = await market.view(order)
    assert (view.state, view.total, view.paid) == ("accepted", 23500, 23500)


async def test_the_shop_agrees_and_the_difference_goes_back(market: Market) -> None:
    order = await two_things(market)
    await accept(market, order)
    wish = await alter(market, order, Count(await line(market, order, "cola"), 0))
    assert (wish.state, wish.more) == ("asked", -4000)
    assert (await grant(market, wish.id)).state == "done"
    view = await market.view(order)
    assert (view.total, view.refunded) == (18000, 4000)
    with pytest.raises(Refusal, match="not_asked"):
        await decline(market, wish.id)


async def test_the_shop_says_no_and_all_stays(market: Market) -> None:
    order = await two_things(market)
    await accept(market, order)
    wish = await alter(market, order, Add(market.items["cider"]))
    assert (await decline(market, wish.id)).state == "declined"
    with pytest.raises(Refusal, match="not_asked"):
        await grant(market, wish.id)
    assert [(told.was, told.why) for told in market.happened(AlterationOver)] == [("asked", "declined")]
    assert (await market.view(order)).total == 22000


async def test_no_answer_in_time_leaves_the_order(market: Market) -> None:
    order = await two_things(market)
    await accept(market, order)
    wish = await alter(market, order, Add(market.items["cider"]))
    market.later(minutes=7)
    await market.fire()
    async with market.work() as work:
        assert (await alterations.get(work, wish.id)).state == "lapsed"


async def test_nobody_pays_in_time_and_the_order_stays(market: Market) -> None:
    order = await two_things(market)
    await accept(market, order)
    wish = await alter(market, order, Add(market.items["cider"]))
    await grant(market, wish.id)
    page = await market.charge(order)
    market.later(minutes=10)
    await market.fire()
    await market.till.decide(page, "approve")
    await market.confirm(page)
    await market.settle_refunds()
    view = await market.view(order)
    assert (view.total, view.paid, view.refunded) == (22000, 23500, 1500)


async def test_a_declined_card_may_try_again(market: Market) -> None:
    order = await two_things(market)
    await alter(market, order, Add(market.items["cider"]))
    await market.pay(order, "decline")
    async with market.work() as work:
        first = await alterations.pay(work, order, "minji", till)
        assert await alterations.pay(work, order, "minji", till) == first
    await market.pay(order)
    assert (await market.view(order)).total == 23500
    async with market.work() as work:
        with pytest.raises(Refusal, match="nothing_to_pay"):
            await alterations.pay(work, order, "minji", till)


@pytest.mark.parametrize("far", ["on_the_way", "done"])
async def test_what_has_left_is_changed_no_more(market: Market, far: str) -> None:
    order = await two_things(market, "delivery")
    await accept(market, order)
    wish = await alter(market, order, Add(market.items["cider"]))
    async with market.work() as work:
        await orders.on_the_way(work, order, "owner")
        if far == "done":
            await orders.done(work, order, "owner")
    assert await refused(market, order, Add(market.items["cola"])) == "too_late"
    with pytest.raises(Refusal, match="not_asked"):
        await grant(market, wish.id)


# -- pieces


@pytest.fixture
async def scarce(market: Market) -> Market:
    """The market with three ciders."""
    async with market.work() as work:
        await work.session.execute(update(MenuItem).where(MenuItem.id == market.items["cider"]).values(stock=3))
    return market


async def left(market: Market, item: str) -> int:
    async with market.work() as work:
        row = await work.session.get(MenuItem, market.items[item], populate_existing=True)
        assert row is not None and row.stock is not None
        return row.stock - row.held - row.sold


async def test_pieces_are_kept_while_they_are_paid_for(scarce: Market) -> None:
    order = await scarce.ordered("minji", "cider")
    await alter(scarce, order, Count(await line(scarce, order, "cider"), 3))
    assert await left(scarce, "cider") == 0
    assert await refused(scarce, order, Add(scarce.items["cider"])) == "sold_out"
    async with scarce.work() as work:
        await alterations.drop(work, order, "minji")
    assert await left(scarce, "cider") == 2
    await alter(scarce, order, Add(scarce.items["cider"], 2))
    await scarce.pay(order)
    await alter(scarce, order, Count(await line(scarce, order, "cider"), 1))
    assert await left(scarce, "cider") == 2


async def test_what_is_in_the_pan_is_not_sold_again(scarce: Market) -> None:
    order = await scarce.ordered("minji", "cider", 3)
    async with scarce.work() as work:
        await orders.accept(work, order, "owner", 20)
        await orders.cook(work, order, "owner")
    wish = await alter(scarce, order, Count(await line(scarce, order, "cider"), 1))
    await grant(scarce, wish.id)
    assert (await left(scarce, "cider"), (await scarce.view(order)).total) == (0, 1500)


async def test_the_newest_payment_goes_back_first(market: Market) -> None:
    order = await two_things(market)
    await alter(market, order, Add(market.items["cider"], 2))
    await market.pay(order)
    await alter(market, order, Count(await line(market, order, "cola"), 0))
    await market.settle_refunds()
    async with market.work() as work:
        newest = await payments.latest_of(work, order)
    assert newest is not None and (newest.alteration is not None, newest.returned) == (True, 3000)
    assert (await market.view(order)).refunded == 4000
