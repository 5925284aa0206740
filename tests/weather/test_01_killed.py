"""kill -9 at each boundary between a person, the database, the till and the messenger."""

from __future__ import annotations

import signal
from pathlib import Path

from tests.peers.telegram import Person, TelegramPeer
from tests.weather.locks import held
from tests.weather.street import street

ADDED = "아메리카노 × 1"


def asked(jun: Person) -> list[str]:
    """The bot's question where jun is, as often as it came."""
    return [shown.text for shown in jun.screen() if not shown.mine and "어디" in shown.text]


async def test_before_our_commit_nothing_is_done_and_the_same_act_is_done_once(
    tmp_path: Path, cache: Path, street_url: str
) -> None:
    async with street(tmp_path, cache, street_url) as one:
        server = await one.open()
        async with one.browser() as minji:
            await minji.say("두리커피 메뉴")
            await minji.sees("아메리카노")
            async with held(street_url):
                tap = await minji.put(minji.key("아메리카노"))
                await one.waits_for_a_lock()
                await server.kill()
            assert await one.number("SELECT count(*) FROM carts") == 0
            await server.start()
            await minji.taken(tap)
            await minji.sees(ADDED)
            await minji.say("장바구니 보여줘")
            await minji.sees(ADDED, "4,000원")
        await one.sound()


async def test_after_our_commit_the_message_is_sent_by_the_next_worker(
    tmp_path: Path, cache: Path, street_url: str
) -> None:
    async with (
        TelegramPeer() as peer,
        street(tmp_path, cache, street_url, telegram_token=peer.token, telegram_api=peer.api) as one,
    ):
        server = await one.open()
        jun = peer.user(1001)
        peer.faults.at("sendMessage", lambda: server.send(signal.SIGKILL), done=False)
        await jun.say("근처 치킨집")
        await server.gone()
        assert asked(jun) == []
        await one.leases_over()
        await server.start()
        await jun.sees("어디")
        await one.all_sent()
        assert len(asked(jun)) == 1
        await one.sound()


async def test_a_message_that_was_sent_and_not_marked_comes_again(tmp_path: Path, cache: Path, street_url: str) -> None:
    """The one thing that may come twice: the messenger took it, and we died before we could write that down."""
    async with (
        TelegramPeer() as peer,
        street(tmp_path, cache, street_url, telegram_token=peer.token, telegram_api=peer.api) as one,
    ):
        server = await one.open()
        jun = peer.user(1001)
        peer.faults.at("sendMessage", lambda: server.send(signal.SIGKILL), done=True)
        await jun.say("근처 치킨집")
        await server.gone()
        assert len(asked(jun)) == 1
        await one.leases_over()
        await server.start()
        await one.all_sent()
        assert len(asked(jun)) == 2
        assert len(set(asked(jun))) == 1
        await one.sound()


async def test_marking_before_sending_loses_the_message(tmp_path: Path, cache: Path, street_url: str) -> None:
    """The negative control of both: were a message marked first and sent then, a kill between would lose it."""
    async with (
        TelegramPeer() as peer,
        street(tmp_path, cache, street_url, telegram_token=peer.token, telegram_api=peer.api) as one,
    ):
        server = await one.open()
        jun = peer.user(1001)
        peer.faults.at("sendMessage", lambda: server.send(signal.SIGKILL), done=False)
        await jun.say("근처 치킨집")
        await server.gone()
        await one.change("UPDATE outgoing SET sent_at = created_at")
        await server.start()
        await jun.share_location(37.556, 126.910)
        await jun.sees("하나치킨")
        assert asked(jun) == []
