"""The bot's updates: kept until they are confirmed, given out to a poll or pushed to a webhook."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import aiohttp

from tests.peers.telegram.rules import Refused

Update = dict[str, Any]

LONGEST_POLL_S = 50
REDELIVERY_S = 0.02
"""Telegram waits about a minute."""


class Updates:
    """``changed`` is notified whenever anything here changes."""

    def __init__(self, changed: asyncio.Condition) -> None:
        self.changed = changed
        self.history: dict[int, Update] = {}
        self.webhook = ""
        self.secret: str | None = None
        self.allowed: Sequence[str] = ()
        self.last_error: str | None = None
        self.deliveries: list[tuple[int, int]] = []
        """Webhook calls made: (update_id, status); 0 where the connection failed."""
        self._pending: list[Update] = []
        self._again: list[Update] = []
        self._backwards = False
        self._held = False
        self._cooling: set[int] = set()
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._polls = 0
        self._next_id = 870_000_001
        self._closed = False

    async def add(self, kind: str, body: dict[str, Any]) -> int:
        """Queue an update; its id. Kinds the bot did not ask for get an id and are never given out."""
        async with self.changed:
            update_id = self._next_id
            self._next_id += 1
            if not self.allowed or kind in self.allowed:
                self.history[update_id] = {"update_id": update_id, kind: body}
                self._pending.append(self.history[update_id])
            self.changed.notify_all()
            return update_id

    # Misbehaviour

    async def repeat(self, update_id: int) -> None:
        """Give an update out once more, as when its confirmation was lost."""
        async with self.changed:
            self._again.append(self.history[update_id])
            self.changed.notify_all()

    async def hold(self) -> None:
        """Give out nothing until ``release``."""
        async with self.changed:
            self._held = True

    async def release(self, *, backwards: bool = False) -> None:
        """Give out what was held; ``backwards`` from the newest to the oldest."""
        async with self.changed:
            self._held = False
            self._backwards = backwards
            self.changed.notify_all()

    # Polling

    @property
    def pending(self) -> int:
        return len(self._pending) + len(self._again)

    async def poll(self, offset: int, limit: int, timeout_s: int) -> list[Update]:
        async with self.changed:
            if self.webhook:
                words = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook"
                raise Refused(409, f"Conflict: {words} first")
            self._polls += 1
            mine = self._polls
            self._confirm(offset)
            self.changed.notify_all()
            try:
                wait = self.changed.wait_for(lambda: self._closed or mine != self._polls or self._ready())
                await asyncio.wait_for(wait, min(timeout_s, LONGEST_POLL_S))
            except TimeoutError:
                return []
            if mine != self._polls:
                words = "terminated by other getUpdates request; make sure that only one bot instance is running"
                raise Refused(409, f"Conflict: {words}")
            return self._batch(limit)

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            self._pending = self._pending[offset:]
        else:
            self._pending = [update for update in self._pending if update["update_id"] >= offset]

    def _ready(self) -> bool:
        return not self._held and bool(self._pending or self._again)

    def _batch(self, limit: int) -> list[Update]:
        if self._held:
            return []
        batch = [*self._again, *self._pending][:limit]
        self._again = []
        if self._backwards:
            batch.reverse()
            self._backwards = False
        return batch

    # Webhook

    async def set_webhook(self, url: str, secret: str | None, *, drop: bool) -> None:
        async with self.changed:
            self.webhook, self.secret = url, secret
            if drop:
                self._pending = []
            self.changed.notify_all()

    async def push(self) -> None:
        """Deliver to the webhook until closed: each chat's one at a time and in order, chats side by side."""
        async with aiohttp.ClientSession() as session:
            while True:
                async with self.changed:
                    await self.changed.wait_for(lambda: self._closed or self._deliverable() is not None)
                    update = self._deliverable()
                    if self._closed or update is None:
                        break
                    self._under_way[_chat(update)] = asyncio.create_task(self._push(session, update))
            await asyncio.gather(*self._under_way.values(), return_exceptions=True)

    async def close(self) -> None:
        async with self.changed:
            self._closed = True
            self.changed.notify_all()

    def _deliverable(self) -> Update | None:
        if not self.webhook or self._held:
            return None
        queue = [*self._again, *(reversed(self._pending) if self._backwards else self._pending)]
        waiting = self._cooling | self._under_way.keys()
        return next((update for update in queue if _chat(update) not in waiting), None)

    async def _push(self, session: aiohttp.ClientSession, update: Update) -> None:
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret} if self.secret else {}
        try:
            async with session.post(self.webhook, json=update, headers=headers) as response:
                status = response.status
                words = f"Wrong response from the webhook: {status} {response.reason}"
        except aiohttp.ClientError:
            status, words = 0, "Connection refused"
        async with self.changed:
            self._under_way.pop(_chat(update), None)
            self.deliveries.append((update["update_id"], status))
            if 200 <= status < 300:
                queue = self._again if update in self._again else self._pending
                if update in queue:
                    queue.remove(update)
                if not self._pending:
                    self._backwards = False
            else:
                self.last_error = words
                self._cooling.add(_chat(update))
                asyncio.get_running_loop().call_later(REDELIVERY_S, self._warm, _chat(update))
            self.changed.notify_all()

    def _warm(self, chat: int) -> None:
        self._cooling.discard(chat)
        self._warming = asyncio.ensure_future(self._notify())

    async def _notify(self) -> None:
        async with self.changed:
            self.changed.notify_all()


def _chat(update: Update) -> int:
    """Whose turn it waits for; a pre-checkout query belongs to no chat and waits for nobody."""
    body: dict[str, Any] = next(value for key, value in update.items() if key != "update_id")
    if "pre_checkout_query" in update:
        return -int(update["update_id"])
    chat: int = (body if "chat" in body else body["message"])["chat"]["id"]
    return chat
