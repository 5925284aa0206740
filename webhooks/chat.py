"""The web chat's socket: JSON frames in, turns, JSON frames out, and replay of what a browser missed."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from contextlib import suppress
from typing import Annotated, Literal
from weakref import WeakSet

from aiohttp import WSCloseCode, WSMsgType, web
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from bot import people, tracing
from bot.app import Application
from bot.channels.frames import Frame
from bot.channels.web import shop_chat, visitor_chat
from bot.messages import Incoming, Media, Point, Tap
from bot.metrics import metrics
from bot.transient import passing
from commerce import shops
from commerce.shops import ShopView
from commerce.work import Work

log = logging.getLogger(__name__)

APPLICATION = web.AppKey("application", Application)


class OpenSockets:
    """The sockets of the pages that are open now."""

    def __init__(self) -> None:
        self.all: WeakSet[web.WebSocketResponse] = WeakSet()


SOCKETS = web.AppKey("sockets", OpenSockets)
LARGEST_FRAME = 16 * 1024
"""Characters; a larger one is refused in words."""
LARGEST_READ = 256 * 1024
"""Bytes; a larger one ends the socket."""
MOST_SOCKETS = 20_000
"""Open at once in one process; a page that finds it full comes back, and finds another worker."""
LONGEST_TEXT = 2000
MOST_WAITING = 1000
"""Frames on their way to a browser that does not take them; it is sent away then, and nothing is lost."""

Id = Annotated[str, StringConstraints(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]


class Hello(BaseModel):
    model_config = ConfigDict(extra="forbid")
    type: Literal["hello"]
    token: Annotated[str, StringConstraints(min_length=20, max_length=100)] | None = None
    shop: Annotated[str, StringConstraints(max_length=400)] | None = None
    lang: Literal["ko", "en"] = "ko"
    last: Annotated[int, Field(ge=0, lt=2**62)] = 0


class Say(BaseModel):
    type: Literal["say"]
    id: Id
    text: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEXT)]


class TapFrame(BaseModel):
    type: Literal["tap"]
    id: Id
    data: Annotated[str, StringConstraints(pattern=r"^\d{1,18}\.\d{1,3}$")]


class LocationFrame(BaseModel):
    type: Literal["location"]
    id: Id
    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class ContactFrame(BaseModel):
    type: Literal["contact"]
    id: Id
    phone: Annotated[str, StringConstraints(max_length=32)]


class MediaFrame(BaseModel):
    type: Literal["media"]
    id: Id
    kind: Media


class Ping(BaseModel):
    type: Literal["ping"]


ClientFrame = Annotated[Say | TapFrame | LocationFrame | ContactFrame | MediaFrame | Ping, Field(discriminator="type")]
_frames: TypeAdapter[ClientFrame] = TypeAdapter(ClientFrame)

UNREADABLE = {
    "ko": "메시지를 읽지 못했어요. 다시 보내 주세요.",
    "en": "That message could not be read. Please send it again.",
}
TOO_LONG = {
    "ko": "메시지가 너무 길어요. 조금 줄여서 보내 주세요.",
    "en": "That message is too long. Please shorten it.",
}
FAILED = {"ko": "잠시 문제가 생겼어요. 다시 보내 주세요.", "en": "Something went wrong. Please send it again."}
AWAY = {
    "ko": "지금은 메시지를 받을 수 없어요. 잠시 뒤에 다시 보내 주세요.",
    "en": "Messages cannot be taken right now. Please send it again in a moment.",
}
BAD_LINK = {
    "ko": "가게 링크가 맞지 않거나 오래됐어요. 새 링크를 받아 주세요.",
    "en": "This shop link is wrong or too old. Please ask for a new one.",
}


class Connection:
    """One browser's socket: who it is, and the frames on their way to it."""

    def __init__(self, application: Application, socket: web.WebSocketResponse, hello: Hello) -> None:
        self.application = application
        self.socket = socket
        self.hello = hello
        self.token = hello.token or secrets.token_urlsafe(32)
        self.chat = visitor_chat(self.token)
        self.queue: asyncio.Queue[Frame] = asyncio.Queue()

    async def welcome(self) -> bool:
        """Say who we take them for; False when the shop link is not good."""
        shop = None
        if self.hello.shop is not None:
            slug = self.application.links.shop_of(self.hello.shop)
            found = await self._shop(slug) if slug else None
            if found is None:
                await self.socket.send_json({"type": "error", "text": BAD_LINK})
                return False
            self.chat = shop_chat(found.slug)
            shop = {"slug": found.slug, "name": dict(found.name)}
        await self.socket.send_json(
            {"type": "welcome", "token": self.token, "role": "shop" if shop else "consumer", "shop": shop}
        )
        return True

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

    async def speak(self) -> None:
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

    async def read(self) -> None:
        async for message in self.socket:
            if message.type is not WSMsgType.TEXT:
                break
            await self._on_frame(message.data)
            if self.queue.qsize() > MOST_WAITING:
                await self.socket.close(code=WSCloseCode.TRY_AGAIN_LATER, message=b"read what was sent first")
                break

    async def _on_frame(self, data: str) -> None:
        try:
            raw = json.loads(data)
            if len(data) > LARGEST_FRAME:
                self.queue.put_nowait({"type": "error", "text": TOO_LONG, "id": _id_of(raw)})
                return
            frame = _frames.validate_python(raw)
        except (ValueError, RecursionError, ValidationError) as error:
            too_long = isinstance(error, ValidationError) and any(
                problem["type"] == "string_too_long" for problem in error.errors()
            )
            self.queue.put_nowait({"type": "error", "text": TOO_LONG if too_long else UNREADABLE, "id": _id_in(data)})
            return
        if isinstance(frame, Ping):
            self.queue.put_nowait({"type": "pong"})
            return
        with tracing.beginning("socket", kind=frame.type):
            try:
                await self.application.handle(self._incoming(frame))
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


def _id_in(data: str) -> str | None:
    """The id of a frame that could not be read otherwise, so that the client stops sending it again."""
    try:
        return _id_of(json.loads(data))
    except (ValueError, RecursionError):
        return None


def _id_of(raw: object) -> str | None:
    found = raw.get("id") if isinstance(raw, dict) else None
    return found if isinstance(found, str) and len(found) <= 64 else None


async def close_sockets(app: web.Application) -> None:
    """The server closes: every page is told, and comes back when it is there again."""
    for open_socket in set(app[SOCKETS].all):
        await open_socket.close(code=WSCloseCode.GOING_AWAY, message=b"the server is closing")


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
    if not await connection.welcome():
        await response.close()
        return response
    request.app[SOCKETS].all.add(response)
    metrics().sockets.inc()
    screen = application.web.open(connection.chat, hello.last, connection.queue.put_nowait)
    writer = None
    try:
        await connection.speak()
        await screen.caught_up()
        writer = asyncio.create_task(connection.write())
        await connection.read()
    finally:
        metrics().sockets.dec()
        application.web.close(screen)
        if writer is not None:
            writer.cancel()
    return response


def _same_origin(request: web.Request, public_host: str | None) -> bool:
    """``public_host`` is the host people see when a proxy in front changes it."""
    origin = request.headers.get("Origin")
    return origin is None or origin.split("://", 1)[-1] in {request.host, public_host}
