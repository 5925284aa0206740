"""What the database promises on a real PostgreSQL, whatever the rest of the run is on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from decimal import Decimal

import psycopg
import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError

from commerce.database import Database, alone
from commerce.shops import Shop
from tests import databases
from tests.commerce.market import Market
from tests.peers.postgresql import PostgresServer

WAIT_S = 20.0


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    made = Database(databases.on_the_server())
    yield made
    await made.close()


async def until(what: Callable[[], Awaitable[bool]]) -> None:
    """Wait for what the server has to see first."""
    async with asyncio.timeout(WAIT_S):
        while not await what():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
async def test_the_usual_addresses_are_understood(database: Database, scheme: str) -> None:
    other = Database(database.url.replace("postgresql", scheme, 1))
    await other.check()
    await other.close()


async def test_a_session_has_its_limits(database: Database) -> None:
    wanted = {"TimeZone": "UTC", "lock_timeout": "10s", "idle_in_transaction_session_timeout": "15s"}
    async with database.read() as session:
        shown = {name: await session.scalar(text(f"SHOW {name}")) for name in wanted}
        assert await session.scalar(text("SHOW application_name")) == "dangol"
    assert shown == wanted


async def test_what_the_address_asks_for_goes_on_top(database: Database) -> None:
    other = Database(f"{database.url}?options=-c%20lock_timeout%3D3s&application_name=mine")
    async with other.read() as session:
        assert await session.scalar(text("SHOW lock_timeout")) == "3s"
        assert await session.scalar(text("SHOW TimeZone")) == "UTC"
        assert await session.scalar(text("SHOW application_name")) == "mine"
    await other.close()


async def test_a_reader_that_does_something_else_leaves_no_transaction_open(database: Database) -> None:
    async with database.read() as session:
        mine = await session.scalar(select(func.pg_backend_pid()))
        state = text("SELECT state FROM pg_stat_activity WHERE pid = :pid")
        async with database.read() as other:
            assert await other.scalar(state, {"pid": mine}) == "idle"


async def test_a_snapshot_sees_one_moment_and_a_reader_what_is_there_by_then(database: Database) -> None:
    count = select(func.count()).select_from(Shop)
    market = Market(database)
    async with database.snapshot() as still, database.read() as moving:
        assert [await still.scalar(count), await moving.scalar(count)] == [0, 0]
        await market.open_shop()
        assert [await still.scalar(count), await moving.scalar(count)] == [0, 1]
        with pytest.raises(DBAPIError, match="read-only"):
            await still.execute(insert(Shop).values(id="x"))


async def test_sums_are_whole_numbers(database: Database) -> None:
    async with database.read() as session:
        assert type(await session.scalar(text("SELECT sum(n) FROM (VALUES (3000000000::bigint), (1)) AS t (n)"))) is int
        assert await session.scalar(text("SELECT 0.5")) == Decimal("0.5")


async def test_what_asked_for_the_same_name_goes_one_after_the_other(database: Database) -> None:
    others = [Database(database.url) for _ in range(3)]
    inside, most = 0, 0

    async def act(by: Database, name: str) -> None:
        nonlocal inside, most
        async with by.transaction() as session:
            await alone(session, name)
            inside += 1
            most = max(most, inside)
            await session.execute(text("SELECT pg_sleep(0.05)"))
            inside -= 1

    await asyncio.gather(*(act(by, "town") for by in others))
    assert most == 1
    await asyncio.gather(*(act(by, f"town {number}") for number, by in enumerate(others)))
    assert most == 3
    for other in others:
        await other.close()


async def test_one_leads_and_another_when_it_ends(database: Database) -> None:
    other = Database(database.url)
    leading: list[str] = []
    ends = {"one": asyncio.Event(), "two": asyncio.Event()}

    async def act(name: str) -> None:
        leading.append(name)
        await ends[name].wait()

    one = asyncio.create_task(database.lead("polling", lambda: act("one")))
    await until(lambda: _is(leading == ["one"]))
    two = asyncio.create_task(other.lead("polling", lambda: act("two")))
    await until(lambda: _waits(database))
    assert leading == ["one"]
    ends["one"].set()
    await one
    await until(lambda: _is(leading == ["one", "two"]))
    two.cancel()
    await asyncio.wait({two})
    await other.close()


async def test_who_loses_the_lead_stops_and_begins_again(database: Database) -> None:
    begun, stopped = 0, 0

    async def act() -> None:
        nonlocal begun, stopped
        begun += 1
        try:
            await asyncio.Event().wait()
        finally:
            stopped += 1

    leader = asyncio.create_task(database.lead("polling", act))
    await until(lambda: _is(begun == 1))
    async with database.read() as session:
        holders = text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted")
        await session.execute(holders)
    await until(lambda: _is((begun, stopped) == (2, 1)))
    leader.cancel()
    await asyncio.wait({leader})


async def test_a_leader_that_fails_says_so(database: Database) -> None:
    async def act() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await database.lead("polling", act)


async def test_a_restart_of_the_server_is_not_noticed_by_who_comes_later() -> None:
    with PostgresServer.temporary(durable=True) as server:
        database = Database(server.create_database("town"))
        async with database.transaction() as session:
            await session.execute(text("CREATE TABLE words AS SELECT 'kept' AS word"))
        stale = [await database.engine.connect() for _ in range(3)]
        for connection in stale:
            await connection.execute(text("SELECT 1"))
            await connection.close()
        await asyncio.to_thread(server.kill)
        with pytest.raises(DBAPIError):
            await database.check()
        await asyncio.to_thread(server.start)
        for _ in stale:
            async with database.read() as session:
                assert await session.scalar(text("SELECT word FROM words")) == "kept"
        await database.close()


async def test_who_stalls_in_the_middle_holds_a_row_for_seconds_only(database: Database) -> None:
    """The stalled one is rolled back by the server; without that the next would wait as long as it stalls."""
    market = Market(database)
    await market.open_shop()
    touch = text("UPDATE shops SET phone = :phone")
    async with await psycopg.AsyncConnection.connect(database.url) as stalled:
        await stalled.execute("SET idle_in_transaction_session_timeout = '300ms'")
        await stalled.commit()
        await stalled.execute("UPDATE shops SET phone = 'mine'")
        async with database.transaction() as session:
            await session.execute(touch, {"phone": "theirs"})
        with pytest.raises(psycopg.Error):
            await stalled.execute("SELECT 1")
    async with database.read() as session:
        assert await session.scalar(select(Shop.phone)) == "theirs"


async def _is(so: bool) -> bool:
    return so


async def _waits(database: Database) -> bool:
    async with database.read() as session:
        return bool(
            await session.scalar(text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"))
        )
