"""Two payments of one order succeed: the shop gets one order, the second goes back by itself, both are told."""

from __future__ import annotations

from sqlalchemy import update

from commerce import ledger
from commerce.payment_records import Payment
from commerce.work import Work
from tests.weather.paying import Counter, beside


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


async def test_both_keep_their_money_when_nobody_compares(counter: Counter) -> None:
    """The negative control: every success is booked, and none is held against the order's state."""
    first, _ = await paid_twice(counter)
    counter.line.mend()
    application = counter.desk.application
    async with application.database.transaction() as session:
        work = Work(session, application.clock.now(), application.ids)
        row = await session.get_one(Payment, first)
        await session.execute(update(Payment).where(Payment.id == first).values(state="succeeded", paid=row.amount))
        accounts = {"debit": "till:sandbox", "credit": f"order:{row.order_id}"}
        await ledger.post(work, "payment", first, row.order_id, row.currency, row.amount, **accounts)
    await counter.wait_for_tills()
    assert await counter.taken() == 36000, "twice the price of one order"
    assert "nothing kept that is not owed" in await counter.faults()
