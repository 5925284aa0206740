"""The web chat: frames for the browsers that are listening. What they miss they fetch by sequence number."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from bot.bus import Bus, Heard
from bot.channels.frames import Frame, message_frame
from bot.channels.port import Outgoing, Sent
from bot.channels.screens import Screen, behind
from commerce.database import Database
from commerce.work import Clock

log = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0
LOOKS_SKIPPED = 5
"""While nudges arrive, only every fifth look is taken: one may have been lost."""
SHOP_PREFIX = "shop:"


def visitor_chat(token: str) -> str:
    """A browser's chat address: only the hash of its token is kept, so that the table opens nobody's chat."""
    return "visitor:" + hashlib.sha256(token.encode()).hexdigest()[:40]


def shop_chat(slug: str) -> str:
    """The chat address of a shop's owner."""
    return f"{SHOP_PREFIX}{slug}"


class WebChannel:
    """The pages that are open in this process, and what reaches those of the other workers."""

    name = "web"

    def __init__(self, database: Database, clock: Clock, bus: Bus, worker: str) -> None:
        self._database = database
        self._clock = clock
        self._bus = bus
        self._worker = worker
        self._screens: dict[str, list[Screen]] = defaultdict(list)
        self._heard: dict[str, Heard] = {}

    def open(self, chat: str, last: int, put: Callable[[Frame], None]) -> Screen:
        """A page of ``chat`` that has seen everything up to the number ``last``; frames go to ``put``."""
        screen = Screen(self._database, self._clock, chat, last, put)
        self._screens[chat].append(screen)
        if chat not in self._heard:
            self._heard[chat] = lambda note: self._hear(chat, note)
            self._bus.subscribe(_topic(chat), self._heard[chat])
        return screen

    def close(self, screen: Screen) -> None:
        screen.close()
        screens = self._screens[screen.chat]
        screens.remove(screen)
        if not screens:
            del self._screens[screen.chat]
            self._bus.unsubscribe(_topic(screen.chat), self._heard.pop(screen.chat))

    async def send(self, message: Outgoing) -> Sent:
        if message.chat in self._screens:
            edits = int(message.edits_ref) if message.edits_ref else None
            frame = message_frame(message.id, message.reply, edits, self._clock.now().isoformat())
            for screen in list(self._screens[message.chat]):
                await screen.tell(message.id, message.before, frame)
        self._nudge(message.chat, {"upto": message.id})
        return Sent()

    def look(self, chat: str, shop: str) -> None:
        """Tell a demo street which shop its consumer looks at."""
        self._show_shop(chat, shop)
        self._nudge(chat, {"shop": shop})

    async def watch(self, stop: asyncio.Event) -> None:
        """Look until ``stop`` for what no nudge told: often while none come, else now and then."""
        if self._database.sqlite:
            return
        looked = 0
        while not stop.is_set():
            looked += 1
            if not self._bus.connected or looked % LOOKS_SKIPPED == 0:
                await self.look_around()
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), LOOK_EVERY_S)

    async def look_around(self) -> None:
        """Have every page read up that is behind."""
        shown = {chat: min(screen.last for screen in screens) for chat, screens in self._screens.items()}
        if not shown:
            return
        try:
            late = await behind(self._database, shown)
        except Exception as error:
            log.warning("what pages missed could not be looked for: %s", type(error).__name__)
            return
        for chat in late:
            for screen in self._screens.get(chat, ()):
                screen.read_up()

    def _nudge(self, chat: str, news: Mapping[str, Any]) -> None:
        self._bus.publish(_topic(chat), json.dumps({"by": self._worker, **news}))

    def _hear(self, chat: str, note: str) -> None:
        news = json.loads(note) if note else {}
        if news.get("by") == self._worker:
            return
        if "shop" in news:
            self._show_shop(chat, news["shop"])
            return
        for screen in self._screens.get(chat, ()):
            if not note or news["upto"] > screen.last:
                screen.read_up()

    def _show_shop(self, chat: str, shop: str) -> None:
        for screen in self._screens.get(chat, ()):
            screen.put({"type": "shop", "slug": shop})


def _topic(chat: str) -> str:
    return f"web:{chat}"
