"""Two that cross each other's way many times never wait for each other for ever. First it is shown how they would.

Rows lock on PostgreSQL only; SQLite has one writer.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from commerce import changes, coupons, menu, order_steps, orders, stock
from commerce.coupons import CouponSpec
from commerce.database import Database
from commerce.menu import ItemSpec, MenuItem
from commerce.order_records import Order
from commerce.refusals import Refusal
from tests import databases
from tests.commerce.market import Market, both

TIMES = 10
DEADLOCK = "40P01"


@pytest.fixture
async def busy() -> AsyncIterator[Market]:
    """A market on PostgreSQL whatever the run is on, where two dishes are counted."""
    database = Database(databases.on_the_server())
    opened = Market(database)
    await opened.open_shop(stock=10_000, hours="00:00-24:00")
    yield opened
    await database.close()


async def crossing(*acts: Awaitable[object]) -> list[str]:
    """How each of ``acts``, begun at once, ended: "done", a refusal's code, or the database's error."""

    async def ended(act: Awaitable[object]) -> str:
        try:
            await act
        except Refusal as refusal:
            return refusal.code
        except DBAPIError as error:
            return str(getattr(error.orig, "sqlstate", error))
        return "done"

    return list(await asyncio.gather(*(ended(act) for act in acts)))


async def test_two_dishes_taken_in_the_order_of_a_wish_lock_each_other_out(busy: Market) -> None:
    """The negative control: the second dish is taken when both have the first."""
    chicken, cider = busy.items["chicken"], busy.items["cider"]
    both_have_one = asyncio.Barrier(2)

    async def naive(first: str, second: str) -> None:
        async with busy.database.transaction() as session:
            for number, item in enumerate((first, second)):
                await session.execute(update(MenuItem).where(MenuItem.id == item).values(held=MenuItem.held + 1))
                if number == 0:
                    await both_have_one.wait()

    ended = await crossing(naive(chicken, cider), naive(cider, chicken))
    assert sorted(ended) == [DEADLOCK, "done"]


async def test_an_order_changed_after_its_stock_locks_out_one_changed_before(busy: Market) -> None:
    """The negative control: one goes from the item to the order, the other from the order to the item."""
    order, chicken = await busy.ordered("minji"), busy.items["chicken"]
    both_have_one = asyncio.Barrier(2)

    async def naive(*steps: object) -> None:
        async with busy.database.transaction() as session:
            for number, step in enumerate(steps):
                await session.execute(step)  # type: ignore[call-overload]
                if number == 0:
                    await both_have_one.wait()

    item = update(MenuItem).where(MenuItem.id == chicken).values(sold=MenuItem.sold)
    row = update(Order).where(Order.id == order).values(reason=None)
    assert sorted(await crossing(naive(item, row), naive(row, item))) == [DEADLOCK, "done"]


async def test_holding_dishes_in_opposite_orders(busy: Market) -> None:
    chicken, cider = busy.items["chicken"], busy.items["cider"]

    async def hold(*items: str) -> None:
        async with busy.work() as work:
            await stock.hold(work, dict.fromkeys(items, 1))

    for _ in range(TIMES):
        four = [hold(*items) for items in ((chicken, cider), (cider, chicken)) * 2]
        assert await crossing(*four) == ["done"] * 4


async def test_choosing_each_others_dish(busy: Market) -> None:
    """One swaps chicken for duck while another swaps duck for chicken."""
    async with busy.work() as work:
        duck = await menu.add_item(work, busy.shop, ItemSpec(both("duck"), 18000, stock=10_000))
    busy.items["duck"] = duck
    chicken = busy.items["chicken"]

    async def swap(order: str, person: str, old: str, new: str) -> None:
        async with busy.work() as work:
            await changes.replace(work, order, person, old, new)

    for number in range(TIMES):
        people = (f"one {number}", f"two {number}")
        asked = [await busy.ordered(people[0]), await busy.ordered(people[1], "duck")]
        await ask(busy, *asked)
        ended = await crossing(swap(asked[0], people[0], chicken, duck), swap(asked[1], people[1], duck, chicken))
        assert ended == ["done", "done"]
    assert await busy.faults() == []


async def ask(busy: Market, *asked: str) -> None:
    """The orders wait for their consumers to choose, though nothing is marked sold out."""
    async with busy.work() as work:
        for order in asked:
            row = await order_steps.read(work, order)
            assert await order_steps.ask(work, row, busy.items["chicken"], "owner")


async def test_a_dish_sells_out_while_its_orders_are_cancelled(busy: Market) -> None:
    chicken = busy.items["chicken"]

    async def mark(gone: bool) -> None:
        async with busy.work() as work:
            await (changes.sold_out if gone else changes.back_in_stock)(work, busy.shop, chicken, "owner")

    async def cancel(order: str, person: str) -> None:
        async with busy.work() as work:
            await orders.cancel(work, order, person)

    for number in range(TIMES):
        placed = [(await busy.ordered(f"{number} {which}"), f"{number} {which}") for which in "abc"]
        ended = await crossing(mark(True), *(cancel(*one) for one in placed))
        assert DEADLOCK not in ended, ended
        await mark(False)
    assert await busy.faults() == []


async def test_coupons_claimed_while_the_town_changes_them(busy: Market) -> None:
    specs = [CouponSpec(both(f"{number}"), amount=1000) for number in range(4)]
    async with busy.work() as work:
        ids = [await coupons.save(work, busy.shop, spec) for spec in specs]

    async def save(them: list[CouponSpec]) -> None:
        async with busy.work() as work:
            for spec in them:
                await coupons.save(work, busy.shop, spec)

    async def claim(person: str, coupon: str) -> None:
        async with busy.work() as work:
            await coupons.claim(work, person, coupon)

    for number in range(TIMES):
        claims = [claim(f"{number}", coupon) for coupon in ids]
        assert DEADLOCK not in await crossing(save(specs), *claims)
