"""`dangol flows`: check the library of flows, print its schema, draw it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.actions import ACTIONS
from bot.app import LIBRARY
from bot.channels.labels import LABEL_COLUMNS
from flows.check import check_files
from flows.library import Library
from flows.schema import schema as flow_schema
from flows.source import FlowError
from nlu.intents import INTENTS

app = typer.Typer(no_args_is_help=True, help="The conversation flows.")
out = Console()


@app.callback()
def group() -> None:
    """The conversation flows."""


Folder = Annotated[Path, typer.Argument(help="A folder of flow files; else the ones that come along.")]


@app.command()
def check(
    folder: Folder = LIBRARY,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for editors and scripts.")] = False,
) -> None:
    """Name each defect with file, line, what is wrong and how to mend it; exits with 1 when there are any."""
    try:
        files = Library.read(folder)
        defects = check_files(files, ACTIONS, INTENTS, LABEL_COLUMNS)
    except FlowError as error:
        files, defects = {one.file: "" for one in error.defects}, list(error.defects)
    if as_json:
        typer.echo(json.dumps([asdict(defect) for defect in defects], ensure_ascii=False, indent=2))
    elif not files:
        _say(f"{folder}: no flow files (*.yaml) here. Check the path.")
    else:
        for defect in defects:
            _say(str(defect))
        count = f"{len(defects)} {'defect' if len(defects) == 1 else 'defects'}" if defects else "no defect"
        _say(f"{count} in {len(files)} files." if defects else f"{len(files)} files, {count}.")
    if not files:
        raise typer.Exit(2)
    if defects:
        raise typer.Exit(1)


@app.command()
def schema() -> None:
    """Print the JSON Schema of flow files, by which editors complete and check them."""
    typer.echo(json.dumps(flow_schema(), ensure_ascii=False, indent=2))


def _say(text: str) -> None:
    out.print(text, markup=False, highlight=False, soft_wrap=True)
