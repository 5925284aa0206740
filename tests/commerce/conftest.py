from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from commerce.database import Database
from tests.commerce.market import Market


@pytest.fixture
async def market(tmp_path: Path) -> AsyncIterator[Market]:
    """A market on a database file of its own, with its shop open and nothing counted."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'market.db'}")
    opened = Market(database)
    await opened.open_shop()
    yield opened
    await database.close()
