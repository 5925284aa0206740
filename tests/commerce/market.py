"""A small market to test orders in: a clock that stands still until told, two shops, their staff, and the till."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from commerce import audit, carts, coupons, menu, orders, payments, refund_answers, refunds, shops
from commerce.audit import Fault
from commerce.database import Base, Database
from commerce.events import Happening, PaymentOver, RefundDue, TimerCleared, TimerSet
from commerce.gateways.port import GatewayEvent, GatewayPayment, GatewayRefused
from commerce.gateways.sandbox import Decision, SandboxTill
from commerce.menu import ChoiceSpec, ItemSpec, OptionSpec
from commerce.order_timers import ON_TIMER
from commerce.shops import ShopSpec
from commerce.work import Ids, Work

T = TypeVar("T", bound=Happening)

NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
"""A Friday, 12:00 in Seoul."""
HERE = (37.5560, 126.9100)
SECRET = b"a secret of the test's own"


def both(word: str) -> dict[str, str]:
    return {"ko": word, "en": word}


class StandingClock:
    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


class Market:
    """Carries what the bot would: happenings, timers, calls to the till and the events it sends back."""

    def __init__(self, database: Database, seed: int = 1) -> None:
        self.database = database
        self.clock = StandingClock()
        self.ids = Ids(seed)
        self.told: list[Happening] = []
        self.timers: dict[tuple[str, str], datetime] = {}
        self.events: list[GatewayEvent] = []
        self.bodies: list[tuple[bytes, Mapping[str, str]]] = []
        self.till = SandboxTill(database, self.clock, self.ids, SECRET, self._take)
        self.shop = ""
        self.items: dict[str, str] = {}
        self.choices: dict[str, str] = {}

    @asynccontextmanager
    async def work(self) -> AsyncIterator[Work]:
        async with self.database.transaction() as session:
            work = Work(session, self.clock.now(), self.ids)
            yield work
        self.told += work.happenings
        for happening in work.happenings:
            self._time(happening)

    async def open_shop(self, stock: int | None = None, hours: str = "11:00-23:30") -> str:
        """Set up the shop with its staff "owner" and "clerk"."""
        async with self.database.engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        async with self.work() as work:
            self.shop = await shops.save(work, _spec(stock, hours))
            await shops.add_staff(work, self.shop, "owner", "owner", "주인")
            await shops.add_staff(work, self.shop, "clerk", "staff", "직원")
            for item in (await menu.menu(work, self.shop)).items:
                self.items[item.name["en"]] = item.id
                self.choices |= {choice.name["en"]: choice.id for option in item.options for choice in option.choices}
        return self.shop

    async def fill(self, person: str, item: str = "chicken", quantity: int = 1, fulfilment: str = "pickup") -> None:
        """A cart ready to be ordered."""
        async with self.work() as work:
            await carts.add(work, person, self.shop, self.items[item], quantity)
            await carts.set_fulfilment(work, person, fulfilment)
            if fulfilment == "delivery":
                await carts.set_address(work, person, "시험로 1", None, HERE)

    async def place(self, person: str) -> str:
        async with self.work() as work:
            return (await orders.place(work, person, gateway="sandbox")).id

    async def charge(self, order: str) -> str:
        """Open the newest payment of ``order`` at the till; returns the till's ref."""
        async with self.work() as work:
            payment = await payments.latest_of(work, order)
            assert payment is not None
        return await self.open(payment.id)

    async def open(self, payment: str) -> str:
        """Open a payment at the till; returns the till's ref."""
        async with self.work() as work:
            _, request = await payments.call(work, payment)
        opened = await self.till.open(request)
        async with self.work() as work:
            await payments.opened(work, payment, opened.ref, opened.url)
        return opened.ref

    async def confirm(self, ref: str, fetched: GatewayPayment | None = None) -> None:
        fetched = fetched or await self.till.fetch(ref)
        async with self.work() as work:
            payment = await payments.of_ref(work, "sandbox", ref)
            assert payment is not None
            await payments.confirm(work, payment.id, fetched)

    async def pay(self, order: str, decision: Decision = "approve") -> str:
        """Decide on the page and believe the till; returns the till's ref."""
        ref = await self.charge(order)
        await self.till.decide(ref, decision)
        await self.confirm(ref)
        return ref

    async def ordered(self, person: str, item: str = "chicken", quantity: int = 1, fulfilment: str = "pickup") -> str:
        """A paid order."""
        await self.fill(person, item, quantity, fulfilment)
        order = await self.place(person)
        await self.pay(order)
        return order

    async def view(self, order: str) -> orders.OrderView:
        async with self.work() as work:
            return await orders.get(work, order)

    async def settle_refunds(self) -> None:
        """Carry out every refund told so far, as the outbox would, and those that follow."""
        while due := self.happened(RefundDue):
            self.told = [happening for happening in self.told if not isinstance(happening, RefundDue)]
            for happening in due:
                await self.settle_refund(happening.refund)

    async def settle_refund(self, refund: str) -> None:
        async with self.work() as work:
            wanted = await refunds.get(work, refund)
            _, request = await refunds.call(work, refund)
        if wanted.state != "requested":
            return
        try:
            answer = await self.till.refund(request)
        except GatewayRefused:
            fetched = await self.till.fetch(request.ref)
            async with self.work() as work:
                await refund_answers.refused(work, refund, fetched)
            return
        async with self.work() as work:
            await refunds.settle(work, refund, answer.state == "succeeded", answer.ref)

    async def close_over(self) -> None:
        """Tell the till of every payment that nobody is to make any more, and hear what was paid meanwhile."""
        over = self.happened(PaymentOver)
        self.told = [happening for happening in self.told if not isinstance(happening, PaymentOver)]
        for happening in over:
            async with self.work() as work:
                payment = await payments.get(work, happening.payment)
            assert payment.ref is not None
            await self.till.close(payment.ref)
            await self.confirm(payment.ref)

    async def claim(self, person: str, coupon: str) -> None:
        async with self.work() as work:
            await coupons.claim(work, person, coupon)

    async def fire(self) -> None:
        """Fire every timer that is due, earliest first, and what firing them sets off."""
        while due := sorted((at, key) for key, at in self.timers.items() if at <= self.clock.at):
            name, subject = due[0][1]
            del self.timers[name, subject]
            if name == "till.refund":
                await self.settle_refund(subject)
                continue
            async with self.work() as work:
                applied = await ON_TIMER[name](work, subject)
                payment = await payments.get(work, subject) if name == "payment.check" else None
            if applied and payment is not None and payment.ref is not None:
                await self.confirm(payment.ref)

    async def faults(self) -> list[Fault]:
        """What the audit finds, timers and all."""
        async with self.database.snapshot() as session:
            return await audit.check(session, set(self.timers))

    def later(self, **span: float) -> None:
        self.clock.at += timedelta(**span)

    def happened(self, kind: type[T]) -> list[T]:
        return [happening for happening in self.told if isinstance(happening, kind)]

    async def _take(self, body: bytes, headers: Mapping[str, str]) -> None:
        self.bodies.append((body, headers))
        self.events += self.till.verify(body, headers)

    def _time(self, happening: Happening) -> None:
        if isinstance(happening, TimerSet):
            self.timers[happening.name, happening.subject] = happening.at
        if isinstance(happening, TimerCleared):
            gone = [key for key in self.timers if key[1] == happening.subject]
            for key in gone:
                if not happening.names or key[0] in happening.names:
                    del self.timers[key]


def _spec(stock: int | None, hours: str) -> ShopSpec:
    heat = OptionSpec(both("heat"), (ChoiceSpec(both("mild"), 0), ChoiceSpec(both("hot"), 500)), 0, 1)
    size = OptionSpec(both("size"), (ChoiceSpec(both("small"), 0), ChoiceSpec(both("large"), 2000)), 1, 1)
    return ShopSpec(
        slug="test-chicken",
        name=both("Test Chicken"),
        trade="chicken",
        lat=37.5571,
        lon=126.9112,
        address=both("street"),
        phone=None,
        timezone="Asia/Seoul",
        currency="KRW",
        hours={"daily": hours},
        delivery_radius_m=2000,
        delivery_min_order=15000,
        delivery_fee=3000,
        delivery_eta_min=40,
        pickup_eta_min=20,
        menu=(
            ItemSpec(both("chicken"), 18000, stock=stock, options=(heat,)),
            ItemSpec(both("cola"), 2000),
            ItemSpec(both("cider"), 1500, stock=stock),
            ItemSpec(both("pizza"), 12000, options=(size,)),
        ),
    )
