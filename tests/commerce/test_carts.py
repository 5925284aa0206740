"""A person's cart."""

from __future__ import annotations

import pytest

from commerce import carts
from commerce.refusals import Refusal
from tests.commerce.market import Market


async def test_the_same_item_merges_and_another_choice_or_note_does_not(market: Market) -> None:
    chicken, hot = market.items["chicken"], market.choices["hot"]
    async with market.work() as work:
        plain = await carts.add(work, "minji", market.shop, chicken, 1)
        assert await carts.add(work, "minji", market.shop, chicken, 2) == plain
        spicy = await carts.add(work, "minji", market.shop, chicken, 1, [hot])
        noted = await carts.add(work, "minji", market.shop, chicken, 1, [hot], "뼈 없이")
        cart = await carts.view(work, "minji")
    assert cart is not None
    assert [(line.id, line.quantity, line.total) for line in cart.lines] == [
        (plain, 3, 54000),
        (spicy, 1, 18500),
        (noted, 1, 18500),
    ]
    assert cart.subtotal == 91000


async def test_changing_a_line_into_another_merges_them(market: Market) -> None:
    chicken, hot = market.items["chicken"], market.choices["hot"]
    async with market.work() as work:
        plain = await carts.add(work, "minji", market.shop, chicken, 1)
        spicy = await carts.add(work, "minji", market.shop, chicken, 2, [hot])
        assert await carts.set_choices(work, "minji", plain, [hot]) == spicy
        assert await carts.set_note(work, "minji", spicy, "  ") == spicy
        cart = await carts.view(work, "minji")
    assert cart is not None
    assert [(line.id, line.quantity) for line in cart.lines] == [(spicy, 3)]


async def test_a_line_names_the_options_it_still_wants(market: Market) -> None:
    async with market.work() as work:
        line = await carts.add(work, "minji", market.shop, market.items["pizza"], 1)
        cart = await carts.view(work, "minji")
        assert cart is not None
        (missing,) = cart.lines[0].missing
        assert [choice.name["en"] for choice in missing.choices] == ["small", "large"]
        await carts.set_choices(work, "minji", line, [market.choices["large"]])
        cart = await carts.view(work, "minji")
    assert cart is not None
    assert (cart.lines[0].missing, cart.lines[0].unit_price) == ((), 14000)


async def test_choices_must_be_the_items_own_and_not_too_many(market: Market) -> None:
    pizza, chicken = market.items["pizza"], market.items["chicken"]
    async with market.work() as work:
        with pytest.raises(Refusal, match="choice_unknown"):
            await carts.add(work, "minji", market.shop, pizza, 1, [market.choices["hot"]])
        with pytest.raises(Refusal, match="too_many_choices"):
            await carts.add(work, "minji", market.shop, chicken, 1, [market.choices["hot"], market.choices["mild"]])
        assert await carts.view(work, "minji") is None


async def test_nobody_reaches_into_anothers_cart(market: Market) -> None:
    async with market.work() as work:
        line = await carts.add(work, "minji", market.shop, market.items["cola"], 1)
        for attempt in (
            carts.set_quantity(work, "jun", line, 5),
            carts.set_quantity(work, "jun", line, 0),
            carts.set_note(work, "jun", line, "…"),
        ):
            with pytest.raises(Refusal, match="line_unknown"):
                await attempt
        with pytest.raises(Refusal, match="cart_empty"):
            await carts.set_fulfilment(work, "jun", "pickup")
        assert not await carts.clear(work, "jun")
        cart = await carts.view(work, "minji")
    assert cart is not None and cart.quantity == 1


async def test_zero_takes_a_line_out_and_too_many_is_refused(market: Market) -> None:
    async with market.work() as work:
        line = await carts.add(work, "minji", market.shop, market.items["cola"], 1)
        with pytest.raises(Refusal, match="too_many"):
            await carts.set_quantity(work, "minji", line, 100)
        await carts.set_quantity(work, "minji", line, 0)
        cart = await carts.view(work, "minji")
    assert cart is not None and cart.lines == ()


async def test_a_wanted_time_in_the_past_is_refused(market: Market) -> None:
    await market.fill("minji")
    async with market.work() as work:
        with pytest.raises(Refusal, match="time_past"):
            await carts.set_wanted_at(work, "minji", market.clock.at)
