"""What a turn committed is carried out: each chat's messages in order, tills until they answer, timers once."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import jobs
from bot.audit import check
from bot.channels.port import Blocked, Outgoing, RetryAfter, Undeliverable
from bot.chat import SimulatedClock
from bot.claims import LEASE
from bot.jobs import Job
from bot.messages import Event
from bot.outgoing import OutgoingMessage
from bot.people import Conversation
from commerce.gateways.port import Gateway, GatewayDown, GatewayRefused, Opened, OpenPayment
from commerce.gateways.sandbox import SandboxTill
from commerce.order_records import Order
from commerce.payment_records import Payment
from commerce.work import Work
from tests.bot.working import FRIDAY_NOON, Desk, Wire, on
from tests.dialogues.stage import Towns

NOON = FRIDAY_NOON


async def until(desk: Desk, after: timedelta) -> None:
    """Let time pass, stopping wherever something is due."""
    target = desk.clock.now() + after
    while (due := await desk.application.outbox.next_due()) is not None and due <= target:
        desk.clock.move_to(due)
        await desk.application.settle()
    desk.clock.move_to(target)


async def test_what_was_committed_but_not_sent_is_sent_after_a_crash(towns: Towns, tmp_path: Path) -> None:
    await towns.copy("testville", NOON, tmp_path)
    reached = asyncio.Event()

    async def hang(_message: Outgoing) -> None:
        reached.set()
        await asyncio.Event().wait()

    clock = SimulatedClock(NOON)
    async with on(towns, tmp_path, clock, Wire(hang)) as dying:
        before = asyncio.all_tasks()
        await dying.application.handle(dying.incoming("minji", text="근처 치킨집"))
        await reached.wait()
        for task in asyncio.all_tasks() - before:
            task.cancel()
        assert dying.wire.arrived == []
    async with on(towns, tmp_path, clock, Wire(), seed=5) as risen:
        await until(risen, LEASE)
        assert len(risen.wire.texts("minji")) == 1
        await risen.application.settle()
        assert len(risen.wire.texts("minji")) == 1


async def test_a_crash_in_the_middle_of_a_call_to_the_till_is_made_good_after_a_while(
    towns: Towns, tmp_path: Path
) -> None:
    await towns.copy("testville", NOON, tmp_path)
    clock = SimulatedClock(NOON)
    reached = asyncio.Event()
    async with on(towns, tmp_path, clock, Wire()) as dying:
        till = Till(dying.application.sandbox)
        till.opening = reached
        dying.application.tills.gateways = {"sandbox": till}
        order = asyncio.create_task(dying.order("minji"))
        await reached.wait()
        order.cancel()
        await asyncio.wait({order})
    wire = Wire()
    async with on(towns, tmp_path, clock, wire, seed=5) as risen:
        await risen.application.settle()
        assert [message for message in wire.arrived if message.reply.payment] == []
        due = await risen.application.outbox.next_due()
        assert due == clock.now() + LEASE
        await until(risen, LEASE)
        assert len([message for message in wire.arrived if message.reply.payment]) == 1


async def test_each_chats_messages_keep_their_order_while_the_channel_fails(desk: Desk) -> None:
    fails = iter([ConnectionError("down"), None, ConnectionError("down"), ConnectionError("down")])

    async def stumble(message: Outgoing) -> None:
        if message.chat == "minji" and (error := next(fails, None)) is not None:
            raise error

    desk.wire.before = stumble
    for word in ("안녕하세요", "도움말", "근처 치킨집"):
        await desk.do("minji", text=word)
        await desk.do("jun", text=word)
    assert len(desk.wire.texts("jun")) == 3
    await until(desk, timedelta(minutes=5))
    mine = [message.id for message in desk.wire.arrived if message.chat == "minji"]
    assert mine == sorted(mine)
    assert desk.wire.texts("minji") == desk.wire.texts("jun")
    assert len(desk.wire.tried) == 6 + 3


async def test_a_channel_that_is_down_is_asked_less_and_less(desk: Desk) -> None:
    async def down(_message: Outgoing) -> None:
        raise ConnectionError("down")

    desk.wire.before = down
    await desk.do("minji", text="안녕하세요")
    await until(desk, timedelta(hours=1))
    in_an_hour = len(desk.wire.tried)
    assert 8 <= in_an_hour <= 16
    await until(desk, timedelta(hours=25))
    assert await desk.application.outbox.next_due() is None
    async with desk.application.database.read() as session:
        assert "ConnectionError" in ((await session.scalars(select(OutgoingMessage.dropped))).one() or "")


async def test_who_is_asked_to_wait_waits_and_others_do_not(desk: Desk) -> None:
    waits = iter([RetryAfter(17)])

    async def flood(message: Outgoing) -> None:
        if message.chat == "minji" and (error := next(waits, None)) is not None:
            raise error

    desk.wire.before = flood
    await desk.do("minji", text="안녕하세요")
    await desk.do("minji", text="도움말")
    await desk.do("jun", text="안녕하세요")
    assert desk.wire.texts("minji") == []
    assert len(desk.wire.texts("jun")) == 1
    assert await desk.application.outbox.next_due() == desk.clock.now() + timedelta(seconds=17)
    await until(desk, timedelta(seconds=16))
    assert len(desk.wire.tried) == 2
    await until(desk, timedelta(seconds=1))
    assert len(desk.wire.texts("minji")) == 2


async def test_who_left_is_told_nothing_until_they_are_back(desk: Desk) -> None:
    gone = True

    async def left(_message: Outgoing) -> None:
        if gone:
            raise Blocked

    await desk.order("minji")
    desk.wire.before = left
    await desk.pay("minji")
    assert await desk.count(Conversation, Conversation.blocked_at.is_not(None)) == 1
    tried = len(desk.wire.tried)
    await desk.owner("15분이요")
    assert len(desk.wire.tried) == tried
    gone = False
    await desk.do("minji", text="언제 와요?")
    assert "15분" in desk.wire.texts("minji")[-1]
    assert await desk.count(Conversation, Conversation.blocked_at.is_not(None)) == 0


async def test_a_messenger_says_who_left_and_who_is_back(desk: Desk) -> None:
    await desk.do("minji", text="안녕하세요")
    for name, count in (("member.blocked", 1), ("member.unblocked", 0)):
        await desk.do("minji", event=Event(name))
        assert await desk.count(Conversation, Conversation.blocked_at.is_not(None)) == count


async def test_a_message_the_messenger_will_never_take_does_not_hold_up_the_next(desk: Desk) -> None:
    refusals = iter([Undeliverable("too odd")])

    async def refuse(_message: Outgoing) -> None:
        if (error := next(refusals, None)) is not None:
            raise error

    desk.wire.before = refuse
    await desk.do("minji", text="안녕하세요")
    await desk.do("minji", text="도움말")
    assert len(desk.wire.texts("minji")) == 1
    assert await desk.count(OutgoingMessage, OutgoingMessage.dropped == "too odd") == 1


async def test_an_edit_names_what_the_messenger_called_the_message(desk: Desk) -> None:
    await desk.owner("직원 초대")
    code = re.search(r"join=(\w+)", desk.shop_told()[-1])
    assert code is not None
    await desk.do("jun", text=f"초대 {code[1]}")
    await desk.order("minji")
    await desk.pay("minji")
    card = next(message for message in desk.wire.arrived if message.chat == "jun" and "새 주문" in message.reply.text)
    await desk.owner("15분이요")
    edit = next(message for message in desk.wire.arrived if message.chat == "jun" and message.edits_ref)
    assert edit.edits_ref == f"wire-{card.id}"
    await desk.tap("jun", "준비 완료")
    last = [message for message in desk.wire.arrived if message.chat == "jun" and message.edits_ref][-1]
    assert last.edits_ref == f"wire-{edit.id}"


async def test_timers_fire_once_though_two_outboxes_work_on_one_database(towns: Towns, tmp_path: Path) -> None:
    await towns.copy("testville", NOON, tmp_path)
    clock = SimulatedClock(NOON)
    async with on(towns, tmp_path, clock, Wire()) as one, on(towns, tmp_path, clock, Wire(), seed=5) as two:
        await one.order("minji")
        await one.pay("minji")
        shop = select(Conversation.id).where(Conversation.chat == "shop:hana-chicken").scalar_subquery()
        told = await one.count(OutgoingMessage, OutgoingMessage.conversation_id == shop)
        for minutes, reminders in ((1, 1), (3, 2)):
            clock.move_to(NOON + timedelta(minutes=minutes))
            await asyncio.gather(*(each.application.settle() for each in (one, two, one, two)))
            assert await one.count(OutgoingMessage, OutgoingMessage.conversation_id == shop) == told + reminders
        clock.move_to(NOON + timedelta(minutes=7))
        await asyncio.gather(one.application.settle(), two.application.settle())
        await asyncio.gather(one.application.settle(), two.application.settle())
        assert await one.count(Order, Order.state == "expired") == 1
        async with one.application.database.snapshot() as session:
            assert await check(session) == []


class Till:
    """The embedded till behind a line that can be cut."""

    name = "sandbox"

    def __init__(self, till: SandboxTill) -> None:
        self._till = till
        self.down = 0
        self.no: str | None = None
        self.asked = 0
        self.opening: asyncio.Event | None = None
        self.find = till.find
        self.fetch = till.fetch
        self.close = till.close
        self.verify = till.verify
        self.refund = till.refund

    async def open(self, request: OpenPayment) -> Opened:
        self.asked += 1
        if self.opening is not None:
            self.opening.set()
            await asyncio.Event().wait()
        if self.no is not None:
            raise GatewayRefused(self.no)
        if self.down:
            self.down -= 1
            raise GatewayDown("no answer")
        return await self._till.open(request)


@pytest.fixture
def till(desk: Desk) -> Till:
    till = Till(desk.application.sandbox)
    gateway: Gateway = till
    desk.application.tills.gateways = {till.name: gateway}
    return till


async def test_a_till_that_is_down_for_a_while_is_asked_again(desk: Desk, till: Till) -> None:
    till.down = 3
    await desk.order("minji")
    assert desk.payment("minji") is None
    assert till.asked == 1
    await until(desk, timedelta(minutes=1))
    assert till.asked == 4
    assert desk.payment("minji")
    await desk.pay("minji")
    assert await desk.count(Order, Order.state == "received") == 1
    assert await desk.count(Job, Job.name == "till.open") == 0


async def test_a_till_that_stays_down_loses_the_order_in_the_end_and_nothing_else(desk: Desk, till: Till) -> None:
    till.down = 1000
    await desk.order("minji")
    assert desk.payment("minji") is None
    await until(desk, timedelta(minutes=30))
    assert await desk.count(Order, Order.state == "unpaid") == 0
    async with desk.application.database.snapshot() as session:
        assert await check(session) == []


async def test_a_till_that_says_no_is_not_asked_again_and_the_person_is_told(
    desk: Desk, till: Till, caplog: pytest.LogCaptureFixture
) -> None:
    """Such as when the shop's own account at the till is unknown there: no other card would help."""
    till.no = "resource_missing"
    await desk.order("minji")
    assert desk.payment("minji") is None
    assert till.asked == 1
    said = desk.wire.arrived[-1].reply
    assert "결제를 받을 수 없어요. 돈은 나가지 않았어요. 가게에 전화" in said.text
    assert [button.label for button in said.all_buttons()] == ["가게에 전화하기", "다시 결제하기", "주문 취소"]
    async with desk.application.database.read() as session:
        payment = await session.scalar(select(Payment.id))
    (logged,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert str(payment) in logged.getMessage()
    assert "resource_missing" in logged.getMessage()
    await until(desk, timedelta(minutes=5))
    assert till.asked == 1


async def test_where_a_shop_has_no_telephone_nobody_is_asked_to_call(desk: Desk, till: Till) -> None:
    till.no = "resource_missing"
    await desk.sql("UPDATE shops SET phone = NULL")
    await desk.order("minji")
    said = desk.wire.arrived[-1].reply
    assert "결제를 받을 수 없어요" in said.text
    assert "전화" not in said.text
    assert [button.label for button in said.all_buttons()] == ["다시 결제하기", "주문 취소"]


async def test_a_call_for_what_does_not_exist_is_set_aside_for_a_person_and_not_made_again(desk: Desk) -> None:
    async with desk.application.database.transaction() as session:
        work = Work(session, desk.clock.now(), desk.application.ids)
        await jobs.schedule(work, "till.refund:none", "till.refund", "none", desk.clock.now())
    await desk.application.settle()
    await until(desk, timedelta(minutes=30))
    async with desk.application.database.read() as session:
        job = (await session.scalars(select(Job).where(Job.subject == "none"))).one()
    assert job.stuck is not None
    assert "refund_unknown" in job.stuck
    assert job.attempts == 1


async def test_an_outbox_that_runs_sends_at_once_and_stops_when_told(desk: Desk) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(desk.application.outbox.run(stop))
    arrived = asyncio.Event()

    async def arrive(_message: Outgoing) -> None:
        arrived.set()

    desk.wire.before = arrive
    await desk.application.handle(desk.incoming("minji", text="안녕하세요"))
    await asyncio.wait_for(arrived.wait(), 10)
    stop.set()
    await asyncio.wait_for(running, 10)
