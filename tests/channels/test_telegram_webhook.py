"""Telegram calling us: only with the secret, only updates, and answered only once handled."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import ClientSession, web

from bot.channels.telegram import TelegramChannel, keep_webhook
from bot.messages import Incoming
from tests.peers.telegram import TelegramPeer
from webhooks.telegram import LARGEST_BODY, PATH, SECRET_HEADER, add_telegram


@dataclass
class Server:
    """Our side, with what it has handled; it fails as long as ``failures`` is above zero."""

    url: str = ""
    failures: int = 0
    handled: list[str] = field(default_factory=list)

    async def handle(self, incoming: Incoming) -> None:
        if self.failures:
            self.failures -= 1
            raise RuntimeError("the database is away")
        self.handled.append(incoming.text or "")


@pytest.fixture
async def server(channel: TelegramChannel) -> AsyncIterator[Server]:
    server = Server()
    app = web.Application()
    add_telegram(app, channel, server.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}"
    yield server
    await runner.cleanup()


def update(text: str = "안녕") -> dict[str, Any]:
    person = {"id": 1001, "is_bot": False, "first_name": "민지"}
    chat = {"id": 1001, "type": "private"}
    message = {"message_id": 5, "date": 1_700_000_000, "from": person, "chat": chat, "text": text}
    return {"update_id": 77, "message": message}


async def post(server: Server, body: bytes, secret: str | None, *, chunked: bool = False) -> int:
    async def parts() -> AsyncIterator[bytes]:
        yield body

    headers = {} if secret is None else {SECRET_HEADER: secret}
    data = parts() if chunked else body
    async with ClientSession(headers=headers) as session, session.post(server.url, data=data) as response:
        return response.status


async def test_with_the_secret_an_update_is_handled(server: Server, channel: TelegramChannel) -> None:
    assert await post(server, json.dumps(update()).encode(), channel.secret) == 200
    assert server.handled == ["안녕"]


@pytest.mark.parametrize("secret", [None, "", "wrong", "é", "a" * 64])
async def test_without_the_secret_nothing_is_handled(server: Server, secret: str | None) -> None:
    assert await post(server, json.dumps(update()).encode(), secret) == 403
    assert server.handled == []


async def test_a_secret_belongs_to_its_token() -> None:
    one, other = (TelegramChannel(token, site="http://127.0.0.1") for token in ("1:a", "1:b"))
    assert one.secret != other.secret
    assert "1:a" not in one.secret
    assert len(one.secret) == 64


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"update_id": 1, "message": 3}', b"\xff\xfe"])
async def test_what_is_no_update_is_refused(server: Server, channel: TelegramChannel, body: bytes) -> None:
    assert await post(server, body, channel.secret) == 400
    assert server.handled == []


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_beyond_the_cap_is_refused(server: Server, channel: TelegramChannel, chunked: bool) -> None:
    body = json.dumps(update("가" * LARGEST_BODY)).encode()
    assert await post(server, body, channel.secret, chunked=chunked) == 413
    assert server.handled == []


async def test_only_post_is_served(server: Server) -> None:
    async with ClientSession() as session, session.get(server.url) as response:
        assert response.status == 405


async def test_telegram_delivers_here_and_sends_again_until_handled(
    peer: TelegramPeer, channel: TelegramChannel, server: Server
) -> None:
    await channel.listen_at(server.url)
    server.failures = 2
    for word in ("하나", "둘"):
        await peer.user(1001).say(word)
    await peer.drained()
    assert server.handled == ["하나", "둘"]
    assert [status for _, status in peer.updates.deliveries] == [500, 500, 200, 200]


async def test_the_webhook_is_asked_for_until_telegram_agrees(
    peer: TelegramPeer, channel: TelegramChannel, server: Server
) -> None:
    peer.faults.fail("getMe", 502)
    peer.faults.fail("setWebhook", 500)
    await keep_webhook(channel, server.url, asyncio.Event(), pauses_s=(0.001,))
    await peer.user(1001).say("안녕")
    await peer.drained()
    assert server.handled == ["안녕"]
    chats = ["message", "edited_message", "callback_query", "my_chat_member"]
    assert peer.updates.allowed == [*chats, "pre_checkout_query"]


async def test_a_repeated_update_keeps_its_id(peer: TelegramPeer, channel: TelegramChannel, server: Server) -> None:
    await channel.listen_at(server.url)
    first = await peer.user(1001).say("한 번만")
    await peer.drained()
    await peer.updates.repeat(first)
    await peer.drained()
    assert [number for number, _ in peer.updates.deliveries] == [first, first]
