"""`dangol bench`: what can be measured here, each beside a limit from the same run."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from bot.bench.geo import bench_geo

app = typer.Typer(no_args_is_help=True, help="Measurements, each beside a limit from the same run.")
out = Console()


def show(figures: dict[str, Any], as_json: bool) -> None:
    """Print figures as one JSON line or as a table."""
    if as_json:
        typer.echo(json.dumps(figures))
        return
    table = Table("figure", "value")
    for name, value in figures.items():
        table.add_row(name, str(value))
    out.print(table)


@app.command()
def geo(
    shops: Annotated[int, typer.Option(help="How many synthetic shops.")] = 1_000_000,
    queries: Annotated[int, typer.Option(help="How many searches.")] = 200,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line.")] = False,
) -> None:
    """The 20 nearest open shops of a trade among very many."""
    show(asyncio.run(bench_geo(shops, queries)), as_json)
