"""``GET /metrics`` for Prometheus: this worker's counts or, where there are several, those of all."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from aiohttp import web

from bot.app import Application
from bot.metrics import FOLDER, metrics
from bot.waiting import Waiting, measure
from webhooks.edge import from_within

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

FRESH_S: Final = 5.0
"""What was asked of the database is told again for this long."""
_GAUGES: Final = (
    ("dangol_messages_unsent", "Messages committed and not sent yet.", "unsent"),
    ("dangol_oldest_unsent_seconds", "For how long the oldest of them waits.", "oldest_unsent"),
    ("dangol_jobs_due", "Timers and calls whose time has come.", "due"),
    ("dangol_oldest_due_job_seconds", "For how long the oldest of them waits.", "oldest_due"),
    ("dangol_jobs_stuck", "Calls that a till refused for good; a person has to look.", "stuck"),
)


class Scrape:
    """Answers Prometheus. Asked from outside, through a proxy, there is no such page."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._waiting: Waiting | None = None
        self._asked_at = 0.0
        self._asking = asyncio.Lock()

    async def show(self, request: web.Request) -> web.Response:
        if not from_within(request):
            raise web.HTTPNotFound
        text, kind = await asyncio.to_thread(_page, await self.measured())
        return web.Response(body=text, headers={"Content-Type": kind, "Cache-Control": "no-store"})

    async def measured(self) -> Waiting | None:
        """At most FRESH_S seconds old; None while the database does not answer: no number is better than an old one."""
        loop = asyncio.get_running_loop()
        async with self._asking:
            if self._waiting is None or loop.time() - self._asked_at >= FRESH_S:
                try:
                    async with asyncio.timeout(FRESH_S):
                        self._waiting = await measure(self._application.database, self._application.clock.now())
                except Exception:
                    self._waiting = None
                self._asked_at = loop.time()
            return self._waiting


class Gauges:
    """What was asked of the database, as Prometheus collects it."""

    def __init__(self, waiting: Waiting) -> None:
        self._waiting = waiting

    def collect(self) -> Iterable[Metric]:
        from prometheus_client.core import GaugeMetricFamily

        for name, what, number in _GAUGES:
            yield GaugeMetricFamily(name, what, value=getattr(self._waiting, number))


def _page(waiting: Waiting | None) -> tuple[bytes, str]:
    metrics()  # all are there from the first scrape on
    from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest, multiprocess

    several = CollectorRegistry()
    if FOLDER in os.environ:
        multiprocess.MultiProcessCollector(several)  # type: ignore[no-untyped-call]
    counted = generate_latest(several if FOLDER in os.environ else REGISTRY)
    asked = CollectorRegistry()
    if waiting is not None:
        asked.register(Gauges(waiting))
    return counted + generate_latest(asked), CONTENT_TYPE_LATEST
