"""`dangol run` as a process: a token is all that Telegram takes, and it stops and starts again without losing any."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import ClientSession

from tests.bot.commands import start
from tests.dialogues.stage import town_path
from tests.peers.telegram import TelegramPeer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def running(folder: Path, port: int, **settings: str) -> AsyncIterator[None]:
    """From the line that says it is open to a clean end on SIGTERM."""
    process = await start(folder, "run", "--port", str(port), **settings)
    assert process.stdout is not None
    try:
        async with asyncio.timeout(60):
            while b"Dangol is open" not in (line := await process.stdout.readline()):
                assert line, (await process.communicate())[1].decode()
        yield
        process.send_signal(signal.SIGTERM)
        _, err = await asyncio.wait_for(process.communicate(), 30)
        assert process.returncode == 0, err.decode()
        assert "Traceback" not in err.decode()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_two_variables_connect_telegram_and_a_restart_loses_nothing(tmp_path: Path) -> None:
    port = free_port()
    async with TelegramPeer() as peer, ClientSession() as session:
        settings = {"telegram_token": peer.token, "telegram_api": peer.api, "town": town_path("testville")}
        minji = peer.user(1001)
        async with running(tmp_path, port, **settings):
            async with session.get(f"http://127.0.0.1:{port}/healthz") as answer:
                assert await answer.json() == {"ok": True}
            async with session.get(f"http://127.0.0.1:{port}/api/site") as answer:
                site = await answer.json()
            assert site["town"]["ko"] == "시험동"
            await minji.say("근처 치킨집")
            await minji.sees("어디")
            await peer.drained()
        await minji.share_location(37.556, 126.910)
        async with running(tmp_path, port, **settings):
            await minji.sees("하나치킨", "메뉴 보기", timeout_s=30)
            await peer.drained()
