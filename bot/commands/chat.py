"""`dangol chat`: the whole application in a terminal, for a person or, with --json, for a script."""

from __future__ import annotations

import asyncio
import io
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import logs
from bot.app import Application, build
from bot.channels.terminal import TerminalChannel
from bot.chat import Chat, SimulatedClock
from bot.commands.faults import tell_faults
from bot.commands.tape import Tape
from bot.rehearsal.script import BadDialogue
from bot.settings import Settings
from bot.terminal_chat import converse
from commerce.work import Ids, SystemClock


def chat(
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines in and out, under a simulated clock.")] = False,
    town: Annotated[str, typer.Option(help="“demo” or the path of a town file.")] = "demo",
    at: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%dT%H:%M:%S%z"], help="When the clock starts.")] = None,
    seed: Annotated[int | None, typer.Option(help="Makes ids repeatable.")] = None,
    db: Annotated[str | None, typer.Option(help="A database URL; without it each run starts on a fresh town.")] = None,
    into: Annotated[
        Path | None, typer.Option("--record", help="Write the conversation to this file, as a test.")
    ] = None,
) -> None:
    """Talk to the whole application in the terminal."""
    logs.begin(level="error")
    with tell_faults():
        if into is not None and as_json:
            raise BadDialogue("--record writes what a person does; without --json")
        tape = Tape(into, town) if into is not None else None
        asyncio.run(talk(as_json, town, at or datetime.now().astimezone(), seed, db, tape))


async def talk(as_json: bool, town: str, at: datetime, seed: int | None, db: str | None, tape: Tape | None) -> None:
    """Talk until the end of input; then the tape, if there is one, is written."""
    clock = SimulatedClock(at) if as_json else None
    async with opened(town, db, clock, seed) as (application, terminal):
        if clock is None:
            await converse(application, terminal, tape.note if tape is not None else lambda _: None)
            if tape is not None:
                await tape.write(application.services.engine, application.services.versions.current)
            return
        for stream in (sys.stdin, sys.stdout):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(encoding="utf-8", errors="replace")
        script = Chat(application, terminal, clock, _write)
        script.listen()
        loop = asyncio.get_running_loop()
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            if line.strip():
                await script.play(line)


@asynccontextmanager
async def opened(
    town: str, db: str | None, clock: SimulatedClock | None, seed: int | None
) -> AsyncIterator[tuple[Application, TerminalChannel]]:
    """An application whose native channel is the terminal, on ``db`` or a database that is gone afterwards."""
    terminal = TerminalChannel()
    base = Settings()
    with tempfile.TemporaryDirectory(prefix="dangol-") as folder:
        url = db or f"sqlite+aiosqlite:///{Path(folder) / 'chat.db'}"
        settings = base.model_copy(update={"town": town, "database_url": url})
        application = await build(
            settings,
            clock=clock or SystemClock(),
            ids=Ids(seed),
            channels=lambda _: {terminal.name: terminal},
            native=terminal.name,
        )
        try:
            yield application, terminal
        finally:
            await application.close()


def _write(line: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()
