"""What was never heard: payments that nobody told the end of, refunds that nobody settled. Their tills are asked, and
the answers take the same path as any till's. Every step may be run by several at once.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Row, Select, and_, case, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot import jobs
from bot.jobs import Job
from bot.messages import Incoming
from bot.metrics import metrics
from bot.tills import Tills
from commerce import payment_checks, payments, refunds
from commerce.database import Database
from commerce.events import TimerSet
from commerce.gateways.port import GatewayDown
from commerce.order_records import Order
from commerce.order_states import DEAD
from commerce.payment_checks import Unheard
from commerce.payment_records import Payment, Refund
from commerce.refusals import Refusal
from commerce.work import Clock, Ids, Work

EVERY: Final = timedelta(minutes=5)
SWEEP: Final = "reconcile"
"""The name of the job that looks for what was not heard."""
AT_ONCE: Final = 200
SILENT: Final = timedelta(minutes=10)
"""A refund that no job works at after this long was forgotten."""
OFTEN: Final = 8
"""A job that failed so often will not do by itself."""


async def begin(database: Database, clock: Clock, ids: Ids) -> None:
    """See that the sweep is on the table, once however many workers start."""
    async with database.read() as session:
        if await session.scalar(select(Job.id).where(Job.name == SWEEP).limit(1)) is not None:
            return
    async with database.transaction() as session:
        await jobs.schedule(Work(session, clock.now(), ids), f"{SWEEP}:begin", SWEEP, "payments", clock.now())


async def sweep(work: Work) -> None:
    """Have every payment that is due looked at and every forgotten refund asked for again; then the next sweep."""
    due = await payment_checks.unheard(work, work.now, AT_ONCE)
    metrics().reconciled.labels("payment").inc(len(due))
    for seen in due:
        if await payment_checks.take(work, seen):
            work.tell(TimerSet(f"payment.check:{seen.payment}:swept", "payment.check", seen.payment, work.now))
    forgotten = await _forgotten(work)
    metrics().reconciled.labels("refund").inc(len(forgotten))
    for refund in forgotten:
        work.tell(TimerSet(f"till.refund:{refund}", "till.refund", refund, work.now))
    at = work.now if len(due) == AT_ONCE else work.now + EVERY
    work.tell(TimerSet(f"{SWEEP}:{at.isoformat()}:{len(due)}", SWEEP, "payments", at))


async def _forgotten(work: Work) -> list[str]:
    worked_at = exists().where(Job.name == "till.refund", Job.subject == Refund.id)
    query = select(Refund.id).where(Refund.state == "requested", Refund.requested_at <= work.now - SILENT, ~worked_at)
    return list(await work.session.scalars(query.order_by(Refund.requested_at, Refund.id).limit(AT_ONCE)))


@dataclass(frozen=True, slots=True)
class Finding:
    """``what`` was found ("payment", "refund", "job", "owed", "disputed", "taken back"), where it stood, and what it
    came to; ``amount`` in minor units."""

    what: str
    id: str
    till: str
    amount: int | None
    currency: str | None
    stood: str
    now: str


class Reconciler:
    """Asks now, and says what came of it. ``at_once`` rows are read at a time."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        ids: Ids,
        tills: Tills,
        handle: Callable[[Incoming], Awaitable[None]],
        *,
        at_once: int = AT_ONCE,
    ) -> None:
        self.database = database
        self.clock = clock
        self.ids = ids
        self.tills = tills
        self.handle = handle
        self.at_once = at_once

    async def run(self) -> list[Finding]:
        """Look at everything whose end is not known. Another run at the same time finds what this one has not."""
        found = [await self._payment(Unheard(*row)) async for row in self._each(payment_checks.all_unheard())]
        unsettled = select(Refund.id).where(Refund.state == "requested")
        found += [await self._refund(refund) async for (refund,) in self._each(unsettled)]
        return [one for one in found if one is not None] + await self._jobs() + await self._for_a_human()

    async def _each(self, query: Select[*tuple[Any, ...]]) -> AsyncIterator[Row[*tuple[Any, ...]]]:
        """Every row of ``query``, whose first column names a row, in that order. What came after the beginning may be
        among them or not; no transaction is open between the rows."""
        key = query.selected_columns[0]
        page, last = query.order_by(key).limit(self.at_once), None
        while True:
            async with self.database.read() as session:
                rows = (await session.execute(page if last is None else page.where(key > last))).all()
            for row in rows:
                yield row
            if len(rows) < self.at_once:
                return
            last = rows[-1][0]

    async def _payment(self, seen: Unheard) -> Finding | None:
        payment = seen.payment
        async with self.database.transaction() as session:
            work = self._work(session)
            if not await payment_checks.take(work, seen):
                return None
            before = await payments.get(work, payment)
        answer = await self._asked(self.tills.look(payment, self.ids.new("look")))
        if answer is None and before.ref is None:
            # It was found by our name for it: now how it stands.
            answer = await self._asked(self.tills.look(payment, self.ids.new("look")))
        async with self.database.read() as session:
            after = await payments.get(self._work(session), payment)
        return Finding(
            "payment", payment, before.gateway, before.amount, before.currency, before.state, answer or after.state
        )

    async def _refund(self, refund: str) -> Finding:
        answer = await self._asked(self.tills.refund(refund, self.ids.new("look")))
        async with self.database.read() as session:
            view = await refunds.get(self._work(session), refund)
        return Finding("refund", refund, view.gateway, view.amount, view.currency, "requested", answer or view.state)

    async def _asked(self, call: Awaitable[Incoming]) -> str | None:
        """Ask and apply the answer; why not, when the till does not answer, or says what cannot be."""
        try:
            await self.handle(await call)
        except GatewayDown as down:
            return f"the till does not answer: {down}"
        except Refusal as refusal:
            return f"a person has to look: {refusal}"
        return None

    async def _jobs(self) -> list[Finding]:
        """What is given up is put back, to be tried once more; what fails again and again is shown."""
        failing = select(Job.id, Job).where(or_(Job.stuck.is_not(None), Job.attempts >= OFTEN))
        found = [_job(row) async for _, row in self._each(failing)]
        if found:
            async with self.database.transaction() as session:
                back = update(Job).where(Job.stuck.is_not(None))
                await session.execute(back.values(stuck=None, due_at=self.clock.now()))
        return found

    async def _for_a_human(self) -> list[Finding]:
        """Refunds that a till refused while the money is still ours, and what a till took by itself."""
        due = case((and_(Order.payment_id.is_not(None), Order.state.not_in(DEAD)), Order.total), else_=0)
        every = aliased(Payment)
        left = func.coalesce(func.sum(every.paid - every.returned - every.taken_back - every.disputed), 0)
        kept = select(left).where(every.order_id == Order.id).scalar_subquery() - due
        owed = select(Refund.id, Refund, Payment.gateway).join(Payment, Payment.id == Refund.payment_id)
        owed = owed.join(Order, Order.id == Refund.order_id).where(Refund.state == "failed", kept >= Refund.amount)
        taken = select(Payment.id, Payment).where(or_(Payment.disputed > 0, Payment.taken_back > 0))
        found = [
            Finding("owed", name, till, row.amount, row.currency, "refused", "give it back at the till itself")
            async for name, row, till in self._each(owed)
        ]
        async for _, row in self._each(taken):
            facts = (row.id, row.gateway)
            if row.disputed:
                found.append(Finding("disputed", *facts, row.disputed, row.currency, row.state, "answer at the till"))
            if row.taken_back:
                found.append(Finding("taken back", *facts, row.taken_back, row.currency, row.state, "booked"))
        return found

    def _work(self, session: AsyncSession) -> Work:
        return Work(session, self.clock.now(), self.ids)


def _job(row: Job) -> Finding:
    if row.stuck is not None:
        return Finding("job", f"{row.name} {row.subject}", "", None, None, f"given up: {row.stuck}", "put back")
    return Finding("job", f"{row.name} {row.subject}", "", None, None, f"failed {row.attempts} times", "goes on")
