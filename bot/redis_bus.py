"""What workers share through Redis: nudges, and counts of how fast things go. While it is away, nudges are lost and
workers look at the database instead, and each counts for itself."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as BrokenConnection
from redis.exceptions import RedisError

from bot.bus import Heard, Listeners
from bot.metrics import metrics
from bot.pace import Pace, Rate

log = logging.getLogger(__name__)

PREFIX = "dangol:"
PATIENCE_S = 1.0
"""A command that takes longer has failed."""
PAUSES_S = (0.1, 0.2, 0.5, 1.0, 2.0)
"""Before each further try to connect; a random half is taken off, so that workers do not come in step."""
PING_EVERY_S = 4.0
SILENT_FOR_S = 10.0
"""A connection from which not even a ping comes back for so long is dead."""
MOST_WAITING = 10_000
MOST_AT_ONCE = 200
GONE = (RedisError, OSError, TimeoutError)


def connect(url: str) -> Redis:
    """A client that fails fast: whoever uses it does without Redis then. A connection that Redis' last end has left
    broken is made anew once."""
    client: Redis = Redis.from_url(
        url,
        socket_connect_timeout=PATIENCE_S,
        socket_timeout=PATIENCE_S,
        retry=Retry(NoBackoff(), 1, supported_errors=(BrokenConnection,)),
        decode_responses=True,
    )
    return client


class RedisBus:
    """Nudges over Redis' publish and subscribe."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.connected = False
        self._listeners = Listeners()
        self._waiting: deque[tuple[str, str]] = deque(maxlen=MOST_WAITING)
        self._to_publish = asyncio.Event()
        self._published = asyncio.Event()
        self._changes: asyncio.Queue[tuple[bool, str]] = asyncio.Queue()

    def publish(self, topic: str, note: str) -> None:
        self._waiting.append((PREFIX + topic, note))
        self._published.clear()
        self._to_publish.set()

    def subscribe(self, topic: str, heard: Heard) -> None:
        if self._listeners.add(topic, heard):
            self._changes.put_nowait((True, PREFIX + topic))

    def unsubscribe(self, topic: str, heard: Heard) -> None:
        if self._listeners.remove(topic, heard):
            self._changes.put_nowait((False, PREFIX + topic))

    async def run(self, stop: asyncio.Event) -> None:
        tasks = [asyncio.create_task(self._keep(act)) for act in (self._listen, self._send)]
        await stop.wait()
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S if self.connected and self._waiting else 0):
                await self._published.wait()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _keep(self, act: Callable[[Redis, Callable[[], None]], Awaitable[None]]) -> None:
        """Do ``act`` again whenever its connection breaks; it calls what it is given when it is well connected."""
        failures = 0

        def well() -> None:
            nonlocal failures
            if failures:
                log.info("Redis is back")
            failures = 0

        while True:
            client = connect(self.url)
            try:
                await act(client, well)
            except GONE as error:
                if failures == 0:
                    log.warning("Redis is away; news between workers takes a little longer: %s", error)
                pause = PAUSES_S[min(failures, len(PAUSES_S) - 1)]
                failures += 1
                await asyncio.sleep(pause * random.uniform(0.5, 1.0))
            finally:
                with suppress(*GONE):
                    await client.aclose()

    # -- publishing

    async def _send(self, client: Redis, well: Callable[[], None]) -> None:
        while True:
            await self._to_publish.wait()
            self._to_publish.clear()
            while self._waiting:
                some = [self._waiting.popleft() for _ in range(min(MOST_AT_ONCE, len(self._waiting)))]
                pipeline = client.pipeline(transaction=False)
                for topic, note in some:
                    pipeline.publish(topic, note)
                await pipeline.execute()
                metrics().nudges.labels("sent").inc(len(some))
                well()
            self._published.set()

    # -- listening

    async def _listen(self, client: Redis, well: Callable[[], None]) -> None:
        pubsub = client.pubsub()
        topics = [PREFIX + topic for topic in self._listeners.topics()]
        while not self._changes.empty():
            self._changes.get_nowait()
        # One topic that nobody publishes to keeps the connection a subscriber's, whoever comes and goes.
        await pubsub.subscribe(PREFIX, *topics)
        change = asyncio.create_task(self._change(pubsub))
        try:
            await self._read(pubsub, well)
        finally:
            self.connected = False
            metrics().bus.set(0)
            change.cancel()
            await asyncio.gather(change, return_exceptions=True)
            with suppress(*GONE):
                await pubsub.aclose()  # type: ignore[no-untyped-call]

    async def _change(self, pubsub: PubSub) -> None:
        while True:
            begins, topic = await self._changes.get()
            with suppress(*GONE):
                await (pubsub.subscribe(topic) if begins else pubsub.unsubscribe(topic))

    async def _read(self, pubsub: PubSub, well: Callable[[], None]) -> None:
        now = asyncio.get_running_loop().time
        heard_at, asked_at = now(), now()
        while True:
            message: Mapping[str, Any] | None = await pubsub.get_message(timeout=1.0)
            if message is not None:
                heard_at = now()
                self._take(message, well)
            elif now() - heard_at > SILENT_FOR_S:
                raise TimeoutError("nothing comes back")
            if now() - asked_at > PING_EVERY_S:
                asked_at = now()
                await pubsub.ping()

    def _take(self, message: Mapping[str, Any], well: Callable[[], None]) -> None:
        topic = str(message["channel"]).removeprefix(PREFIX)
        if message["type"] == "message":
            metrics().nudges.labels("heard").inc()
            self._listeners.tell(topic, str(message["data"]))
        elif message["type"] == "subscribe":
            if not topic:
                self.connected = True
                metrics().bus.set(1)
                well()
            # Redis listens from here on; what was said before that was missed.
            self._listeners.tell(topic, "")


_TAKE = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local step, span = 1 / ARGV[2], ARGV[1] / ARGV[2]
local due = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now) + step
if due - now - span > 0.000001 then
  return tostring(due - now - span)
end
redis.call('SET', KEYS[1], string.format('%.6f', due), 'PX', math.ceil((due - now) * 1000) + 1)
return '0'
"""
"""The key's own time when all is free again; Redis' clock, so that workers need not agree on theirs."""
WITHOUT_S = 2.0
"""After a failure Redis is left alone for so long."""


class RedisPace:
    """One count for all workers. While Redis is away each counts for itself, ``instead``."""

    def __init__(self, url: str, instead: Pace) -> None:
        self._client = connect(url)
        self._take = self._client.register_script(_TAKE)
        self._instead = instead
        self._away_until = 0.0

    async def wait(self, key: str, rate: Rate) -> float:
        now = asyncio.get_running_loop().time()
        if now >= self._away_until:
            try:
                return float(await self._take(keys=[f"{PREFIX}pace:{key}"], args=[rate.burst, rate.per_s]))
            except GONE as error:
                log.warning("Redis does not count; every worker counts for itself: %s", type(error).__name__)
                self._away_until = now + WITHOUT_S
        return await self._instead.wait(key, rate)

    async def close(self) -> None:
        with suppress(*GONE):
            await self._client.aclose()
