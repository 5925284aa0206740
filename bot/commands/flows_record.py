"""`dangol flows record`: a conversation, held now or by a customer, becomes a dialogue test."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot import logs
from bot.commands.chat import talk
from bot.commands.faults import tell_faults
from bot.commands.flow_database import flows_in_force
from bot.commands.tape import Tape
from bot.live_model import open_engine
from bot.rehearsal.live import Lived, lived
from bot.settings import Settings
from bot.town import TownSpec, read_town, town_file
from commerce.database import Database
from commerce.work import Ids, Work
from flows.library import Library


def record(
    file: Annotated[Path, typer.Argument(help="The test to write; it must not be there yet.")],
    of: Annotated[
        str | None, typer.Option(help="The id of a conversation or a person; else one is begun here.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="What the test is called; else as its file.")] = None,
    town: Annotated[str | None, typer.Option(help="“demo” or the path of a town file; else DANGOL_TOWN.")] = None,
    db: Annotated[str | None, typer.Option(help="With --of: a database URL, else the installation's.")] = None,
) -> None:
    """Make a dialogue test of a conversation; numbers, addresses and names of people are replaced."""
    logs.begin(level="error")
    with tell_faults():
        settings = Settings()
        if town is not None:
            settings = settings.model_copy(update={"town": town})
        if db is not None:
            settings = settings.model_copy(update={"database_url": db})
        tape = Tape(file, settings.town, name, at_home=town is None)
        if of is None:
            asyncio.run(talk(False, settings.town, datetime.now(UTC), None, None, tape))
        else:
            asyncio.run(_write(settings, tape, of, flows_in_force(settings)))


async def _write(settings: Settings, tape: Tape, of: str, library: Library) -> None:
    spec = await asyncio.to_thread(read_town, town_file(settings.town), settings.data / "cache")
    found = await _lived(settings, spec, of)
    tape.deeds += found.deeds
    engine = await asyncio.to_thread(open_engine, settings.data)
    await tape.write(engine, library, found.lang)


async def _lived(settings: Settings, spec: TownSpec, of: str) -> Lived:
    database = Database(settings.database)
    try:
        async with database.snapshot() as session:
            return await lived(Work(session, datetime.now(UTC), Ids()), spec, of)
    finally:
        await database.close()
