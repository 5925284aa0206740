"""No room on the disk, or a database that somebody else has locked: said plainly, nothing half done, and then it
goes on.

On SQLite the operating system refuses the server's writes (a limit on the size of its files). On PostgreSQL a trigger
raises what the server itself raises when its disk is full, as a disk of a test's own is not to be had everywhere.
"""

from __future__ import annotations

import resource
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from tests.weather.browsers import Browser
from tests.weather.locks import held
from tests.weather.processes import Dangol
from tests.weather.street import Street, street

HELD = "UPDATE menu_items SET held = held + 1 WHERE price = 3500"
ORDER = "하나치킨 후라이드 한 마리 포장"


@asynccontextmanager
async def no_room(one: Street, server: Dangol | None) -> AsyncIterator[None]:
    """Not a byte more can be kept, by ``server`` or by anybody."""
    if server is not None and one.database.sqlite:
        most = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (0, most[1]))
        yield
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, most)
        return
    await one.change(
        "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$"
    )
    await one.change("CREATE TRIGGER no_room BEFORE INSERT ON payments EXECUTE FUNCTION no_room()")
    yield
    await one.change("DROP TRIGGER no_room ON payments")


async def ready_to_order(minji: Browser) -> None:
    await minji.here()
    await minji.say(ORDER)
    await minji.sees("결제하기")


async def is_told_and_nothing_is_done(one: Street, minji: Browser, tap: str) -> None:
    answer = await minji.until(lambda: minji.answers.get(tap), 45.0, "an answer")
    assert answer["type"] == "error"
    assert "다시 보내 주세요" in answer["text"]["ko"]
    assert await one.number("SELECT count(*) FROM orders") == 0
    assert await one.number("SELECT count(*) FROM outgoing WHERE CAST(reply AS text) LIKE '%결제 창%'") == 0


async def goes_on(one: Street, minji: Browser, tap: str) -> None:
    await minji.taken(tap)
    assert (await minji.sees_payment())["payment"]["amount"] == 18000
    assert await one.number("SELECT count(*) FROM orders") == 1
    await one.sound()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets another process's limits be set")
async def test_a_full_disk_is_said_and_forgotten_when_there_is_room(
    tmp_path: Path, cache: Path, street_url: str
) -> None:
    async with street(tmp_path, cache, street_url) as one:
        server = await one.open()
        async with one.browser() as minji:
            await ready_to_order(minji)
            async with no_room(one, server):
                tap = await minji.put(minji.key("결제하기"))
                await is_told_and_nothing_is_done(one, minji, tap)
            await goes_on(one, minji, tap)


async def test_a_locked_database_is_said_and_forgotten_when_it_is_free(
    tmp_path: Path, cache: Path, street_url: str
) -> None:
    async with street(tmp_path, cache, hurried(street_url)) as one:
        await one.open()
        async with one.browser(patience_s=60.0) as minji:
            await ready_to_order(minji)
            async with held(street_url, "payments"):
                tap = await minji.put(minji.key("결제하기"))
                await is_told_and_nothing_is_done(one, minji, tap)
            await goes_on(one, minji, tap)


def hurried(street_url: str) -> str:
    """Who waits for a lock gives up sooner than usual, where the address can say so."""
    return street_url if street_url.startswith("sqlite") else f"{street_url}?options=-c%20lock_timeout%3D500ms"


async def test_writes_of_their_own_are_left_half_done(tmp_path: Path, cache: Path, street_url: str) -> None:
    """The negative control: were the writes of a turn not one transaction, what came before the full disk would stay."""
    async with street(tmp_path, cache, street_url) as one:
        if one.database.sqlite:
            in_a_full_file(street_url)
        else:
            async with no_room(one, None):
                await one.change(HELD)
                with pytest.raises(DBAPIError, match="No space left"):
                    await one.change("INSERT INTO payments (id) VALUES ('the chicken''s')")
        assert [fault.rule for fault in await one.faults()] == ["stock agrees with orders"]


def in_a_full_file(street_url: str) -> None:
    """Hold a scone, then write down for whom, for which there is no room any more."""
    file = sqlite3.connect(make_url(street_url).database or "", isolation_level=None)
    file.execute(f"PRAGMA max_page_count = {file.execute('PRAGMA page_count').fetchone()[0]}")
    file.execute(HELD)
    with pytest.raises(sqlite3.OperationalError, match="full"):
        file.execute("INSERT INTO received VALUES ('web', ?, 'now')", ("somebody" * 10000,))
    file.close()
