"""On PostgreSQL the numbers of a conversation's messages grow in the order of commits, and turns do not block each
other needlessly."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import insert, select, text

from bot import people
from bot.messages import Incoming, Reply
from bot.outgoing import Draft, OutgoingMessage, queue
from bot.people import Conversation
from commerce.database import Database
from commerce.work import Ids, SystemClock, Work
from tests import databases

WAIT_S = 30.0


@asynccontextmanager
async def chats(*names: str) -> AsyncIterator[tuple[Database, dict[str, Conversation]]]:
    database = Database(databases.on_the_server())
    try:
        async with database.transaction() as session:
            work = Work(session, SystemClock().now(), Ids())
            talks = {name: (await people.enter(work, "wire", name, name=name)).conversation for name in names}
        yield database, talks
    finally:
        await database.close()


def work_on(session: object) -> Work:
    return Work(session, SystemClock().now(), Ids())  # type: ignore[arg-type]


def drafts(*talks: Conversation) -> list[Draft]:
    return [Draft(talk, Reply("…"), None, replayed=True) for talk in talks]


async def waits_for_a_lock(database: Database) -> None:
    async with asyncio.timeout(WAIT_S):
        while True:
            async with database.read() as session:
                waiting = await session.scalar(
                    text(
                        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                        " AND datname = current_database()"
                    )
                )
            if waiting:
                return
            await asyncio.sleep(0.01)


@pytest.mark.usefixtures("postgresql")
async def test_a_later_commit_has_the_larger_number() -> None:
    async with chats("minji") as (database, talks):

        async def second() -> int:
            async with database.transaction() as session:
                return (await queue(work_on(session), drafts(talks["minji"])))[0].id

        async with database.transaction() as session:
            first = (await queue(work_on(session), drafts(talks["minji"])))[0].id
            later = asyncio.create_task(second())
            await waits_for_a_lock(database)
            assert not later.done()
        assert await asyncio.wait_for(later, WAIT_S) > first


@pytest.mark.usefixtures("postgresql")
async def test_without_the_lock_a_later_commit_may_have_the_smaller_number() -> None:
    """The control of the test above: who has seen the larger number by then never looks for the smaller one."""
    async with chats("minji") as (database, talks):
        row = {"conversation_id": talks["minji"].id, "reply": {}, "created_at": SystemClock().now()}
        into = insert(OutgoingMessage).values(**row).returning(OutgoingMessage.id)
        async with database.transaction() as slow:
            smaller = (await slow.execute(into)).scalar_one()
            async with database.transaction() as quick:
                larger = (await quick.execute(into)).scalar_one()
            async with database.read() as session:
                seen = list(await session.scalars(select(OutgoingMessage.id)))
        assert seen == [larger]
        assert smaller < larger


@pytest.mark.usefixtures("postgresql")
async def test_turns_that_tell_the_same_people_in_another_order_do_not_deadlock() -> None:
    async with chats("minji", "jun", "sora") as (database, talks):

        async def tell(*names: str) -> None:
            for _ in range(10):
                async with database.transaction() as session:
                    await queue(work_on(session), drafts(*(talks[name] for name in names)))

        telling = (tell("minji", "jun", "sora"), tell("sora", "jun", "minji"), tell("jun", "sora"), tell("sora", "jun"))
        await asyncio.wait_for(asyncio.gather(*telling), 60)


@pytest.mark.usefixtures("postgresql")
async def test_who_is_in_a_turn_of_their_own_can_be_told_something_meanwhile() -> None:
    async with chats("minji") as (database, talks), database.transaction() as own:
        await people.arrive(work_on(own), Incoming("wire", "1", chat="minji", sender="minji", text="안녕하세요"))

        async def tell() -> None:
            async with database.transaction() as session:
                await session.execute(text("SET LOCAL lock_timeout = '2s'"))
                await queue(work_on(session), drafts(talks["minji"]))

        await asyncio.wait_for(tell(), WAIT_S)


@pytest.mark.usefixtures("postgresql")
async def test_a_stronger_lock_would_hold_up_whoever_tells_them_something() -> None:
    """The control of the test above."""
    async with chats("minji") as (database, talks), database.transaction() as own:
        await own.execute(select(Conversation).where(Conversation.chat == "minji").with_for_update())
        with pytest.raises(Exception, match="lock timeout"):
            async with database.transaction() as session:
                await session.execute(text("SET LOCAL lock_timeout = '200ms'"))
                await queue(work_on(session), drafts(talks["minji"]))


@pytest.mark.usefixtures("postgresql")
async def test_each_message_knows_the_one_before_it() -> None:
    async with chats("minji", "jun") as (database, talks):
        async with database.transaction() as session:
            one, other = await queue(work_on(session), drafts(talks["minji"], talks["jun"]))
        async with database.transaction() as session:
            two, three = await queue(work_on(session), drafts(talks["minji"], talks["minji"]))
    assert (one.before, other.before, two.before, three.before) == (0, 0, one.id, two.id)
