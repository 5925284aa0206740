"""Several processes behind one socket, under gunicorn: each is the whole application, and may die or be replaced."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from aiohttp.worker import GunicornWebWorker
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger

from bot import metrics
from bot.app import build, prepare, telegram_channels
from bot.settings import Settings
from nlu.embedding import ENCODER
from webhooks.health import HEALTH
from webhooks.server import SHUT_DOWN_S, serve

KILLED_AFTER_S = 30
"""A worker that was asked to end and does not."""
STARTED_AFTER_S = 20.0
"""For so long a worker that is to go waits for the new one."""
LOOK_S = 0.1
STUCK_AFTER_S = 45
"""A worker that shows no sign of life is killed and replaced."""
KEPT_OPEN_S = 75
"""Idle connections; longer than a proxy in front keeps them, so that it never sends into one that closes."""


def run_workers(settings: Settings, count: int, opened: Callable[[], None]) -> None:
    """Serve with ``count`` processes until a signal ends it; ``opened`` is called when all of them serve.

    The database, the town and the understanding are made ready once, before the first of them starts. SIGTERM ends
    gracefully, SIGHUP replaces each worker by a new one that serves before the old one goes.
    """
    metrics.prepare(settings.data / "metrics")
    asyncio.run(prepare(settings))
    _Served(settings, count, opened).run()


class _Log(Logger):
    """To where all our logs go."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.propagate = True


class _Worker(GunicornWebWorker):
    """Says that it drains as soon as it is asked to end."""

    runner: web.AppRunner | None = None

    def handle_exit(self, sig: int, frame: Any) -> None:
        if self.runner is not None:
            self.runner.app[HEALTH].draining = True
        super().handle_exit(sig, frame)
        self._notify_waiter_done()

    def init_process(self) -> None:
        make: Callable[[], Awaitable[web.AppRunner]] = self.app.make

        async def made() -> web.AppRunner:
            self.runner = await make()
            return self.runner

        self.app.callable = made
        super().init_process()


class _Rolling(Arbiter):
    """Lets old workers go only once as many new ones serve."""

    told = False

    def manage_workers(self) -> None:
        if len(self.WORKERS) > self.num_workers:
            self._wait_for_new()
        if len(self.WORKERS) <= self.num_workers or self._enough():
            super().manage_workers()
        if not self.told and self._enough():
            self.told = True
            self.app.opened()

    def _enough(self) -> bool:
        newest = sorted(self.WORKERS.values(), key=lambda worker: worker.age)[-self.num_workers :]
        return len(newest) == self.num_workers and all(map(_serves, newest))

    def _wait_for_new(self) -> None:
        limit = time.monotonic() + STARTED_AFTER_S
        while not self._enough() and time.monotonic() < limit:
            self.reap_workers()
            time.sleep(LOOK_S)


def _serves(worker: Any) -> bool:
    """Its file was made with the time of day; since it serves it writes its own clock there, which is far behind."""
    written: float = worker.tmp.last_update()
    return written <= time.monotonic()


class _Served(BaseApplication):
    def __init__(self, settings: Settings, count: int, opened: Callable[[], None]) -> None:
        self.settings = settings
        self.count = count
        self.opened = opened
        super().__init__()

    def load_config(self) -> None:
        chosen = {
            "bind": f"{self.settings.host}:{self.settings.port}",
            "workers": self.count,
            "worker_class": _Worker,
            "timeout": STUCK_AFTER_S,
            "graceful_timeout": KILLED_AFTER_S,
            "keepalive": KEPT_OPEN_S,
            "logger_class": _Log,
            "errorlog": None,
            "control_socket_disable": True,
            "proc_name": "dangol",
            "child_exit": _forget,
            "worker_exit": _gone,
        }
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[[], Awaitable[web.AppRunner]]:
        return self.make

    async def make(self) -> web.AppRunner:
        """One worker's server, over a database that is ready."""
        application = await build(self.settings, channels=telegram_channels, prepared=True)
        ENCODER.load_beside()

        async def close(_: web.Application) -> None:
            await application.close()

        app = serve(application)
        app.on_cleanup.append(close)
        return web.AppRunner(app, access_log=None, keepalive_timeout=KEPT_OPEN_S, shutdown_timeout=SHUT_DOWN_S)

    def run(self) -> None:
        _Rolling(self).run()


def _forget(_: Arbiter, worker: Any) -> None:
    metrics.worker_gone(worker.pid)


def _gone(_: Arbiter, worker: Any) -> None:
    """All that a worker had open is closed by now. Taking its memory apart as well would keep the others waiting for
    seconds: most of it is shared with them, and would be copied to be thrown away."""
    leaving = sys.exc_info()[1]
    if worker.pid == os.getpid() and isinstance(leaving, SystemExit) and leaving.code in {0, None}:
        logging.shutdown()
        sys.stdout.flush()
        os._exit(0)
