"""What a shop sold today, and what people thought of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from commerce import orders, ratings, sales, shops
from commerce.events import Rated
from commerce.refusals import Refusal
from tests.commerce.market import NOON, Market


async def done(market: Market, person: str, item: str, quantity: int = 1) -> str:
    order = await market.ordered(person, item, quantity)
    async with market.work() as work:
        await orders.accept(work, order, "owner", 10)
        await orders.ready(work, order, "owner")
        await orders.done(work, order, "owner")
    return order


async def test_todays_sales_count_what_lives_and_name_the_best_sellers(market: Market) -> None:
    market.clock.at = NOON - timedelta(days=1)
    await done(market, "minji", "chicken")
    market.clock.at = NOON
    await done(market, "minji", "cola", 5)
    await done(market, "jun", "chicken", 2)
    await market.ordered("sora", "cider")
    dead = await market.ordered("sora", "chicken")
    async with market.work() as work:
        await orders.refuse(work, dead, "owner", "바빠요")
        today = await sales.today(work, market.shop)
    assert (today.orders, today.done, today.waiting, today.dead) == (3, 2, 1, 1)
    assert (today.gross, today.net, today.currency) == (47500, 47500, "KRW")
    assert [(sold.name["en"], sold.quantity, sold.amount) for sold in today.top] == [
        ("cola", 5, 10000),
        ("chicken", 2, 36000),
        ("cider", 1, 1500),
    ]
    assert today.since == NOON - timedelta(hours=12)
    async with market.work() as work:
        assert len(await orders.today(work, market.shop)) == 4


async def test_a_quiet_day_is_all_zero(market: Market) -> None:
    async with market.work() as work:
        today = await sales.today(work, market.shop)
    assert (today.orders, today.gross, today.top, today.currency) == (0, 0, (), "KRW")


async def test_stars_first_words_after_count_once(market: Market) -> None:
    order = await done(market, "minji", "chicken")
    async with market.work() as work:
        await ratings.rate(work, "minji", order, 4)
        await ratings.rate(work, "minji", order, 5, " 바삭해요 ")
        await ratings.rate(work, "minji", order, 5)
        assert await ratings.of_order(work, order) == (5, "바삭해요")
        shop = await shops.get(work, market.shop)
        assert (shop.rating, shop.rating_count) == (5.0, 1)
    assert len(market.happened(Rated)) == 3
    assert (await market.view(order)).stars == 5


async def test_only_ones_own_finished_order_can_be_rated(market: Market) -> None:
    order = await market.ordered("minji")
    async with market.work() as work:
        for person, stars, code in (("minji", 5, "not_done"), ("jun", 5, "order_unknown"), ("minji", 6, "stars_odd")):
            with pytest.raises(Refusal, match=code):
                await ratings.rate(work, person, order, stars)
