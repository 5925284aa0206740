"""A browser that stays: it comes back after every break, and sends again, under the same id, what nobody took."""

from __future__ import annotations

import asyncio
import itertools
import uuid
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self, TypeVar

from aiohttp import ClientError, ClientSession, ClientWebSocketResponse, WSMsgType

from tests.webhooks.visiting import HERE, Frame, buttons, holds

T = TypeVar("T")

LIMIT_S = 30.0
WELCOME_S = 20.0
PATIENCE_S = 4.0
AGAIN_S = 0.2
"""A page waits longer before it comes back; here nobody wants to wait."""


class Browser:
    """``async with Browser(session, urls) as minji``. It dials ``urls`` in turn, one further with every break."""

    def __init__(
        self,
        session: ClientSession,
        urls: Sequence[str],
        *,
        shop: str | None = None,
        token: str | None = None,
        patience_s: float = PATIENCE_S,
    ) -> None:
        """``shop`` is the key of a shop's chat; after ``patience_s`` of silence, and as much again after a ping, it
        dials anew."""
        self._session = session
        self._patience_s = patience_s
        self._urls = itertools.cycle(urls)
        self._shop = shop
        self.token = token
        self.unacked: dict[str, Frame] = {}
        self.answers: dict[str, Frame] = {}
        """The last ack or error for each id."""
        self.sentences: list[Frame] = []
        """Errors that were shown."""
        self.shown: dict[int, Frame] = {}
        """Messages by their sequence numbers, in the order in which they came."""
        self.breaks = 0
        self.online = False
        self.socket: ClientWebSocketResponse | None = None
        self.at: str | None = None
        self._changed = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._running = asyncio.create_task(self._run())
        await self.until(lambda: self.online or None)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._running is not None
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)

    # What a person does

    async def act(self, frame: Frame, number: str | None = None, limit_s: float = LIMIT_S) -> str:
        """Send, and send again until it was acknowledged; its id."""
        number = await self.put(frame, number)
        await self.taken(number, limit_s)
        return number

    async def put(self, frame: Frame, number: str | None = None) -> str:
        """Send without waiting; its id. It is sent again until somebody takes it."""
        number = number or uuid.uuid4().hex
        self.unacked[number] = {**frame, "id": number}
        await self._send(self.unacked[number])
        return number

    async def taken(self, number: str, limit_s: float = LIMIT_S) -> None:
        await self.until(lambda: number not in self.unacked or None, limit_s, f"{number} to be acknowledged")

    async def say(self, text: str) -> str:
        return await self.act({"type": "say", "text": text})

    async def tap(self, label: str, card: str | None = None) -> str:
        return await self.act(self.key(label, card))

    async def here(self) -> str:
        return await self.act({"type": "location", "lat": HERE[0], "lon": HERE[1]})

    # What a person sees

    @property
    def last(self) -> int:
        return max(self.shown, default=0)

    def told(self, after: int = 0) -> list[Frame]:
        """Messages above ``after`` by their numbers."""
        return [self.shown[seq] for seq in sorted(self.shown) if seq > after]

    def finds(self, *parts: str, after: int = 0) -> Frame | None:
        return next((frame for frame in reversed(self.told(after)) if holds(frame, parts)), None)

    async def sees(self, *parts: str, after: int = 0, limit_s: float = LIMIT_S) -> Frame:
        """The newest message above ``after`` with all ``parts``."""
        return await self.until(lambda: self.finds(*parts, after=after), limit_s, f"a message with {parts}")

    async def sees_payment(self, after: int = 0, limit_s: float = LIMIT_S) -> Frame:
        """The newest message above ``after`` that asks for money."""

        def asked() -> Frame | None:
            return next((frame for frame in reversed(self.told(after)) if frame.get("payment")), None)

        return await self.until(asked, limit_s, "a payment to be asked for")

    def key(self, label: str, card: str | None = None) -> Frame:
        """The tap on the newest button with ``label`` in it."""
        for frame in reversed(self.told()):
            for button, title in buttons(frame):
                if label in button["label"] and (card is None or card in (title or "")):
                    return {"type": "tap", "data": button["data"]}
        raise AssertionError(f"no button {label!r}; the screen is {self.screen()}")

    async def until(self, found: Callable[[], T | None], limit_s: float = LIMIT_S, what: str = "that") -> T:
        """Wait for what ``found`` returns, once it is something."""
        try:
            async with asyncio.timeout(limit_s):
                while (one := found()) is None:
                    self._changed.clear()
                    await self._changed.wait()
                return one
        except TimeoutError:
            raise AssertionError(f"waited {limit_s:g} s for {what}; the screen is\n{self.screen()}") from None

    def screen(self) -> str:
        lines = [f"{frame['seq']} {frame['text']} {[b['label'] for b, _ in buttons(frame)]}" for frame in self.told()]
        return "\n".join([*lines[-6:], f"unacknowledged: {list(self.unacked.values())}", f"{self.sentences[-2:]}"])

    # The connection

    async def leave(self) -> None:
        """Break the connection; the next one goes to the next server."""
        if self.socket is not None:
            await self.socket.close()

    async def _run(self) -> None:
        for url in self._urls:
            self.at = url
            try:
                async with asyncio.timeout(WELCOME_S):
                    self.socket = await self._session.ws_connect(f"{url}/socket")
                async with self.socket:
                    await self._talk(self.socket)
            except (ClientError, ConnectionError, TimeoutError):
                pass
            self.breaks += self.online
            self.online, self.socket = False, None
            self._changed.set()
            await asyncio.sleep(AGAIN_S)

    async def _talk(self, socket: ClientWebSocketResponse) -> None:
        hello = {"type": "hello", "token": self.token, "shop": self._shop, "lang": "ko", "last": self.last}
        await socket.send_json(hello)
        answer = await socket.receive(timeout=WELCOME_S)
        welcome = answer.json() if answer.type is WSMsgType.TEXT else {"type": "none"}
        if welcome["type"] != "welcome":
            return
        self.token, self.online = welcome["token"], True
        for frame in list(self.unacked.values()):
            await socket.send_json(frame)
        self._changed.set()
        await self._listen(socket)

    async def _listen(self, socket: ClientWebSocketResponse) -> None:
        """Until it closes, or does not even answer a ping."""
        asked = False
        while True:
            try:
                message = await socket.receive(timeout=self._patience_s)
            except TimeoutError:
                if asked:
                    return
                asked = True
                await socket.send_json({"type": "ping"})
                continue
            if message.type is not WSMsgType.TEXT:
                return
            asked = False
            self._take(message.json())

    def _take(self, frame: Frame) -> None:
        if frame["type"] == "message":
            self.shown[frame["seq"]] = frame
        elif frame["type"] == "ack":
            self.unacked.pop(frame["id"], None)
            self.answers[frame["id"]] = frame
        elif frame["type"] == "error":
            self.sentences.append(frame)
            if frame.get("id") in self.unacked:
                self.answers[frame["id"]] = frame
                asyncio.get_running_loop().call_later(AGAIN_S, self._again, frame["id"])
        self._changed.set()

    def _again(self, number: str) -> None:
        """What went wrong for a moment is tried again."""
        if number in self.unacked:
            self._sending = asyncio.ensure_future(self._send(self.unacked[number]))

    async def _send(self, frame: Frame) -> None:
        if self.socket is not None and self.online:
            try:
                await self.socket.send_json(frame)
            except (ClientError, ConnectionError):
                return
