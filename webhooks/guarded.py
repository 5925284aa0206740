"""What every answer carries, whose posts are taken, and which of a client's faults are worth a line in the log."""

from __future__ import annotations

import logging
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler, Middleware

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; connect-src 'self'; img-src 'self' data:; frame-src 'self'; frame-ancestors 'self'; "
        "object-src 'none'; base-uri 'none'; form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})


async def put_headers(_request: web.Request, response: web.StreamResponse) -> None:
    """The headers of every answer, of a fault too, unless it brings stricter ones. Versions are nobody's business."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["Server"] = "dangol"


def same_site_only(public_host: str | None) -> Middleware:
    """Refuses what another site has a browser send us. Platforms and tills are no browsers: they say no origin, and
    are known by their signatures. ``public_host`` is the host people see when a proxy in front changes it."""

    @web.middleware
    async def refuse(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.method not in _READING and not is_ours(request, public_host):
            raise web.HTTPForbidden(text="this can be sent from its own page only")
        return await handler(request)

    return refuse


def is_ours(request: web.Request, public_host: str | None) -> bool:
    """Whether a browser says that one of our pages sent this, or no browser did."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    try:
        return urlsplit(origin).netloc in {request.host, public_host} - {"", None}
    except ValueError:
        return False


class ClientsFault(logging.Filter):
    """Drops the traceback of what is no HTTP: anybody can send such, and fill the disk with it."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if not isinstance(error, HttpProcessingError) or error.code >= 500:
            return True
        logging.getLogger(record.name).debug("no HTTP: %s", type(error).__name__)
        return False
