"""Long polling: an update is behind us only once it is handled."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from bot.channels.telegram import TelegramChannel, poll
from bot.channels.telegram.polling import LEFT_OUT
from bot.messages import Incoming
from tests.peers.telegram import TelegramPeer

PAUSES_S = (0.001,)


@asynccontextmanager
async def polling(channel: TelegramChannel, handle: Callable[[Incoming], Awaitable[None]]) -> AsyncIterator[None]:
    stop = asyncio.Event()
    task = asyncio.create_task(poll(channel, handle, stop, pauses_s=PAUSES_S))
    try:
        yield
    finally:
        stop.set()
        await task


class Till:
    """Keeps what was handled, and fails when told to."""

    def __init__(self, peer: TelegramPeer, fails: Callable[[Incoming], bool] = lambda incoming: False) -> None:
        self.peer = peer
        self.fails = fails
        self.tried: list[str] = []
        self.handled: list[str] = []

    async def __call__(self, incoming: Incoming) -> None:
        async with self.peer.changed:
            self.peer.changed.notify_all()
        self.tried.append(incoming.text or "")
        if self.fails(incoming):
            raise RuntimeError("the database is away")
        self.handled.append(incoming.text or "")


async def test_updates_are_handled_in_order_and_confirmed(peer: TelegramPeer, channel: TelegramChannel) -> None:
    till = Till(peer)
    async with polling(channel, till):
        for word in ("하나", "둘", "셋"):
            await peer.user(1001).say(word)
        await peer.drained()
    assert till.handled == ["하나", "둘", "셋"]
    assert channel.link == "https://t.me/dangol_bot"


async def test_what_was_written_while_the_bot_was_away_is_handled(peer: TelegramPeer, channel: TelegramChannel) -> None:
    till = Till(peer)
    await peer.user(1001).say("계세요?")
    async with polling(channel, till):
        await peer.drained()
    assert till.handled == ["계세요?"]


async def test_an_update_that_failed_comes_again_before_the_chat_s_next(
    peer: TelegramPeer, channel: TelegramChannel
) -> None:
    till = Till(peer)
    till.fails = lambda incoming: incoming.text == "둘" and till.tried.count("둘") < 3
    async with polling(channel, till):
        await peer.updates.hold()
        for word in ("하나", "둘", "셋"):
            await peer.user(1001).say(word)
        await peer.updates.release()
        await peer.drained()
    assert till.handled == ["하나", "둘", "셋"]
    assert till.tried.count("둘") == 3


async def test_a_crash_while_handling_confirms_nothing(peer: TelegramPeer, channel: TelegramChannel) -> None:
    reached = asyncio.Event()

    async def hang(incoming: Incoming) -> None:
        reached.set()
        await asyncio.Event().wait()

    crashing = asyncio.create_task(poll(channel, hang, asyncio.Event()))
    await peer.user(1001).say("후라이드 하나요")
    await reached.wait()
    crashing.cancel()
    await asyncio.wait({crashing})
    assert peer.updates.pending == 1

    till = Till(peer)
    async with polling(channel, till):
        await peer.drained()
    assert till.handled == ["후라이드 하나요"]


async def test_one_chat_s_failure_does_not_keep_another_chat_waiting(
    peer: TelegramPeer, channel: TelegramChannel
) -> None:
    till = Till(peer, fails=lambda incoming: incoming.chat == "1001")
    async with polling(channel, till):
        await peer.user(1001).say("안 돼요")
        await peer.user(2002).say("돼요")
        await peer.until(lambda: "돼요" in till.handled)
    assert "안 돼요" not in till.handled


async def test_an_update_that_only_fails_itself_is_left_out_in_the_end(
    peer: TelegramPeer, channel: TelegramChannel
) -> None:
    till = Till(peer, fails=lambda incoming: incoming.text == "독")
    async with polling(channel, till):
        await peer.updates.hold()
        for number, word in ((1001, "독"), (1001, "약"), (2002, "차")):
            await peer.user(number).say(word)
        await peer.updates.release()
        await peer.drained()
    assert till.tried.count("독") == 5
    assert "약" in till.handled
    for number, times in ((1001, 1), (2002, 0)):
        told = [shown.text for shown in peer.user(number).screen()]
        assert told.count(LEFT_OUT["ko"]) == times, "who wrote it is told, once"


async def test_an_update_is_never_left_out_while_nothing_works(peer: TelegramPeer, channel: TelegramChannel) -> None:
    till = Till(peer)
    till.fails = lambda incoming: len(till.tried) <= 20
    async with polling(channel, till):
        await peer.user(1001).say("기다려요")
        await peer.drained()
    assert till.handled == ["기다려요"]


async def test_chats_are_handled_side_by_side(peer: TelegramPeer, channel: TelegramChannel) -> None:
    both = asyncio.Barrier(2)

    async def meet(incoming: Incoming) -> None:
        await both.wait()

    await peer.user(1001).say("하나")
    await peer.user(2002).say("둘")
    async with polling(channel, meet):
        await peer.drained()


async def test_outages_and_floods_pass(peer: TelegramPeer, channel: TelegramChannel) -> None:
    till = Till(peer)
    peer.faults.fail("getMe", 500)
    peer.faults.fail("deleteWebhook", 502)
    peer.faults.fail("getUpdates", 500, times=2)
    peer.faults.drop("getUpdates")
    await peer.user(1001).say("여보세요")
    async with polling(channel, till):
        await peer.drained()
    assert set(till.handled) == {"여보세요"}


async def test_a_webhook_set_by_another_is_taken_away(peer: TelegramPeer, channel: TelegramChannel) -> None:
    till = Till(peer)
    async with polling(channel, till):
        await peer.until(lambda: channel.link is not None)
        await peer.updates.set_webhook("http://127.0.0.1:9/elsewhere", None, drop=False)
        await peer.user(1001).say("이쪽이에요")
        await peer.drained()
    assert till.handled == ["이쪽이에요"]


async def test_an_unknown_kind_of_update_is_passed_over(peer: TelegramPeer, channel: TelegramChannel) -> None:
    till = Till(peer)
    minji = peer.user(1001)
    async with polling(channel, till):
        await peer.updates.hold()
        await peer.updates.add("message", {"chat": minji.chat, "unreadable": True})
        await minji.say("그래도 들려요?")
        await peer.updates.release()
        await peer.drained()
    assert till.handled == ["그래도 들려요?"]


async def test_stopping_does_not_wait_for_the_poll_to_end(peer: TelegramPeer, channel: TelegramChannel) -> None:
    async with asyncio.timeout(10):
        async with polling(channel, Till(peer)):
            await peer.until(lambda: channel.link is not None)


async def test_the_menu_is_set_in_both_languages(peer: TelegramPeer, channel: TelegramChannel) -> None:
    await channel.listen_by_polling()
    assert peer.commands["ko"][0] == {"command": "start", "description": "처음으로"}
    assert peer.commands[""][0] == {"command": "start", "description": "Start over"}


async def test_repeated_and_reordered_updates_are_all_handed_on(peer: TelegramPeer, channel: TelegramChannel) -> None:
    till = Till(peer)
    async with polling(channel, till):
        first = await peer.user(1001).say("하나")
        await peer.drained()
        await peer.updates.hold()
        await peer.user(1001).say("둘")
        await peer.user(1001).say("셋")
        await peer.updates.repeat(first)
        await peer.updates.release(backwards=True)
        await peer.drained()
    assert till.handled == ["하나", "셋", "둘", "하나"]
