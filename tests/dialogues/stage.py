"""The real application for one dialogue: everything that is the same for all of them is made once per process."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import SecretStr

from bot.app import LIBRARY, Application, home_of
from bot.channels.port import Channel
from bot.channels.terminal import TerminalChannel
from bot.chat import Chat, SimulatedClock
from bot.migrating import migrate
from bot.settings import Settings
from bot.town import TownSpec, load_town, read_town, town_file
from commerce.database import Database
from commerce.work import Clock, Ids, Work
from flows.library import Library
from nlu.engine import Engine
from tests import databases

TOWNS = Path(__file__).parent.parent / "towns"


def town_path(town: str) -> str:
    return town if town == "demo" else str(TOWNS / f"{town}.yaml")


@cache
def engine() -> Engine:
    return Engine.open(platformdirs.user_cache_path("dangol") / "nlu")


@cache
def library() -> Library:
    return Library.load(LIBRARY)


def settings_for(folder: Path, town: str) -> Settings:
    """Settings of the town whose database is in ``folder``: the file itself, or the url of where it is."""
    elsewhere = folder / "chat.url"
    url = elsewhere.read_text() if elsewhere.exists() else f"sqlite+aiosqlite:///{folder / 'chat.db'}"
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        data=folder,
        town=town_path(town),
        database_url=url,
        secret=SecretStr("only for dialogue tests"),
    )


class Towns:
    """Databases with a town in them, made once each in ``folder`` and copied for every dialogue."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def copy(self, town: str, at: datetime, to: Path, native: str = TerminalChannel.name) -> Settings:
        """Settings of a fresh copy in ``to``; its shops' owners sit on the channel ``native``."""
        made = self.folder / f"{town}-{native}"
        if not (made / "ready").exists():
            made.mkdir(parents=True, exist_ok=True)
            await self._make(town, at, made, native)
            (made / "ready").touch()
        if databases.on_postgresql():
            (to / "chat.url").write_text(databases.copy((made / "chat.url").read_text()))
        else:
            shutil.copy(made / "chat.db", to / "chat.db")
        return settings_for(to, town)

    async def _make(self, town: str, at: datetime, folder: Path, native: str) -> None:
        if databases.on_postgresql():
            (folder / "chat.url").write_text(databases.lasting(f"{town}_{native}"))
        settings = settings_for(folder, town)
        application = self.application(settings, SimulatedClock(at), Ids(1), native=native)
        await migrate(application.database)
        async with application.database.transaction() as session:
            work = Work(session, at, application.ids)
            await load_town(work, self._spec(settings))
            await application.services.versions.keep(work)
            await application.seat_owners(work)
        if not databases.on_postgresql():
            async with application.database.engine.connect() as connection:
                await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        await application.close()

    def _spec(self, settings: Settings) -> TownSpec:
        return read_town(town_file(settings.town), self.folder / "cache")

    def application(
        self,
        settings: Settings,
        clock: Clock,
        ids: Ids,
        *channels: Channel,
        native: str = TerminalChannel.name,
        understands: Engine | None = None,
    ) -> Application:
        """The application over the settings' database; flows are shared, and the engine unless another is given."""
        database, home = Database(settings.database), home_of(self._spec(settings))
        by_name = {channel.name: channel for channel in channels}
        return Application(settings, database, clock, ids, home, understands or engine(), by_name, native, library())


@asynccontextmanager
async def staged(
    towns: Towns, town: str, at: datetime, folder: Path, write: Callable[[Mapping[str, Any]], None]
) -> AsyncIterator[Chat]:
    """A script's chat over an application on a fresh copy of ``town``."""
    settings = await towns.copy(town, at, folder)
    clock = SimulatedClock(at)
    terminal = TerminalChannel()
    application = towns.application(settings, clock, Ids(2), terminal)
    chat = Chat(application, terminal, clock, write)
    chat.listen()
    try:
        yield chat
    finally:
        await application.close()
