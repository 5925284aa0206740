"""Telegram's updates over HTTP. Answered 200 only once an update is handled: until then Telegram sends it again."""

from __future__ import annotations

import hmac
import logging

from aiohttp import web

from bot.channels.telegram import Handle, Malformed, TelegramChannel
from webhooks.bodies import whole

log = logging.getLogger(__name__)

PATH = "/hooks/telegram"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 (the header's name)
LARGEST_BODY = 256 * 1024
"""Bytes. The largest update has a text of 4096 characters and its message's keyboard, some 40 kB."""


def add_telegram(app: web.Application, channel: TelegramChannel, handle: Handle) -> None:
    """Receive Telegram's updates at PATH and give them to ``handle``.

    Refused without a write: 403 without the secret, 413 when too large, 400 when it is no update. What ``handle``
    raises is answered 500, and Telegram tries again.
    """

    async def receive(request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, channel.secret.encode()):
            raise web.HTTPForbidden(text="wrong secret")
        body = await whole(request, LARGEST_BODY)
        try:
            await channel.take_json(body, handle)
        except Malformed as error:
            log.warning("Telegram sent what cannot be read: %s", error)
            raise web.HTTPBadRequest(text="not an update") from error
        return web.Response()

    app.router.add_post(PATH, receive)
