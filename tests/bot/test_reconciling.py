"""What was never heard is asked for: by the sweep, by the command, by several at once, each payment once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.audit import check
from bot.jobs import Job
from bot.reconciling import AT_ONCE, EVERY, SWEEP, Finding, Reconciler, begin
from commerce.gateways.sandbox import Decision
from commerce.order_records import Order
from commerce.payment_records import Payment, Refund
from tests.bot.working import Desk, on, working
from tests.dialogues.stage import Towns


@pytest.fixture
async def desk(towns: Towns, tmp_path: Path) -> AsyncIterator[Desk]:
    async with working(towns, tmp_path) as desk:
        yield desk


def reconciler(desk: Desk, at_once: int = AT_ONCE) -> Reconciler:
    one = desk.application
    return Reconciler(one.database, one.clock, one.ids, one.tills, one.handle, at_once=at_once)


async def unheard(desk: Desk, decision: Decision = "approve", who: str = "minji") -> str:
    """A payment that was decided, of which neither an event nor a timer will ever tell; its id."""
    await desk.order(who)
    payment = desk.payment(who)
    assert payment is not None
    ref = await desk.application.ref_of(payment)
    assert ref is not None and await desk.application.sandbox.decide(ref, decision, False)
    await desk.sql("DELETE FROM jobs WHERE name = 'payment.check'")
    return payment


async def run_on(desk: Desk, span: timedelta) -> None:
    """Time passes, and what comes due is done."""
    until = desk.clock.now() + span
    while (due := await desk.application.outbox.next_due()) is not None and due <= until:
        desk.clock.move_to(due)
        await desk.application.settle()
    desk.clock.move_to(until)
    await desk.application.settle()


async def next_look(desk: Desk) -> datetime | None:
    """When a till is next to be asked after a payment."""
    async with desk.application.database.read() as session:
        due: datetime | None = await session.scalar(select(func.min(Payment.look_at)))
        return due


async def sound(desk: Desk) -> None:
    async with desk.application.database.snapshot() as session:
        assert await check(session) == []


async def test_a_payment_heard_only_by_the_sweep_ends_like_any_other(desk: Desk) -> None:
    await begin(desk.application.database, desk.clock, desk.application.ids)
    await unheard(desk)
    await run_on(desk, timedelta(minutes=4))
    assert await desk.count(Order, Order.state == "received") == 0
    await run_on(desk, timedelta(minutes=2))
    assert await desk.count(Order, Order.state == "received") == 1
    assert "결제했어요" in desk.wire.texts("minji")[-1]
    assert len([said for said in desk.shop_told() if "새 주문" in said]) == 1
    assert await desk.count(Payment, Payment.look_at.is_not(None)) == 0, "there is nothing more to hear"
    await sound(desk)


async def test_without_the_sweep_it_is_never_heard(desk: Desk) -> None:
    """The negative control. The money is not lost only because the end of the hold asks the till, once."""
    payment = await unheard(desk)
    await desk.sql("DELETE FROM jobs")
    await run_on(desk, timedelta(hours=1))
    assert await desk.count(Payment, Payment.id == payment, Payment.state == "pending") == 1
    assert await desk.count(Order, Order.state == "unpaid") == 1


async def test_the_sweep_goes_on_and_is_one(desk: Desk) -> None:
    for _ in range(3):
        await begin(desk.application.database, desk.clock, desk.application.ids)
    assert await desk.count(Job, Job.name == SWEEP) == 1
    for _ in range(4):
        await run_on(desk, EVERY)
        assert await desk.count(Job, Job.name == SWEEP) == 1
    async with desk.application.database.read() as session:
        (due,) = await session.scalars(select(Job.due_at).where(Job.name == SWEEP))
    assert desk.clock.now() < due <= desk.clock.now() + EVERY


async def test_payments_are_looked_at_less_and_less_often(desk: Desk) -> None:
    """A page that nobody decides on: its till is asked ever more seldom, and after three days no more."""
    await desk.order("minji")
    asked: list[timedelta] = []
    begun, till = desk.clock.now(), desk.application.tills.gateways["sandbox"]
    fetch = till.fetch
    stuck = await fetch((await desk.application.ref_of(desk.payment("minji") or "")) or "")

    class Silent:
        name = "sandbox"
        open, find, refund, verify = till.open, till.find, till.refund, till.verify

        async def close(self, ref: str) -> None:
            return

        async def fetch(self, ref: str) -> object:
            asked.append(desk.clock.now() - begun)
            return stuck

    desk.application.tills.gateways = {"sandbox": Silent()}  # type: ignore[dict-item]
    await run_on(desk, timedelta(minutes=15))
    while (look := await next_look(desk)) is not None:
        desk.clock.move_to(look)
        await reconciler(desk).run()
    late = [one for one in asked if one > timedelta(minutes=15)]
    assert 5 <= len(late) <= 12
    assert max(late) <= timedelta(days=6)
    assert await desk.count(Payment, Payment.look_at.is_not(None)) == 0


async def test_the_command_settles_what_it_finds_and_says_so(desk: Desk) -> None:
    payment = await unheard(desk)
    (found,) = await reconciler(desk).run()
    assert found == Finding("payment", payment, "sandbox", 18000, "KRW", "pending", "succeeded")
    assert await reconciler(desk).run() == []
    await desk.application.settle()
    assert await desk.count(Order, Order.state == "received") == 1
    await sound(desk)


@pytest.mark.parametrize(("decision", "after"), [("decline", "failed"), ("abandon", "abandoned")])
async def test_other_ends_are_heard_too(desk: Desk, decision: Decision, after: str) -> None:
    await unheard(desk, decision)
    (found,) = await reconciler(desk).run()
    assert found.now == after
    await sound(desk)


async def test_a_payment_in_another_currency_is_left_to_a_person_and_keeps_nothing_else_back(desk: Desk) -> None:
    odd = await unheard(desk)
    await desk.sql("UPDATE sandbox_charges SET currency = 'USD'")
    await unheard(desk, who="jun")
    said = {one.id: one.now for one in await reconciler(desk).run()}
    await desk.application.settle()
    assert "payment_mismatch" in said[odd]
    assert await desk.count(Order, Order.state == "received") == 1


async def paid_and_cancelled(desk: Desk, who: str) -> None:
    """A refund that was never asked for at the till, and that no job works on."""
    await desk.order(who)
    await desk.pay(who)
    calls = dict(desk.application.outbox.calls)
    desk.application.outbox.calls = {name: call for name, call in calls.items() if name != "till.refund"}
    await desk.tap(who, "주문 취소")
    await desk.sql("DELETE FROM jobs WHERE name = 'till.refund'")
    desk.application.outbox.calls = calls


async def test_the_command_goes_on_to_the_last_however_many_there_are(desk: Desk) -> None:
    for who in ("minji", "jun", "sora"):
        await paid_and_cancelled(desk, who)
    for who in ("hana", "duri", "bora"):
        await unheard(desk, who=who)
    await desk.sql(
        "INSERT INTO jobs (key, name, subject, due_at, attempts, stuck) VALUES "
        "('one', 'till.close', 'pay_none', '2026-11-20 03:00:00+00:00', 1, 'no'), "
        "('two', 'till.close', 'pay_none', '2026-11-20 03:00:00+00:00', 1, 'no'), "
        "('three', 'till.close', 'pay_none', '2026-11-20 03:00:00+00:00', 1, 'no')"
    )
    found = await reconciler(desk, at_once=2).run()
    await desk.application.settle()
    settled = sorted((one.what, one.now) for one in found)
    assert settled == [("job", "put back")] * 3 + [("payment", "succeeded")] * 3 + [("refund", "succeeded")] * 3
    async with desk.application.database.read() as session:
        disputed = list(await session.scalars(select(Payment.ref).where(Payment.returned == 0)))
    for ref in disputed:
        await desk.application.sandbox.dispute(ref or "", 6000)
        await desk.application.settle()
    left = await reconciler(desk, at_once=2).run()
    assert [one.what for one in left if one.what != "job"] == ["disputed"] * 3
    await sound(desk)


async def test_reconcilers_beside_each_other_settle_each_payment_once(towns: Towns, tmp_path: Path, desk: Desk) -> None:
    for who in ("minji", "jun", "sora"):
        await unheard(desk, who=who)
    async with on(towns, tmp_path, desk.clock, desk.wire, seed=9) as other:
        runs = await asyncio.gather(*(reconciler(one).run() for one in (desk, other, desk, other)))
        await asyncio.gather(desk.application.settle(), other.application.settle())
    settled = [found.id for run in runs for found in run if found.now == "succeeded"]
    assert len(set(settled)) == 3
    assert await desk.count(Order, Order.state == "received") == 3
    for who in ("minji", "jun", "sora"):
        assert len([said for said in desk.wire.texts(who) if "결제했어요" in said]) == 1
    await sound(desk)


async def test_a_payment_that_a_till_has_and_we_do_not_know_of_is_found_by_our_name(desk: Desk) -> None:
    """The till made it, we crashed before its name was kept, and the job is gone."""
    await desk.order("minji")
    payment = desk.payment("minji")
    await desk.sql("UPDATE payments SET ref = NULL, url = NULL, state = 'created'", "DELETE FROM jobs")
    await desk.sql("DELETE FROM payment_moves WHERE after = 'pending'", "DELETE FROM received WHERE channel = 'till'")
    (found,) = await reconciler(desk).run()
    assert (found.id, found.stood, found.now) == (payment, "created", "pending")
    assert await desk.count(Payment, Payment.ref.is_not(None)) == 1


async def test_a_refund_that_nobody_works_on_is_asked_for_again(desk: Desk) -> None:
    await begin(desk.application.database, desk.clock, desk.application.ids)
    await paid_and_cancelled(desk, "minji")
    assert await desk.count(Refund, Refund.state == "requested") == 1
    await run_on(desk, timedelta(minutes=9))
    assert await desk.count(Refund, Refund.state == "requested") == 1
    await run_on(desk, timedelta(minutes=7))
    assert await desk.count(Refund, Refund.state == "succeeded") == 1
    await sound(desk)


async def test_the_command_shows_what_a_person_must_look_at(desk: Desk) -> None:
    await desk.order("minji")
    await desk.pay("minji")
    payment = desk.payment("minji") or ""
    ref = await desk.application.ref_of(payment) or ""
    await desk.application.sandbox.dispute(ref, 6000)
    await desk.application.sandbox.give_back(ref, 1000)
    await desk.application.settle()
    await desk.sql(
        "INSERT INTO jobs (key, name, subject, due_at, attempts, stuck) "
        "VALUES ('k', 'till.close', 'pay_none', '2026-11-20 03:00:00+00:00', 1, 'no')"
    )
    found = await reconciler(desk).run()
    assert [(one.what, one.amount) for one in found] == [("job", None), ("disputed", 6000), ("taken back", 1000)]
