"""Many people want the last of something at once. First it is shown that reading and then writing sells it to all."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from sqlalchemy import func, insert, select, update

from commerce import coupons, order_steps, orders, payments, stock
from commerce.coupon_records import Coupon, CouponUse
from commerce.coupons import CouponSpec
from commerce.database import Database
from commerce.menu import MenuItem
from commerce.order_records import Order
from commerce.refusals import Refusal
from commerce.work import Work
from tests.commerce.market import Market, both

BUYERS = 20
CLAIMS = 50


@pytest.fixture
async def scarce(database_url: str) -> AsyncIterator[Market]:
    """A market with one chicken and one cider left."""
    database = Database(database_url)
    opened = Market(database)
    await opened.open_shop(stock=1)
    yield opened
    await database.close()


@pytest.fixture
async def workers(scarce: Market) -> AsyncIterator[list[Database]]:
    """Several processes' worth of connections to the same file: no queue of ours stands between them."""
    opened = [Database(scarce.database.url) for _ in range(5)]
    yield opened
    for database in opened:
        await database.close()


async def outcomes(count: int, attempt: Callable[[int], Awaitable[object]]) -> Counter[str]:
    """Run ``attempt`` that many times at once, and count how they ended."""

    async def ended(number: int) -> str:
        try:
            await attempt(number)
        except Refusal as refusal:
            return refusal.code
        return "got it"

    return Counter(await asyncio.gather(*(ended(number) for number in range(count))))


async def test_reading_then_writing_oversells(scarce: Market, workers: list[Database]) -> None:
    """The negative control: every buyer reads that one is left, and every buyer takes it."""
    chicken = scarce.items["chicken"]
    read = asyncio.Barrier(BUYERS)

    async def naive(number: int) -> None:
        database = workers[number % len(workers)]
        async with database.read() as session:
            row = (await session.execute(select(MenuItem.stock, MenuItem.held).where(MenuItem.id == chicken))).one()
        await read.wait()
        if row.stock - row.held < 1:
            raise Refusal("sold_out")
        async with database.transaction() as session:
            await session.execute(update(MenuItem).where(MenuItem.id == chicken).values(held=row.held + 1))

    assert await outcomes(BUYERS, naive) == {"got it": BUYERS}


async def test_holding_sells_the_last_piece_once(scarce: Market, workers: list[Database]) -> None:
    ready = asyncio.Barrier(BUYERS)

    async def hold(number: int) -> None:
        await ready.wait()
        async with workers[number % len(workers)].transaction() as session:
            await stock.hold(Work(session, scarce.clock.now(), scarce.ids), {scarce.items["chicken"]: 1})

    assert await outcomes(BUYERS, hold) == {"got it": 1, "sold_out": BUYERS - 1}


async def test_twenty_buyers_of_the_last_piece_make_one_order(scarce: Market) -> None:
    for number in range(BUYERS):
        await scarce.fill(f"buyer {number}")
    result = await outcomes(BUYERS, lambda number: scarce.place(f"buyer {number}"))
    assert result == {"got it": 1, "sold_out": BUYERS - 1}
    async with scarce.database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Order)) == 1
    assert await scarce.faults() == []


async def test_reading_then_writing_gives_a_coupon_of_three_to_fifty(scarce: Market, workers: list[Database]) -> None:
    """The negative control for coupons."""
    async with scarce.work() as work:
        coupon = await coupons.save(work, scarce.shop, CouponSpec(both("three"), amount=1000, total=3))
    read = asyncio.Barrier(CLAIMS)

    async def naive(number: int) -> None:
        database = workers[number % len(workers)]
        async with database.read() as session:
            row = (await session.execute(select(Coupon.claimed, Coupon.total).where(Coupon.id == coupon))).one()
        await read.wait()
        if row.claimed >= (row.total or 0):
            raise Refusal("coupon_gone")
        use = {"id": f"use {number}", "coupon_id": coupon, "person_id": f"person {number}", "n": 1, "state": "held"}
        async with database.transaction() as session:
            await session.execute(update(Coupon).where(Coupon.id == coupon).values(claimed=row.claimed + 1))
            await session.execute(insert(CouponUse).values(claimed_at=scarce.clock.now(), **use))

    assert await outcomes(CLAIMS, naive) == {"got it": CLAIMS}
    assert [fault.rule for fault in await scarce.faults()] == ["coupon uses within the total"]


async def test_fifty_claims_of_a_coupon_of_three(scarce: Market, workers: list[Database]) -> None:
    async with scarce.work() as work:
        coupon = await coupons.save(work, scarce.shop, CouponSpec(both("three"), amount=1000, total=3))
    ready = asyncio.Barrier(CLAIMS)

    async def claim(number: int) -> None:
        await ready.wait()
        async with workers[number % len(workers)].transaction() as session:
            await coupons.claim(Work(session, scarce.clock.now(), scarce.ids), f"person {number}", coupon)

    assert await outcomes(CLAIMS, claim) == {"got it": 3, "coupon_gone": CLAIMS - 3}
    assert await scarce.faults() == []


async def test_one_person_claiming_ten_times_at_once_gets_their_limit(scarce: Market, workers: list[Database]) -> None:
    async with scarce.work() as work:
        coupon = await coupons.save(work, scarce.shop, CouponSpec(both("two"), amount=1000, per_person=2))

    async def claim(number: int) -> None:
        async with workers[number % len(workers)].transaction() as session:
            await coupons.claim(Work(session, scarce.clock.now(), scarce.ids), "minji", coupon)

    assert await outcomes(10, claim) == {"got it": 2, "coupon_limit": 8}
    assert await scarce.faults() == []


async def test_two_staff_accept_at_once_and_one_of_them_has_it(scarce: Market) -> None:
    order = await scarce.ordered("minji")

    async def accept(number: int) -> None:
        async with scarce.work() as work:
            await orders.accept(work, order, ("owner", "clerk")[number], 20)

    assert await outcomes(2, accept) == {"got it": 1, "already_taken": 1}


async def test_a_move_decided_on_an_old_reading_does_nothing(scarce: Market) -> None:
    order = await scarce.ordered("minji")
    async with scarce.database.read() as session:
        stale = await order_steps.read(Work(session, scarce.clock.now(), scarce.ids), order)
    async with scarce.work() as work:
        await orders.accept(work, order, "owner", 20)
    async with scarce.work() as work:
        assert not await order_steps.end(work, stale, "cancelled", by="minji", reason="changed_mind")
        assert work.happenings == []
    assert (await scarce.view(order)).state == "accepted"
    assert await scarce.faults() == []


async def test_the_same_payment_confirmed_ten_times_at_once_counts_once(scarce: Market) -> None:
    await scarce.fill("minji")
    order = await scarce.place("minji")
    ref = await scarce.charge(order)
    await scarce.till.decide(ref, "approve")
    await asyncio.gather(*(scarce.confirm(ref) for _ in range(10)))
    async with scarce.work() as work:
        payment = await payments.of_ref(work, "sandbox", ref)
    assert payment is not None and (payment.paid, payment.returned) == (18000, 0)
    assert await scarce.faults() == []
