from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from commerce.database import Database
from tests.commerce.market import Market


@pytest.fixture
async def market(database_url: str) -> AsyncIterator[Market]:
    """A market on a database of its own, with its shop open and nothing counted."""
    database = Database(database_url)
    opened = Market(database)
    await opened.open_shop()
    yield opened
    await database.close()
