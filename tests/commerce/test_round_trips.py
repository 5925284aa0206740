"""What a person waits for takes a fixed number of queries, however much is in the cart or on the board."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from commerce import carts, coupons, orders, pricing
from commerce.coupons import CouponSpec
from commerce.database import Database
from commerce.work import Ids, Work
from tests.commerce.market import Market, both


@contextmanager
def counting(database: Database) -> Iterator[list[str]]:
    statements: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", count)
    yield statements
    event.remove(database.engine.sync_engine, "before_cursor_execute", count)


@pytest.mark.parametrize("lines", [1, 12])
@pytest.mark.parametrize(
    ("what", "most"),
    [
        (lambda work: carts.view(work, "minji"), 2),
        (lambda work: pricing.quote(work, "minji"), 4),
        (lambda work: orders.open_of(work, "jun"), 2),
    ],
    ids=["cart", "quote", "orders"],
)
async def test_round_trips(market: Market, what: Callable[[Work], Awaitable[object]], most: int, lines: int) -> None:
    async with market.work() as work:
        coupon = await coupons.save(work, market.shop, CouponSpec(both("one"), amount=1000))
        for number in range(lines):
            await carts.add(work, "minji", market.shop, market.items["chicken"], 1, note=f"{number}")
        await carts.set_fulfilment(work, "minji", "pickup")
    await market.claim("minji", coupon)
    for _ in range(min(lines, 3)):
        await market.ordered("jun")
    async with market.work() as work:
        with counting(market.database) as statements:
            await what(work)
    assert len([statement for statement in statements if statement.startswith("SELECT")]) <= most


class Unlucky(Ids):
    """Throws the same number three times before another."""

    def __init__(self) -> None:
        super().__init__(7)
        self.throws = 0

    def digits(self, count: int) -> str:
        self.throws += 1
        return "0001" if self.throws < 4 else super().digits(count)


async def test_no_two_orders_of_a_day_share_a_number(market: Market) -> None:
    market.ids = Unlucky()
    numbers = [(await market.view(await market.ordered(person))).number for person in ("minji", "jun")]
    assert numbers[0] == "0001"
    assert numbers[1] != "0001" and len(numbers[1]) == 4
