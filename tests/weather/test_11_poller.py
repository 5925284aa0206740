"""Of several servers one asks Telegram for updates; another does when that one is killed or stands still."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.peers.telegram import TelegramPeer
from tests.weather.street import street

TAKEN_OVER_S = 40.0


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM])
async def test_another_asks_for_updates_when_the_one_that_did_is_gone(
    tmp_path: Path, cache: Path, postgresql_url: str, how: signal.Signals
) -> None:
    async with (
        TelegramPeer() as peer,
        street(tmp_path, cache, postgresql_url, telegram_token=peer.token, telegram_api=peer.api) as one,
    ):
        first, jun = await one.open(), peer.user(1001)
        await jun.say("안녕하세요")
        await jun.sees("")
        await one.open()
        await one.waits_for_a_lock()
        assert not peer.made("getUpdates", 409), "they do not ask side by side"
        first.send(how)
        before = len(jun.screen())
        await jun.say("두리커피 메뉴")
        await jun.until(lambda: len(jun.screen()) > before, timeout_s=TAKEN_OVER_S, what="an answer")
        await peer.drained(TAKEN_OVER_S)
        assert await one.number("SELECT count(*) FROM received WHERE channel = 'telegram'") == 2, "each once"


async def test_without_the_lead_two_ask_and_are_refused(tmp_path: Path, cache: Path, postgresql_url: str) -> None:
    """The negative control: the lead is a lock in the database, so servers over two databases both lead."""
    async with (
        TelegramPeer() as peer,
        street(tmp_path, cache, postgresql_url, telegram_token=peer.token, telegram_api=peer.api) as one,
    ):
        await one.open()
        await one.open(database_url=f"sqlite+aiosqlite:///{tmp_path / 'apart.db'}")
        await peer.until(lambda: bool(peer.made("getUpdates", 409)), TAKEN_OVER_S)
