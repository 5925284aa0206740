from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.working import Desk, working
from tests.dialogues.stage import Towns


@pytest.fixture
async def desk(towns: Towns, tmp_path: Path) -> AsyncIterator[Desk]:
    async with working(towns, tmp_path) as desk:
        yield desk
