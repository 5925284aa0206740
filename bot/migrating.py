"""Brings a database to the schema of a revision, with Alembic, on the connection that is at hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from commerce.database import Database, alone

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"


class UnknownRevision(ValueError):
    """There is no such revision."""


def config() -> Config:
    """Alembic's configuration, without a file."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    return made


async def migrate(database: Database, revision: str = "head") -> str:
    """Bring the schema to ``revision``, up or down, and return it. One process at a time; does nothing where it
    stands already. Raises UnknownRevision."""
    wanted = newest() if revision == "head" else revision
    if wanted not in revisions():
        raise UnknownRevision(f"there is no revision {revision}; there are {', '.join(revisions())}")
    async with database.engine.connect() as connection:
        now = await connection.run_sync(stands_at)
        if now is not None and now not in revisions():
            raise UnknownRevision(f"the database is at revision {now}, which a newer Dangol made: run that one")
        if now != wanted:
            await connection.rollback()
            async with _unreferenced(connection) if database.sqlite else nullcontext():
                await alone(connection, "migrate")
                await connection.run_sync(_move, wanted)
                await connection.commit()
    return wanted


def revisions() -> list[str]:
    """Every revision, the oldest first: the files begin with theirs."""
    return sorted(path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def newest() -> str:
    return revisions()[-1]


def stands_at(connection: Connection) -> str | None:
    """The revision of this database; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


@asynccontextmanager
async def _unreferenced(connection: AsyncConnection) -> AsyncIterator[None]:
    """SQLite changes a table by writing it anew and dropping the old one, which other tables refer to."""
    driver: Any = (await connection.get_raw_connection()).driver_connection
    await driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        await driver.execute("PRAGMA foreign_keys=ON")


def _move(connection: Connection, wanted: str) -> None:
    # Asked again: another process may have been there while this one waited.
    now = stands_at(connection)
    if now == wanted:
        return
    # Imported only when there is something to do: it takes longer than the rest of a start.
    from alembic import command

    made = config()
    made.attributes["connection"] = connection
    (command.downgrade if now is not None and now > wanted else command.upgrade)(made, wanted)
    if connection.dialect.name == "sqlite" and (lost := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
        raise RuntimeError(f"rows would refer to nothing: {lost[:5]}")
