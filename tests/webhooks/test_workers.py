"""`dangol run --workers 2`: one address, processes that die or are replaced, and nobody notices more than a pause."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from tests.bot.commands import dangol
from tests.dialogues.stage import town_path
from tests.peers.postgresql import PostgresServer
from tests.weather.processes import Dangol

WAIT_S = 60.0


def workers_of(server: Dangol) -> set[int]:
    """Its processes' ids."""
    listed = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text()
    return {int(one) for one in listed.split()}


async def until_workers(server: Dangol, number: int, without: set[int]) -> set[int]:
    """Wait until ``number`` workers serve, none of them among ``without``."""
    async with asyncio.timeout(WAIT_S):
        while len(found := workers_of(server)) != number or found & without:  # noqa: ASYNC110 - no bell rings
            await asyncio.sleep(0.1)
    return found


async def test_sqlite_has_room_for_one_and_says_what_to_do(tmp_path: Path) -> None:
    ran = await dangol(tmp_path, "run", "--workers", "2")
    assert ran.code == 2
    assert "DATABASE_URL" in ran.err
    assert "Traceback" not in ran.err


async def test_workers_that_die_or_are_replaced_leave_the_server_serving(
    tmp_path: Path, postgresql: PostgresServer
) -> None:
    url = postgresql.create_database(f"workers_{os.getpid()}")
    server = Dangol(tmp_path, "--workers", "2", town=town_path("testville"), database_url=url)
    await server.start()
    try:
        first = await until_workers(server, 2, set())
        victim = min(first)
        server_pid, survivors = server.pid, first - {victim}
        os.kill(victim, signal.SIGKILL)
        second = await until_workers(server, 2, {victim})
        assert survivors < second
        await server.ready()
        server.send(signal.SIGHUP)
        third = await until_workers(server, 2, second)
        assert server.pid == server_pid and not third & second
        await server.ready()
        assert await server.stop() == 0
        assert "Traceback" not in "".join(server.log)
    finally:
        if server.running:
            await server.kill()
    claimed = "SELECT count(*) FROM jobs WHERE claimed_by IS NOT NULL"
    with psycopg.connect(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)) as left:
        assert left.execute(claimed).fetchone() == (0,)
