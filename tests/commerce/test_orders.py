"""An order from the cart to its end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from commerce import carts, orders, payments, pricing, refunds
from commerce.events import CancelAsked, EtaChanged, OrderMoved, PaymentDue, PaymentOpened, RefundDone, RefundDue
from commerce.menu import MenuItem
from commerce.refusals import Refusal
from tests.commerce.market import NOON, Market


@pytest.fixture(autouse=True)
async def nothing_at_fault(market: Market) -> AsyncIterator[None]:
    """Whatever a test did, the audit finds nothing afterwards."""
    yield
    assert await market.faults() == []


async def test_a_pickup_order_goes_from_cart_to_done(market: Market) -> None:
    await market.fill("minji", "chicken", 2)
    async with market.work() as work:
        quote = await pricing.quote(work, "minji")
        assert (quote.total, quote.missing, quote.problems, quote.eta_min) == (36000, (), (), 20)
    order = await market.place("minji")
    assert (await market.view(order)).state == "unpaid"
    await market.pay(order)
    view = await market.view(order)
    assert (view.state, view.paid, view.total, len(view.number)) == ("received", 36000, 36000, 4)
    async with market.work() as work:
        await orders.accept(work, order, "clerk", 15)
        await orders.cook(work, order, "owner")
        await orders.ready(work, order, "owner")
        await orders.done(work, order, "owner")
    assert [(move.before, move.after) for move in market.happened(OrderMoved)] == [
        ("unpaid", "received"),
        ("received", "accepted"),
        ("accepted", "cooking"),
        ("cooking", "ready"),
        ("ready", "done"),
    ]
    assert not [key for key in market.timers if key[1] == order]


async def test_a_delivery_costs_the_fee_and_ends_at_the_door(market: Market) -> None:
    order = await market.ordered("minji", fulfilment="delivery")
    view = await market.view(order)
    assert (view.fee, view.total, view.address) == (3000, 21000, "시험로 1")
    async with market.work() as work:
        await orders.accept(work, order, "owner", 40)
        with pytest.raises(Refusal, match="not_now"):
            await orders.done(work, order, "owner")
        await orders.on_the_way(work, order, "owner")
        await orders.done(work, order, "owner")
    assert (await market.view(order)).state == "done"


async def test_a_step_told_by_mistake_is_taken_back_to_where_the_order_stood(market: Market) -> None:
    order = await market.ordered("minji", fulfilment="delivery")
    async with market.work() as work:
        with pytest.raises(Refusal, match="not_now"):
            await orders.take_back(work, order, "owner")
        await orders.accept(work, order, "owner", 40)
        with pytest.raises(Refusal, match="not_now"):
            await orders.take_back(work, order, "owner")
        await orders.on_the_way(work, order, "owner")
        with pytest.raises(Refusal, match="not_allowed"):
            await orders.take_back(work, order, "minji")
        await orders.take_back(work, order, "clerk")
    assert (await market.view(order)).state == "accepted"
    assert ("order.late", order) in {(name, subject) for name, subject in market.timers}
    async with market.work() as work:
        with pytest.raises(Refusal, match="not_now"):
            await orders.take_back(work, order, "clerk")
        await orders.on_the_way(work, order, "owner")
        await orders.done(work, order, "owner")
        with pytest.raises(Refusal, match="not_now"):
            await orders.take_back(work, order, "owner")


async def test_the_first_of_two_staff_wins_and_the_second_learns_who(market: Market) -> None:
    order = await market.ordered("minji")
    async with market.work() as work:
        await orders.accept(work, order, "clerk", 20)
        with pytest.raises(Refusal) as refused:
            await orders.accept(work, order, "owner", 10)
        assert (refused.value.code, refused.value.facts["by"]) == ("already_taken", "clerk")
        await orders.cook(work, order, "owner")
        with pytest.raises(Refusal) as later:
            await orders.accept(work, order, "owner", 10)
    assert (later.value.code, later.value.facts["by"]) == ("already_taken", "clerk")


async def test_only_the_shops_staff_and_the_orders_owner_move_it(market: Market) -> None:
    order = await market.ordered("minji")
    async with market.work() as work:
        with pytest.raises(Refusal, match="not_allowed"):
            await orders.accept(work, order, "minji", 20)
        with pytest.raises(Refusal, match="not_allowed"):
            await orders.refuse(work, order, "stranger", "no")
        with pytest.raises(Refusal, match="order_unknown"):
            await orders.cancel(work, order, "owner")
        with pytest.raises(Refusal, match="order_unknown"):
            await orders.of_person(work, "owner", order)
        with pytest.raises(Refusal, match="order_unknown"):
            await payments.retry(work, order, "owner", "sandbox")
        assert await orders.open_of(work, "owner") == ()
    assert (await market.view(order)).state == "received"


async def test_an_order_nobody_pays_expires_and_no_sooner(market: Market) -> None:
    await market.fill("minji")
    order = await market.place("minji")
    assert market.timers["order.unpaid", order] == NOON + timedelta(minutes=10)
    market.later(minutes=9)
    async with market.work() as work:
        assert not await orders.expire_unpaid(work, order)
        await payments.retry(work, order, "minji", "sandbox")
    market.later(minutes=2)
    async with market.work() as work:
        assert not await orders.expire_unpaid(work, order), "trying again gives ten minutes more"
    market.later(minutes=8)
    async with market.work() as work:
        assert await orders.expire_unpaid(work, order)
    assert (await market.view(order)).state == "expired"


async def test_an_order_the_shop_leaves_unanswered_is_paid_back(market: Market) -> None:
    order = await market.ordered("minji")
    assert {name: market.timers[name, order] - NOON for name, subject in market.timers if subject == order} == {
        "order.remind1": timedelta(seconds=60),
        "order.remind2": timedelta(minutes=3),
        "order.no_answer": timedelta(minutes=7),
    }
    market.later(minutes=7)
    async with market.work() as work:
        assert await orders.expire_unanswered(work, order)
        assert not await orders.expire_unanswered(work, order)
    await market.settle_refunds()
    view = await market.view(order)
    assert (view.state, view.refunded, view.reason) == ("expired", view.paid, "no_answer")
    assert len(market.happened(RefundDone)) == 1


async def test_cancelling_is_free_before_acceptance_and_a_request_after(market: Market) -> None:
    free = await market.ordered("minji")
    async with market.work() as work:
        await orders.cancel(work, free, "minji")
        with pytest.raises(Refusal, match="order_over"):
            await orders.cancel(work, free, "minji")
    taken = await market.ordered("jun")
    async with market.work() as work:
        await orders.accept(work, taken, "owner", 20)
        with pytest.raises(Refusal, match="ask_shop"):
            await orders.cancel(work, taken, "jun")
        await orders.ask_cancel(work, taken, "jun")
        with pytest.raises(Refusal, match="already_asked"):
            await orders.ask_cancel(work, taken, "jun")
        await orders.deny_cancel(work, taken, "clerk")
        with pytest.raises(Refusal, match="not_asked"):
            await orders.grant_cancel(work, taken, "clerk")
        await orders.ask_cancel(work, taken, "jun")
        await orders.grant_cancel(work, taken, "clerk")
    await market.settle_refunds()
    assert len(market.happened(CancelAsked)) == 2
    for order in (free, taken):
        view = await market.view(order)
        assert (view.state, view.refunded) == ("cancelled", view.paid)


async def test_a_late_order_gets_a_new_time_three_times_then_ends_by_itself(market: Market) -> None:
    order = await market.ordered("minji", fulfilment="delivery")
    async with market.work() as work:
        await orders.accept(work, order, "owner", 30)
    for _ in range(3):
        market.clock.at = market.timers["order.late", order]
        async with market.work() as work:
            assert await orders.late(work, order)
    market.clock.at = market.timers["order.late", order]
    async with market.work() as work:
        assert not await orders.late(work, order)
        assert not await orders.forgotten(work, order)
    assert [change.eta - NOON for change in market.happened(EtaChanged)] == [timedelta(minutes=m) for m in (40, 50, 60)]
    market.clock.at = market.timers["order.forgotten", order]
    async with market.work() as work:
        assert await orders.forgotten(work, order)
    assert (await market.view(order)).state == "done"


async def test_a_shops_delay_moves_the_promise(market: Market) -> None:
    order = await market.ordered("minji")
    async with market.work() as work:
        with pytest.raises(Refusal, match="not_now"):
            await orders.delay(work, order, "owner", 10)
        await orders.accept(work, order, "owner", 20)
        assert await orders.delay(work, order, "clerk", 10) == NOON + timedelta(minutes=30)
    assert market.timers["order.late", order] == NOON + timedelta(minutes=30)


async def test_a_refusal_leaves_nothing_half_done(market: Market) -> None:
    async with market.work() as work:
        for item in ("chicken", "cider"):
            await carts.add(work, "minji", market.shop, market.items[item], 3)
        await carts.set_fulfilment(work, "minji", "pickup")
    async with market.work() as work:
        cider = await work.session.get(MenuItem, market.items["cider"])
        chicken = await work.session.get(MenuItem, market.items["chicken"])
        assert cider is not None and chicken is not None
        cider.stock, chicken.stock = 2, 10
    async with market.work() as work:
        with pytest.raises(Refusal, match="few_left"):
            await orders.place(work, "minji", gateway="sandbox")
        assert work.happenings == []
        cart = await carts.view(work, "minji")
        assert cart is not None and cart.quantity == 6


async def test_a_changed_price_is_said_before_it_is_charged(market: Market) -> None:
    await market.fill("minji")
    async with market.work() as work:
        with pytest.raises(Refusal) as refused:
            await orders.place(work, "minji", gateway="sandbox", agreed=17000)
    assert refused.value.facts == {"was": 17000, "now": 18000, "currency": "KRW"}


async def test_an_order_for_later_keeps_its_time_and_waits_for_opening(market: Market) -> None:
    market.clock.at = NOON - timedelta(hours=3)
    wanted = NOON + timedelta(hours=1)
    await market.fill("minji")
    async with market.work() as work:
        assert [problem.code for problem in (await pricing.quote(work, "minji")).problems] == ["closed"]
        await carts.set_wanted_at(work, "minji", wanted)
        assert (await pricing.quote(work, "minji")).problems == ()
    order = await market.place("minji")
    await market.pay(order)
    assert market.timers["order.no_answer", order] == NOON - timedelta(minutes=53), "seven minutes after it opens at 11"
    async with market.work() as work:
        assert await orders.accept(work, order, "owner", 20) == wanted
    assert (await market.view(order)).eta_at == wanted


async def test_what_stands_in_the_way_is_named_all_at_once(market: Market) -> None:
    market.clock.at = NOON - timedelta(hours=3)
    async with market.work() as work:
        await carts.add(work, "minji", market.shop, market.items["pizza"], 1)
        await carts.set_fulfilment(work, "minji", "delivery")
        await carts.set_address(work, "minji", "멀리", None, (37.60, 127.00))
        quote = await pricing.quote(work, "minji")
    assert {problem.code for problem in quote.problems} == {"closed", "too_far", "below_minimum", "option_missing"}
    below = next(problem for problem in quote.problems if problem.code == "below_minimum")
    assert below.facts == {"missing": 3000, "minimum": 15000, "currency": "KRW"}


async def test_a_declined_payment_can_be_tried_again(market: Market) -> None:
    await market.fill("minji")
    order = await market.place("minji")
    await market.pay(order, "decline")
    assert (await market.view(order)).state == "unpaid"
    async with market.work() as work:
        second = await payments.retry(work, order, "minji", "sandbox")
    assert len(market.happened(PaymentDue)) == 2
    await market.pay(order)
    async with market.work() as work:
        assert (await payments.get(work, second)).state == "succeeded"
        with pytest.raises(Refusal, match="already_paid"):
            await payments.retry(work, order, "minji", "sandbox")


async def test_an_abandoned_page_is_shown_again(market: Market) -> None:
    await market.fill("minji")
    order = await market.place("minji")
    ref = await market.pay(order, "abandon")
    async with market.work() as work:
        await payments.retry(work, order, "minji", "sandbox")
    assert len(market.happened(PaymentDue)) == 1
    assert len(market.happened(PaymentOpened)) == 2
    await market.till.decide(ref, "approve")
    await market.confirm(ref)
    assert (await market.view(order)).state == "received"


async def test_money_that_comes_after_the_order_died_goes_back(market: Market) -> None:
    await market.fill("minji")
    order = await market.place("minji")
    ref = await market.charge(order)
    market.later(minutes=10)
    async with market.work() as work:
        assert await orders.expire_unpaid(work, order)
    market.later(minutes=31)
    await market.till.decide(ref, "approve")
    await market.confirm(ref)
    await market.confirm(ref)
    assert len(market.happened(RefundDue)) == 1
    await market.settle_refunds()
    view = await market.view(order)
    assert (view.state, view.paid, view.refunded) == ("expired", 18000, 18000)
    assert (await market.till.fetch(ref)).refunded == 18000


async def test_paying_twice_returns_the_second(market: Market) -> None:
    await market.fill("minji")
    order = await market.place("minji")
    first = await market.pay(order, "decline")
    async with market.work() as work:
        await payments.retry(work, order, "minji", "sandbox")
    await market.pay(order)
    paid = await market.till.fetch(first)
    await market.confirm(first, type(paid)(first, "succeeded", paid.amount, paid.currency))
    view = await market.view(order)
    assert (view.state, view.paid, view.refunded) == ("received", 36000, 18000)
    async with market.work() as work:
        assert [refund.amount for refund in await refunds.of_order(work, order)] == [18000]


async def test_a_wrong_amount_does_not_pay_the_order(market: Market) -> None:
    await market.fill("minji")
    order = await market.place("minji")
    ref = await market.charge(order)
    paid = await market.till.fetch(ref)
    await market.confirm(ref, type(paid)(ref, "succeeded", 100, paid.currency))
    view = await market.view(order)
    assert (view.state, view.paid, view.refunded) == ("unpaid", 100, 100)


async def test_an_address_is_remembered(market: Market) -> None:
    await market.fill("minji", fulfilment="delivery")
    async with market.work() as work:
        await carts.set_address(work, "minji", "시험로 2", "3층", None)
        await carts.clear(work, "minji")
        last = await carts.last_address(work, "minji")
        assert await carts.last_address(work, "jun") is None
    assert last is not None and (last.address, last.detail, last.point) == ("시험로 2", "3층", None)
