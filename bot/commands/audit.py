"""`dangol audit`: the invariants over the whole database."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from bot.audit import check
from bot.commands.faults import tell_faults
from bot.settings import Settings
from commerce.audit import Fault
from commerce.database import Database

out = Console()


def audit(db: Annotated[str | None, typer.Option(help="A database URL; else the configured one.")] = None) -> None:
    """Check that stock, money, coupons and orders add up; exits with 1 and the rows at fault when they do not."""
    with tell_faults():
        faults = asyncio.run(_audit(db or Settings().database))
    if not faults:
        out.print("Everything adds up.")
        return
    table = Table(*(Column(name, overflow="fold") for name in ("rule", "table", "row", "what is wrong")))
    for fault in faults:
        table.add_row(fault.rule, fault.table, fault.id, fault.detail)
    out.print(table)
    raise typer.Exit(1)


async def _audit(url: str) -> list[Fault]:
    database = Database(url)
    try:
        async with database.snapshot() as session:
            return await check(session)
    finally:
        await database.close()
