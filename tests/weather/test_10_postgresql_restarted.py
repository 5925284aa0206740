"""PostgreSQL is ended at once and started again while people are busy at two servers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import psycopg
import pytest

from tests.peers.postgresql import PostgresServer
from tests.weather.browsers import Browser
from tests.weather.street import street

PEOPLE = 6
TAPS = 10
LONG_S = 90.0


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """One of the test's own, which keeps what it committed."""
    with PostgresServer.temporary(durable=True) as own:
        yield own


async def busy(person: Browser) -> None:
    for _ in range(TAPS):
        await person.act({"type": "say", "text": "아메리카노 하나 추가"}, limit_s=LONG_S)


async def test_people_hear_of_it_and_everything_is_there_once(
    tmp_path: Path, cache: Path, server: PostgresServer
) -> None:
    async with street(tmp_path, cache, server.create_database("street")) as one, AsyncExitStack() as stack:
        servers = [await one.open(), await one.open()]
        pids = [each.pid for each in servers]
        people = [
            await stack.enter_async_context(one.browser(servers[n % 2], patience_s=LONG_S)) for n in range(PEOPLE)
        ]
        for person in people:
            await person.say("두리커피 메뉴")
            await person.sees("아메리카노")
        taps = asyncio.gather(*(busy(person) for person in people))
        await people[0].until(lambda: people[0].finds("아메리카노 × 3"), LONG_S)
        await asyncio.to_thread(server.kill)
        sentence = await people[0].until(lambda: people[0].sentences[-1:] or None, LONG_S, "a sentence")
        assert "다시 보내 주세요" in sentence[0]["text"]["ko"]
        await asyncio.to_thread(server.start)
        await taps
        for person in people:
            await person.sees(f"아메리카노 × {TAPS}", limit_s=LONG_S)
            assert person.breaks == 0
        quantities = await one.rows("SELECT quantity FROM cart_lines")
        assert [row[0] for row in quantities] == [TAPS] * PEOPLE
        assert [each.pid for each in servers if each.running] == pids
        await one.sound()


async def test_a_server_that_answers_before_it_has_written_loses_what_it_acknowledged(server: PostgresServer) -> None:
    """The negative control: with the commit acknowledged before it is on disk, it is gone after the crash."""
    url = server.create_database("hasty")
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
        await connection.execute("SELECT pg_reload_conf()")
        await connection.execute("CREATE TABLE acts (number int)")
        await connection.execute("CHECKPOINT")
        await connection.execute("SET synchronous_commit = off")
        for number in range(TAPS):
            await connection.execute("INSERT INTO acts VALUES (%s)", (number,))
        await asyncio.to_thread(server.kill)
    await asyncio.to_thread(server.start)
    async with await psycopg.AsyncConnection.connect(url) as connection:
        kept = await (await connection.execute("SELECT count(*) FROM acts")).fetchone()
    assert kept is not None and kept[0] < TAPS
