"""`dangol people`: what is kept about one person, handed out or erased. `dangol operators`: who helps people."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Annotated, TypeVar

import typer
from rich.console import Console

from bot import operators as helping
from bot import personal
from bot.commands.faults import tell_faults
from bot.migrating import migrate
from bot.settings import Settings
from commerce.database import Database
from commerce.refusals import Refusal
from commerce.work import Ids, SystemClock, Work

app = typer.Typer(no_args_is_help=True, help="People: hand out, or erase, what is kept about one of them.")
operators = typer.Typer(no_args_is_help=True, help="Operators: invite one, list them, let one go.")
out = Console()

Who = Annotated[str, typer.Argument(help="A person's id, CHANNEL:CHAT (telegram:123) or a telephone number.")]
Db = Annotated[str | None, typer.Option(help="A database URL; else the configured one.")]
Found = TypeVar("Found")

_WHY = {
    "order_open": "One of their orders is under way. Wait until it has ended, or cancel it, and try again.",
    "talking": "They are in a conversation that a human has. Try again when it is over.",
    "owner": "They own a shop here. Let somebody else own it, or take the shop out, and try again.",
}
_LAW = (
    "The law wants records of contracts, payment and supply kept for 5 years, and of complaints for 3 (Act on the Consumer "
    "Protection in Electronic Commerce, Enforcement Decree, article 6); they no longer tell who it was. See "
    "docs/security.md."
)


@app.command("export")
def export(who: Who, db: Db = None) -> None:
    """Print everything that is kept about a person, as JSON."""
    with tell_faults():
        found = asyncio.run(_with(db, lambda work: _of(work, who, personal.export)))
    print(json.dumps(found, ensure_ascii=False, indent=2))


@app.command("forget")
def forget(who: Who, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False, db: Db = None) -> None:
    """Erase a person: conversations, messages, addresses, cart. Says what stays, and why."""
    if not yes and not typer.confirm(f"Erase {who}? This cannot be undone."):
        raise typer.Exit(1)
    with tell_faults():
        try:
            done = asyncio.run(_with(db, lambda work: _of(work, who, personal.forget)))
        except Refusal as refusal:
            out.print(_WHY.get(refusal.code, refusal.code), soft_wrap=True)
            raise typer.Exit(1) from refusal
    out.print("Erased: " + ", ".join(f"{name} {count}" for name, count in done.erased.items()), soft_wrap=True)
    if done.kept:
        out.print("Kept: " + ", ".join(f"{name} {count}" for name, count in done.kept.items()), soft_wrap=True)
        out.print(_LAW, soft_wrap=True)


@operators.command("invite")
def invite(db: Db = None) -> None:
    """Print a code that makes whoever sends it to the bot an operator; it works once, for a day."""
    with tell_faults():
        code = asyncio.run(_with(db, helping.invite))
    out.print(f"Let them write to the bot, on any messenger:  초대 {code}   or   join {code}", soft_wrap=True)
    out.print("It works once, for a day.")


@operators.command("list")
def listed(db: Db = None) -> None:
    """Who is an operator."""
    with tell_faults():
        found = asyncio.run(_with(db, helping.everybody))
    for one in found:
        out.print(f"{one.person_id}  {one.name}  since {one.since:%Y-%m-%d}", markup=False, highlight=False)
    if not found:
        out.print("Nobody yet: dangol operators invite")


@operators.command("remove")
def remove(
    person: Annotated[str, typer.Argument(help="The id that `dangol operators list` shows.")], db: Db = None
) -> None:
    """Let an operator go."""
    with tell_faults():
        gone = asyncio.run(_with(db, lambda work: helping.remove(work, person)))
    out.print("Removed." if gone else "There is no such operator.")
    raise typer.Exit(0 if gone else 1)


async def _of(work: Work, who: str, do: Callable[[Work, str], Awaitable[Found]]) -> Found:
    found = await personal.find(work, who)
    if len(found) != 1:
        many = f"Several people fit: {', '.join(found)}. Name one by its id." if found else f"Nobody here is {who}."
        out.print(many, markup=False, soft_wrap=True)
        raise typer.Exit(2)
    return await do(work, found[0])


async def _with(db: str | None, do: Callable[[Work], Awaitable[Found]]) -> Found:
    async with _working(db) as work:
        return await do(work)


@asynccontextmanager
async def _working(db: str | None) -> AsyncIterator[Work]:
    settings = Settings()
    database = Database(db or settings.database)
    try:
        await migrate(database)
        async with database.transaction() as session:
            yield Work(session, SystemClock().now(), Ids())
    finally:
        await database.close()
