"""Carries out what turns committed: sends messages per chat in order, calls tills, fires timers; retries."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from bot import jobs, observing
from bot.channels.port import Blocked, Channel, Outgoing, RetryAfter, Sent, Undeliverable
from bot.claims import worker_name
from bot.message_claims import MessageClaims
from bot.messages import Event, Incoming
from bot.outgoing import Queued
from bot.pace import Sluice
from bot.transient import again, away
from commerce.database import Database
from commerce.refusals import Refusal
from commerce.work import Clock, Ids, Work

log = logging.getLogger(__name__)

Handle = Callable[[Incoming], Awaitable[None]]
Call = Callable[[jobs.Job], Awaitable[Incoming]]
"""A call to a till; its outcome comes back as an event."""

FIRST_RETRY = timedelta(seconds=2)
LONGEST_RETRY = timedelta(minutes=10)
DRAIN_S = 5.0
LONGEST_SEND_S = 12.0
"""A messenger that takes longer is asked again later; well below the lease."""
LONGEST_CALL_S = 12.0
"""Above the limit that a till's own adapter keeps, and below the lease."""
AT_ONCE = 8
"""Jobs that one worker does side by side."""
ALONE_S = 30.0
BESIDE_OTHERS_S = 2.0
"""How often, in seconds, a worker looks for what nobody woke it for: what one that died had claimed."""
KEEP_TRYING = timedelta(hours=24)
"""A message still unsent after this is dropped: nobody wants yesterday's "your food is ready"."""


class Outbox:
    """``channels`` by name; ``replaying`` the names of those whose clients fetch what they missed; ``calls`` by job
    name. ``handle`` is the turn: timers and outcomes go back in through it. ``worker`` names this process."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        ids: Ids,
        channels: Mapping[str, Channel],
        replaying: frozenset[str],
        calls: Mapping[str, Call],
        handle: Handle,
        worker: str | None = None,
    ) -> None:
        self.database = database
        self.clock = clock
        self.ids = ids
        self.channels = channels
        self.replaying = replaying
        self.calls = calls
        self.handle = handle
        self.worker = worker or worker_name()
        self.sluice: Sluice | None = None
        """Holds back what a messenger would refuse for coming too fast."""
        self._claims = MessageClaims(database, clock, ids, self.worker)
        self._flushing: dict[str, asyncio.Task[None]] = {}
        self._again: dict[str, Queued | None] = {}
        self._wake = asyncio.Event()
        self.looked_at: float | None = None
        """When it last looked around, by the event loop's clock; None before it runs."""

    def dispatch(self, queued: list[Queued], *, jobs_added: bool) -> None:
        """Start on what a turn has just committed."""
        for message in queued:
            if message.channel not in self.replaying and message.before is None:
                self._flush_soon(message.conversation, message if message.claimed_until else None)
        if jobs_added:
            self.wake()

    def wake(self) -> None:
        """There may be something to do."""
        self._wake.set()

    async def push(self, queued: list[Queued]) -> None:
        """Hand messages to the channels whose clients are listening now; the others fetch them later."""
        for message in queued:
            if message.channel in self.replaying and message.channel in self.channels:
                edits = str(message.root) if message.root is not None else None
                told = Outgoing(message.id, message.chat, message.reply, edits, message.before)
                await self.channels[message.channel].send(told)
                observing.pushed(message.channel, message.id)

    # -- sending

    def _flush_soon(self, conversation: str, head: Queued | None = None) -> None:
        if conversation in self._flushing:
            self._again[conversation] = head or self._again.get(conversation)
            return
        task = asyncio.create_task(self._flush(conversation, head))
        self._flushing[conversation] = task
        task.add_done_callback(lambda done: self._flushed(conversation, done))

    def _flushed(self, conversation: str, task: asyncio.Task[None]) -> None:
        self._flushing.pop(conversation, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("sending to a conversation failed", exc_info=error)
        elif conversation in self._again:
            self._flush_soon(conversation, self._again.pop(conversation))

    async def _flush(self, conversation: str, head: Queued | None) -> None:
        """Send what waits there, oldest first; ``head`` is the first of it when it is ours already."""
        message = head or await self._claims.take(conversation)
        while message is not None:
            with observing.taken_up(message.cause):
                message = await self._send(message)

    async def _send(self, message: Queued) -> Queued | None:
        """Send one; the next one when it may follow, claimed."""
        if message.claimed_until is not None and self.clock.now() >= message.claimed_until:
            # This process stood still for so long that another may be sending it by now.
            return None
        try:
            with observing.sending(message.channel, message.id):
                sent = await self._hand_over(message)
        except RetryAfter as wait:
            await self._later(message, timedelta(seconds=wait.seconds))
            return None
        except Blocked:
            return await self._claims.done(message, Sent(), dropped="the person has left", left=not message.blocked)
        except Undeliverable as undeliverable:
            log.warning("message %s dropped: %s", message.id, undeliverable.reason)
            return await self._claims.done(message, Sent(), dropped=undeliverable.reason[:200])
        except Exception as error:
            if self.clock.now() - message.created_at > KEEP_TRYING:
                why = f"no answer for a day: {type(error).__name__}"
                return await self._claims.done(message, Sent(), dropped=why)
            log.warning("message %s not sent, will try again: %s", message.id, type(error).__name__)
            await self._later(message, _backoff(message.attempts))
            return None
        return await self._claims.done(message, sent)

    async def _hand_over(self, message: Queued) -> Sent:
        channel = self.channels.get(message.channel)
        if channel is None:
            raise Undeliverable(f"channel {message.channel} is not set up here")
        if message.blocked:
            raise Blocked
        edits = await self._claims.ref_to_edit(message) if message.root is not None else None
        if self.sluice is not None:
            await self.sluice.passed(message.channel, message.chat)
        async with asyncio.timeout(LONGEST_SEND_S):
            return await channel.send(Outgoing(message.id, message.chat, message.reply, edits))

    async def _later(self, message: Queued, wait: timedelta) -> None:
        await self._claims.put_off(message, wait)
        self.wake()

    async def begin(self) -> None:
        """Where there is one process only, what the one before it had claimed is free."""
        if self.database.sqlite:
            await self._claims.give_back(of_all=True)

    async def drain(self) -> bool:
        """Let the messages that are on their way arrive. What takes longer, and whatever else this worker had claimed,
        is left to the others, or to the next start; whether there was any."""
        deadline = asyncio.get_running_loop().time() + DRAIN_S
        while self._flushing and (left := deadline - asyncio.get_running_loop().time()) > 0:
            await asyncio.wait(set(self._flushing.values()), timeout=left)
            await asyncio.sleep(0)
        late = list(self._flushing.values())
        self._again.clear()
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return await self._claims.give_back()

    # -- timers and calls

    async def work_off(self, at_once: int = 1) -> int:
        """Start sending what is due, and do up to ``at_once`` jobs side by side; returns how many were taken up."""
        async with self.database.read() as session:
            for conversation in await self._claims.waiting(session):
                if conversation not in self._flushing:
                    self._flush_soon(conversation)
            if not await jobs.any_due(session, self.clock.now()):
                return 0
        async with self.database.transaction() as session:
            taken = await jobs.claim(Work(session, self.clock.now(), self.ids), self.worker, at_once)
        await asyncio.gather(*(self._take_up(job) for job in taken))
        return len(taken)

    async def _take_up(self, job: jobs.Job) -> None:
        """A call belongs to the turn that asked for it; a timer begins something of its own."""
        with observing.taken_up(job.cause if job.name in self.calls else None):
            await self._do(job)

    async def _do(self, job: jobs.Job) -> None:
        call = self.calls.get(job.name)
        try:
            if call is None:
                event = Event(job.name, {"subject": job.subject, "job": job.id})
                await self.handle(
                    Incoming("timer", update_id=str(job.id), chat=job.subject, sender="timer", event=event)
                )
                return
            async with asyncio.timeout(LONGEST_CALL_S):
                outcome = await call(job)
            await self.handle(outcome)
            await again(lambda: self._finish(job))
        except Refusal as refused:
            # What commerce refuses now it refuses every time: a person has to look, trying again is of no use.
            log.error("job %s for %s was refused for good: %s", job.name, job.subject, refused)
            async with self.database.transaction() as session:
                await jobs.give_up(Work(session, self.clock.now(), self.ids), job.id, str(refused))
        except Exception:
            log.exception("job %s for %s failed, will try again", job.name, job.subject)
            async with self.database.transaction() as session:
                now = self.clock.now()
                await jobs.put_off(Work(session, now, self.ids), job.id, now + _backoff(job.attempts - 1))

    async def _finish(self, job: jobs.Job) -> None:
        async with self.database.transaction() as session:
            await jobs.finish(Work(session, self.clock.now(), self.ids), job.id)

    async def next_due(self) -> datetime | None:
        """When something waits to be done next: a job, or a message put off or left under a claim."""
        async with self.database.read() as session:
            times = [await jobs.next_due(session), await self._claims.next_due(session)]
        return min((at for at in times if at is not None), default=None)

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
            self.looked_at = asyncio.get_running_loop().time()
            try:
                if await self.work_off(AT_ONCE):
                    continue
                wait = await self._idle_for()
            except Exception as error:
                if away(error):
                    log.warning("the outbox waits for the database: %s", type(error).__name__)
                else:
                    log.exception("the outbox stumbled; it goes on")
                wait = FIRST_RETRY.total_seconds()
            waiters = [asyncio.create_task(self._wake.wait()), asyncio.create_task(stop.wait())]
            await asyncio.wait(waiters, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
            for waiter in waiters:
                waiter.cancel()

    async def _idle_for(self) -> float:
        longest = ALONE_S if self.database.sqlite else BESIDE_OTHERS_S
        due = await self.next_due()
        if due is None:
            return longest
        return min(longest, max(0.0, (due - self.clock.now()).total_seconds()))


def _backoff(attempts: int) -> timedelta:
    """2 s, 4 s, 8 s … at most 10 min."""
    return min(LONGEST_RETRY, timedelta(seconds=2.0 ** min(attempts + 1, 16)))
