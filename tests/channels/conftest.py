"""Telegram as these tests meet it: the stand-in, and a channel that talks to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.channels.telegram import TelegramChannel
from tests.peers.telegram import TelegramPeer


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
