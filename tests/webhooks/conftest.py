from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.dialogues.stage import Towns
from tests.webhooks.visiting import Site, opened


@pytest.fixture
async def site(towns: Towns, tmp_path: Path) -> AsyncIterator[Site]:
    """The server over the test town, which is no demo."""
    async with opened(towns, tmp_path) as site:
        yield site


@pytest.fixture
async def street(towns: Towns, tmp_path: Path) -> AsyncIterator[Site]:
    """The server over the demo town."""
    async with opened(towns, tmp_path, "demo") as site:
        yield site
