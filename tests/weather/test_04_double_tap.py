"""Somebody taps "pay" twice, on one phone or on two: one order, one payment, one page."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from bot.messages import Incoming
from commerce import payments, placing
from commerce.payment_records import Payment
from commerce.refusals import Refusal
from commerce.work import Work
from tests.bot.working import HERE
from tests.weather.paying import Counter
from tests.weather.unguarded import without

TAPS = 4


async def to_the_summary(counter: Counter) -> None:
    """As far as the button that orders and pays."""
    desk = counter.desk
    await desk.do("minji", text="근처 치킨집")
    await desk.do("minji", location=HERE)
    for label in ("메뉴 보기", "후라이드", "주문하기", "포장"):
        await desk.tap("minji", label)


async def tap_at_once(counter: Counter, label: str) -> None:
    tap = counter.wire.tap("minji", label)
    taps: list[Incoming] = [counter.desk.incoming("minji", tap=tap) for _ in range(TAPS)]
    desks = [counter.desks[number % len(counter.desks)] for number in range(TAPS)]
    await asyncio.gather(*(desk.application.handle(one) for desk, one in zip(desks, taps, strict=True)))
    await counter.settle()


async def charges(counter: Counter) -> int:
    return len(await counter.rows("SELECT ref FROM sandbox_charges"))


async def test_tapping_pay_four_times_at_once_orders_once(counter: Counter) -> None:
    await to_the_summary(counter)
    await tap_at_once(counter, "결제하기")
    assert (await counter.orders(), len(await counter.payments()), await charges(counter)) == (1, 1, 1)
    await counter.pay((await counter.payments())[0])
    assert await counter.orders("received") == 1
    assert counter.shop_told("새 주문") == 1
    await counter.sound()


async def test_tapping_pay_again_four_times_at_once_asks_once_more(counter: Counter) -> None:
    payment = await counter.order("minji")
    ref = await counter.desk.application.ref_of(payment)
    assert ref is not None
    await counter.desk.application.sandbox.decide(ref, "decline")
    await counter.wait(timedelta(minutes=1))
    await tap_at_once(counter, "다시 결제하기")
    assert (await counter.orders(), len(await counter.payments()), await charges(counter)) == (1, 2, 2)
    await counter.pay((await counter.payments())[-1])
    assert await counter.orders("received") == 1
    await counter.sound()


async def test_a_call_to_the_till_that_is_made_twice_opens_one_page(counter: Counter) -> None:
    payment = await counter.order("minji")
    calls = [counter.desk.application.tills.open(payment, f"again {number}") for number in range(TAPS)]
    opened = await asyncio.gather(*calls)
    assert len({outcome.event.data["ref"] for outcome in opened if outcome.event}) == 1
    assert await charges(counter) == 1


async def test_without_taking_the_cart_every_tap_orders_and_all_can_be_paid(counter: Counter) -> None:
    """The negative control: the cart is read and ordered, and nobody looks whether it was still there to take."""
    await to_the_summary(counter)
    ((person,),) = await counter.rows("SELECT person_id FROM carts")

    async def tap(number: int) -> None:
        application = counter.desks[number % len(counter.desks)].application
        async with application.database.transaction() as session:
            work = Work(session, application.clock.now(), application.ids)
            await placing.place(work, person, gateway=counter.line.name)

    lines = (r"^DELETE FROM cart_lines", "UPDATE cart_lines SET quantity = quantity")
    cart = (r"^DELETE FROM carts", "UPDATE carts SET person_id = person_id")
    with without(counter, lines=lines, cart=cart):
        await asyncio.gather(*(tap(number) for number in range(TAPS)))
    assert (await counter.orders(), len(await counter.payments())) == (TAPS, TAPS)
    for payment in await counter.payments():
        await counter.desk.application.handle(await counter.desk.application.tills.open(payment, "tap"))
        await counter.pay(payment)
    assert await counter.orders("received") == TAPS
    assert await counter.taken() == TAPS * 18000, "four times the price of what was wanted once"


async def test_with_the_cart_taken_one_of_as_many_orders(counter: Counter) -> None:
    """The same steps with the guard there."""
    await to_the_summary(counter)
    ((person,),) = await counter.rows("SELECT person_id FROM carts")

    async def tap(number: int) -> bool:
        application = counter.desks[number % len(counter.desks)].application
        try:
            async with application.database.transaction() as session:
                work = Work(session, application.clock.now(), application.ids)
                await placing.place(work, person, gateway=counter.line.name)
        except Refusal as refusal:
            assert refusal.code == "cart_empty"
            return False
        return True

    assert sum(await asyncio.gather(*(tap(number) for number in range(TAPS)))) == 1
    assert (await counter.orders(), len(await counter.payments())) == (1, 1)


async def test_under_a_key_of_its_own_each_tap_opens_a_page_and_all_can_be_paid(counter: Counter) -> None:
    """The negative control: the key is made with the call instead of with the payment."""
    payment = await counter.order("minji")
    application = counter.desk.application
    async with application.database.read() as session:
        _, request = await payments.call(Work(session, application.clock.now(), application.ids), payment)
    for number in range(TAPS):
        opened = await counter.line.open(replace(request, key=f"key of tap {number}"))
        assert await application.sandbox.decide(opened.ref, "approve", False)
    assert await charges(counter) == 1 + TAPS
    assert await counter.taken() == TAPS * 18000, "four times the price of one order is gone"
    assert await counter.desk.count(Payment) == 1
