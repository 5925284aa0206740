"""The database, SQLite or PostgreSQL, behind one way to open a transaction."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from pydantic_core import from_json
from sqlalchemy import URL, BigInteger, DateTime, Integer, MetaData, Table, event, make_url, text
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import NoSuchModuleError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from commerce.one_trip import connect

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Utc(TypeDecorator[datetime]):
    """An aware UTC time. SQLite keeps none of the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive time cannot be stored; pass an aware one")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        stored: datetime = value
        return stored.replace(tzinfo=UTC) if stored.tzinfo is None else stored.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    # SQLite's INTEGER has 64 bits already, and only that word makes a key that counts by itself there.
    type_annotation_map = {datetime: Utc, int: Integer().with_variant(BigInteger, "postgresql")}


def table(mapped: type[Base]) -> Table:
    """The table of a mapped class. Statements over its columns read and write plain values, at a third of the cost."""
    return Base.metadata.tables[mapped.__tablename__]


class Database:
    """Opens transactions. SQLite has one writer, so writers queue here in order instead of polling its file lock."""

    def __init__(self, url: str) -> None:
        """``url``: of SQLAlchemy; ``postgres://`` and ``postgresql://`` will do. Raises ArgumentError for what is no such address,
        NoSuchModuleError for another kind of database."""
        self.url = url
        parts = make_url(re.sub("^postgres:", "postgresql:", url))
        if parts.drivername not in _DRIVERS:
            raise NoSuchModuleError(f"{parts.drivername} is not known here, {' and '.join(_DRIVERS[:2])} are")
        self.sqlite = parts.get_backend_name() == "sqlite"
        self.engine: AsyncEngine = _sqlite(parts, lambda: self.url) if self.sqlite else _postgresql(parts)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        # Each statement on its own: a reader then never keeps a transaction open while it does something else.
        reading = self.engine if self.sqlite else self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._readers = async_sessionmaker(reading, expire_on_commit=False, autoflush=False)
        self._writer = asyncio.Lock()
        if self.sqlite:
            event.listen(self.engine.sync_engine, "connect", _configure_sqlite)
            event.listen(self.engine.sync_engine, "begin", _begin_sqlite)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A writing transaction: committed at the end of the block, rolled back when it raises."""
        if self.sqlite:
            async with self._writer, self._sessions() as session, session.begin():
                yield session
        else:
            async with self._sessions() as session, session.begin():
                yield session

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session for reading only. On PostgreSQL each statement sees what is committed by then."""
        async with self._readers() as session:
            yield session

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncSession]:
        """A session for reading only, in which every statement sees the same moment."""
        async with self._sessions() as session:
            if not self.sqlite:
                await session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
            yield session

    async def lead(self, name: str, act: Callable[[], Awaitable[None]]) -> None:
        """Do ``act`` while no other process does what goes by this name; wait for that as long as it takes.

        Should the lead be lost, ``act`` is cancelled and done again once this process leads again. SQLite has one
        process, which always leads. Returns or raises when ``act`` does.
        """
        if self.sqlite:
            await act()
        else:
            from commerce import postgresql

            await postgresql.lead(self.engine.url, name, act)

    async def check(self) -> None:
        """Raise when the database does not answer."""
        async with self.read() as session:
            await session.execute(text("SELECT 1"))

    async def close(self) -> None:
        await self.engine.dispose()

    def move(self, url: str) -> None:
        """Be another SQLite file from now on, in whatever event loop; it has been closed before. What was compiled is kept:
        compiling is a quarter of what a short life costs."""
        if not (self.sqlite and make_url(url).get_backend_name() == "sqlite"):
            raise ValueError("only between SQLite's files")
        self.url, self._writer = url, asyncio.Lock()


async def alone(where: AsyncSession | AsyncConnection, name: str) -> None:
    """Until this transaction ends, nobody else's that asked for the same name goes on. SQLite has one writer anyway."""
    bound = where.get_bind() if isinstance(where, AsyncSession) else where
    if bound.dialect.name == "postgresql":
        await where.execute(_NO_LIMIT)
        await where.execute(_ALONE, {"name": name})


_DRIVERS = ("postgresql", "sqlite+aiosqlite", "postgresql+psycopg")
_NO_LIMIT = text("SET LOCAL lock_timeout = 0")
_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


def _postgresql(url: URL) -> AsyncEngine:
    # Imported only where there is one: its driver takes as long as a tenth of a start.
    from commerce import postgresql

    return postgresql.engine_for(url)


def _sqlite(url: URL, now: Callable[[], str]) -> AsyncEngine:
    """``now``: the url at which new connections are made."""

    def opened() -> Awaitable[Any]:
        return connect(make_url(now()).database or ":memory:", check_same_thread=False)

    return create_async_engine(url, async_creator=opened, json_deserializer=from_json)


def _configure_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    # Deferred: a read transaction would otherwise take the writer's lock. transaction() has the only writer queue.
    connection.exec_driver_sql("BEGIN")
