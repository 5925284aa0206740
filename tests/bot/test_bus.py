"""Nudges between workers: they arrive, they survive Redis' death and return, and nobody waits for them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.bus import LocalBus
from bot.redis_bus import RedisBus
from tests.peers.redis import RedisServer

WAIT_S = 20.0


class Ear:
    """Hears notes and lets a test wait for them."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self._changed = asyncio.Event()

    def __call__(self, note: str) -> None:
        self.notes.append(note)
        self._changed.set()

    async def hears(self, fits: Callable[[list[str]], bool]) -> None:
        async with asyncio.timeout(WAIT_S):
            while not fits(self.notes):
                self._changed.clear()
                await self._changed.wait()


@asynccontextmanager
async def running(*buses: RedisBus) -> AsyncIterator[None]:
    stop = asyncio.Event()
    tasks = [asyncio.create_task(bus.run(stop)) for bus in buses]
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(asyncio.gather(*tasks), WAIT_S)


async def test_a_note_reaches_the_other_worker_and_only_those_who_listen() -> None:
    with RedisServer() as redis:
        one, two = RedisBus(redis.url), RedisBus(redis.url)
        ear, other = Ear(), Ear()
        two.subscribe("web:minji", ear)
        two.subscribe("web:jun", other)
        async with running(one, two):
            await ear.hears(lambda notes: notes == [""])
            one.publish("web:minji", "news")
            await ear.hears(lambda notes: notes == ["", "news"])
            assert other.notes in ([], [""])


async def test_who_begins_to_listen_later_hears_and_who_stops_does_not() -> None:
    with RedisServer() as redis:
        one, two = RedisBus(redis.url), RedisBus(redis.url)
        first, late = Ear(), Ear()
        two.subscribe("work", first)
        async with running(one, two):
            await first.hears(lambda notes: notes == [""])
            two.subscribe("web:minji", late)
            await late.hears(lambda notes: notes == [""])
            one.publish("web:minji", "1")
            await late.hears(lambda notes: notes == ["", "1"])
            two.unsubscribe("web:minji", late)
            one.publish("web:minji", "2")
            one.publish("work", "3")
            await first.hears(lambda notes: notes == ["", "3"])
            assert late.notes == ["", "1"]


async def test_after_redis_died_and_returned_listeners_are_told_that_they_may_have_missed_something() -> None:
    with RedisServer() as redis:
        one, two = RedisBus(redis.url), RedisBus(redis.url)
        ear = Ear()
        two.subscribe("web:minji", ear)
        async with running(one, two):
            await ear.hears(lambda notes: notes == [""])
            redis.kill()
            async with asyncio.timeout(WAIT_S):
                while two.connected:  # noqa: ASYNC110 - it only shows that it is away
                    await asyncio.sleep(0.01)
            for number in range(5):
                one.publish("web:minji", f"lost {number}")
            redis.start()
            await ear.hears(lambda notes: notes.count("") == 2)
            redis.flush()
            async with asyncio.timeout(WAIT_S):
                while "back" not in ear.notes:
                    one.publish("web:minji", "back")
                    await asyncio.sleep(0.05)


async def test_publishing_without_redis_neither_waits_nor_fails_nor_piles_up() -> None:
    bus = RedisBus("redis://127.0.0.1:9")
    async with running(bus):
        for number in range(30_000):
            bus.publish("work", str(number))
        assert not bus.connected
        assert len(bus._waiting) <= 10_000


def test_a_listener_that_fails_does_not_keep_others_from_hearing() -> None:
    bus = LocalBus()
    heard: list[str] = []

    def fails(_: str) -> None:
        raise ValueError

    bus.subscribe("work", fails)
    bus.subscribe("work", heard.append)
    bus.publish("work", "1")
    assert heard == ["1"]
