"""Anything anybody may do, in any order: after every step the audit finds nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import func, or_, select

from commerce import alterations, carts, changes, coupons, menu, orders, payment_checks, payments, ratings
from commerce.alteration_lines import Add, Choose, Count, Deliver, Edit, PickUp
from commerce.alteration_records import Alteration
from commerce.coupons import CouponSpec
from commerce.database import Database
from commerce.gateways.port import GatewayPayment
from commerce.gateways.sandbox import Decision
from commerce.gateways.sandbox_records import SandboxCharge
from commerce.ledger import LedgerEntry
from commerce.order_records import Order
from commerce.order_states import ASKING, AT_WORK, DONE, ON_THE_WAY, OPEN, READY, RECEIVED, UNPAID, WAITING
from commerce.payment_records import Payment
from commerce.refusals import Refusal
from commerce.work import Work
from tests import databases
from tests.commerce.market import HERE, Market, both

PERSONS = st.sampled_from(["minji", "jun", "sora"])
STAFF = st.sampled_from(["owner", "clerk", "owner", "clerk", "minji"])
ITEMS = st.sampled_from(["chicken", "cola", "cider"])
PICK = st.integers(0, 8)
UNLUCKY = 7
DECISIONS: st.SearchStrategy[Decision] = st.sampled_from(["approve", "approve", "approve", "decline", "abandon"])
NEXT = st.sampled_from(["accept", "accept", "cook", READY, ON_THE_WAY, "done", "refuse", "delay", "take back"])


class Trade(RuleBasedStateMachine):
    """Three persons, two staff and one that is not, a counted stock of six, open day and night, coupons of three, and a till."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.market = Market(Database(databases.brief()))
        self.coupons: list[str] = []

    @initialize()
    def open(self) -> None:
        """The shop has two paid orders and one unpaid when the day begins."""

        async def opening() -> None:
            await self.market.open_shop(stock=6, hours="00:00-24:00")
            async with self.market.work() as work:
                for shop, spec in (
                    (None, CouponSpec(both("town"), amount=3000, total=3)),
                    (self.market.shop, CouponSpec(both("shop"), percent=50, per_person=2)),
                ):
                    self.coupons.append(await coupons.save(work, shop, spec))
            await self.market.claim("minji", self.coupons[0])
            await self.market.fill("minji", "cola", 2)
            await self.market.ordered("minji", "chicken")
            await self.market.ordered("jun", "chicken", fulfilment="delivery")
            await self.market.fill("sora", "cider", 2)
            await self.market.place("sora")

        self.runner.run(opening())

    @rule(person=PERSONS, item=ITEMS, quantity=st.integers(1, 3))
    def add(self, person: str, item: str, quantity: int) -> None:
        market = self.market
        self.attempt(lambda work: carts.add(work, person, market.shop, market.items[item], quantity))

    @rule(
        person=PERSONS,
        item=ITEMS,
        also=ITEMS,
        fulfilment=st.sampled_from(["pickup", "delivery"]),
        paid=st.sampled_from([True, True, False]),
    )
    def order(self, person: str, item: str, also: str, fulfilment: str, paid: bool) -> None:
        async def ordering() -> None:
            async with self.market.work() as work:
                await carts.clear(work, person)
            await self.market.fill(person, item, 1, fulfilment)
            if also != item:
                await self.market.fill(person, also, 1, fulfilment)
            order = await self.market.place(person)
            if paid and (await self.market.view(order)).total:
                await self.market.pay(order)

        self.run(ordering)

    @rule(person=PERSONS, which=st.integers(0, 1))
    def claim(self, person: str, which: int) -> None:
        self.attempt(lambda work: coupons.claim(work, person, self.coupons[which]))

    @rule(pick=PICK, decision=DECISIONS)
    def pay(self, pick: int, decision: Decision) -> None:
        async def paying() -> None:
            order = await self.pick(pick, states={UNPAID})
            if order is not None and order.total:
                await self.market.pay(order.id, decision)

        self.run(paying)

    @rule(pick=PICK)
    def pay_again(self, pick: int) -> None:
        async def again(work: Work) -> None:
            if order := await self.pick(pick, work, {UNPAID}):
                await payments.retry(work, order.id, order.person_id, "sandbox")

        self.attempt(again)

    @rule(pick=PICK, state=st.sampled_from(["pending", "failed", "abandoned", "expired", "succeeded"]))
    def hear_from_the_till(self, pick: int, state: str) -> None:
        """An event late, twice, or out of order: whatever it hints at, the till's own books are believed."""

        async def hearing() -> None:
            ref = await self.charge(pick)
            if ref is None:
                return
            truth = await self.market.till.fetch(ref)
            stale = GatewayPayment(truth.ref, state, truth.amount, truth.currency)  # type: ignore[arg-type]
            await self.market.confirm(truth.ref, truth if state == "succeeded" else stale)

        self.run(hearing)

    @rule(pick=PICK)
    def pay_unheard(self, pick: int) -> None:
        """Somebody pays, and nobody hears of it."""

        async def paying() -> None:
            order = await self.pick(pick, states={UNPAID})
            if order is not None and order.total:
                await self.market.till.decide(await self.market.charge(order.id), "approve")

        self.run(paying)

    @rule(pick=PICK)
    def pay_twice(self, pick: int) -> None:
        """A page is declined here and paid at the till all the same; its successor is paid too."""

        async def paying() -> None:
            order = await self.pick(pick, states={UNPAID})
            if order is None or not order.total:
                return
            first = await self.market.charge(order.id)
            truth = await self.market.till.fetch(first)
            if truth.state == "pending":
                await self.market.confirm(first, replace(truth, state="failed"))
            async with self.market.work() as work:
                await payments.retry(work, order.id, order.person_id, "sandbox")
            second = await self.market.charge(order.id)
            await self.market.till.decide(second, "approve")
            await self.market.till.decide(first, "approve")
            await self.market.confirm(second)

        self.run(paying)

    @rule(pick=PICK, part=st.sampled_from([1, 2, 2]), heard=st.booleans())
    def give_back_at_the_till(self, pick: int, part: int, heard: bool) -> None:
        async def giving() -> None:
            ref = await self.charge(pick)
            if ref is None:
                return
            charge = await self.market.till.fetch(ref)
            await self.market.till.give_back(ref, (charge.amount - charge.refunded) * part // 2)
            if heard:
                await self.market.confirm(ref)

        self.run(giving)

    @rule(pick=PICK, part=st.sampled_from([0, 0, 1, 2]))
    def dispute(self, pick: int, part: int) -> None:
        """All that is left, half of it, or no longer."""

        async def disputing() -> None:
            ref = await self.charge(pick)
            if ref is None:
                return
            charge = await self.market.till.fetch(ref)
            await self.market.till.dispute(ref, (charge.amount - charge.refunded) * part // 2)
            await self.market.confirm(ref)

        self.run(disputing)

    @rule()
    def close_what_is_over(self) -> None:
        self.run(self.market.close_over)

    @rule()
    def reconcile(self) -> None:
        """Every payment whose end is not known is looked at."""

        async def reconciling() -> None:
            async with self.market.work() as work:
                due = await payment_checks.unheard(work, work.now + timedelta(days=30), 100)
                taken = [seen.payment for seen in due if await payment_checks.take(work, seen)]
            for payment in taken:
                async with self.market.work() as work:
                    known = await payments.get(work, payment)
                if known.ref is not None:
                    await self.market.confirm(known.ref)

        self.run(reconciling)

    @rule(pick=PICK, staff=STAFF, step=NEXT)
    def shop_moves(self, pick: int, staff: str, step: str) -> None:
        async def moving(work: Work) -> None:
            order = await self.pick(pick, work, WAITING | AT_WORK)
            if order is None:
                return
            moves: dict[str, Callable[[], Awaitable[object]]] = {
                "accept": lambda: orders.accept(work, order.id, staff, 20),
                "cook": lambda: orders.cook(work, order.id, staff),
                READY: lambda: orders.ready(work, order.id, staff),
                ON_THE_WAY: lambda: orders.on_the_way(work, order.id, staff),
                "done": lambda: orders.done(work, order.id, staff),
                "refuse": lambda: orders.refuse(work, order.id, staff, "바빠요"),
                "delay": lambda: orders.delay(work, order.id, staff, 10),
                "take back": lambda: orders.take_back(work, order.id, staff),
            }
            await moves[step]()

        self.attempt(moving)

    @rule(pick=PICK, staff=STAFF, far=st.integers(1, 5))
    def serve(self, pick: int, staff: str, far: int) -> None:
        """The shop does what it should, for some way."""

        async def serving(work: Work) -> None:
            order = await self.pick(pick, work, {RECEIVED})
            if order is None:
                return
            await orders.accept(work, order.id, staff, 15)
            leave = orders.ready if order.fulfilment == "pickup" else orders.on_the_way
            for step in (orders.cook, leave, orders.done)[:far]:
                await step(work, order.id, staff)

        self.attempt(serving)

    @rule(pick=PICK, staff=STAFF, step=st.sampled_from(["cancel", "ask", "grant", "deny"]))
    def cancel(self, pick: int, staff: str, step: str) -> None:
        async def cancelling(work: Work) -> None:
            order = await self.pick(pick, work, OPEN)
            if order is None:
                return
            moves: dict[str, Callable[[], Awaitable[object]]] = {
                "cancel": lambda: orders.cancel(work, order.id, order.person_id),
                "ask": lambda: orders.ask_cancel(work, order.id, order.person_id),
                "grant": lambda: orders.grant_cancel(work, order.id, staff),
                "deny": lambda: orders.deny_cancel(work, order.id, staff),
            }
            await moves[step]()

        self.attempt(cancelling)

    @rule(item=st.sampled_from(["cola", "cider"]), staff=STAFF, back=st.booleans())
    def sell_out(self, item: str, staff: str, back: bool) -> None:
        market, sold = self.market, self.market.items[item]
        self.attempt(lambda work: changes.sold_out(work, market.shop, sold, staff))
        if back:
            self.attempt(lambda work: menu.mark_available(work, market.shop, sold))

    @rule(item=ITEMS)
    def restock(self, item: str) -> None:
        self.attempt(lambda work: menu.mark_available(work, self.market.shop, self.market.items[item]))

    @rule(pick=PICK, new=st.none() | ITEMS)
    def choose(self, pick: int, new: str | None) -> None:
        async def choosing(work: Work) -> None:
            order = await self.pick(pick, work, {ASKING})
            if order is None:
                return
            gone = await changes.sold_out_items(work, order.id)
            old, owner = (gone or (self.market.items["cola"],))[0], order.person_id
            if new is None:
                await changes.drop_line(work, order.id, owner, old)
            else:
                await changes.replace(work, order.id, owner, old, self.market.items[new])

        self.attempt(choosing)

    @rule(
        pick=PICK,
        edit=st.sampled_from(["add", "add", "fewer", "out", "hot", "deliver", "pick up"]),
        item=ITEMS,
        number=st.integers(1, 3),
    )
    def alter(self, pick: int, edit: str, item: str, number: int) -> None:
        """A placed order is to be otherwise."""
        market = self.market

        async def altering(work: Work) -> None:
            order = await self.pick(pick, work, {UNPAID, RECEIVED, RECEIVED} | AT_WORK)
            if order is None:
                return
            last = (await alterations.draft(work, order.id, order.person_id)).lines[-1]
            edits: dict[str, Edit] = {
                "add": Add(market.items[item], number),
                "fewer": Count(last.id, number),
                "out": Count(last.id, 0),
                "hot": Choose(last.id, (market.choices["hot"],)),
                "deliver": Deliver(f"시험로 {number}", None, HERE),
                "pick up": PickUp(),
            }
            await alterations.propose(work, order.id, order.person_id, [edits[edit]], _sandbox)

        self.attempt(altering)

    @rule(pick=PICK, staff=STAFF, step=st.sampled_from(["grant", "grant", "decline", "drop", "pay"]))
    def answer_alteration(self, pick: int, staff: str, step: str) -> None:
        async def answering(work: Work) -> None:
            rows = (await work.session.scalars(select(Alteration).order_by(Alteration.made_at.desc()))).all()
            if not rows:
                return
            row = rows[pick % len(rows)]
            person = (await orders.get(work, row.order_id)).person
            steps: dict[str, Callable[[], Awaitable[object]]] = {
                "grant": lambda: alterations.grant(work, row.id, staff),
                "decline": lambda: alterations.decline(work, row.id, staff),
                "drop": lambda: alterations.drop(work, row.order_id, person),
                "pay": lambda: alterations.pay(work, row.order_id, person, _sandbox),
            }
            await steps[step]()

        self.attempt(answering)

    @rule(pick=PICK, decision=DECISIONS, heard=st.sampled_from([True, True, False]))
    def pay_for_alteration(self, pick: int, decision: Decision, heard: bool) -> None:
        """Somebody pays the difference, be it asked for still or not."""

        async def paying() -> None:
            async with self.market.database.read() as session:
                asked = select(Payment).where(Payment.alteration_id.is_not(None))
                rows = (await session.scalars(asked.order_by(Payment.created_at.desc(), Payment.id))).all()
            if not rows:
                return
            row = rows[pick % len(rows)]
            ref = row.ref or (await self.market.open(row.id))
            await self.market.till.decide(ref, decision)
            if heard:
                await self.market.confirm(ref)

        self.run(paying)

    @rule(pick=PICK, stars=st.integers(1, 5))
    def rate(self, pick: int, stars: int) -> None:
        async def rating(work: Work) -> None:
            if order := await self.pick(pick, work, {DONE}):
                await ratings.rate(work, order.person_id, order.id, stars)

        self.attempt(rating)

    @rule(minutes=st.sampled_from([1, 5, 8, 11, 30, 240]))
    def wait(self, minutes: int) -> None:
        async def waiting() -> None:
            self.market.later(minutes=minutes)
            await self.market.fire()

        self.run(waiting)

    @rule()
    def settle_refunds(self) -> None:
        self.run(self.market.settle_refunds)

    @invariant()
    def nothing_is_at_fault(self) -> None:
        if self.coupons:
            assert self.runner.run(self.market.faults()) == []

    @invariant()
    def what_was_paid_and_not_returned_is_what_orders_cost(self) -> None:
        if self.coupons:
            assert self.runner.run(self.uneven()) == []

    async def uneven(self) -> list[tuple[str, int, int]]:
        """Paid, open orders whose payments less what was asked back come to something else than they cost, with what
        waits for their shop's word. What tills or banks took by themselves counts as kept."""
        kept = func.sum(Payment.paid - Payment.returned)
        async with self.market.database.read() as session:
            asked = select(Alteration.id).where(Alteration.state == "asked")
            waits = or_(Payment.alteration_id.is_(None), Payment.alteration_id.not_in(asked))
            query = select(Order.id, Order.total, func.sum(Payment.taken_back + Payment.disputed), kept)
            query = query.join(Payment, Payment.order_id == Order.id).where(Order.state.in_(WAITING | AT_WORK), waits)
            rows = (await session.execute(query.group_by(Order.id, Order.total))).all()
        return [(order, total, paid) for order, total, taken, paid in rows if not 0 <= paid - total <= taken]

    def teardown(self) -> None:
        try:
            if self.coupons:
                self.runner.run(self.compare_books())
        finally:
            self.runner.run(self.market.database.close())
            self.runner.close()

    async def compare_books(self) -> None:
        """When all is said and settled, the till's own books and our ledger agree."""
        async with self.market.database.read() as session:
            known = (await session.scalars(select(Payment.ref).where(Payment.ref.is_not(None)))).all()
        for _ in range(2):  # what a till took beside a refund of ours is known when that is through
            for ref in known:
                if ref is not None:
                    await self.market.confirm(ref)
            await self.market.settle_refunds()
        async with self.market.database.read() as session:
            till = select(func.sum(SandboxCharge.amount - SandboxCharge.refunded - SandboxCharge.disputed))
            theirs = await session.scalar(till.where(SandboxCharge.state == "succeeded"))
            ours = await session.scalar(
                select(func.sum(LedgerEntry.amount)).where(LedgerEntry.account == "till:sandbox")
            )
        assert (theirs or 0) == (ours or 0)
        assert await self.market.faults() == []

    async def charge(self, number: int) -> str | None:
        """Some page of the till."""
        async with self.market.database.read() as session:
            refs = (await session.scalars(select(SandboxCharge.ref).order_by(SandboxCharge.ref))).all()
        return refs[number % len(refs)] if refs else None

    async def pick(self, number: int, work: Work | None = None, states: Collection[str] = ()) -> Order | None:
        """Some order, the newest first; in one of ``states`` when they are given, unless the number is unlucky."""
        query = select(Order).order_by(Order.placed_at.desc(), Order.id).execution_options(populate_existing=True)
        if states and number < UNLUCKY:
            query = query.where(Order.state.in_(states))
        if work is not None:
            rows = (await work.session.scalars(query)).all()
        else:
            async with self.market.database.read() as session:
                rows = (await session.scalars(query)).all()
        return rows[number % len(rows)] if rows else None

    def attempt(self, what: Callable[[Work], Awaitable[object]]) -> None:
        """Do it in one transaction that is committed even when commerce refuses, as a turn is."""

        async def attempting() -> None:
            async with self.market.work() as work:
                try:
                    await what(work)
                except Refusal:
                    return

        self.runner.run(attempting())

    def run(self, what: Callable[[], Awaitable[None]]) -> None:
        async def running() -> None:
            try:
                await what()
            except Refusal:
                return

        self.runner.run(running())


def _sandbox(_: str | None, amount: int, currency: str) -> str:
    return "sandbox"


TestTrade = pytest.mark.database(Trade.TestCase)
# An audit after every step is a hundred statements, each a trip to PostgreSQL's server.
EXAMPLES = 5 if databases.on_postgresql() else 20
TestTrade.settings = settings(
    max_examples=EXAMPLES, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
