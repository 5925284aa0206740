"""Two workers' outboxes over one database, without the rest of the application."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from sqlalchemy import func, select

from bot import jobs, people
from bot.channels.port import Outgoing, Sent
from bot.chat import SimulatedClock
from bot.messages import Incoming, Reply
from bot.outbox import Outbox
from bot.outgoing import Draft, OutgoingMessage, queue
from bot.people import Conversation
from commerce.database import Base, Database
from commerce.work import Ids, Work
from tests.bot.working import FRIDAY_NOON

CHATS = ("minji", "jun", "sora")


class Recorder:
    """A messenger that both workers send through. ``before`` is awaited before a message counts as sent."""

    name = "wire"

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, int]] = []
        self.before: Callable[[], Awaitable[None]] | None = None

    def of(self, worker: str) -> Wire:
        return Wire(self, worker)

    def numbers(self, chat: str) -> list[int]:
        return [number for _, to, number in self.sent if to == chat]


class Wire:
    """The messenger as one worker sees it."""

    name = "wire"

    def __init__(self, recorder: Recorder, worker: str) -> None:
        self._recorder = recorder
        self._worker = worker

    async def send(self, message: Outgoing) -> Sent:
        if self._recorder.before is not None:
            await self._recorder.before()
        self._recorder.sent.append((self._worker, message.chat, message.id))
        return Sent(ref=str(message.id))


class Pair:
    """``one`` and ``two`` send through ``wire``; ``fired`` are the timers that a turn was made of, by their number."""

    def __init__(self, databases: Sequence[Database], clock: SimulatedClock) -> None:
        self.databases = databases
        self.clock = clock
        self.wire = Recorder()
        self.fired: list[str] = []
        self.one, self.two = (
            Outbox(database, clock, Ids(seed), {"wire": self.wire.of(name)}, frozenset(), {}, self._handle, worker=name)
            for seed, (name, database) in enumerate(zip(("one", "two"), databases, strict=True))
        )

    async def _handle(self, incoming: Incoming) -> None:
        """A turn of a timer, without looking whether another has made it: what the claim has to prevent."""
        self.fired.append(incoming.update_id)
        await asyncio.sleep(0)
        async with self.databases[0].transaction() as session:
            await jobs.finish(Work(session, self.clock.now(), Ids(9)), int(incoming.update_id))

    async def tell(self, chat: str, count: int, worker: str | None = None) -> None:
        """Commit ``count`` messages to a chat."""
        async with self.databases[0].transaction() as session:
            work = Work(session, self.clock.now(), Ids(8))
            talk = await session.scalar(select(Conversation).where(Conversation.chat == chat))
            assert talk is not None
            drafts = [Draft(talk, Reply(f"{chat} {number}"), None, replayed=False) for number in range(count)]
            await queue(work, drafts, worker)

    async def timers(self, count: int) -> None:
        async with self.databases[0].transaction() as session:
            work = Work(session, self.clock.now(), Ids(8))
            for number in range(count):
                await jobs.schedule(work, f"timer:{number}", "timer", f"order-{number}", self.clock.now())

    async def settle(self) -> None:
        await asyncio.wait_for(asyncio.gather(self.one.settle(), self.two.settle()), 60)

    async def unsent(self) -> int:
        async with self.databases[0].read() as session:
            found = select(func.count()).select_from(OutgoingMessage).where(OutgoingMessage.sent_at.is_(None))
            return int(await session.scalar(found) or 0)

    async def pass_by(self, length: timedelta) -> None:
        self.clock.move_to(self.clock.now() + length)


@asynccontextmanager
async def pair(url: str) -> AsyncIterator[Pair]:
    """On the database at ``url``, with three conversations in it."""
    databases = [Database(url), Database(url)]
    clock = SimulatedClock(FRIDAY_NOON)
    async with databases[0].engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with databases[0].transaction() as session:
        for chat in CHATS:
            await people.enter(Work(session, clock.now(), Ids()), "wire", chat, name=chat)
    try:
        yield Pair(databases, clock)
    finally:
        for database in databases:
            await database.close()
