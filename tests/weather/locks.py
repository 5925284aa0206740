"""Locks that a test holds in a street's database, so that a server waits where the test wants it."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
from sqlalchemy import make_url


def plain_url(database_url: str) -> str:
    """The address as libpq takes it."""
    url = make_url(database_url).set(drivername="postgresql")
    return url.render_as_string(hide_password=False)


@asynccontextmanager
async def held(database_url: str, table: str = "received") -> AsyncIterator[None]:
    """Nobody else writes into ``table``; on SQLite, which has one writer, into anything."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        file = sqlite3.connect(url.database or "", isolation_level=None)
        file.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            file.close()
        return
    async with await psycopg.AsyncConnection.connect(plain_url(database_url)) as connection:
        await connection.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
        yield
        await connection.rollback()
