"""The web chat's socket: JSON frames in, turns, JSON frames out, and replay of what a browser missed."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from contextlib import suppress

from aiohttp import WSCloseCode, WSMsgType, web
from pydantic import ValidationError

from bot import people, tracing
from bot.app import TOO_FAST, Application
from bot.channels.frames import Frame
from bot.channels.web import shop_chat, visitor_chat
from bot.messages import Incoming, Point, Tap
from bot.metrics import metrics
from bot.transient import passing
from commerce import shops
from commerce.shops import ShopView
from commerce.work import Work
from webhooks.chat_frames import (
    AWAY,
    BAD_LINK,
    FAILED,
    FRAMES,
    TOO_LONG,
    UNREADABLE,
    ContactFrame,
    Hello,
    LocationFrame,
    MediaFrame,
    Ping,
    Say,
    TapFrame,
    id_in,
    id_of,
)

log = logging.getLogger(__name__)

APPLICATION = web.AppKey("application", Application)


class OpenSockets:
    """The pages that are open now."""

    def __init__(self) -> None:
        self.all: set[Connection] = set()


SOCKETS = web.AppKey("sockets", OpenSockets)
LARGEST_FRAME = 16 * 1024
"""Characters; a larger one is refused in words."""
LARGEST_READ = 256 * 1024
"""Bytes; a larger one ends the socket."""
LEAVE_S = 8.0
"""For what a page is being answered when the server ends."""
MOST_SOCKETS = 20_000
"""Open at once in one process; a page that finds it full comes back, and finds another worker."""
MOST_WAITING = 1000
"""Frames on their way to a browser that does not take them; it is sent away then, and nothing is lost."""


class Connection:
    """One browser's socket: who it is, and the frames on their way to it."""

    def __init__(self, application: Application, socket: web.WebSocketResponse, hello: Hello) -> None:
        self.application = application
        self.socket = socket
        self.hello = hello
        self.token = hello.token or secrets.token_urlsafe(32)
        self.chat = visitor_chat(self.token)
        self.queue: asyncio.Queue[Frame] = asyncio.Queue()
        self.shop: ShopView | None = None
        self._taking = asyncio.Lock()

    async def identify(self) -> bool:
        """Find out whose page it is; False when the shop link is not good."""
        if self.hello.shop is not None:
            slug = self.application.links.shop_of(self.hello.shop)
            self.shop = await self._shop(slug) if slug else None
            if self.shop is None:
                return False
            self.chat = shop_chat(self.shop.slug)
        await self._speak()
        return True

    async def welcome(self) -> None:
        """Say who we take them for."""
        shop = self.shop and {"slug": self.shop.slug, "name": dict(self.shop.name)}
        role = "shop" if shop else "consumer"
        await self.socket.send_json({"type": "welcome", "token": self.token, "role": role, "shop": shop})

    async def _shop(self, slug: str) -> ShopView | None:
        """The shop whose chat this is. A shop that joined from elsewhere is given an owner here, as others have."""
        application = self.application
        async with application.database.read() as session:
            work = Work(session, application.clock.now(), application.ids)
            shop = await shops.by_slug(work, slug)
            if shop is None or await people.conversation_at(work, "web", shop_chat(slug)) is not None:
                return shop
        async with application.database.transaction() as session:
            await application.seat_owner(Work(session, application.clock.now(), application.ids), shop)
        return shop

    async def _speak(self) -> None:
        """The language chosen on the page is the one that is spoken from here on."""
        application = self.application
        async with application.database.transaction() as session:
            work = Work(session, application.clock.now(), application.ids)
            found = await people.conversation_at(work, "web", self.chat)
            if found is not None and found.person.language != self.hello.lang:
                found.person.language = self.hello.lang

    async def write(self) -> None:
        """Send queued frames in order."""
        while True:
            await self.socket.send_json(await self.queue.get())
            self.queue.task_done()

    async def read(self) -> None:
        async for message in self.socket:
            if message.type is not WSMsgType.TEXT:
                break
            async with self._taking:
                if self.socket.closed:
                    break
                await self._on_frame(message.data)
            if self.queue.qsize() > MOST_WAITING:
                await self.socket.close(code=WSCloseCode.TRY_AGAIN_LATER, message=b"read what was sent first")
                break

    async def leave(self) -> None:
        """The server ends: what is being done is finished and said, what comes later is sent again to another."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LEAVE_S), self._taking:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.queue.join(), LEAVE_S / 2)
                await self.socket.close(code=WSCloseCode.GOING_AWAY, message=b"the server is closing")

    async def _on_frame(self, data: str) -> None:
        try:
            raw = json.loads(data)
            if len(data) > LARGEST_FRAME:
                self.queue.put_nowait({"type": "error", "text": TOO_LONG, "id": id_of(raw)})
                return
            frame = FRAMES.validate_python(raw)
        except (ValueError, RecursionError, ValidationError) as error:
            too_long = isinstance(error, ValidationError) and any(
                problem["type"] == "string_too_long" for problem in error.errors()
            )
            self.queue.put_nowait({"type": "error", "text": TOO_LONG if too_long else UNREADABLE, "id": id_in(data)})
            return
        if isinstance(frame, Ping):
            self.queue.put_nowait({"type": "pong"})
            return
        with tracing.beginning("socket", kind=frame.type):
            try:
                incoming = self._incoming(frame)
                if not await self.application.gate.lets_in(incoming):
                    self.queue.put_nowait({"type": "error", "text": TOO_FAST, "id": frame.id})
                    return
                await self.application.handle(incoming)
            except Exception as error:
                self._not_taken(frame.id, error)
            else:
                self.queue.put_nowait({"type": "ack", "id": frame.id})

    def _not_taken(self, number: str, error: Exception) -> None:
        """What passes by itself is for the page to send again; what does not is for the person to."""
        if passing(error):
            log.warning("a web message was not taken: %s", type(error).__name__)
            self.queue.put_nowait({"type": "error", "text": AWAY, "id": number, "again": True})
        else:
            log.exception("a web message failed", exc_info=error)
            self.queue.put_nowait({"type": "error", "text": FAILED, "id": number})

    def _incoming(self, frame: Say | TapFrame | LocationFrame | ContactFrame | MediaFrame) -> Incoming:
        return Incoming(
            channel="web",
            update_id=f"{self.chat}:{frame.id}",
            chat=self.chat,
            sender=self.chat,
            language=self.hello.lang,
            text=frame.text if isinstance(frame, Say) else None,
            tap=Tap.parse(frame.data) if isinstance(frame, TapFrame) else None,
            location=Point(frame.lat, frame.lon) if isinstance(frame, LocationFrame) else None,
            contact=frame.phone if isinstance(frame, ContactFrame) else None,
            media=frame.kind if isinstance(frame, MediaFrame) else None,
        )


async def close_sockets(app: web.Application) -> None:
    """The server closes: every page is told, and comes back when it is there again."""
    await asyncio.gather(*(connection.leave() for connection in app[SOCKETS].all), return_exceptions=True)


async def socket(request: web.Request) -> web.WebSocketResponse:
    """``GET /socket``. Another site's page may not open it: the Origin must be ours."""
    application = request.app[APPLICATION]
    if not _same_origin(request, application.settings.public_host):
        raise web.HTTPForbidden(text="another site may not open this socket")
    if len(request.app[SOCKETS].all) >= MOST_SOCKETS:
        raise web.HTTPServiceUnavailable(text="too many open pages; try again", headers={"Retry-After": "5"})
    response = web.WebSocketResponse(max_msg_size=LARGEST_READ, heartbeat=25)
    await response.prepare(request)
    try:
        hello = Hello.model_validate_json(await response.receive_str(timeout=20))
    except (ValidationError, TypeError, TimeoutError):
        with suppress(ConnectionError):
            await response.send_json({"type": "error", "text": UNREADABLE})
        await response.close()
        return response
    connection = Connection(application, response, hello)
    try:
        refused = None if await connection.identify() else BAD_LINK
    except Exception as error:
        if not passing(error):
            raise
        log.warning("a page was not welcomed: %s", type(error).__name__)
        refused = AWAY
    if refused is not None:
        await response.send_json({"type": "error", "text": refused})
        await response.close(code=WSCloseCode.TRY_AGAIN_LATER if refused is AWAY else WSCloseCode.OK)
        return response
    await connection.welcome()
    request.app[SOCKETS].all.add(connection)
    metrics().sockets.inc()
    screen = application.web.open(connection.chat, hello.last, connection.queue.put_nowait)
    writer = None
    try:
        await screen.caught_up()
        writer = asyncio.create_task(connection.write())
        await connection.read()
    finally:
        metrics().sockets.dec()
        application.web.close(screen)
        request.app[SOCKETS].all.discard(connection)
        if writer is not None:
            writer.cancel()
    return response


def _same_origin(request: web.Request, public_host: str | None) -> bool:
    """``public_host`` is the host people see when a proxy in front changes it."""
    origin = request.headers.get("Origin")
    return origin is None or origin.split("://", 1)[-1] in {request.host, public_host}
