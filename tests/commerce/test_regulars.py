"""The usual is what is ordered most, the last what was ordered last; what died counts as neither."""

from __future__ import annotations

from commerce import orders, regulars
from tests.commerce.market import Market


async def ordered(market: Market, person: str, item: str, quantity: int = 1) -> str:
    market.later(minutes=1)
    return await market.ordered(person, item, quantity)


async def test_nobody_has_a_usual_before_the_first_order(market: Market) -> None:
    await market.fill("minji")
    await market.place("minji")
    async with market.work() as work:
        assert await regulars.usual(work, "minji") is None
        assert await regulars.last(work, "minji") is None


async def test_the_usual_is_the_most_frequent_and_the_last_the_newest(market: Market) -> None:
    await ordered(market, "minji", "cola", 2)
    often = await ordered(market, "minji", "cola", 2)
    last = await ordered(market, "minji", "chicken")
    await ordered(market, "jun", "chicken")
    async with market.work() as work:
        usual, newest = await regulars.usual(work, "minji"), await regulars.last(work, "minji")
    assert usual is not None and newest is not None
    assert (usual.id, newest.id) == (often, last)


async def test_of_several_made_as_often_the_newest(market: Market) -> None:
    await ordered(market, "minji", "cola")
    two = await ordered(market, "minji", "cola", 2)
    async with market.work() as work:
        usual = await regulars.usual(work, "minji")
    assert usual is not None and usual.id == two


async def test_what_was_taken_back_does_not_count(market: Market) -> None:
    kept = await ordered(market, "minji", "cola")
    gone = await ordered(market, "minji", "chicken")
    async with market.work() as work:
        await orders.cancel(work, gone, "minji")
        last = await regulars.last(work, "minji")
    assert last is not None and last.id == kept


async def test_what_was_taken_back_is_found_when_it_is_asked_for(market: Market) -> None:
    gone = await ordered(market, "minji", "chicken")
    async with market.work() as work:
        await orders.cancel(work, gone, "minji")
        assert await regulars.usual(work, "minji") is None
        last = await regulars.last(work, "minji", taken_back=True)
    assert last is not None and last.id == gone


async def test_at_a_shop_that_has_sold_them_nothing_there_is_none(market: Market) -> None:
    await ordered(market, "minji", "cola")
    async with market.work() as work:
        assert await regulars.usual(work, "minji", market.shop) is not None
        assert await regulars.usual(work, "minji", "another shop") is None
