"""`dangol run`: the server."""

from __future__ import annotations

import asyncio
import signal
import webbrowser
from typing import Annotated

import typer
from aiohttp import web
from rich.console import Console

from bot import logs
from bot.app import build, telegram_channels
from bot.commands.faults import tell_faults
from bot.settings import Settings
from webhooks.server import serve

out = Console()


def run(
    town: Annotated[str | None, typer.Option(help="“demo” or the path of a town file.")] = None,
    port: Annotated[int | None, typer.Option(help="The port on 127.0.0.1.", min=1, max=65535)] = None,
    browser: Annotated[bool, typer.Option(help="Open the page.")] = False,
) -> None:
    """Serve the chat, the till's page and the platforms' webhooks."""
    with tell_faults():
        changes = {"town": town, "port": port}
        settings = Settings().model_copy(update={name: value for name, value in changes.items() if value is not None})
        logs.begin(settings.log, settings.log_level)
        asyncio.run(_run(settings, browser))


async def _run(settings: Settings, browser: bool) -> None:
    application = await build(settings, channels=telegram_channels)
    runner = web.AppRunner(serve(application), access_log=None, shutdown_timeout=5.0)
    await runner.setup()
    await web.TCPSite(runner, settings.host, settings.port).start()
    url = f"http://{settings.host}:{settings.port}/"
    out.print(f"\n  🏪 Dangol is open: [bold]{url}[/bold]   (Ctrl+C closes it)\n")
    if browser:
        webbrowser.open(url)
    stop = asyncio.Event()
    _on_signals(stop)
    await stop.wait()
    await runner.cleanup()
    await application.close()


def _on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
