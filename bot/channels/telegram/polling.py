"""Long polling: how updates come when Telegram cannot reach this server."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from typing import Any

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.channels.port import Outgoing
from bot.channels.telegram.channel import Handle, TelegramChannel
from bot.channels.telegram.reading import Malformed, chat_of
from bot.messages import Incoming, Reply

log = logging.getLogger(__name__)

PAUSES_S = (1.0, 2.0, 5.0, 10.0, 30.0)
GIVE_UP_AFTER = 5
TELL_S = 5.0
LEFT_OUT = {
    "ko": "문제가 생겨서 방금 메시지를 처리하지 못했어요. 다시 보내 주세요.",
    "en": "Something went wrong and your last message was not taken. Please send it again.",
}
LOOK_AGAIN_S = 1.0
"""How long a round waits for chats that are slow before it looks for what else came."""


async def poll(
    channel: TelegramChannel, handle: Handle, stop: asyncio.Event, *, pauses_s: Sequence[float] = PAUSES_S
) -> None:
    """Hand every update to ``handle`` until ``stop`` is set.

    An update is behind us only once ``handle`` has returned; one that fails comes again. ``pauses_s`` are the waits
    after the first, second… failure in a row.
    """
    await _Poll(channel, handle, stop, pauses_s).run()


async def keep_webhook(
    channel: TelegramChannel, url: str, stop: asyncio.Event, *, pauses_s: Sequence[float] = PAUSES_S
) -> None:
    """Have Telegram send updates to ``url``, asking again until it agrees or ``stop`` is set."""
    failures = 0
    while not stop.is_set():
        try:
            await channel.listen_at(url)
            return
        except TelegramError as error:
            log.warning("Telegram did not take the webhook %s: %s", url, error)
            failures += 1
            await _pause(stop, error, failures, pauses_s)


class _Poll:
    def __init__(
        self, channel: TelegramChannel, handle: Handle, stop: asyncio.Event, pauses_s: Sequence[float]
    ) -> None:
        self._channel = channel
        self._handle = handle
        self._stop = stop
        self._pauses_s = pauses_s
        self._offset: int | None = None
        self._listening = False
        self._failed: dict[int, int] = {}
        self._done: set[int] = set()
        """Handled, and not yet forgotten by Telegram, because an earlier one is not."""
        self._taken: set[int] = set()
        """Under way, or waiting behind another of their chat."""
        self._queues: dict[object, deque[dict[str, Any]]] = {}
        self._chats: dict[object, asyncio.Task[int | None]] = {}

    async def run(self) -> None:
        failures = 0
        while not self._stop.is_set():
            error: Exception | None = None
            try:
                await self._unless_stopped()
            except TelegramError as found:
                error = found
                self._explain(found)
            if error is None and not self._failed:
                failures = 0
                continue
            failures += 1
            await _pause(self._stop, error, failures, self._pauses_s)
        await asyncio.gather(*self._chats.values())

    async def _unless_stopped(self) -> None:
        """One round, cut short while it only waits for Telegram; what is being handled is finished."""
        asking = asyncio.ensure_future(self._ask())
        stopping = asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait({asking, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not asking.done():
                return
            await self._apply(asking.result())
        finally:
            for task in (asking, stopping):
                task.cancel()
            await asyncio.gather(asking, stopping, return_exceptions=True)

    async def _ask(self) -> Sequence[dict[str, Any]]:
        if not self._listening:
            await self._channel.listen_by_polling()
            self._listening = True
        return await self._channel.updates(self._offset)

    async def _apply(self, updates: Sequence[dict[str, Any]]) -> None:
        """Handle each chat's updates in order, chats side by side. A chat that takes long is left to itself, so that
        the others, and above all who is about to pay, need not wait for it."""
        for update in updates:
            number, chat = update["update_id"], chat_of(update)
            if number not in self._done and number not in self._taken:
                self._taken.add(number)
                self._queues.setdefault(chat, deque()).append(update)
        for chat, queue in self._queues.items():
            if chat not in self._chats:
                self._chats[chat] = asyncio.create_task(self._in_order(queue))
        if self._chats:
            await asyncio.wait(self._chats.values(), timeout=LOOK_AGAIN_S)
        self._reckon()

    async def _in_order(self, queue: deque[dict[str, Any]]) -> int | None:
        """The id of the first update that failed; those after it in the same chat have to come again, too."""
        while queue:
            number: int = queue[0]["update_id"]
            if self._failed.get(number, 0) >= GIVE_UP_AFTER:
                await self._say_so(queue[0])
            elif not await self._handled(queue[0]):
                self._taken.difference_update(update["update_id"] for update in queue)
                queue.clear()
                return number
            queue.popleft()
            self._taken.discard(number)
            self._done.add(number)
        return None

    async def _handled(self, update: dict[str, Any]) -> bool:
        try:
            await self._channel.take(update, self._handle)
        except Malformed:
            log.exception("update %s cannot be read and was left out", update["update_id"])
        except Exception:
            log.exception("update %s was not handled and will come again", update["update_id"])
            return False
        return True

    async def _say_so(self, update: dict[str, Any]) -> None:
        """Whoever sent what is left out is told, past everything that failed with it."""

        async def tell(incoming: Incoming) -> None:
            text = LEFT_OUT["ko" if (incoming.language or "ko").startswith("ko") else "en"]
            await self._channel.send(Outgoing(0, incoming.chat, Reply(text)))

        try:
            async with asyncio.timeout(TELL_S):
                await self._channel.take(update, tell)
        except Exception as error:
            log.warning("nobody was told that update %s is left out: %s", update["update_id"], type(error).__name__)

    def _reckon(self) -> None:
        """See which chats are through, and up to where Telegram may forget."""
        through = [chat for chat, task in self._chats.items() if task.done()]
        outcomes = [self._chats.pop(chat).result() for chat in through]
        self._queues = {chat: self._queues[chat] for chat in self._chats}
        failed = [update for update in outcomes if update is not None]
        self._count(failed, others_went_well=len(failed) < len(outcomes))
        unfinished = self._taken | self._failed.keys()
        if unfinished or self._done:
            self._offset = min(unfinished) if unfinished else max(self._done) + 1
            # Next to one that failed the others come again too, as no-ops: how they fare tells whose fault it is.
            self._done = set() if self._failed else {update for update in self._done if update >= self._offset}

    def _count(self, failed: Sequence[int], *, others_went_well: bool) -> None:
        """Remember failures. One that fails while others go well is the update's own, and would hold up everybody."""
        counted = {update: self._failed.get(update, 0) + others_went_well for update in failed}
        self._failed = {update: times for update, times in self._failed.items() if update in self._taken} | counted
        for update, times in counted.items():
            if times == GIVE_UP_AFTER:
                log.error("update %s failed %d times and is left out", update, times)

    def _explain(self, error: TelegramError) -> None:
        if isinstance(error, InvalidToken):
            log.error("Telegram does not know the token in DANGOL_TELEGRAM_TOKEN; @BotFather shows the right one")
        elif isinstance(error, Conflict):
            self._listening = False
            log.warning("another program receives this bot's updates: %s", error)
        else:
            log.warning("Telegram could not be asked for updates: %s", error)


async def _pause(stop: asyncio.Event, error: Exception | None, failures: int, pauses_s: Sequence[float]) -> None:
    wait = pauses_s[min(failures, len(pauses_s)) - 1]
    if isinstance(error, RetryAfter):
        asked = error.retry_after
        wait = max(wait, asked if isinstance(asked, int) else asked.total_seconds())
    try:
        await asyncio.wait_for(stop.wait(), wait)
    except TimeoutError:
        return
