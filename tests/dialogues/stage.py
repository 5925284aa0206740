"""The stage of dialogue tests in pytest: on the run's database, with the flows and the model that come along."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import platformdirs
from pydantic import SecretStr

from bot.app import LIBRARY
from bot.rehearsal import stage
from bot.rehearsal.stage import staged
from bot.settings import Settings
from flows.library import Library
from nlu.engine import Engine
from tests import databases

__all__ = ["Towns", "engine", "library", "settings_for", "staged", "town_path"]

TOWNS = Path(__file__).parent.parent / "towns"


def town_path(town: str) -> str:
    return town if town == "demo" or Path(town).suffix else str(TOWNS / f"{town}.yaml")


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


class Towns(stage.Towns):
    """On SQLite or on the run's PostgreSQL; a town may be given by the name of a file in tests/towns."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, engine, library)

    def settings(self, folder: Path, town: str) -> Settings:
        if databases.on_postgresql() and not (folder / "chat.url").exists():
            (folder / "chat.url").write_text(databases.lasting(folder.name.replace("-", "_")))
        return settings_for(folder, town)

    def duplicate(self, made: Path, to: Path) -> None:
        if databases.on_postgresql():
            (to / "chat.url").write_text(databases.copy((made / "chat.url").read_text()))
        else:
            super().duplicate(made, to)
