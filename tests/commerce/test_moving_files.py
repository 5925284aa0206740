"""A database that has been closed is another file from then on, in another event loop too."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text

from commerce.database import Database


async def _kept(database: Database, word: str | None = None) -> list[str]:
    """What the file keeps, with ``word`` put into it first."""
    async with database.transaction() as session:
        if word is not None:
            await session.execute(text("CREATE TABLE words (word TEXT)"))
            await session.execute(text("INSERT INTO words VALUES (:word)"), {"word": word})
        return list(await session.scalars(text("SELECT word FROM words")))


def test_what_is_said_after_the_move_is_in_the_other_file(tmp_path: Path) -> None:
    urls = [f"sqlite+aiosqlite:///{tmp_path / name}.db" for name in ("one", "two")]
    database = Database(urls[0])

    async def life(word: str | None) -> list[str]:
        # Two writers at once: their queue belongs to one event loop.
        found, _ = await asyncio.gather(_kept(database, word), database.check())
        await database.close()
        return found

    assert asyncio.run(life("one")) == ["one"]
    database.move(urls[1])
    assert asyncio.run(life("two")) == ["two"]
    database.move(urls[0])
    assert asyncio.run(life(None)) == ["one"]


def test_only_files_of_sqlite_are_moved_between(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="SQLite"):
        Database(f"sqlite+aiosqlite:///{tmp_path / 'one.db'}").move("postgresql://localhost/two")
