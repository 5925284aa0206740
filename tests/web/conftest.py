from __future__ import annotations

import warnings
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.dialogues.stage import Towns
from tests.web.browsing import chromium, missing, must_run
from tests.webhooks.visiting import Site, opened


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium. Where there is none the test is left out, loudly; in CI it fails."""
    lacking = missing()
    if lacking is not None:
        if must_run():
            pytest.fail(lacking)
        warnings.warn(f"browser tests are left out: {lacking}", stacklevel=1)
        pytest.skip(lacking)
    async with chromium() as browser:
        yield browser


@pytest.fixture
async def street(towns: Towns, tmp_path: Path) -> AsyncIterator[Site]:
    async with opened(towns, tmp_path, "demo") as site:
        yield site


@pytest.fixture
async def quiet_town(towns: Towns, tmp_path: Path) -> AsyncIterator[Site]:
    """A town that is no demo."""
    async with opened(towns, tmp_path) as site:
        yield site
