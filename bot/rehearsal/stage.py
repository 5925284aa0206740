"""The real application for one dialogue: everything that is the same for all of them is made once per process."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource
from sqlalchemy import event

from bot.app import Application, home_of
from bot.channels.port import Channel
from bot.channels.terminal import TerminalChannel
from bot.chat import Chat, SimulatedClock
from bot.migrating import migrate
from bot.settings import Settings
from bot.town import TownSpec, load_town, read_town, town_file
from commerce.database import Database
from commerce.register import import_csv
from commerce.work import Clock, Ids, Work
from flows.library import Library
from nlu.engine import Engine


class StageSettings(Settings):
    """Settings that nothing outside of a test reaches: no real till, messenger or server is ever asked."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


def settings_on(url: str, folder: Path, town: str) -> Settings:
    """Settings of a rehearsal in ``town`` on the database at ``url``."""
    return StageSettings(data=folder, town=town, database_url=url, secret=SecretStr("only for dialogue tests"))


class Towns:
    """Databases with a town in them, made once each in ``folder`` and copied for every dialogue."""

    def __init__(self, folder: Path, engine: Callable[[], Engine], library: Callable[[], Library]) -> None:
        self.folder = folder
        self.engine = engine
        self.library = library
        self._specs: dict[str, TownSpec] = {}
        self._rested: list[Database] = []

    async def copy(self, town: str, at: datetime, to: Path, native: str = TerminalChannel.name) -> Settings:
        """Settings of a fresh copy in ``to``; its shops' owners sit on the channel ``native``."""
        made = await self.made(town, at, native)
        self.duplicate(made, to)
        return self.settings(to, town)

    async def made(self, town: str, at: datetime, native: str = TerminalChannel.name) -> Path:
        """The folder of the town's own database."""
        made = self.folder / f"{Path(town).stem}-{sha256(town.encode()).hexdigest()[:8]}-{native}"
        if not (made / "ready").exists():
            made.mkdir(parents=True, exist_ok=True)
            await self._make(town, at, made, native)
            (made / "ready").touch()
        return made

    def settings(self, folder: Path, town: str) -> Settings:
        """Settings of the town whose database is in ``folder``."""
        return settings_on(f"sqlite+aiosqlite:///{folder / 'chat.db'}", folder, town)

    def duplicate(self, made: Path, to: Path) -> None:
        """Copy the database in ``made``."""
        shutil.copy(made / "chat.db", to / "chat.db")

    async def _make(self, town: str, at: datetime, folder: Path, native: str) -> None:
        settings = self.settings(folder, town)
        application = self.application(settings, SimulatedClock(at), Ids(1), native=native)
        await migrate(application.database)
        async with application.database.transaction() as session:
            work = Work(session, at, application.ids)
            await load_town(work, self._spec(settings))
            await application.services.versions.keep(work)
            await application.seat_owners(work)
        await _list_others(town_file(town).with_suffix(".csv"), application, at)
        if application.database.sqlite:
            async with application.database.engine.connect() as connection:
                await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        await self.close(application)

    def _spec(self, settings: Settings) -> TownSpec:
        if settings.town not in self._specs:
            self._specs[settings.town] = read_town(town_file(settings.town), self.folder / "cache")
        return self._specs[settings.town]

    def _database(self, url: str) -> Database:
        if not url.startswith("sqlite"):
            return Database(url)
        if self._rested:
            self._rested[-1].move(url)
            return self._rested.pop()
        database = Database(url)
        event.listen(database.engine.sync_engine, "connect", _unsynced)
        return database

    async def close(self, application: Application) -> None:
        """Close it; what SQLAlchemy has compiled for its database serves the next one."""
        await application.close()
        if application.database.sqlite:
            self._rested.append(application.database)

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
        database, home = self._database(settings.database), home_of(self._spec(settings))
        by_name = {channel.name: channel for channel in channels}
        engine = understands or self.engine()
        return Application(settings, database, clock, ids, home, engine, by_name, native, self.library())


async def _list_others(register: Path, application: Application, at: datetime) -> None:
    """The shops of the public register beside the town's file, where there is one: listed, but taking no orders."""

    @asynccontextmanager
    async def batch() -> AsyncIterator[Work]:
        async with application.database.transaction() as session:
            yield Work(session, at, application.ids)

    if register.exists():  # noqa: ASYNC240 - once for each town of a rehearsal
        await import_csv(batch, register)


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
        await towns.close(application)


def _unsynced(connection: Any, _record: Any) -> None:
    """Nobody needs a rehearsal's database after a power cut."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()
