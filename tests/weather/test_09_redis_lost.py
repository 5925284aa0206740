"""Redis is killed, comes back and forgets everything while people are busy at two servers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from tests.peers.redis import RedisServer
from tests.weather.browsers import Browser
from tests.weather.street import Street, ask_to_pay, street

PEOPLE = 6
TAPS = 8


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    with RedisServer() as server:
        yield server


async def busy(person: Browser) -> None:
    """Put coffee into the cart, cup by cup."""
    for _ in range(TAPS):
        await person.act({"type": "say", "text": "아메리카노 하나 추가"}, limit_s=60.0)


async def listening(redis: RedisServer) -> int:
    """How many connections wait for nudges."""
    client: Redis = Redis.from_url(redis.url)
    try:
        return sum(
            [int(count) for topic in await client.pubsub_channels() for _, count in await client.pubsub_numsub(topic)]
        )
    except RedisError:
        return 0
    finally:
        await client.aclose()


async def nudged_again(redis: RedisServer, before: int) -> None:
    """Wait until as many wait for nudges as before."""
    async with asyncio.timeout(30):
        while await listening(redis) < before:  # noqa: ASYNC110 - Redis tells nobody who listens
            await asyncio.sleep(0.1)


async def everything_is_shown(one: Street, person: Browser) -> None:
    """Every message of this person's chat is on the screen, once each."""
    rows = await one.rows(
        "SELECT id FROM outgoing WHERE conversation_id = (SELECT conversation_id FROM outgoing WHERE id = :seen)"
        " ORDER BY id",
        seen=person.last,
    )
    wanted = [row[0] for row in rows]
    await person.until(lambda: set(wanted) <= set(person.shown) or None, 30.0, "every message")
    assert sorted(person.shown) == wanted


async def test_everything_arrives_once_and_nudges_come_back(
    tmp_path: Path, cache: Path, postgresql_url: str, redis: RedisServer
) -> None:
    async with street(tmp_path, cache, postgresql_url, redis_url=redis.url) as one, AsyncExitStack() as stack:
        first, second = await one.open(), await one.open()
        hana = await stack.enter_async_context(one.browser(second, shop="hana-chicken"))
        people = [await stack.enter_async_context(one.browser(first, second)) for _ in range(PEOPLE)]
        for person in people:
            await person.say("두리커피 메뉴")
            await person.sees("아메리카노")
        waiting = await listening(redis)
        assert waiting > 0
        taps = asyncio.gather(*(busy(person) for person in people))
        await people[0].until(lambda: people[0].finds("아메리카노 × 2"), 30.0)
        redis.kill()
        await people[0].until(lambda: people[0].finds("아메리카노 × 5"), 60.0)
        redis.start()
        redis.flush()
        await taps
        for person in people:
            await person.sees(f"아메리카노 × {TAPS}")
            await everything_is_shown(one, person)
        await nudged_again(redis, waiting)
        minji = await stack.enter_async_context(one.browser(first))
        await one.pay(await ask_to_pay(minji), at=first)
        await hana.sees("새 주문", "후라이드치킨 × 1")
        await one.sound()


async def test_what_only_a_nudge_says_is_lost_with_redis(redis: RedisServer) -> None:
    """The negative control: were the news itself sent over Redis, those who miss it would never hear of it."""
    listener: Redis = Redis.from_url(redis.url)
    async with listener.pubsub() as ear:
        await ear.subscribe("news")
        assert (await ear.get_message(timeout=5))["type"] == "subscribe"
        redis.kill()
        teller: Redis = Redis.from_url(redis.url)
        with pytest.raises(RedisError):
            await teller.publish("news", "your order was taken")
        await teller.aclose()
        redis.start()
        again: Redis = Redis.from_url(redis.url)
        async with again.pubsub() as second_ear:
            await second_ear.subscribe("news")
            assert (await second_ear.get_message(timeout=5))["type"] == "subscribe"
            assert await second_ear.get_message(ignore_subscribe_messages=True, timeout=0.2) is None
        await again.aclose()
    await listener.aclose()
