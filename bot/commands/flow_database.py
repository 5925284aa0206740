"""What the commands about versions of flows work with: the installation's database and the flows that come along."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import make_url

from bot.app import LIBRARY
from bot.migrating import UnknownRevision, migrate, newest, stands_at
from bot.publishing import now_in_force
from bot.release_files import FLOWS, part
from bot.settings import Settings
from commerce.database import Database
from commerce.work import Ids, Work
from flows.kept import load_kept
from flows.library import Library

T = TypeVar("T")


def shipped_flows(settings: Settings) -> Library:
    """The flows that come with the program."""
    return load_kept(LIBRARY, settings.data / "cache", settings.signing_key.encode())


def flows_in_force(settings: Settings) -> Library:
    """Those published last, else those that come with the program. Raises BrokenVersion."""
    file = make_url(settings.database).database if settings.database.startswith("sqlite") else None
    if file is not None and not Path(file).is_file():
        return Library.load(LIBRARY)
    ours = shipped_flows(settings)
    now, files, _ = within(settings, lambda work: now_in_force(work.session, settings.data, ours))
    return ours if now.version is None else Library.from_bundle(part(files, FLOWS))


def within(settings: Settings, act: Callable[[Work], Awaitable[T]]) -> T:
    """Do ``act`` in one transaction of the installation's database; an empty one gets its tables first. Raises
    UnknownRevision when the tables are not of this version."""

    async def do() -> T:
        settings.data.mkdir(parents=True, exist_ok=True)
        database = Database(settings.database)
        try:
            async with database.engine.connect() as connection:
                stands = await connection.run_sync(stands_at)
            if stands is None:
                await migrate(database)
            elif stands != newest():
                raise UnknownRevision(f"the tables are of revision {stands}, this is {newest()}; run: dangol migrate")
            async with database.transaction() as session:
                return await act(Work(session, datetime.now(UTC), Ids()))
        finally:
            await database.close()

    return asyncio.run(do())


def whoever() -> str:
    """Who types here, as this machine calls them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"
