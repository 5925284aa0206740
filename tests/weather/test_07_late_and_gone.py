"""Paid, and heard only after the hold ended and the last piece was sold to another: refunded by itself, both told."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from commerce.menu import MenuItem
from commerce.order_records import Order, OrderLine
from tests.weather.paying import HOLD, Counter


async def paid_unheard(counter: Counter) -> str:
    """Minji orders the last chicken and pays while the line to the till is cut, until the hold has ended."""
    await counter.desk.sql("UPDATE menu_items SET stock = 1 WHERE price = 18000")
    payment = await counter.order("minji")
    await counter.pay(payment, heard=False)
    counter.line.cut_off()
    await counter.wait(HOLD + timedelta(minutes=1))
    assert counter.told("minji", "결제가 없어서") == 1
    return payment


async def sold_to_jun(counter: Counter) -> None:
    counter.line.cut = {"close"}
    await counter.pay(await counter.order("jun"))
    assert counter.told("jun", "결제했어요") == 1


async def test_what_went_to_another_is_paid_back_and_both_are_told(counter: Counter) -> None:
    payment = await paid_unheard(counter)
    await sold_to_jun(counter)
    counter.line.mend()
    await counter.wait_for_tills()
    assert (await counter.order_of(payment)).state == "expired"
    assert (await counter.payment(payment)).returned == 18000
    assert counter.told("minji", "메뉴가 떨어졌어요. 죄송해요. 18,000원을 모두 돌려드려요") == 1
    assert counter.told("minji", "18,000원 환불이 끝났어요") == 1
    assert counter.shop_told("결제가 늦게 들어왔어요") == 1
    assert counter.shop_told("새 주문") == 1, "that of the other"
    await counter.sound()


async def test_what_is_still_there_comes_back(counter: Counter) -> None:
    payment = await paid_unheard(counter)
    counter.line.mend()
    await counter.wait_for_tills()
    assert (await counter.order_of(payment)).state == "received"
    assert counter.told("minji", "결제가 늦게 들어왔지만 모두 그대로 있어서") == 1
    assert counter.shop_told("새 주문") == 1
    await counter.sound()


async def test_without_holding_again_one_piece_is_sold_twice(counter: Counter) -> None:
    """The negative control: money came, so the order goes on as it was."""
    payment = await paid_unheard(counter)
    await sold_to_jun(counter)
    order = (await counter.order_of(payment)).id
    async with counter.desk.application.database.transaction() as session:
        for what in (
            update(Order).where(Order.id == order).values(state="received", payment_id=payment),
            update(OrderLine).where(OrderLine.order_id == order).values(stock="sold"),
        ):
            await session.execute(what)
        sold = await session.scalar(select(MenuItem.sold).where(MenuItem.price == 18000))
    assert sold == 1
    assert await counter.number("SELECT sum(quantity) FROM order_lines WHERE stock = 'sold'") == 2
    assert "stock agrees with orders" in await counter.faults()
