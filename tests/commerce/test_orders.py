"""An order from the cart to its end."""

from __future__ import annotations

import pytest

from commerce import carts, orders, pricing, refunds
from commerce.events import EtaChanged, OrderMoved, RefundDue
from commerce.refusals import Refusal
from tests.commerce.market import Market


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
