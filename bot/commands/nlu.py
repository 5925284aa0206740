"""`dangol nlu`: train the understanding, try it on a text."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import asdict, replace
from datetime import datetime
from typing import Annotated, Any, get_args

import typer
from rich.console import Console

from bot.commands.chat import opened
from bot.commands.faults import tell_faults
from bot.settings import Settings
from commerce import catalogue, shops
from commerce.work import Work
from nlu.engine import Engine
from nlu.understanding import Context, Expect, Name, Role, Understanding

app = typer.Typer(no_args_is_help=True, help="Understanding: train it, try it.")
out = Console()


@app.command()
def train() -> None:
    """Train on the data in nlu/data, unless the model for it is there already."""
    with tell_faults():
        settings = Settings()
        begun = time.perf_counter()
        Engine.open(settings.data / "cache")
    out.print(f"Ready after {time.perf_counter() - begun:.1f} s. The model is in {settings.data / 'cache'}.")


@app.command()
def parse(
    text: Annotated[str, typer.Argument(help="What somebody says; “-” reads a line each from standard input.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line.")] = False,
    town: Annotated[str, typer.Option(help="“demo” or the path of a town file.")] = "demo",
    shop: Annotated[str | None, typer.Option(help="The slug of the shop at hand.")] = None,
    expect: Annotated[str | None, typer.Option(help="What is being asked, such as quantity or yesno.")] = None,
    role: Annotated[str, typer.Option(help="consumer or merchant.")] = "consumer",
) -> None:
    """Show how a text is understood."""
    if role not in ("consumer", "merchant"):
        raise typer.BadParameter("consumer or merchant", param_hint="--role")
    texts = [line.rstrip("\n") for line in sys.stdin] if text == "-" else [text]
    with tell_faults():
        for understood in asyncio.run(_parse(texts, town, shop, expect, role)):
            found = as_dict(understood)
            if as_json:
                typer.echo(json.dumps(found, ensure_ascii=False))
            else:
                out.print_json(json.dumps(found, ensure_ascii=False))


async def _parse(texts: list[str], town: str, slug: str | None, expect: str | None, role: str) -> list[Understanding]:
    async with opened(town, None, None, None) as (application, _):
        home = application.services.home
        async with application.database.read() as session:
            work = Work(session, application.clock.now(), application.ids)
            at_hand: list[catalogue.CatalogueName] = []
            if slug is not None:
                found = await shops.by_slug(work, slug)
                if found is None:
                    raise typer.BadParameter(f"there is no shop {slug!r} in that town", param_hint="--shop")
                at_hand = await catalogue.names(work, found.id)
            around = await application.services.catalogue.around(work, home.lat, home.lon)
        context = Context(
            role=_role(role),
            expect=_expect(expect),
            at_hand=tuple(Name(one.kind, one.key, one.names, one.of) for one in at_hand),
            around=around,
        )
        now = datetime.now(home.zone)
        names = {name.key: name.names[0] for name in (*around, *context.at_hand)}
        return [_named(application.services.engine.parse(text, context, now), names) for text in texts]


def _role(role: str) -> Role:
    return "merchant" if role == "merchant" else "consumer"


def _expect(expect: str | None) -> Expect | None:
    found = next((one for one in get_args(Expect) if one == expect), None)
    if expect is not None and found is None:
        raise typer.BadParameter(f"one of {', '.join(get_args(Expect))}", param_hint="--expect")
    return found


def _named(understood: Understanding, names: dict[str, str]) -> Understanding:
    """Items and options by their own names instead of catalogue keys."""
    return replace(
        understood,
        entities=tuple(
            replace(entity, value=names.get(entity.value, entity.value)) if isinstance(entity.value, str) else entity
            for entity in understood.entities
        ),
        lines=tuple(
            replace(
                line,
                item=names.get(line.item, line.item) if line.item else None,
                options=tuple(names.get(option, option) for option in line.options),
            )
            for line in understood.lines
        ),
    )


def as_dict(understood: Understanding) -> dict[str, Any]:
    """The understanding as the command prints it."""
    return {
        "text": understood.text,
        "language": understood.language,
        "intent": understood.intent,
        "confidence": understood.confidence,
        "in_scope": understood.in_scope,
        "entities": [asdict(entity) for entity in understood.entities],
        "lines": [
            {
                "item": line.item,
                "quantity": line.quantity,
                "options": list(line.options),
                "note": line.note,
                "text": line.text,
            }
            for line in understood.lines
        ],
        "wishes": list(understood.wishes),
    }
