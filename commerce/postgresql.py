"""How Dangol is connected to PostgreSQL: a bounded pool that survives a restart of the server, and locks by name."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from pydantic_core import from_json
from sqlalchemy import URL, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

log = logging.getLogger(__name__)

DRIVER = "postgresql+psycopg"
CONNECTIONS = 8
"""Kept open per process; a turn uses one."""
MORE_CONNECTIONS = 4
"""Opened beside them for a while. Eight processes fit into PostgreSQL's ordinary 100 connections."""
WAIT_S = 10
"""How long to wait for a connection, for a lock, and for a server to be reached."""
IDLE_S = 1.0
"""A connection unused for longer is asked whether it still lives before it is used."""
PULSE_S = 2.0
"""How often a leader makes sure that it is still one, and somebody who cannot ask tries again."""
SILENT_S = 8
"""A leader of whom PostgreSQL hears nothing for so long leads no more: its machine may be gone, or it stands still."""

_OPTIONS = (
    "-c timezone=UTC",
    # A stalled worker must not hold a chat for ever: its transaction is rolled back, and others do not wait for it.
    "-c idle_in_transaction_session_timeout=15s",
    f"-c lock_timeout={WAIT_S}s",
)
_ARGUMENTS = {
    "application_name": "dangol",
    "connect_timeout": WAIT_S,
    "keepalives_idle": 30,
    "tcp_user_timeout": 15_000,
}


def engine_for(url: URL) -> AsyncEngine:
    """The engine with its pool. ``url``'s own parameters go to libpq, before those from here."""
    arguments = {name: value for name, value in _ARGUMENTS.items() if name not in url.query}
    options = " ".join((*_OPTIONS, str(url.query.get("options", "")))).strip()
    engine = create_async_engine(
        url.set(drivername=DRIVER).difference_update_query(["options"]),
        json_deserializer=from_json,
        pool_size=CONNECTIONS,
        max_overflow=MORE_CONNECTIONS,
        pool_timeout=WAIT_S,
        connect_args={**arguments, "options": options},
    )
    sync = engine.sync_engine
    event.listen(sync, "connect", _configure)
    event.listen(sync, "checkin", _put_back)

    def still_there(connection: Any, record: Any, _fairy: Any) -> None:
        if time.monotonic() - record.info.get("used", 0.0) < IDLE_S:
            return
        try:
            sync.dialect.do_ping(connection)
        except sync.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError() from error

    event.listen(sync, "checkout", still_there)
    return engine


async def lead(url: URL, name: str, act: Callable[[], Awaitable[None]]) -> None:
    """Do ``act`` while no other process does what goes by this name; wait for that as long as it takes.

    The lead is a lock on a connection of its own. Where that is lost (a restart of the server), ``act`` is cancelled
    within ``PULSE_S`` and done again once this process leads again. Returns or raises when ``act`` does.
    """
    where = url.set(drivername="postgresql").render_as_string(hide_password=False)
    while True:
        try:
            return await _led(where, name, act)
        except psycopg.OperationalError as error:
            log.warning("the lead of %s is lost, asking for it again: %s", name, error)
            await asyncio.sleep(PULSE_S)


async def _led(where: str, name: str, act: Callable[[], Awaitable[None]]) -> None:
    async with await psycopg.AsyncConnection.connect(where, autocommit=True, **_ARGUMENTS) as connection:  # type: ignore[arg-type]
        await connection.execute(f"SET idle_session_timeout = '{SILENT_S}s'")
        await connection.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [name])
        acting = asyncio.ensure_future(act())
        try:
            while not (await asyncio.wait({acting}, timeout=PULSE_S))[0]:
                await connection.execute("SELECT 1")
            await acting
        finally:
            acting.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await acting


class _WholeNumber(Loader):
    """Sums of 64-bit numbers are ``numeric``; ours are whole."""

    def load(self, data: Buffer) -> int | Decimal:
        written = bytes(data).decode()
        return Decimal(written) if "." in written else int(written)


def _configure(connection: Any, record: Any) -> None:
    own: psycopg.AsyncConnection[Any] = connection.driver_connection
    own.adapters.register_loader("numeric", _WholeNumber)
    own.prepared_max = 500
    record.info["used"] = time.monotonic()


def _put_back(_connection: Any, record: Any) -> None:
    record.info["used"] = time.monotonic()
