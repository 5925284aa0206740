"""What open pages have been shown of their chats, and reading up on what other workers told them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, func, select, text

from bot import observing
from bot.channels.frames import Frame, message_frame
from bot.outgoing import OutgoingMessage, reply_from
from bot.people import Conversation
from commerce.database import Database
from commerce.work import Clock

log = logging.getLogger(__name__)

REPLAYED = 200
"""How many missed messages are shown at most: the newest."""
READ_S = 2.0
"""A turn waits so long for its answer to be shown behind what the page had missed."""
NEWS = timedelta(minutes=10)
"""A missed message this young still rings."""

_OF_CHAT = (
    select(OutgoingMessage)
    .join(Conversation, Conversation.id == OutgoingMessage.conversation_id)
    .where(Conversation.channel == "web", Conversation.chat == bindparam("chat"))
)
_MISSED = _OF_CHAT.where(OutgoingMessage.id > bindparam("last")).order_by(OutgoingMessage.id.desc()).limit(REPLAYED)
_NEWEST = (
    select(func.max(OutgoingMessage.id))
    .join(Conversation, Conversation.id == OutgoingMessage.conversation_id)
    .where(Conversation.channel == "web", Conversation.chat == bindparam("chat"))
)
_BEHIND = text(
    "SELECT shown.chat FROM unnest(CAST(:chats AS text[]), CAST(:lasts AS bigint[])) AS shown(chat, last)"
    " JOIN conversations ON conversations.channel = 'web' AND conversations.chat = shown.chat"
    " WHERE EXISTS (SELECT FROM outgoing"
    " WHERE outgoing.conversation_id = conversations.id AND outgoing.id > shown.last)"
)


class Screen:
    """One open page. Its chat's messages go to ``put`` in order and once each.

    ``last`` is the number of the newest message shown. Numbers of a chat grow in the order of commits, so nothing
    below it can still come.
    """

    def __init__(self, database: Database, clock: Clock, chat: str, last: int, put: Callable[[Frame], None]) -> None:
        self.chat = chat
        self.last = last
        self.put = put
        self._database = database
        self._clock = clock
        self._reading: asyncio.Task[None] | None = None
        self._wanted = False

    async def tell(self, number: int, before: int | None, frame: Frame) -> None:
        """A message that this process has just committed; ``before`` is the number of the one before it. What another
        worker told in between is shown first."""
        if number <= self.last:
            return
        if self._reading is None and before is not None and before <= self.last:
            self.last = number
            self.put(frame)
            return
        with suppress(Exception):
            async with asyncio.timeout(READ_S):
                await self.caught_up()

    def read_up(self) -> None:
        """There may be something to show that this process knows nothing of."""
        self._wanted = True
        if self._reading is None:
            self._reading = asyncio.create_task(self._read_up())
            self._reading.add_done_callback(self._read)

    async def caught_up(self) -> None:
        """Show everything that was missed. Raises when it cannot be read."""
        self.read_up()
        if self._reading is not None:
            await asyncio.shield(self._reading)

    def close(self) -> None:
        """Nothing more is shown. A read under way ends by itself: one cut off would cost its connection."""
        self._wanted = False
        self.put = _nowhere

    async def _read_up(self) -> None:
        while self._wanted:
            self._wanted = False
            await self._show_missed()

    def _read(self, task: asyncio.Task[None]) -> None:
        self._reading = None
        if not task.cancelled() and (error := task.exception()) is not None:
            # The next look finds it.
            log.warning("what a page missed could not be read: %s", type(error).__name__)
        elif self._wanted and not task.cancelled():
            self.read_up()

    async def _show_missed(self) -> None:
        async with self._database.read() as session:
            found = await session.scalars(_MISSED, {"chat": self.chat, "last": self.last})
            missed = list(found)[::-1]
            if not missed:
                # A page may remember numbers of a database that was there before this one.
                newest: int | None = await session.scalar(_NEWEST, {"chat": self.chat})
                self.last = min(self.last, newest or 0)
        for message in missed:
            self.last = message.id
            self.put(self._frame(message))
            observing.shown("web", message.id, message.cause)

    def _frame(self, message: OutgoingMessage) -> Frame:
        frame = message_frame(message.id, reply_from(message.reply), message.root, message.created_at.isoformat())
        if self._clock.now() - message.created_at > NEWS:
            frame["alert"] = False
        return frame


def _nowhere(_: Frame) -> None:
    """Where frames for a page that has gone are put."""


async def behind(database: Database, shown: dict[str, int]) -> list[str]:
    """The chats with messages beyond the number that each has been shown. On PostgreSQL, where workers are many."""
    given: dict[str, Any] = {"chats": list(shown), "lasts": list(shown.values())}
    async with database.read() as session:
        return list(await session.scalars(_BEHIND, given))
