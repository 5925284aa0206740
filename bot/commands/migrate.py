"""`dangol migrate`: the database's schema, to the newest revision or to one that is named."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.console import Console

from bot.commands.faults import tell_faults
from bot.migrating import migrate as move
from bot.settings import Settings
from commerce.database import Database

out = Console()


def migrate(
    to: Annotated[str, typer.Option(help="A revision, older or newer: 0001. What it does not know is lost.")] = "head",
    db: Annotated[str | None, typer.Option(help="A database URL; else the configured one.")] = None,
) -> None:
    """Bring the database's tables to this version of Dangol, or with --to back to an older one."""
    with tell_faults():
        settings = Settings()
        settings.data.mkdir(parents=True, exist_ok=True)
        revision = asyncio.run(_migrate(db or settings.database, to))
    out.print(f"The database is at revision {revision}.")


async def _migrate(url: str, revision: str) -> str:
    database = Database(url)
    try:
        return await move(database, revision)
    finally:
        await database.close()
