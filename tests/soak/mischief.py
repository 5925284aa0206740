"""What goes wrong in the simulation: workers killed and stalled, Redis and PostgreSQL ended and started, tills and
messengers that answer badly."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from bot.bench.servers import PostgresServer, RedisServer
from tests.peers.stripe import Fault, StripePeer
from tests.peers.telegram import TelegramPeer
from tests.soak.witness import Witness
from tests.weather.processes import Dangol

KILL_EVERY_S = (3.0, 8.0)
STALL_S = (2.0, 18.0)
"""Longer than a stalled transaction is allowed to hold a chat, now and then."""


def workers_of(server: Dangol) -> list[int]:
    """The processes that serve: gunicorn's children, or the server itself when it is alone."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    return [int(child) for child in children] or [server.pid]


@dataclass
class Mischief:
    """``clock`` gives the run's seconds. ``postgres`` and ``redis`` are None where there are none."""

    server: Dangol
    witness: Witness
    clock: Callable[[], float]
    chance: random.Random
    telegram: TelegramPeer
    stripe: StripePeer | None
    postgres: PostgresServer | None
    redis: RedisServer | None
    done: Counter[str] = field(default_factory=Counter)

    async def rage(self, stop: asyncio.Event) -> None:
        """Workers are killed every few seconds, and much else beside that, until ``stop``; then everything works."""
        await asyncio.gather(self._kill_on(stop), self._spoil_on(stop))
        await self.end()

    async def _kill_on(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await self._wait(stop, self.chance.uniform(*KILL_EVERY_S))
            await self.kill_worker()

    async def _spoil_on(self, stop: asyncio.Event) -> None:
        kinds: list[tuple[int, Callable[[], Awaitable[None]]]] = [(6, self.bad_till), (6, self.bad_messenger)]
        if self.redis is not None:
            kinds += [(2, self.kill_redis), (1, self.flush_redis)]
        if self.postgres is not None:
            kinds += [(3, self.stall_worker), (2, self.restart_postgres), (2, self.end_worker)]
        while not stop.is_set():
            act = self.chance.choices([one for _, one in kinds], [weight for weight, _ in kinds])[0]
            await act()
            await self._wait(stop, self.chance.uniform(0.5, 3.0))

    async def end(self) -> None:
        """The sky clears."""
        self.telegram.faults.clear()
        if self.stripe is not None:
            self.stripe.faults.clear()
        if not self.server.running:
            await self.server.start()
        await self.server.ready()

    def _note(self, what: str) -> None:
        self.done[what] += 1
        self.witness.disruptions.append((self.clock(), what))

    def _some_worker(self) -> int | None:
        try:
            return self.chance.choice(workers_of(self.server))
        except FileNotFoundError:
            return None

    async def kill_worker(self) -> None:
        worker = self._some_worker()
        if worker is None:
            return
        self._note("a worker was killed")
        _signal(worker, signal.SIGKILL)
        if worker == self.server.pid:
            await self.server.gone()
            await self.server.start()

    async def end_worker(self) -> None:
        """As a rolling restart does."""
        worker = self._some_worker()
        if worker is not None and worker != self.server.pid:
            self._note("a worker was asked to end")
            _signal(worker, signal.SIGTERM)

    async def stall_worker(self) -> None:
        worker = self._some_worker()
        if worker is None:
            return
        self._note("a worker was stalled")
        if _signal(worker, signal.SIGSTOP):
            await asyncio.sleep(self.chance.uniform(*STALL_S) if worker != self.server.pid else 2.0)
            _signal(worker, signal.SIGCONT)
            self._note("a stalled worker went on")

    async def kill_redis(self) -> None:
        assert self.redis is not None
        self._note("Redis was killed")
        self.redis.kill()
        await asyncio.sleep(self.chance.uniform(0.5, 5.0))
        self.redis.start()

    async def flush_redis(self) -> None:
        assert self.redis is not None
        self._note("Redis was flushed")
        self.redis.flush()

    async def restart_postgres(self) -> None:
        assert self.postgres is not None
        self._note("PostgreSQL was ended at once and started")
        await asyncio.to_thread(self.postgres.kill)
        await asyncio.sleep(self.chance.uniform(0.2, 3.0))
        await asyncio.to_thread(self.postgres.start)
        self._note("PostgreSQL was there again")

    async def bad_till(self) -> None:
        """The next call answers 500, or not at all, with the work done or not; or an event comes twice."""
        if self.stripe is None:
            return
        call = self.chance.choice(["POST /v1/checkout/sessions", "POST /v1/refunds", "GET /v1/checkout", "POST /v1/"])
        when = self.chance.choice(["before", "after"])
        self.done["a till answered badly"] += 1
        if self.chance.random() < 0.5:
            self.stripe.faults.add(Fault(call, "before" if when == "before" else "after", drop=True))
        elif self.chance.random() < 0.5:
            self.stripe.faults.add(Fault(call, "before" if when == "before" else "after", status=500))
        elif self.stripe.events.happened and self.stripe.events.endpoint is not None:
            await self.stripe.events.deliver(self.chance.choice(self.stripe.events.happened))

    async def bad_messenger(self) -> None:
        """The next call fails, is put off, or loses its answer; or an update comes once more."""
        faults = self.telegram.faults
        kind = self.chance.randrange(5)
        self.done["a messenger answered badly"] += 1
        if kind == 0:
            faults.fail("sendMessage", 502)
        elif kind == 1:
            faults.flood("sendMessage", 1)
        elif kind == 2:
            faults.drop("sendMessage", done=False)
        elif kind == 3 and self.telegram.updates.history:
            await self.telegram.updates.repeat(self.chance.choice(list(self.telegram.updates.history)))
        else:
            faults.at("sendMessage", lambda: self._note("a messenger's answer was lost"), done=True)

    async def _wait(self, stop: asyncio.Event, seconds: float) -> None:
        try:
            await asyncio.wait_for(stop.wait(), seconds)
        except TimeoutError:
            return


def _signal(process: int, number: signal.Signals) -> bool:
    try:
        os.kill(process, number)
    except ProcessLookupError:
        return False
    return True
