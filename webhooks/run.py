"""`dangol run`: the server."""

from __future__ import annotations

import asyncio
import signal
import socket
import webbrowser
from typing import Annotated

import typer
from aiohttp import web
from rich.console import Console

from bot import logs
from bot.app import build, telegram_channels
from bot.commands.faults import tell_faults
from bot.settings import Settings
from commerce.database import Database
from nlu.embedding import ENCODER
from webhooks.health import HEALTH
from webhooks.server import SHUT_DOWN_S, serve

out = Console()
err = Console(stderr=True)

NEEDS_POSTGRESQL = (
    "--workers: SQLite has room for one process. Set DATABASE_URL to a PostgreSQL database, "
    "such as postgresql://dangol@localhost/dangol, or leave --workers away."
)


def run(
    town: Annotated[str | None, typer.Option(help="“demo” or the path of a town file.")] = None,
    port: Annotated[int | None, typer.Option(help="The port on 127.0.0.1.", min=1, max=65535)] = None,
    browser: Annotated[bool, typer.Option(help="Open the page.")] = False,
    workers: Annotated[int, typer.Option(help="Processes; more than one needs PostgreSQL.", min=1, max=64)] = 1,
) -> None:
    """Serve the chat, the till's page and the platforms' webhooks."""
    with tell_faults():
        changes = {"town": town, "port": port}
        settings = Settings().model_copy(update={name: value for name, value in changes.items() if value is not None})
        logs.begin(settings.log, settings.log_level)
        _refuse_taken(settings.host, settings.port)
        if workers == 1:
            asyncio.run(_run(settings, browser))
            return
        if Database(settings.database).sqlite:
            err.print(NEEDS_POSTGRESQL, markup=False, soft_wrap=True)
            raise typer.Exit(2)
        # Imported only where there are workers: it is not needed for one process.
        from webhooks.workers import run_workers

        run_workers(settings, workers, lambda: _tell(settings, browser))


def _refuse_taken(host: str, port: int) -> None:
    """Say so at once when another program listens there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            say = f"{host}:{port}: {fault.strerror}. Is Dangol open already? Take another port: DANGOL_PORT={port + 1} make run"
            err.print(say, markup=False, soft_wrap=True)
            raise typer.Exit(2) from fault


def _tell(settings: Settings, browser: bool) -> None:
    url = f"http://{settings.host}:{settings.port}/"
    out.print(f"\n  🏪 Dangol is open: [bold]{url}[/bold]   (Ctrl+C closes it)\n")
    if browser:
        webbrowser.open(url)


async def _run(settings: Settings, browser: bool) -> None:
    application = await build(settings, channels=telegram_channels)
    ENCODER.load_beside()
    runner = web.AppRunner(serve(application), access_log=None, shutdown_timeout=SHUT_DOWN_S)
    await runner.setup()
    await web.TCPSite(runner, settings.host, settings.port).start()
    _tell(settings, browser)
    stop = asyncio.Event()
    _on_signals(stop)
    await stop.wait()
    runner.app[HEALTH].draining = True
    await runner.cleanup()
    await application.close()


def _on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
