"""Two want something of one order at once: whichever is second sees what the first did."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from commerce import alteration_steps, alterations, orders
from commerce.alteration_lines import Add, Count
from commerce.alterations import AlterationView
from commerce.database import Database
from commerce.events import OrderAltered
from commerce.order_records import Order, OrderLine
from commerce.refusals import Refusal
from commerce.work import Work
from tests.commerce.market import Market


def till(_: str | None, amount: int, currency: str) -> str:
    return "sandbox"


@pytest.fixture
async def workers(market: Market) -> AsyncIterator[list[Database]]:
    opened = [Database(market.database.url) for _ in range(4)]
    yield opened
    for database in opened:
        await database.close()
    await market.settle_refunds()
    assert await market.faults() == []


async def outcomes(*attempts: Callable[[], Awaitable[object]]) -> Counter[str]:
    async def ended(attempt: Callable[[], Awaitable[object]]) -> str:
        try:
            await attempt()
        except Refusal as refusal:
            return refusal.code
        return "done"

    return Counter(await asyncio.gather(*(ended(attempt) for attempt in attempts)))


async def two_things(market: Market) -> tuple[str, str]:
    """A paid order of a chicken and two colas, and the line of the colas."""
    await market.fill("minji", "chicken")
    await market.fill("minji", "cola", 2)
    order = await market.place("minji")
    await market.pay(order)
    return order, next(line.id for line in (await market.view(order)).lines if line.item == market.items["cola"])


async def wished(market: Market, order: str) -> AlterationView:
    async with market.work() as work:
        return await alterations.propose(work, order, "minji", [Add(market.items["cider"])], till)


async def test_reading_then_writing_takes_the_same_line_out_twice(market: Market, workers: list[Database]) -> None:
    """The negative control: both read the total, and both give the money of the line back."""
    order, line = await two_things(market)
    read = asyncio.Barrier(2)
    back: list[int] = []

    async def naive(database: Database) -> None:
        async with database.read() as session:
            total = await session.scalar(select(Order.total).where(Order.id == order))
            gone = await session.get_one(OrderLine, line)
        await read.wait()
        less = gone.quantity * gone.unit_price
        async with database.transaction() as session:
            values = {"total": (total or 0) - less, "subtotal": (total or 0) - less}
            await session.execute(update(Order).where(Order.id == order).values(**values))
            await session.execute(update(OrderLine).where(OrderLine.id == line).values(kept=False))
        back.append(less)

    await asyncio.gather(*(naive(database) for database in workers[:2]))
    assert sum(back) == 8000
    async with market.work() as work:  # as it was
        await work.session.execute(update(Order).where(Order.id == order).values(total=22000, subtotal=22000))
        await work.session.execute(update(OrderLine).where(OrderLine.id == line).values(kept=True))


async def test_two_changes_at_once_take_the_line_out_once(market: Market, workers: list[Database]) -> None:
    order, line = await two_things(market)
    ready = asyncio.Barrier(2)

    async def take_out(database: Database) -> None:
        await ready.wait()
        for _ in range(20):  # SQLite: another has written since this one began, so its turn is run again
            try:
                await take_out_once(database)
                break
            except OperationalError:
                await asyncio.sleep(0)

    async def take_out_once(database: Database) -> None:
        async with database.transaction() as session:
            work = Work(session, market.clock.now(), market.ids)
            await alterations.propose(work, order, "minji", [Count(line, 0)], till)
        market.told += work.happenings

    result = await outcomes(*(lambda d=database: take_out(d) for database in workers[:2]))
    assert result == {"done": 1, "line_unknown": 1}
    assert [told.more for told in market.happened(OrderAltered)] == [-4000]


async def test_a_change_decided_on_an_old_reading_does_nothing(market: Market, workers: list[Database]) -> None:
    order, line = await two_things(market)
    wish = await wished(market, order)
    async with market.database.read() as session:
        old = Work(session, market.clock.now(), market.ids)
        stale_order, stale = await session.get_one(Order, order), await alteration_steps.read(old, wish.id)
    async with market.work() as work:
        await alterations.drop(work, order, "minji")
        await alterations.propose(work, order, "minji", [Count(line, 1)], till)
    async with market.work() as work:
        assert not await alteration_steps.apply(work, stale_order, stale)
    assert (await market.view(order)).total == 20000


async def test_accepted_while_it_is_paid_for_the_shop_is_asked(market: Market, workers: list[Database]) -> None:
    """Accept and payment at once, in either order: never both as if the other had not been."""
    for agrees in (True, False):
        order, _ = await two_things(market)
        wish = await wished(market, order)
        page = await market.charge(order)
        await market.till.decide(page, "approve")

        async def accept(order: str = order) -> None:
            async with market.work() as work:
                await orders.accept(work, order, "owner", 20)

        async def paid(page: str = page) -> None:
            await market.confirm(page)

        await outcomes(accept, paid)
        async with market.work() as work:
            state = (await alterations.get(work, wish.id)).state
        assert state in ("asked", "done")
        if state == "asked":
            async with market.work() as work:
                await (alterations.grant if agrees else alterations.decline)(work, wish.id, "owner")
        await market.settle_refunds()
        view = await market.view(order)
        assert view.paid - view.refunded == view.total == (23500 if agrees or state == "done" else 22000)
        await done(market, order)


async def test_paid_after_the_shop_accepted_and_said_no_goes_back(market: Market, workers: list[Database]) -> None:
    order, _ = await two_things(market)
    wish = await wished(market, order)
    async with market.work() as work:
        await orders.accept(work, order, "owner", 20)
    page = await market.pay(order)
    async with market.work() as work:
        assert (await alterations.get(work, wish.id)).state == "asked"
        await alterations.decline(work, wish.id, "owner")
    await market.confirm(page)
    await market.settle_refunds()
    view = await market.view(order)
    assert (view.state, view.total, view.paid, view.refunded) == ("accepted", 22000, 23500, 1500)


@pytest.mark.parametrize("how", ["cancel", "refuse"])
async def test_paid_after_the_order_is_over_goes_back(market: Market, workers: list[Database], how: str) -> None:
    order, _ = await two_things(market)
    await wished(market, order)
    page = await market.charge(order)
    await market.till.decide(page, "approve")
    async with market.work() as work:
        if how == "cancel":
            await orders.cancel(work, order, "minji")
        else:
            await orders.refuse(work, order, "owner", "바빠요")
    await market.confirm(page)
    await market.settle_refunds()
    view = await market.view(order)
    assert (view.paid, view.refunded) == (23500, 23500)


async def test_a_change_and_a_cancellation_at_once_return_everything_once(
    market: Market, workers: list[Database]
) -> None:
    order, line = await two_things(market)

    async def change() -> None:
        async with market.work() as work:
            await alterations.propose(work, order, "minji", [Count(line, 1)], till)

    async def cancel() -> None:
        async with market.work() as work:
            await orders.cancel(work, order, "minji")

    result = await outcomes(change, cancel)
    assert result in ({"done": 2}, {"done": 1, "too_late": 1})
    await market.settle_refunds()
    view = await market.view(order)
    assert (view.state, view.paid - view.refunded) == ("cancelled", 0)


async def test_two_of_the_shop_answer_at_once_and_one_counts(market: Market, workers: list[Database]) -> None:
    order, _ = await two_things(market)
    async with market.work() as work:
        await orders.accept(work, order, "owner", 20)
    wish = await wished(market, order)

    async def answer(agrees: bool) -> None:
        async with market.work() as work:
            await (alterations.grant if agrees else alterations.decline)(work, wish.id, "owner")

    assert await outcomes(lambda: answer(True), lambda: answer(False)) == {"done": 1, "not_asked": 1}


async def test_the_same_payment_confirmed_five_times_at_once_counts_once(
    market: Market, workers: list[Database]
) -> None:
    order, _ = await two_things(market)
    await wished(market, order)
    page = await market.charge(order)
    await market.till.decide(page, "approve")
    await asyncio.gather(*(market.confirm(page) for _ in range(5)))
    assert (await market.view(order)).total == 23500
    assert len(market.happened(OrderAltered)) == 1


async def done(market: Market, order: str) -> None:
    async with market.work() as work:
        await orders.ready(work, order, "owner")
        await orders.done(work, order, "owner")
