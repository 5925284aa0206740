"""A till's word comes in the wrong order: that it was refunded before that it was paid, that it failed after that."""

from __future__ import annotations

from datetime import timedelta

from commerce.gateways.port import GatewayEvent, GatewayPayment
from tests.weather.paying import HOLD, Counter


async def test_refunded_is_heard_before_paid(counter: Counter) -> None:
    payment = await counter.order("minji")
    ref = await counter.pay(payment, heard=False)
    assert await counter.desk.application.sandbox.give_back(ref, 18000)
    await counter.settle()
    assert (await counter.payment(payment)).taken_back == 18000
    await counter.hear(await counter.hint(ref, "charge.succeeded"))
    await counter.hear(await counter.hint(ref, "charge.refunded"))
    assert await counter.orders("unpaid") == 1
    assert counter.shop_told("새 주문") == 0
    assert counter.told("minji", "되돌아갔어요") == 1
    await counter.sound()
    await counter.wait(HOLD + timedelta(minutes=1))
    assert await counter.orders("expired") == 1
    await counter.sound()


async def test_failed_is_heard_after_paid(counter: Counter) -> None:
    payment = await counter.order("minji")
    ref = await counter.pay(payment)
    await counter.hear(GatewayEvent("evt_late", "charge.failed", ref), GatewayEvent("evt_old", "charge.expired", ref))
    assert (await counter.payment(payment)).state == "succeeded"
    assert await counter.orders("received") == 1
    assert counter.told("minji", "승인되지 않았어요") == 0
    await counter.sound()


async def test_even_the_tills_own_no_does_not_take_back_a_yes(counter: Counter) -> None:
    """An answer that was fetched before the payment, and comes in after it."""
    payment = await counter.order("minji")
    old = GatewayPayment((await counter.payment(payment)).ref or "", "failed", 18000, "KRW")
    await counter.pay(payment)
    await counter.believe(payment, old)
    assert (await counter.payment(payment)).state == "succeeded"
    await counter.sound()


async def test_who_believes_the_events_gives_the_shop_an_order_without_money(counter: Counter) -> None:
    """The negative control: each event is taken for what happened, and the object is never fetched."""
    payment = await counter.order("minji")
    ref = await counter.pay(payment, heard=False)
    counter.line.cut = {"fetch"}
    await counter.desk.application.sandbox.give_back(ref, 18000)
    # "Refunded" says nothing of a payment that is not known to be paid; then "succeeded" is believed.
    await counter.believe(payment, GatewayPayment(ref, "succeeded", 18000, "KRW"))
    assert await counter.orders("received") == 1
    assert counter.shop_told("새 주문") == 1
    assert (await counter.in_the_till(), await counter.taken()) == (18000, 0)
