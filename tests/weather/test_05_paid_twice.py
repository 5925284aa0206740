"""Two payments of one order succeed: the shop gets one order, the second goes back by itself, both are told."""

from __future__ import annotations

from commerce.payment_records import Refund
from tests.weather.paying import Counter, beside
from tests.weather.unguarded import without

READ_UNPAID = (r"orders\.state(?=, .*\sFROM orders\s+WHERE orders\.id = \(SELECT payments)", "'unpaid' AS state")
WRITTEN_BLINDLY = (r"(?<=^UPDATE orders SET state)(.*) orders\.state = ", r"\1 'unpaid' = ")


async def paid_twice(counter: Counter) -> tuple[str, str]:
    """Somebody pays on an old page just before the line to its till is cut, and then on a new page at another till."""
    first = await counter.order("minji")
    another = beside(counter)
    await counter.pay(first, heard=False)
    counter.line.cut_off()
    await counter.desk.do("minji", text="다시 결제하기")
    second = (await counter.payments())[-1]
    assert (second != first, (await counter.payment(second)).gateway) == (True, another.name)
    assert (await counter.payment(first)).state == "expired"
    ref = await counter.pay(second, heard=False)
    await counter.desk.application.tills.receive(another.name, [await counter.hint(ref)])
    await counter.settle()
    assert (await counter.payment(second)).state == "succeeded"
    return first, second


async def test_the_second_goes_back_and_both_are_told(counter: Counter) -> None:
    first, second = await paid_twice(counter)
    assert await counter.orders("received") == 1
    counter.line.mend()
    await counter.wait_for_tills()
    assert (await counter.payment(first)).returned == 18000
    assert (await counter.payment(second)).returned == 0
    assert await counter.orders("received") == 1
    assert counter.shop_told("새 주문") == 1
    assert counter.told("minji", "두 번 결제됐어요. 한 번은 18,000원 모두 돌려드려요") == 1
    assert counter.told("minji", "18,000원 환불이 끝났어요") == 1
    assert counter.shop_told("두 번 결제되어, 한 번은 손님께 18,000원 돌려드려요") == 1
    assert await counter.taken() == 18000
    assert await counter.faults() == []


async def test_who_read_the_order_while_it_was_unpaid_sends_the_money_back_all_the_same(counter: Counter) -> None:
    first, _ = await paid_twice(counter)
    counter.line.mend()
    with without(counter, read=READ_UNPAID):
        await counter.wait_for_tills()
    assert (await counter.payment(first)).returned == 18000
    assert counter.shop_told("새 주문") == 1
    assert await counter.taken() == 18000


async def test_both_keep_their_money_when_nobody_compares(counter: Counter) -> None:
    """The negative control: whoever hears of the other payment read the order while it was unpaid, and moves it on
    without looking whether it still is."""
    await paid_twice(counter)
    counter.line.mend()
    with without(counter, read=READ_UNPAID, written=WRITTEN_BLINDLY):
        await counter.wait_for_tills()
    assert await counter.taken() == 36000, "twice the price of one order"
    assert await counter.desk.count(Refund) == 0
    assert counter.shop_told("새 주문") == 2, "for one that is paid twice"
    assert "nothing kept that is not owed" in await counter.faults()
