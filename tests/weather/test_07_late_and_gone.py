"""Paid, and heard only after the hold ended and the last piece was sold to another: refunded by itself, both told."""

from __future__ import annotations

from datetime import timedelta

from tests.weather.paying import HOLD, Counter
from tests.weather.unguarded import without

READ_EARLIER = (r"menu_items\.sold(?=, menu_items\.sold_out)", "0 AS sold")
HELD_BLINDLY = (r"(?<=^UPDATE menu_items SET held)(.*) <= menu_items\.stock", r"\1 >= 0")


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


async def test_who_read_the_menu_before_the_last_piece_went_does_not_sell_it_again(counter: Counter) -> None:
    payment = await paid_unheard(counter)
    await sold_to_jun(counter)
    counter.line.mend()
    with without(counter, read=READ_EARLIER):
        await counter.wait_for_tills()
    assert (await counter.payment(payment)).returned == 18000
    assert counter.shop_told("새 주문") == 1
    await counter.sound()


async def test_without_the_guard_of_the_stock_one_piece_is_sold_twice(counter: Counter) -> None:
    """The negative control: the menu was read while the piece was there, and it is held again without a look at whether
    it still is."""
    payment = await paid_unheard(counter)
    await sold_to_jun(counter)
    counter.line.mend()
    if not counter.desk.application.database.sqlite:
        await counter.desk.sql("ALTER TABLE menu_items DROP CONSTRAINT ck_menu_items_stock")
    with without(counter, read=READ_EARLIER, written=HELD_BLINDLY):
        await counter.wait_for_tills()
    assert (await counter.order_of(payment)).state == "received"
    assert counter.shop_told("새 주문") == 2
    assert await counter.number("SELECT sum(quantity) FROM order_lines WHERE stock = 'sold'") == 2
    assert await counter.number("SELECT sold - stock FROM menu_items WHERE price = 18000") == 1, "more than there was"
    assert await counter.taken() == 36000
    assert await counter.faults()
