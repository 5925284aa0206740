"""A counter to have weather about money at: people who order and pay, and tills whose line can be cut."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import select, text, update

from bot.audit import check
from bot.chat import SimulatedClock
from bot.jobs import Job
from bot.messages import Event, Incoming
from commerce import orders, payments
from commerce.gateways.port import (
    Gateway,
    GatewayDown,
    GatewayEvent,
    GatewayPayment,
    Opened,
    OpenPayment,
    Refunded,
    RefundRequest,
)
from commerce.gateways.sandbox_records import SandboxEvent
from commerce.ledger import LedgerEntry
from commerce.order_records import Order
from commerce.orders import OrderView
from commerce.payment_records import Payment
from commerce.payments import PaymentView
from commerce.work import Work
from tests.bot.working import FRIDAY_NOON, Desk, Wire, on
from tests.dialogues.stage import Towns

T = TypeVar("T")
_TAKEN = "SELECT amount - refunded FROM sandbox_charges WHERE state = 'succeeded'"
HOLD = timedelta(minutes=10)
"""How long an unpaid order is held."""


@dataclass
class Line:
    """A till at the end of a line. Calls named in ``cut`` ("open", "fetch", …) never get there; of those named in
    ``lost`` the answer gets lost."""

    till: Gateway
    cut: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)

    @property
    def name(self) -> str:
        return self.till.name

    async def open(self, request: OpenPayment) -> Opened:
        return await self._over("open", lambda: self.till.open(request))

    async def find(self, payment: str) -> Opened | None:
        return await self._over("find", lambda: self.till.find(payment))

    async def fetch(self, ref: str) -> GatewayPayment:
        return await self._over("fetch", lambda: self.till.fetch(ref))

    async def close(self, ref: str) -> None:
        await self._over("close", lambda: self.till.close(ref))

    async def refund(self, request: RefundRequest) -> Refunded:
        return await self._over("refund", lambda: self.till.refund(request))

    def verify(self, body: bytes, headers: Mapping[str, str]) -> list[GatewayEvent]:
        return self.till.verify(body, headers)

    def cut_off(self) -> None:
        """Nothing gets through any more."""
        self.cut = {"open", "find", "fetch", "close", "refund"}

    def mend(self) -> None:
        self.cut.clear()
        self.lost.clear()

    async def _over(self, what: str, call: Callable[[], Awaitable[T]]) -> T:
        if what in self.cut:
            raise GatewayDown("the line is cut")
        answer = await call()
        if what in self.lost:
            raise GatewayDown("the answer got lost")
        return answer


@dataclass
class Counter:
    """``desks`` share one database: two on PostgreSQL, one on SQLite, as servers would. ``line`` leads to the
    embedded till, ``wire`` to the people."""

    desks: list[Desk]
    line: Line
    wire: Wire

    @property
    def desk(self) -> Desk:
        return self.desks[0]

    def add(self, till: Line) -> None:
        """A further till in every desk."""
        for desk in self.desks:
            cast(dict[str, Gateway], desk.application.services.gateways)[till.name] = till
            desk.application.tills.gateways = {**desk.application.tills.gateways, till.name: till}

    async def order(self, who: str) -> str:
        """One fried chicken to pick up, as far as the payment that is asked for; the payment."""
        await self.desk.order(who)
        payment = self.desk.payment(who)
        assert payment is not None
        return payment

    async def pay(self, payment: str, heard: bool = True) -> str:
        """Approve on the till's page; the till's ref."""
        ref = await self.desk.application.ref_of(payment)
        assert ref is not None
        assert await self.desk.application.sandbox.decide(ref, "approve", heard)
        await self.settle()
        return ref

    async def hint(self, ref: str, kind: str = "charge.succeeded") -> GatewayEvent:
        """The till's newest event of that kind about ``ref``."""
        async with self.desk.application.database.read() as session:
            which = select(SandboxEvent.id).where(SandboxEvent.ref == ref, SandboxEvent.kind == kind)
            found = await session.scalar(which.order_by(SandboxEvent.at.desc()).limit(1))
        assert found is not None
        return GatewayEvent(found, kind, ref)

    async def hear(self, *hints: GatewayEvent) -> None:
        """All at once, dealt out to the desks."""
        dealt = [self.desks[number % len(self.desks)] for number in range(len(hints))]
        heard = [
            desk.application.tills.receive(self.line.name, [hint]) for desk, hint in zip(dealt, hints, strict=True)
        ]
        await asyncio.gather(*heard)
        await self.settle()

    async def believe(self, payment: str, fetched: GatewayPayment) -> None:
        """Apply what is claimed of a payment, as if its till had been asked."""
        data = {"payment": payment, "asked": self.desk.clock.now(), **asdict(fetched)}
        claim = self.desk.application.ids.new("claim")
        event = Event("till.fetched", data)
        await self.desk.application.handle(Incoming("till", claim, chat=payment, sender="till", event=event))
        await self.settle()

    async def wait_for_tills(self) -> None:
        """What was put off because a till did not answer is tried once more, now."""
        async with self.desk.application.database.transaction() as session:
            calls = update(Job).where(Job.name.in_(("till.open", "till.close", "till.refund")))
            await session.execute(calls.values(due_at=self.desk.clock.now(), claimed_until=None))
        await self.settle()

    async def settle(self) -> None:
        for desk in self.desks:
            await desk.application.settle()

    async def wait(self, span: timedelta) -> None:
        """Time passes, and whatever comes due on the way is done."""
        clock = self.desk.clock
        until = clock.now() + span
        while (due := await self.desk.application.outbox.next_due()) is not None and due <= until:
            clock.move_to(due)
            await self.settle()
        clock.move_to(until)
        await self.settle()

    async def order_of(self, payment: str) -> OrderView:
        async with self.desk.application.database.read() as session:
            work = self._work(session)
            return await orders.get(work, (await payments.get(work, payment)).order)

    async def payment(self, payment: str) -> PaymentView:
        async with self.desk.application.database.read() as session:
            return await payments.get(self._work(session), payment)

    async def payments(self) -> list[str]:
        """Every payment there is, the oldest first."""
        async with self.desk.application.database.read() as session:
            return list(await session.scalars(select(Payment.id).order_by(Payment.created_at, Payment.id)))

    async def orders(self, *states: str) -> int:
        where = [Order.state.in_(states)] if states else []
        return await self.desk.count(Order, *where)

    async def in_the_till(self) -> int:
        """What our books say."""
        async with self.desk.application.database.read() as session:
            entries = await session.scalars(
                select(LedgerEntry.amount).where(LedgerEntry.account == f"till:{self.line.name}")
            )
            return sum(entries)

    async def taken(self) -> int:
        """What the till's own books say: money that people are without."""
        return sum(row[0] for row in await self.rows(_TAKEN))

    async def rows(self, statement: str) -> list[Any]:
        async with self.desk.application.database.read() as session:
            return list((await session.execute(text(statement))).all())

    async def number(self, statement: str) -> int:
        return int((await self.rows(statement))[0][0])

    async def faults(self) -> list[str]:
        """The rules of the audit that are broken."""
        async with self.desk.application.database.snapshot() as session:
            return [fault.rule for fault in await check(session)]

    async def sound(self) -> None:
        """The audit finds nothing, and the till's books and ours agree."""
        assert await self.faults() == []
        assert await self.in_the_till() == await self.taken()

    def told(self, who: str, words: str) -> int:
        """How many messages with ``words`` somebody got."""
        return sum(words in said for said in self.wire.texts(who))

    def shop_told(self, words: str) -> int:
        return sum(words in said for desk in self.desks for said in desk.shop_told())

    def _work(self, session: object) -> Work:
        application = self.desk.application
        return Work(session, application.clock.now(), application.ids)  # type: ignore[arg-type]


class Another(Line):
    """The embedded till once more, under the name of the people's messenger: their new payments go there."""

    name = Wire.name


def beside(counter: Counter) -> Line:
    """A second till in every desk."""
    another = Another(counter.desk.application.sandbox)
    counter.add(another)
    return another


@asynccontextmanager
async def counter_at(towns: Towns, folder: Path, several: bool) -> AsyncIterator[Counter]:
    """On a fresh copy of the test town."""
    settings = await towns.copy("testville", FRIDAY_NOON, folder)
    clock, wire = SimulatedClock(FRIDAY_NOON), Wire()
    async with on(towns, settings.data, clock, wire) as one, on(towns, settings.data, clock, wire, seed=5) as two:
        line = Line(one.application.sandbox)
        desks = [one, two] if several else [one]
        for desk in desks:
            desk.application.tills.gateways = {line.name: line}
        yield Counter(desks, line, wire)
