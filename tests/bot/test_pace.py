"""So many at once, then so many a second: in one process, and over several through Redis."""

from __future__ import annotations

import asyncio
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.port import RetryAfter
from bot.messages import Event, Incoming
from bot.pace import Gate, LocalPace, Outward, Pace, Rate, Sluice
from bot.redis_bus import RedisPace
from tests.peers.redis import RedisServer


class Hours:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def taken(pace: Pace, key: str, rate: Rate, tries: int) -> int:
    return sum([await pace.wait(key, rate) == 0 for _ in range(tries)])


@given(
    burst=st.integers(1, 20),
    per_s=st.floats(0.1, 50),
    pauses=st.lists(st.floats(0, 5), min_size=1, max_size=80),
)
def test_in_any_span_no_more_go_than_the_burst_and_what_has_come_since(
    burst: int, per_s: float, pauses: list[float]
) -> None:
    hours = Hours()
    pace = LocalPace(hours)
    gone: list[float] = []

    async def play() -> None:
        for pause in pauses:
            hours.now += pause
            if await pace.wait("one", Rate(burst, per_s)) == 0:
                gone.append(hours.now)

    asyncio.run(play())
    for first, last in itertools.combinations(range(len(gone)), 2):
        assert last - first + 1 <= burst + (gone[last] - gone[first]) * per_s + 1e-3


async def test_after_the_wait_that_was_said_it_goes() -> None:
    hours = Hours()
    pace = LocalPace(hours)
    assert await taken(pace, "one", Rate(3, 0.5), 5) == 3
    wait = await pace.wait("one", Rate(3, 0.5))
    hours.now += wait * 0.99
    assert await pace.wait("one", Rate(3, 0.5)) > 0
    hours.now += wait * 0.02
    assert await pace.wait("one", Rate(3, 0.5)) == 0


async def test_one_who_floods_does_not_hold_up_another() -> None:
    gate = Gate(LocalPace(Hours()), Rate(30, 2.0))
    flood = [Incoming("wire", str(n), chat="mallory", sender="mallory", text="!") for n in range(500)]
    assert [await gate.lets_in(one) for one in flood].count(True) == 30
    assert [await gate.tells(one) for one in flood].count(True) == 1
    assert await gate.lets_in(Incoming("wire", "1", chat="minji", sender="minji", text="안녕하세요"))


async def test_what_no_person_said_is_always_let_in() -> None:
    gate = Gate(LocalPace(Hours()), Rate(1, 0.01))
    event = Incoming("wire", "1", chat="mallory", sender="mallory", event=Event("member.blocked"))
    assert [await gate.lets_in(event) for _ in range(20)] == [True] * 20


async def test_a_messenger_that_would_refuse_is_not_asked_and_others_are() -> None:
    sluice = Sluice(LocalPace(Hours()), {"wire": Outward(chat=Rate(2, 0.1), whole=Rate(3, 0.1))})
    await sluice.passed("wire", "minji")
    await sluice.passed("wire", "minji")
    with pytest.raises(RetryAfter) as later:
        await sluice.passed("wire", "minji")
    assert later.value.seconds == pytest.approx(10.0)
    await sluice.passed("wire", "jun")
    with pytest.raises(RetryAfter):
        await sluice.passed("wire", "sora")
    await sluice.passed("elsewhere", "minji")


async def test_two_workers_count_together_through_redis_and_apart_without() -> None:
    rate = Rate(10, 0.01)
    with RedisServer() as redis:
        one, two = RedisPace(redis.url, LocalPace()), RedisPace(redis.url, LocalPace())
        assert await taken(one, "minji", rate, 7) == 7
        assert await taken(two, "minji", rate, 7) == 3
        assert await two.wait("minji", rate) == pytest.approx(100, rel=0.1)
        assert await taken(two, "jun", rate, 20) == 10
        redis.kill()
        assert await taken(one, "sora", rate, 20) == 10
        assert await taken(two, "sora", rate, 20) == 10
        redis.start()
        await one.close()
        await two.close()


async def test_what_redis_end_has_broken_is_not_noticed_after_it_is_back() -> None:
    rate = Rate(10, 0.01)
    with RedisServer() as redis:
        one, two = RedisPace(redis.url, LocalPace()), RedisPace(redis.url, LocalPace())
        for each in (one, two):
            await asyncio.gather(*(each.wait("jun", rate) for _ in range(5)))
        redis.restart()
        assert await taken(one, "minji", rate, 7) == 7
        assert await taken(two, "minji", rate, 7) == 3
        await one.close()
        await two.close()
