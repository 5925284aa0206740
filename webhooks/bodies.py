"""A request's body, read no further and waited for no longer than its door allows."""

from __future__ import annotations

import asyncio
from typing import Final

from aiohttp import web

LONGEST_S: Final = 10.0
"""From the headers to the end of the body. Who sends byte by byte holds a connection, not a worker, and not for long."""


async def whole(request: web.Request, largest: int, longest_s: float = LONGEST_S) -> bytes:
    """The body. Raises HTTPRequestEntityTooLarge above ``largest`` bytes, HTTPRequestTimeout after ``longest_s``."""
    if (request.content_length or 0) > largest:
        raise web.HTTPRequestEntityTooLarge(max_size=largest, actual_size=request.content_length or 0)
    body = bytearray()
    try:
        async with asyncio.timeout(longest_s):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > largest:
                    raise web.HTTPRequestEntityTooLarge(max_size=largest, actual_size=len(body))
    except TimeoutError:
        raise web.HTTPRequestTimeout(text="the rest did not come") from None
    return bytes(body)
