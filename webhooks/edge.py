"""Where an HTTP request comes in: the id that everything it causes is logged under, and who may ask what."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from ipaddress import ip_address
from time import perf_counter
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler

from bot import tracing
from bot.correlation import Cause

log = logging.getLogger(__name__)

HEADER: Final = "X-Request-Id"
"""On every answer: the id to look for in the logs."""
_TURN: Final = web.RequestKey("turn", str)
_FORWARDED: Final = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via")


@web.middleware
async def correlated(request: web.Request, handler: Handler) -> web.StreamResponse:
    """One id for a request and all it causes, from its ``traceparent`` where it has one. A socket's frames each get
    their own instead."""
    if request.headers.get("Upgrade", "").lower() == "websocket":
        return await handler(request)
    route = route_of(request)
    begun, status = perf_counter(), 500
    with tracing.beginning(
        "webhook", Cause.parse(request.headers.get("traceparent")), route=route, method=request.method
    ) as it:
        request[_TURN] = it.turn
        try:
            response = await handler(request)
            status = response.status
        except web.HTTPException as answer:
            status = answer.status
            raise
        except Exception as error:
            log.exception("a request failed")
            raise web.HTTPInternalServerError from error
        finally:
            level = logging.INFO if request.method == "POST" else logging.DEBUG
            if log.isEnabledFor(level):
                ms = round((perf_counter() - begun) * 1000, 1)
                facts = {"method": request.method, "route": route, "status": status, "ms": ms, "turn": it.turn}
                log.log(level, "request", extra=facts)
        return response


async def put_id(request: web.Request, response: web.StreamResponse) -> None:
    """For ``on_response_prepare``."""
    if (turn := request.get(_TURN)) is not None:
        response.headers[HEADER] = turn


async def measured(_app: web.Application) -> AsyncIterator[None]:
    """For ``cleanup_ctx``: what every worker does for as long as it serves. The last traces are sent at its end."""
    tracing.begin()
    yield
    await asyncio.to_thread(tracing.end)


def route_of(request: web.Request) -> str:
    """The route as it was written, without what stands in its place: that may be a key."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "none"


def from_within(request: web.Request) -> bool:
    """Whether this comes from this machine or its network, and not through a proxy from the world."""
    if any(name in request.headers for name in _FORWARDED):
        return False
    try:
        caller = ip_address((request.remote or "").split("%")[0])
    except ValueError:
        return request.remote in {None, ""}  # a Unix socket has no address
    caller = getattr(caller, "ipv4_mapped", None) or caller
    return caller.is_loopback or caller.is_private
