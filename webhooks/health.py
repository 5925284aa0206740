"""Whether this process lives, and whether it can serve: for whatever starts it, watches it and sends it requests."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from aiohttp import web
from sqlalchemy import text

from bot.app import Application
from bot.bus import LocalBus
from bot.migrating import newest
from webhooks.edge import from_within

PATIENCE_S: Final = 1.0
"""The database answers within this, or is no use."""
STUCK_S: Final = 90.0
"""The outbox looks around at least every half minute; with nothing from it for this long, it hangs."""

State = Literal["ok", "degraded", "failing"]


@dataclass(frozen=True, slots=True)
class Part:
    """``degraded``: slower without it, and nothing is lost. ``failing``: this worker cannot serve."""

    state: State
    what: str = ""


@dataclass(slots=True)
class Health:
    """Of one worker. Whoever has it stop sets ``draining`` first, so that no new requests come."""

    application: Application
    draining: bool = False
    outbox: asyncio.Task[None] | None = None
    """The outbox at work, once it was started."""
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def parts(self) -> dict[str, Part]:
        """Each part and how it is."""
        return {
            "database": await self._database(),
            "outbox": self._outbox(),
            "bus": self._bus(),
            "draining": Part("failing", "it ends soon") if self.draining else Part("ok"),
        }

    async def _database(self) -> Part:
        try:
            async with asyncio.timeout(PATIENCE_S), self._asking, self.application.database.read() as session:
                stands_at: str | None = await session.scalar(text("SELECT version_num FROM alembic_version"))
        except TimeoutError:
            return Part("failing", f"no answer within {PATIENCE_S:g} s")
        except Exception as error:
            return Part("failing", type(error).__name__)
        if (stands_at or "") < newest():
            return Part("failing", f"its tables are of {stands_at}, this needs {newest()}: run dangol migrate")
        return Part("ok")

    def _bus(self) -> Part:
        if isinstance(self.application.bus, LocalBus):
            return Part("ok", "within this process")
        return Part("ok") if self.application.bus.connected else Part("degraded", "Redis is away")

    def _outbox(self) -> Part:
        if self.outbox is None:
            return Part("failing", "not started")
        if self.outbox.done():
            return Part("failing", "ended")
        looked_at = self.application.outbox.looked_at
        if looked_at is not None and (still := asyncio.get_running_loop().time() - looked_at) > STUCK_S:
            return Part("failing", f"nothing of it for {still:.0f} s")
        return Part("ok")


HEALTH: Final = web.AppKey("health", Health)


async def alive(_request: web.Request) -> web.Response:
    """``GET /healthz``: this answer comes from the event loop, so it turns. Nothing else is asked: a process is not
    to be started again because its database is away."""
    return web.json_response({"ok": True})


async def ready(request: web.Request) -> web.Response:
    """``GET /readyz``: 200 when this worker can serve, else 503. The parts are told to our own network only."""
    parts = await request.app[HEALTH].parts()
    fit = all(part.state != "failing" for part in parts.values())
    body: dict[str, Any] = {"ready": fit}
    if from_within(request):
        body["parts"] = {name: _told(part) for name, part in parts.items()}
    return web.json_response(body, status=200 if fit else 503)


def _told(part: Part) -> dict[str, str]:
    return {"state": part.state, "what": part.what} if part.what else {"state": part.state}
