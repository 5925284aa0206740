"""What waits is counted, and only that."""

from __future__ import annotations

from datetime import timedelta

from bot.jobs import Job
from bot.outgoing import OutgoingMessage
from bot.people import enter
from bot.waiting import Waiting, measure
from commerce.work import Work
from tests.bot.working import FRIDAY_NOON, Desk


async def test_an_idle_town_has_nothing_waiting(desk: Desk) -> None:
    assert await measure(desk.application.database, FRIDAY_NOON) == Waiting(0, 0.0, 0, 0.0, 0)


async def test_the_oldest_of_each_is_told(desk: Desk) -> None:
    database = desk.application.database
    async with database.transaction() as session:
        who = await enter(Work(session, FRIDAY_NOON, desk.application.ids), "wire", "somebody", name=None)
        for number, (ago, sent) in enumerate([(100, False), (30, False), (500, True)]):
            at = FRIDAY_NOON - timedelta(seconds=ago)
            message = OutgoingMessage(conversation_id=who.conversation.id, reply={"text": "x"}, created_at=at)
            message.sent_at = at if sent else None
            session.add(message)
            session.add(Job(key=f"a{number}", name="x", subject="y", due_at=at, stuck="refused" if sent else None))
        session.add(Job(key="later", name="x", subject="y", due_at=FRIDAY_NOON + timedelta(seconds=1)))
    assert await measure(database, FRIDAY_NOON) == Waiting(2, 100.0, 2, 100.0, 1)
    assert (await measure(database, FRIDAY_NOON - timedelta(seconds=200))).oldest_unsent == 0.0, (
        "a clock that went back"
    )
