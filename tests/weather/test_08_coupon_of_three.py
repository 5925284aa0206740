"""Fifty people claim a coupon of three at once; who cancels an order has the coupon again."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from tests.weather.browsers import Browser
from tests.weather.street import Street, ask_to_pay, street

CLAIMS = 50
CAFE = "두리커피"
HELD = "SELECT count(*) FROM coupon_uses WHERE state = 'held'"


async def enter(stack: AsyncExitStack, one: Street) -> list[Browser]:
    """Fifty people who look at the coupon."""
    servers = one.servers
    people = [await stack.enter_async_context(one.browser(servers[number % len(servers)])) for number in range(CLAIMS)]
    await asyncio.gather(*(person.here() for person in people))
    for person in people:
        await person.sees("쿠폰 받기", CAFE)
    return people


async def test_three_have_it_and_the_others_are_told(tmp_path: Path, cache: Path, street_url: str) -> None:
    async with street(tmp_path, cache, street_url) as one, AsyncExitStack() as stack:
        await one.open_some()
        people = await enter(stack, one)
        await asyncio.gather(*(person.tap("쿠폰 받기", CAFE) for person in people))
        lucky = [person for person in people if person.finds("쿠폰을 받았어요")]
        assert len(lucky) == 3
        for person in people:
            if person not in lucky:
                await person.sees("쿠폰이 모두 나갔")
        assert await one.number(HELD) == 3
        await one.sound()
        await cancelled_and_claimed_again(one, lucky[0], people[:10])


async def cancelled_and_claimed_again(one: Street, minji: Browser, people: list[Browser]) -> None:
    """The coupon comes back to the one who cancelled, and to nobody else."""
    asked = await ask_to_pay(minji, "두리커피에서 아메리카노 한 잔 포장")
    assert asked["payment"]["amount"] == 3000
    assert await one.number(HELD) == 2
    await minji.tap("주문 취소")
    await minji.sees("취소했어요")
    assert await one.number(HELD) == 3
    before = [person.last for person in people]
    await asyncio.gather(*(person.tap("쿠폰 받기", CAFE) for person in people))
    got = [person for person, last in zip(people, before, strict=True) if person.finds("쿠폰을 받았어요", after=last)]
    assert got == []
    assert await one.number("SELECT count(*) FROM coupon_uses") == 3
    asked = await ask_to_pay(minji, "두리커피에서 아메리카노 한 잔 포장")
    assert asked["payment"]["amount"] == 3000
    await one.sound()


async def test_without_the_guard_fifty_have_it(tmp_path: Path, cache: Path, street_url: str) -> None:
    """The negative control: everybody reads that some are left, then takes one."""
    async with street(tmp_path, cache, street_url) as one:
        coupon = (await one.rows("SELECT id FROM coupons"))[0][0]
        read = asyncio.Barrier(CLAIMS)

        async def take(person: int) -> bool:
            claimed = await one.number("SELECT claimed FROM coupons")
            await read.wait()
            if claimed >= 3:
                return False
            await one.change("UPDATE coupons SET claimed = :claimed", claimed=claimed + 1)
            await one.change(
                "INSERT INTO coupon_uses (id, coupon_id, person_id, n, state, claimed_at)"
                " VALUES (:id, :coupon, :person, 1, 'held', CURRENT_TIMESTAMP)",
                id=f"use {person}",
                coupon=coupon,
                person=f"person {person}",
            )
            return True

        assert sum(await asyncio.gather(*(take(person) for person in range(CLAIMS)))) == CLAIMS
        assert [fault.rule for fault in await one.faults()] == ["coupon uses within the total"]
