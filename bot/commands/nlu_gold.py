"""`dangol nlu bench --gold`: every figure that understanding is to reach, in one run."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from bot.bench.gold_table import Row, fast_rows, light_rows, public_rows, right_rows, texts_of, watched
from bot.bench.rasa_beside import Beside, ask
from bot.commands.chat import opened
from bot.commands.faults import tell_faults
from bot.commands.nlu_evaluate import NOW
from bot.settings import Settings
from bot.town_names import live_names
from nlu.engine import Engine
from nlu.examples import DATA, BadExamples
from nlu.gold import GOLD, read_gold
from nlu.live_names import LiveNames
from nlu.model import Model
from nlu.rasa.client import NoAnswer
from nlu.trial import BadLines
from nlu.versions import made_of

_out = Console()


def show_gold(rasa: str | None, sets: Path | None, *, as_json: bool, folder: Path = GOLD) -> None:
    """Print the table."""
    try:
        with tell_faults():
            rows = [*_rows(rasa, sets, folder)]
    except (BadExamples, BadLines, NoAnswer) as error:
        said = f"{rasa} does not answer: {error}" if isinstance(error, NoAnswer) else str(error)
        typer.echo(said, err=True)
        raise typer.Exit(2) from error
    if as_json:
        typer.echo(json.dumps({"rows": [row.as_dict() for row in rows]}, ensure_ascii=False))
    else:
        _out.print(_table(rows))


def _rows(rasa: str | None, sets: Path | None, folder: Path) -> Iterator[Row]:
    every = read_gold(folder)
    names, token, cache = asyncio.run(_town(folder / "town.yaml"))
    engine = Engine.open(cache)
    model = Model.load(cache / f"nlu-{made_of([DATA])[:20]}.npz")
    beside: Beside | None = ask(rasa, token, texts_of(every)) if rasa else None
    yield from right_rows(engine, every, names, beside)
    yield from fast_rows(watched(model), every, names, beside)
    yield from light_rows(cache, every, beside)
    if sets is not None:
        yield from public_rows(sets)


async def _town(path: Path) -> tuple[LiveNames, str | None, Path]:
    async with opened(str(path), None, None, None) as (application, _):
        names = await live_names(application, NOW)
    settings = Settings()
    return names, settings.nlu_token.get_secret_value() if settings.nlu_token else None, settings.data / "cache"


def _table(rows: Sequence[Row]) -> Table:
    table = Table("what", "figure", "bar", "met", "Rasa", "Rasa in the bot", "ahead")
    for row in rows:
        told = row.as_dict()
        table.add_row(
            *(_said(told[key]) for key in ("what", "figure", "bar", "passed", "rasa", "rasa_in_bot", "ahead"))
        )
    return table


def _said(value: float | str | bool | None) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "NO"
    return value if isinstance(value, str) else f"{value:g}"
