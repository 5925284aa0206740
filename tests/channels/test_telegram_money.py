"""Whatever order Telegram's updates come in, and however often: money is booked once, and what is over goes back."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot import jobs, people
from bot.app import Application
from bot.audit import check
from bot.channels.port import Outgoing, Sent
from bot.channels.telegram import TelegramChannel
from bot.chat import SimulatedClock
from commerce import cancelling, carts, menu, orders, payments, shops
from commerce.events import PaymentOver, RefundDue, TimerCleared, TimerSet
from commerce.gateways.port import GatewayDown
from commerce.gateways.telegram import TelegramTill
from commerce.gateways.telegram_checkout import UNDER_WAY
from commerce.gateways.telegram_records import TelegramCharge
from commerce.gateways.telegram_updates import Checkout, Receipt
from commerce.order_records import Order
from commerce.payment_records import Payment, Refund
from commerce.refusals import Refusal
from commerce.work import Ids, Work
from tests.databases import on_postgresql
from tests.dialogues.stage import Towns
from tests.webhooks.visiting import FRIDAY_NOON

PRICE = 18_000


class Quiet(TelegramChannel):
    """Telegram without a network: every message arrives."""

    async def send(self, message: Outgoing) -> Sent:
        return Sent(str(message.id))


def quiet() -> Quiet:
    return Quiet("7000001:x", site="http://127.0.0.1", api="http://127.0.0.1:9", provider="p")


@asynccontextmanager
async def working(application: Application) -> AsyncIterator[Work]:
    """A transaction, and what follows from it put on the table."""
    async with application.database.transaction() as session:
        work = Work(session, application.clock.now(), application.ids)
        yield work
        for happening in work.happenings:
            if isinstance(happening, TimerCleared):
                await jobs.clear(work, happening.subject, happening.names)
            elif isinstance(happening, TimerSet):
                await jobs.schedule(work, happening.key, happening.name, happening.subject, happening.at)
            elif isinstance(happening, RefundDue):
                await jobs.schedule(work, f"back {happening.refund}", "till.refund", happening.refund, work.now)
            elif isinstance(happening, PaymentOver):
                await jobs.schedule(work, f"over {happening.payment}", "till.close", happening.payment, work.now)


@dataclass
class Thumb:
    """A person with an unpaid order on Telegram. ``allowed`` are checkouts that were answered with yes, and when."""

    application: Application
    clock: SimulatedClock
    person: str
    order: str
    allowed: list[Checkout] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    pressed: int = 0

    @asynccontextmanager
    async def work(self) -> AsyncIterator[Work]:
        async with working(self.application) as work:
            yield work

    async def press(self) -> None:
        """The pay button of the order's newest invoice."""
        self.pressed += 1
        query = str(self.pressed)
        async with self.work() as work:
            payment = await payments.latest_of(work, self.order)
        assert payment is not None
        await self.ask(Checkout(query, "1001", payment.id, PRICE, "KRW", "ko"))

    async def ask(self, checkout: Checkout) -> None:
        assert self.application.telegram is not None
        assert self.application.telegram.cashier is not None
        if await self.application.telegram.cashier.may_pay(checkout) is None and checkout not in self.allowed:
            self.allowed.append(checkout)

    async def tell(self, receipt: Receipt) -> None:
        """Telegram tells of a payment until it is taken."""
        assert self.application.telegram is not None
        assert self.application.telegram.cashier is not None
        if receipt not in self.receipts:
            self.receipts.append(receipt)
        while True:
            try:
                return await self.application.telegram.cashier.paid(receipt)
            except GatewayDown:
                continue

    async def charge(self, which: int) -> None:
        """One that was allowed is paid; a second time where it was paid before."""
        if self.allowed:
            await self.tell(self._receipt(self.allowed[which % len(self.allowed)].payload))

    async def stray(self) -> None:
        """A payment that nobody asked about."""
        async with self.work() as work:
            payment = await payments.latest_of(work, self.order)
        assert payment is not None
        await self.tell(self._receipt(payment.id))

    async def repeat(self, which: int) -> None:
        if self.receipts:
            again = self.receipts[which % len(self.receipts)]
            await asyncio.gather(self.tell(again), self.tell(again))
        if self.allowed:
            await self.ask(self.allowed[which % len(self.allowed)])

    async def two_at_once(self) -> None:
        await asyncio.gather(self.press(), self.press())

    async def cancel(self) -> None:
        try:
            async with self.work() as work:
                await cancelling.cancel(work, self.order, self.person)
        except Refusal:
            return

    async def wait(self, seconds: int) -> None:
        until = self.clock.now() + timedelta(seconds=seconds)
        while (due := await self.application.outbox.next_due()) is not None and due <= until:
            self.clock.move_to(due)
            await self.application.outbox.settle()
        self.clock.move_to(until)
        await self.application.settle()

    def _receipt(self, payload: str) -> Receipt:
        number = len(self.receipts) + 1
        return Receipt(payload, PRICE, "KRW", f"7000001_{number}", f"ch_{number}")


@asynccontextmanager
async def at_the_till(towns: Towns) -> AsyncIterator[Thumb]:
    with tempfile.TemporaryDirectory() as folder:
        prepared = await towns.copy("testville", FRIDAY_NOON, Path(folder))
        clock = SimulatedClock(FRIDAY_NOON)
        application = towns.application(prepared, clock, Ids(5), quiet())
        try:
            async with working(application) as work:
                who = (await people.enter(work, "telegram", "1001", name="민지")).person.id
                shop = await shops.by_slug(work, "hana-chicken")
                assert shop is not None
                chicken = (await menu.menu(work, shop.id)).items[0].id
                await carts.add(work, who, shop.id, chicken, 1)
                await carts.set_fulfilment(work, who, "pickup")
                order = (await orders.place(work, who, gateway="telegram")).id
                payment = await payments.latest_of(work, order)
                assert payment is not None
                _, request = await payments.call(work, payment.id, "ko")
            opened = await application.services.gateways["telegram"].open(request)
            async with working(application) as work:
                await payments.opened(work, payment.id, opened.ref, opened.url)
            yield Thumb(application, clock, who, order)
        finally:
            await application.close()


steps = st.one_of(
    st.just(("press",)),
    st.just(("two_at_once",)),
    st.tuples(st.just("charge"), st.integers(0, 3)),
    st.just(("stray",)),
    st.tuples(st.just("repeat"), st.integers(0, 3)),
    st.just(("cancel",)),
    st.tuples(st.just("wait"), st.sampled_from([5, int(UNDER_WAY.total_seconds()), 660])),
)


@settings(
    max_examples=6 if on_postgresql() else 25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(steps, min_size=1, max_size=7))
async def test_money_is_booked_once_and_what_is_over_goes_back(
    towns: Towns, happens: list[tuple[str] | tuple[str, int]]
) -> None:
    async with at_the_till(towns) as thumb:
        for name, *arguments in happens:
            await getattr(thumb, str(name))(*arguments)
        await thumb.application.settle()
        async with thumb.application.database.snapshot() as session:
            charges = list(await session.scalars(select(TelegramCharge).where(TelegramCharge.state == "paid")))
            assert sorted(str(charge.telegram_charge) for charge in charges) == sorted(
                receipt.telegram_charge for receipt in thumb.receipts
            )
            taken = await session.scalar(select(func.coalesce(func.sum(Payment.paid), 0)))
            assert taken == PRICE * len(thumb.receipts)
            order = await session.scalar(select(Order))
            assert order is not None
            rows = list(await session.scalars(select(Payment)))
            owed = [
                row.id for row in rows if row.id == order.payment_id and order.state not in {"cancelled", "expired"}
            ]
            over = [row.id for row in rows if row.paid and row.id not in owed]
            refused = set(await session.scalars(select(Refund.payment_id).where(Refund.state == "failed")))
            # No provider here sends money back, so all that is over was tried to be, and waits for a human.
            assert refused == set(over)
            faults = await check(session)
            assert {fault.id for fault in faults if fault.rule == "nothing kept that is not owed"} == (
                {order.id} if over else set()
            )
            assert [fault for fault in faults if fault.rule != "nothing kept that is not owed"] == []


async def test_a_checkout_is_let_through_once_of_many_at_once(towns: Towns) -> None:
    async with at_the_till(towns) as thumb:
        await asyncio.gather(*(thumb.press() for _ in range(5)))
        assert len(thumb.allowed) == 1
        await thumb.ask(replace(thumb.allowed[0]))
        assert len(thumb.allowed) == 1


async def test_without_the_mark_both_would_be_let_through_and_one_be_owed_its_money(towns: Towns) -> None:
    """The harm: two that only look whether the order is unpaid both see that it is, and the person pays twice."""
    async with at_the_till(towns) as thumb:

        async def looks_unpaid() -> bool:
            async with thumb.work() as work:
                return (await orders.get(work, thumb.order)).state == "unpaid"

        assert list(await asyncio.gather(looks_unpaid(), looks_unpaid())) == [True, True]
        await thumb.stray()
        await thumb.stray()
        await thumb.application.settle()
        async with thumb.application.database.read() as session:
            assert await session.scalar(select(func.sum(Payment.paid))) == 2 * PRICE
            assert list(await session.scalars(select(Refund.state))) == ["failed"]


async def test_a_worker_that_dies_between_booking_and_believing_leaves_it_to_the_repeat(towns: Towns) -> None:
    async with at_the_till(towns) as thumb:
        await thumb.press()
        receipt = Receipt(thumb.allowed[0].payload, PRICE, "KRW", "7000001_1", "ch_1")
        till = thumb.application.services.gateways["telegram"]
        assert isinstance(till, TelegramTill)
        await till.book(receipt)
        # Here the worker ends: nothing else of this payment is known to anybody.
        async with thumb.work() as work:
            assert (await orders.get(work, thumb.order)).state == "unpaid"
        await asyncio.gather(*(thumb.tell(receipt) for _ in range(3)))
        async with thumb.work() as work:
            assert (await orders.get(work, thumb.order)).state == "received"
        async with thumb.application.database.snapshot() as session:
            assert await check(session) == []


async def test_what_was_booked_and_never_told_again_is_found_by_looking(towns: Towns) -> None:
    async with at_the_till(towns) as thumb:
        await thumb.press()
        till = thumb.application.services.gateways["telegram"]
        assert isinstance(till, TelegramTill)
        await till.book(Receipt(thumb.allowed[0].payload, PRICE, "KRW", "7000001_1", "ch_1"))
        await thumb.wait(4 * 60)
        async with thumb.work() as work:
            assert (await orders.get(work, thumb.order)).state == "received"


async def test_two_workers_let_one_checkout_through_and_book_one_payment(towns: Towns) -> None:
    async with at_the_till(towns) as here:
        if here.application.database.sqlite:
            pytest.skip("several workers need PostgreSQL")
        other = towns.application(here.application.settings, here.clock, Ids(6), quiet())
        there = replace(here, application=other, pressed=100)
        try:
            await asyncio.gather(*(one.press() for one in (here, there, here, there)))
            assert len(here.allowed) == 1
            receipt = Receipt(here.allowed[0].payload, PRICE, "KRW", "7000001_1", "ch_1")
            await asyncio.gather(*(one.tell(receipt) for one in (here, there, here, there)))
        finally:
            await other.close()
        async with here.application.database.snapshot() as session:
            assert list(await session.scalars(select(Payment.paid))) == [PRICE]
            assert list(await session.scalars(select(Order.state))) == ["received"]
            assert await check(session) == []
