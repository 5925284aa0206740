"""Telegram as these tests meet it: the stand-in, and a channel that talks to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.app import telegram_channels
from bot.channels.telegram import TelegramChannel
from bot.settings import Settings
from tests.channels.ordering import Open
from tests.dialogues.stage import Towns
from tests.peers.telegram import TelegramPeer
from tests.webhooks.visiting import FRIDAY_NOON, Site, opened


@pytest.fixture
async def peer() -> AsyncIterator[TelegramPeer]:
    async with TelegramPeer() as peer:
        yield peer


@pytest.fixture
async def channel(peer: TelegramPeer) -> AsyncIterator[TelegramChannel]:
    site = "http://127.0.0.1:8080"
    channel = TelegramChannel(peer.token, site=site, api=peer.api, provider=peer.provider_token)
    yield channel
    await channel.close()


@pytest.fixture
def open_site(towns: Towns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens the server with Telegram configured as people configure it: by variables of the environment."""

    @asynccontextmanager
    async def open_with(
        token: str,
        api: str,
        public_url: str | None = None,
        *,
        provider: str | None = None,
        town: str = "testville",
        at: datetime = FRIDAY_NOON,
    ) -> AsyncIterator[Site]:
        monkeypatch.setenv("DANGOL_TELEGRAM_TOKEN", token)
        monkeypatch.setenv("DANGOL_TELEGRAM_API", api)
        if provider:
            monkeypatch.setenv("DANGOL_TELEGRAM_PROVIDER_TOKEN", provider)
        if public_url:
            monkeypatch.setenv("DANGOL_PUBLIC_URL", public_url)
        channels = telegram_channels(Settings(_env_file=None))  # type: ignore[call-arg]
        change: dict[str, Any] = {"public_url": public_url}
        async with opened(towns, tmp_path, town, *channels.values(), at=at, change=change) as site:
            yield site

    return open_with
