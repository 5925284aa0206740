"""The channel against a Bot API server that others wrote, so that our own stand-in is not the only witness."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.channels.port import Outgoing
from bot.channels.telegram import TelegramChannel, keep_webhook, poll
from bot.messages import Button, Incoming, Reply
from tests.peers.telegram_test_api import ForeignTelegram
from tests.peers.telegram_test_api.shim import INSTALLED
from webhooks.telegram import PATH, add_telegram

pytestmark = [
    pytest.mark.node,
    pytest.mark.skipif(shutil.which("node") is None, reason="needs node"),
    pytest.mark.skipif(not INSTALLED.is_dir(), reason=f"needs npm ci in {INSTALLED.parent.parent}"),
]


class Counter:
    """A small shop: shows a cart, and counts up in place with each tap."""

    def __init__(self, channel: TelegramChannel) -> None:
        self._channel = channel
        self._count = 0
        self._ref: str | None = None
        self.failures = 0

    async def __call__(self, incoming: Incoming) -> None:
        if self.failures:
            self.failures -= 1
            raise RuntimeError("the database is away")
        self._count += 1
        reply = Reply(
            f"{incoming.text or '담았어요'}: {self._count}", (Button("하나 더"),), edits=self._ref is not None
        )
        sent = await self._channel.send(Outgoing(self._count, incoming.chat, reply, self._ref))
        self._ref = sent.ref


@pytest.fixture
async def foreign() -> AsyncIterator[ForeignTelegram]:
    async with ForeignTelegram() as foreign:
        yield foreign


@pytest.fixture
async def shop(foreign: ForeignTelegram) -> AsyncIterator[TelegramChannel]:
    channel = TelegramChannel(foreign.token, site="http://127.0.0.1:8080", api=foreign.api)
    yield channel
    await channel.close()


async def converse(foreign: ForeignTelegram) -> None:
    minji = foreign.user(1001)
    await minji.say("후라이드")
    shown = await minji.sees("후라이드: 1")
    await minji.tap(shown, "하나 더")
    edited = await minji.sees("담았어요: 2")
    assert edited["messageId"] == shown["messageId"]


async def test_a_conversation_by_polling(foreign: ForeignTelegram, shop: TelegramChannel) -> None:
    stop = asyncio.Event()
    polling = asyncio.create_task(poll(shop, Counter(shop), stop))
    await converse(foreign)
    stop.set()
    await polling


async def test_a_conversation_by_webhook(foreign: ForeignTelegram, shop: TelegramChannel) -> None:
    counter = Counter(shop)
    counter.failures = 2
    app = web.Application()
    add_telegram(app, shop, counter)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await keep_webhook(shop, f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}", asyncio.Event())
    await converse(foreign)
    await runner.cleanup()
