"""One payment event comes five times at once: the money is booked once, the shop gets one order."""

from __future__ import annotations

import asyncio

from sqlalchemy import func, select, update

from commerce import ledger
from commerce.gateways.port import GatewayEvent
from commerce.ledger import LedgerEntry
from commerce.payment_records import Payment
from commerce.work import Work
from tests.weather.paying import Counter

TIMES = 5


async def test_the_same_event_five_times_at_once_is_booked_once(counter: Counter) -> None:
    payment = await counter.order("minji")
    hint = await counter.hint(await counter.pay(payment, heard=False))
    await counter.hear(*[hint] * TIMES)
    await booked_once(counter, payment)


async def test_five_events_about_one_payment_at_once_are_booked_once(counter: Counter) -> None:
    """As tills do that tell of one thing in several ways: nothing but the payment itself shows that it is the same."""
    payment = await counter.order("minji")
    hint = await counter.hint(await counter.pay(payment, heard=False))
    await counter.hear(*[GatewayEvent(f"{hint.id}-{number}", hint.kind, hint.ref) for number in range(TIMES)])
    await booked_once(counter, payment)


async def booked_once(counter: Counter, payment: str) -> None:
    assert (await counter.payment(payment)).paid == await counter.in_the_till() == 18000
    assert await counter.orders("received") == 1
    assert counter.told("minji", "결제했어요") == 1
    assert counter.shop_told("새 주문") == 1
    assert await counter.desk.count(LedgerEntry, LedgerEntry.kind == "payment") == 2
    await counter.sound()


async def test_without_the_guard_it_is_booked_five_times(counter: Counter) -> None:
    """The negative control: everybody reads that it is pending, and everybody books it."""
    payment = await counter.order("minji")
    await counter.pay(payment, heard=False)
    application = counter.desk.application
    read = asyncio.Barrier(TIMES)

    async def naive(number: int) -> None:
        pending = (await counter.payment(payment)).state == "pending"
        await read.wait()
        if not pending:
            return
        async with application.database.transaction() as session:
            work = Work(session, application.clock.now(), application.ids)
            row = (await session.scalars(select(Payment).where(Payment.id == payment))).one()
            paid = update(Payment).where(Payment.id == payment).values(state="succeeded", paid=row.amount)
            await session.execute(paid)
            accounts = {"debit": "till:sandbox", "credit": f"order:{row.order_id}"}
            await ledger.post(work, "payment", f"{payment}:{number}", row.order_id, "KRW", row.amount, **accounts)

    await asyncio.gather(*(naive(number) for number in range(TIMES)))
    assert await counter.in_the_till() == TIMES * 18000
    assert await counter.taken() == 18000
    assert "money in less money out is in the tills" in await counter.faults()
    async with application.database.read() as session:
        assert await session.scalar(select(func.count()).where(LedgerEntry.kind == "payment")) == 2 * TIMES
