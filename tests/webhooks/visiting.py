"""The real server over a prepared town, and people who visit it with a browser's socket."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, CookieJar, web

from bot.app import Application
from bot.audit import check
from bot.channels.port import Channel
from bot.chat import SimulatedClock
from bot.settings import Settings
from commerce.work import Ids
from tests.dialogues.stage import Towns
from webhooks.server import serve

Frame = dict[str, Any]
FRIDAY_NOON = datetime.fromisoformat("2026-11-20T12:00:00+09:00")
HERE = (37.556, 126.910)
WAIT_S = 30.0


@dataclass
class Visitor:
    """One browser. ``messages`` are what it shows, by sequence number; an edit has taken its root's place."""

    socket: ClientWebSocketResponse
    welcome: Frame = field(default_factory=dict)
    frames: list[Frame] = field(default_factory=list)

    @property
    def token(self) -> str:
        token: str = self.welcome["token"]
        return token

    @property
    def told(self) -> list[Frame]:
        return [frame for frame in self.frames if frame["type"] == "message"]

    @property
    def last(self) -> int:
        return max((frame["seq"] for frame in self.told), default=0)

    async def next(self) -> Frame:
        frame: Frame = await self.socket.receive_json(timeout=WAIT_S)
        self.frames.append(frame)
        return frame

    async def until(self, fits: Callable[[Frame], bool]) -> Frame:
        """The next frame that ``fits``."""
        while not fits(frame := await self.next()):
            pass
        return frame

    async def sees(self, *parts: str) -> Frame:
        """The newest message with all ``parts``, waiting for it when there is none yet."""
        found = next((frame for frame in reversed(self.told) if holds(frame, parts)), None)
        return found or await self.until(lambda frame: frame["type"] == "message" and holds(frame, parts))

    async def act(self, frame: Frame, number: str | None = None) -> Frame:
        """Send with an id; the frame that answers that id, ack or error."""
        number = number or str(uuid.uuid4())
        await self.socket.send_json({**frame, "id": number})
        return await self.until(lambda answer: answer.get("id") == number)

    async def say(self, text: str) -> list[Frame]:
        """What was told from then on until the message was taken."""
        return await self._told({"type": "say", "text": text})

    async def tap(self, label: str, card: str | None = None) -> list[Frame]:
        return await self._told({"type": "tap", "data": self.data(label, card)})

    async def here(self, lat: float = HERE[0], lon: float = HERE[1]) -> list[Frame]:
        return await self._told({"type": "location", "lat": lat, "lon": lon})

    async def _told(self, frame: Frame) -> list[Frame]:
        before = len(self.frames)
        answer = await self.act(frame)
        assert answer["type"] == "ack", answer
        return [one for one in self.frames[before:] if one["type"] == "message"]

    def data(self, label: str, card: str | None = None) -> str:
        """What a tap on the newest button with ``label`` in it sends."""
        for frame in reversed(self.told):
            for button, title in buttons(frame):
                if label in button["label"] and (card is None or card in (title or "")):
                    data: str = button["data"]
                    return data
        raise AssertionError(f"no button {label!r}; the newest message is {self.told[-1] if self.told else None}")


async def decide(session: ClientSession, page: str, decision: str = "approve") -> None:
    """Press a button of the sandbox till's ``page``."""
    async with session.get(page) as shown:
        assert shown.status == 200
        token = re.search(r'name="token" value="([0-9a-f]+)"', await shown.text())
    assert token is not None
    async with session.post(page, data={"token": token[1], "decision": decision}) as answer:
        assert answer.status == 200, await answer.text()


def buttons(frame: Frame) -> list[tuple[Frame, str | None]]:
    own: list[tuple[Frame, str | None]] = [(button, None) for button in frame["buttons"]]
    return own + [(button, card["title"]) for card in frame["cards"] for button in card["buttons"]]


def holds(frame: Frame, parts: tuple[str, ...]) -> bool:
    whole = [frame["text"], *(f"{card['title']} {card['subtitle']}" for card in frame["cards"])]
    whole += [button["label"] for button, _ in buttons(frame)]
    return all(part in "\n".join(whole) for part in parts)


@dataclass
class Site:
    """A running server."""

    application: Application
    clock: SimulatedClock
    url: str
    session: ClientSession

    @asynccontextmanager
    async def visit(
        self, *, shop: str | None = None, token: str | None = None, last: int = 0, lang: str = "ko"
    ) -> AsyncIterator[Visitor]:
        """A browser whose hello was answered with a welcome; ``shop`` is the slug of the shop whose chat it opens."""
        async with self.session.ws_connect(f"{self.url}/socket") as socket:
            key = self.application.links.shop_key(shop) if shop else None
            await socket.send_json({"type": "hello", "token": token, "shop": key, "lang": lang, "last": last})
            visitor = Visitor(socket)
            visitor.welcome = await socket.receive_json(timeout=WAIT_S)
            assert visitor.welcome["type"] == "welcome"
            yield visitor

    async def advance(self, until: datetime) -> None:
        """Let time pass to ``until``; whatever falls due on the way is done."""
        outbox = self.application.outbox
        while (due := await outbox.next_due()) is not None and due <= until:
            self.clock.move_to(due)
            await outbox.settle()
        self.clock.move_to(until)

    async def pay(self, url: str, decision: str = "approve") -> None:
        """Decide on the till's page, as its form does."""
        await decide(self.session, self.url + url, decision)

    async def sound(self) -> None:
        """The audit finds nothing."""
        async with self.application.database.snapshot() as session:
            assert await check(session) == []


@asynccontextmanager
async def opened(
    towns: Towns,
    folder: Path,
    town: str = "testville",
    *channels: Channel,
    at: datetime = FRIDAY_NOON,
    change: dict[str, Any] | None = None,
    native: str = "web",
) -> AsyncIterator[Site]:
    """The server on a fresh copy of ``town``, with ``change`` made to its settings. The clock stands at ``at``."""
    settings: Settings = (await towns.copy(town, at, folder, native)).model_copy(update=change or {})
    clock = SimulatedClock(at)
    application = towns.application(settings, clock, Ids(3), *channels, native=native)
    async with serving(application) as url, ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        yield Site(application, clock, url, session)


@asynccontextmanager
async def serving(application: Application) -> AsyncIterator[str]:
    """The application behind a port of this machine; closed in the end."""
    runner = web.AppRunner(serve(application), access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await asyncio.wait_for(runner.cleanup(), 20)
        await application.close()
