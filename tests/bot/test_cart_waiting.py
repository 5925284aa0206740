"""A cart is brought up again once, even to somebody who writes on two messengers at once."""

from __future__ import annotations

from sqlalchemy import select, update

from bot.people import Conversation
from commerce import carts
from commerce.cart_records import Cart
from commerce.work import Work
from tests.bot.working import HERE, Desk


async def both_looked(desk: Desk, guarded: bool) -> int:
    """How many of two turns, which both see that it was not brought up, then do."""
    await desk.do("minji", text="근처 카페")
    await desk.do("minji", location=HERE)
    await desk.do("minji", text="두리커피 라떼 두 잔")
    async with desk.application.database.read() as session:
        person = await session.scalar(select(Conversation.person_id).where(Conversation.chat == "minji"))
        seen = [await session.scalar(select(Cart.brought_up_at).where(Cart.person_id == person)) for _ in range(2)]
    told = 0
    for already in seen:
        async with desk.application.database.transaction() as session:
            work = Work(session, desk.clock.now(), desk.application.ids)
            if guarded:
                told += await carts.bring_up(work, str(person))
            elif already is None:
                await session.execute(update(Cart).where(Cart.person_id == person).values(brought_up_at=work.now))
                told += 1
    return told


async def test_of_two_at_once_one_brings_it_up(desk: Desk) -> None:
    assert await both_looked(desk, guarded=True) == 1


async def test_without_the_guard_both_would(desk: Desk) -> None:
    """The negative control."""
    assert await both_looked(desk, guarded=False) == 2
