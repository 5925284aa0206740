"""`dangol reconcile`: ask the tills about everything whose end was never heard."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from bot.app import build, telegram_channels
from bot.commands.faults import tell_faults
from bot.reconciling import Finding, Reconciler
from bot.settings import Settings

out = Console()


def reconcile(as_json: Annotated[bool, typer.Option("--json", help="One line of JSON each.")] = False) -> None:
    """Settle payments and refunds that nothing was heard of, and show what a person must look at.

    Safe beside a running server, which carries out what follows: messages, refunds, pages to close.
    """
    with tell_faults():
        found = asyncio.run(_reconcile(Settings()))
    if as_json:
        for one in found:
            print(json.dumps(asdict(one), ensure_ascii=False))
        return
    if not found:
        out.print("Every payment and every refund has been heard of.")
        return
    table = Table(*(Column(name, overflow="fold") for name in ("what", "id", "till", "amount", "stood", "now")))
    for one in found:
        amount = "" if one.amount is None else f"{one.amount} {one.currency}"
        table.add_row(one.what, one.id, one.till, amount, one.stood, one.now)
    out.print(table)


async def _reconcile(settings: Settings) -> list[Finding]:
    application = await build(settings, channels=telegram_channels)
    # What follows is for the server to send: here nobody has a socket open.
    application.turns.outbox = None
    try:
        tills, handle = application.tills, application.handle
        return await Reconciler(application.database, application.clock, application.ids, tills, handle).run()
    finally:
        await application.close()
