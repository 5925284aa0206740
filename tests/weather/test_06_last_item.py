"""Twenty people want the last scone at once, from two servers where the database allows it."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from tests.weather.street import street

PEOPLE = 20
WANTED = "두리커피에서 스콘 하나 포장"
SOLD = "SELECT held + sold FROM menu_items WHERE price = 3500"


async def test_one_gets_it_and_the_others_are_told_and_offered_more(
    tmp_path: Path, cache: Path, street_url: str
) -> None:
    async with street(tmp_path, cache, street_url) as one, AsyncExitStack() as stack:
        servers = await one.open_some()
        people = [
            await stack.enter_async_context(one.browser(servers[number % len(servers)])) for number in range(PEOPLE)
        ]
        for person in people:
            await person.here()
            await person.say(WANTED)
            await person.sees("결제하기", "스콘 × 1")
        before = [person.last for person in people]
        await asyncio.gather(*(person.tap("결제하기") for person in people))
        losers = 0
        for person, last in zip(people, before, strict=True):
            answer = (await person.sees("", after=last))["text"]
            if "품절" in answer:
                losers += 1
                assert {"더 담기", "스콘 빼기"} <= {button["label"] for button in person.told(last)[-1]["buttons"]}
            else:
                await person.sees("3,500원", "결제", after=last)
        assert losers == PEOPLE - 1
        assert await one.number("SELECT count(*) FROM orders") == 1
        assert await one.number(SOLD) == 1
        await one.sound()


async def test_without_the_guard_all_of_them_get_it(tmp_path: Path, cache: Path, street_url: str) -> None:
    """The negative control: everybody reads that one is left, then takes it."""
    async with street(tmp_path, cache, street_url) as one:
        read = asyncio.Barrier(PEOPLE)

        async def take(person: int) -> bool:
            free = await one.number("SELECT stock - held - sold FROM menu_items WHERE price = 3500")
            await read.wait()
            if free < 1:
                return False
            await one.change("UPDATE menu_items SET held = :held WHERE price = 3500", held=1)
            return True

        assert sum(await asyncio.gather(*(take(person) for person in range(PEOPLE)))) == PEOPLE
