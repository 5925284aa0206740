"""Carries out what turns committed: sends messages per chat in order, calls tills, fires timers; retries."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from bot import jobs, people
from bot.channels.port import Blocked, Channel, Outgoing, RetryAfter, Sent, Undeliverable
from bot.messages import Event, Incoming
from bot.outgoing import OutgoingMessage, Queued, reply_from
from bot.people import Conversation
from commerce.database import Database
from commerce.work import Clock, Ids, Work

log = logging.getLogger(__name__)

Handle = Callable[[Incoming], Awaitable[None]]
Call = Callable[[jobs.Job], Awaitable[Incoming]]
"""A call to a till; its outcome comes back as an event."""

FIRST_RETRY = timedelta(seconds=2)
LONGEST_RETRY = timedelta(minutes=10)
DRAIN_S = 5.0
KEEP_TRYING = timedelta(hours=24)
"""A message still unsent after this is dropped: nobody wants yesterday's "your food is ready"."""


class TillRefused(Exception):
    """A till's final no: trying again is of no use."""


class Outbox:
    """``channels`` by name; ``replaying`` the names of those whose clients fetch what they missed; ``calls`` by job
    name. ``handle`` is the turn: timers and outcomes go back in through it."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        ids: Ids,
        channels: Mapping[str, Channel],
        replaying: frozenset[str],
        calls: Mapping[str, Call],
        handle: Handle,
    ) -> None:
        self.database = database
        self.clock = clock
        self.ids = ids
        self.channels = channels
        self.replaying = replaying
        self.calls = calls
        self.handle = handle
        self._flushing: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._wake = asyncio.Event()

    def dispatch(self, queued: list[Queued], *, jobs_added: bool) -> None:
        """Start on what a turn has just committed."""
        for message in queued:
            if message.channel not in self.replaying:
                self._flush_soon(message.conversation)
        if jobs_added:
            self._wake.set()

    async def push(self, queued: list[Queued]) -> None:
        """Hand messages to the channels whose clients are listening now; the others fetch them later."""
        for message in queued:
            if message.channel in self.replaying and message.channel in self.channels:
                edits = str(message.root) if message.root is not None else None
                await self.channels[message.channel].send(Outgoing(message.id, message.chat, message.reply, edits))

    # -- sending

    def _flush_soon(self, conversation: str) -> None:
        if conversation in self._flushing:
            self._again.add(conversation)
            return
        task = asyncio.create_task(self._flush(conversation))
        self._flushing[conversation] = task
        task.add_done_callback(lambda done: self._flushed(conversation, done))

    def _flushed(self, conversation: str, task: asyncio.Task[None]) -> None:
        self._flushing.pop(conversation, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("sending to a conversation failed", exc_info=error)
        elif conversation in self._again:
            self._again.discard(conversation)
            self._flush_soon(conversation)

    async def _flush(self, conversation: str) -> None:
        while True:
            async with self.database.read() as session:
                row = (
                    await session.execute(
                        select(OutgoingMessage, Conversation)
                        .join(Conversation, Conversation.id == OutgoingMessage.conversation_id)
                        .where(OutgoingMessage.conversation_id == conversation, OutgoingMessage.sent_at.is_(None))
                        .order_by(OutgoingMessage.id)
                        .limit(1)
                    )
                ).first()
                if row is None:
                    return
                message, talk = row
                edits = await self._ref_to_edit(message) if message.root is not None else None
            if message.retry_at is not None and message.retry_at > self.clock.now():
                return
            if not await self._send(message, talk, edits):
                self._wake.set()
                return

    async def _ref_to_edit(self, message: OutgoingMessage) -> str | None:
        async with self.database.read() as session:
            ref: str | None = await session.scalar(
                select(OutgoingMessage.ref)
                .where(
                    OutgoingMessage.conversation_id == message.conversation_id,
                    OutgoingMessage.key == message.key,
                    OutgoingMessage.id < message.id,
                    OutgoingMessage.ref.is_not(None),
                )
                .order_by(OutgoingMessage.id.desc())
                .limit(1)
            )
            return ref

    async def _send(self, message: OutgoingMessage, talk: Conversation, edits: str | None) -> bool:
        """Send one; True when the next may follow."""
        channel = self.channels.get(talk.channel)
        try:
            if channel is None:
                raise Undeliverable(f"channel {talk.channel} is not set up here")
            if talk.blocked_at is not None:
                raise Blocked
            sent = await channel.send(Outgoing(message.id, talk.chat, reply_from(message.reply), edits))
        except RetryAfter as wait:
            await self._put_off(message, timedelta(seconds=wait.seconds))
            return False
        except Blocked:
            await self._mark(message, Sent(), dropped="the person has left")
            # Who was known to have left may have come back meanwhile.
            if talk.blocked_at is None:
                async with self.database.transaction() as session:
                    await people.blocked(Work(session, self.clock.now(), self.ids), talk.channel, talk.chat)
            return True
        except Undeliverable as undeliverable:
            log.warning("message %s dropped: %s", message.id, undeliverable.reason)
            await self._mark(message, Sent(), dropped=undeliverable.reason[:200])
            return True
        except Exception as error:
            if self.clock.now() - message.created_at > KEEP_TRYING:
                await self._mark(message, Sent(), dropped=f"no answer for a day: {type(error).__name__}")
                return True
            log.warning("message %s not sent, will try again: %s", message.id, type(error).__name__)
            await self._put_off(message, _backoff(message.attempts))
            return False
        await self._mark(message, sent)
        return True

    async def _mark(self, message: OutgoingMessage, sent: Sent, dropped: str | None = None) -> None:
        async with self.database.transaction() as session:
            await session.execute(
                update(OutgoingMessage)
                .where(OutgoingMessage.id == message.id, OutgoingMessage.sent_at.is_(None))
                .values(sent_at=self.clock.now(), ref=sent.ref, dropped=dropped)
            )

    async def _put_off(self, message: OutgoingMessage, wait: timedelta) -> None:
        async with self.database.transaction() as session:
            await session.execute(
                update(OutgoingMessage)
                .where(OutgoingMessage.id == message.id)
                .values(retry_at=self.clock.now() + wait, attempts=OutgoingMessage.attempts + 1)
            )

    async def drain(self) -> None:
        """Let the messages that are on their way arrive; what takes longer is sent after the next start."""
        if self._flushing:
            _, late = await asyncio.wait(set(self._flushing.values()), timeout=DRAIN_S)
            for task in late:
                task.cancel()

    # -- timers and calls

    async def work_off(self) -> int:
        """Do every job due now and start sending what is due; returns how many jobs were taken up."""
        async with self.database.read() as session:
            due = await jobs.due(session, self.clock.now())
            first = (
                select(func.min(OutgoingMessage.id))
                .where(OutgoingMessage.sent_at.is_(None))
                .group_by(OutgoingMessage.conversation_id)
            )
            waiting = await session.scalars(
                select(OutgoingMessage.conversation_id).where(
                    OutgoingMessage.id.in_(first),
                    (OutgoingMessage.retry_at.is_(None)) | (OutgoingMessage.retry_at <= self.clock.now()),
                )
            )
            for conversation in waiting:
                self._flush_soon(conversation)
        for job in due:
            await self._do(job)
        return len(due)

    async def _do(self, job: jobs.Job) -> None:
        call = self.calls.get(job.name)
        try:
            if call is None:
                event = Event(job.name, {"subject": job.subject, "job": job.id})
                await self.handle(
                    Incoming("timer", update_id=str(job.id), chat=job.subject, sender="timer", event=event)
                )
                return
            async with self.database.transaction() as session:
                if not await jobs.claim(Work(session, self.clock.now(), self.ids), job.id):
                    return
            outcome = await call(job)
        except TillRefused as refused:
            log.error("job %s for %s was refused for good: %s", job.name, job.subject, refused)
            async with self.database.transaction() as session:
                await jobs.give_up(Work(session, self.clock.now(), self.ids), job.id, str(refused))
        except Exception:
            log.exception("job %s for %s failed, will try again", job.name, job.subject)
            async with self.database.transaction() as session:
                now = self.clock.now()
                await jobs.put_off(Work(session, now, self.ids), job.id, now + _backoff(job.attempts))
        else:
            await self.handle(outcome)
            async with self.database.transaction() as session:
                await jobs.finish(Work(session, self.clock.now(), self.ids), job.id)

    async def next_due(self) -> datetime | None:
        """When something waits to be done next: a job, or a message put off."""
        async with self.database.read() as session:
            job = await jobs.next_due(session)
            message: datetime | None = await session.scalar(
                select(func.min(OutgoingMessage.retry_at)).where(OutgoingMessage.sent_at.is_(None))
            )
        times = [at for at in (job, message) if at is not None]
        return min(times) if times else None

    async def settle(self) -> None:
        """Work until nothing is due and everything that can be sent now is sent."""
        while True:
            while self._flushing:
                await asyncio.gather(*self._flushing.values(), return_exceptions=True)
                await asyncio.sleep(0)
            if not await self.work_off() and not self._flushing:
                return

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop``: at once when woken, else when the next job is due."""
        while not stop.is_set():
            self._wake.clear()
            try:
                if await self.work_off():
                    continue
                wait = await self._idle_for()
            except Exception:
                log.exception("the outbox stumbled; it goes on")
                wait = FIRST_RETRY.total_seconds()
            waiters = [asyncio.create_task(self._wake.wait()), asyncio.create_task(stop.wait())]
            await asyncio.wait(waiters, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
            for waiter in waiters:
                waiter.cancel()

    async def _idle_for(self) -> float:
        due = await self.next_due()
        if due is None:
            return 30.0
        return min(30.0, max(0.0, (due - self.clock.now()).total_seconds()))


def _backoff(attempts: int) -> timedelta:
    """2 s, 4 s, 8 s … at most 10 min."""
    return min(LONGEST_RETRY, timedelta(seconds=2.0 ** min(attempts + 1, 16)))
