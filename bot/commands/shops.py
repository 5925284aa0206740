"""`dangol shops`: the public register, and the links of shops' chats."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from bot.commands.faults import tell_faults
from bot.links import Links
from bot.migrating import migrate
from bot.settings import Settings
from commerce import shops
from commerce.database import Database
from commerce.register import Imported, RegisterError, import_csv
from commerce.work import Ids, SystemClock, Work

app = typer.Typer(no_args_is_help=True, help="Shops: import the public register, get the link of a shop's chat.")
out = Console()
SHOWN = 20


@app.command("import")
def import_register(
    file: Annotated[Path, typer.Argument(help="Korea's public shop register: CSV, UTF-8 or CP949, commas or pipes.")],
    db: Annotated[str | None, typer.Option(help="A database URL; else the configured one.")] = None,
) -> None:
    """Take in the public shop register; good rows go in, bad ones are named by line and reason."""
    with tell_faults():
        settings = Settings()
        if db is None:
            settings.data.mkdir(parents=True, exist_ok=True)
        try:
            report = asyncio.run(_import(db or settings.database, file))
        except RegisterError as error:
            out.print(f"{file}: {error}", markup=False, highlight=False, soft_wrap=True)
            raise typer.Exit(2) from error
    out.print(f"{report.added:,} added, {report.changed:,} changed, {report.unchanged:,} as they were.")
    for bad in report.bad[:SHOWN]:
        out.print(f"{file}:{bad.line}: {bad.reason}", markup=False, highlight=False, soft_wrap=True)
    if report.bad_count > SHOWN:
        out.print(f"… and {report.bad_count - SHOWN:,} further bad rows.")


async def _import(url: str, file: Path) -> Imported:
    database = Database(url)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())

    @asynccontextmanager
    async def batch() -> AsyncIterator[Work]:
        async with database.transaction() as session:
            yield Work(session, SystemClock().now(), Ids())

    try:
        await migrate(database)
        with Progress(*columns, console=out) as progress:
            task = progress.add_task(file.name)
            return await import_csv(batch, file, lambda read, total: progress.update(task, completed=read, total=total))
    finally:
        await database.close()


@app.command("link")
def link(slug: Annotated[str, typer.Argument(help="The shop's slug in the town file.")]) -> None:
    """Print the signed link that opens a shop's own chat."""
    with tell_faults():
        settings = Settings()
        found = asyncio.run(_has(settings.database, slug))
    if not found:
        out.print(f"There is no shop “{slug}”. Run `dangol run` once with its town.", markup=False)
        raise typer.Exit(2)
    out.print(f"{settings.base_url}/shop/{slug}?key={Links(settings.signing_key).shop_key(slug)}", soft_wrap=True)


async def _has(url: str, slug: str) -> bool:
    database = Database(url)
    clock = SystemClock()
    try:
        async with database.read() as session:
            return await shops.by_slug(Work(session, clock.now(), Ids()), slug) is not None
    finally:
        await database.close()
