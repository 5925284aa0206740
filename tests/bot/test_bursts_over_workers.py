"""Messages of one chat that arrive at two workers: each is answered, in order, and a correction still counts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.channels.port import Outgoing
from bot.chat import SimulatedClock
from bot.messages import Incoming
from bot.outgoing import OutgoingMessage
from bot.people import Conversation
from commerce.cart_records import CartLine
from tests.bot.working import FRIDAY_NOON, HERE, Desk, Wire, on
from tests.dialogues.stage import Towns

WAIT_S = 20.0
ORDER, CORRECTION = "후라이드 한 마리 포장", "아니 세 마리"


class Held(Wire):
    """A messenger that keeps back whatever it is handed, from :meth:`hold` until it is let go."""

    def __init__(self) -> None:
        super().__init__(self._wait)
        self.handed = asyncio.Event()
        self.open = asyncio.Event()
        self.open.set()

    async def _wait(self, _: Outgoing) -> None:
        self.handed.set()
        await self.open.wait()

    def hold(self) -> None:
        self.handed.clear()
        self.open.clear()


@pytest.fixture
async def two(towns: Towns, tmp_path: Path) -> AsyncIterator[tuple[Desk, Desk]]:
    """Two applications over one database and one messenger."""
    await towns.copy("testville", FRIDAY_NOON, tmp_path)
    clock, wire = SimulatedClock(FRIDAY_NOON), Held()
    async with on(towns, tmp_path, clock, wire) as one, on(towns, tmp_path, clock, wire, seed=5) as other:
        await one.do("minji", location=HERE)
        yield one, other


async def before_the_answer(two: tuple[Desk, Desk], correction: Incoming) -> list[str]:
    """What is told to an order at one worker and to the correction that another gets before the answer is out."""
    one, other = two
    wire = one.wire
    assert isinstance(wire, Held)
    told = len(wire.arrived)
    wire.hold()
    await one.application.handle(one.incoming("minji", text=ORDER))
    await asyncio.wait_for(wire.handed.wait(), WAIT_S)
    await other.application.handle(correction)
    assert len(wire.arrived) == told, "nothing has been answered yet"
    wire.open.set()
    await asyncio.gather(*(desk.application.settle() for desk in two))
    await one.application.settle()
    return [message.reply.text for message in wire.arrived[told:]]


async def quantity(desk: Desk) -> int:
    async with desk.application.database.read() as session:
        return int(await session.scalar(select(func.sum(CartLine.quantity))) or 0)


async def committed(desk: Desk) -> list[str]:
    """All that minji was told, in the order of the commits."""
    async with desk.application.database.read() as session:
        mine = select(Conversation.id).where(Conversation.chat == "minji").scalar_subquery()
        query = select(OutgoingMessage.reply).where(OutgoingMessage.conversation_id == mine)
        return [reply["text"] for reply in await session.scalars(query.order_by(OutgoingMessage.id))]


async def test_a_correction_at_another_worker_counts_and_is_the_last_that_is_said(two: tuple[Desk, Desk]) -> None:
    told = await before_the_answer(two, two[1].incoming("minji", text=CORRECTION))
    assert await quantity(two[0]) == 3
    first, changed, summary = [text for text in told if "결제 금액" in text]
    assert "결제 금액 18,000원" in first
    assert "결제 금액 18,000원 → 54,000원" in changed
    assert "결제 금액 54,000원" in summary
    assert told[-1] == summary
    assert told == (await committed(two[0]))[-len(told) :]


async def test_what_another_chat_says_corrects_nothing(two: tuple[Desk, Desk]) -> None:
    """The control of the test above: it is the chat that joins the two messages."""
    elsewhere = replace(two[1].incoming("minji", text=CORRECTION), chat="jun", sender="jun")
    told = await before_the_answer(two, elsewhere)
    assert await quantity(two[0]) == 1
    assert not any("결제 금액 54,000원" in text for text in told)
