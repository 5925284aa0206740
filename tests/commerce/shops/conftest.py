from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from commerce.database import Base, Database
from commerce.work import Ids, Work

NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
"""Friday, noon in Seoul."""


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An empty database of its own."""
    made = Database(database_url)
    async with made.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    yield made
    await made.close()


@pytest.fixture
async def work(database: Database) -> AsyncIterator[Work]:
    """A transaction at noon."""
    async with database.transaction() as session:
        yield Work(session, NOON, Ids(1))
