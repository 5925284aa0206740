"""`dangol flows`: check the library of flows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.actions import ACTIONS
from bot.app import LIBRARY
from bot.commands import flows_record, flows_test
from flows.check import check_files
from nlu.intents import INTENTS

app = typer.Typer(no_args_is_help=True, help="The conversation flows.")
app.command("test")(flows_test.test)
app.command("record")(flows_record.record)
out = Console()


@app.callback()
def group() -> None:
    """The conversation flows."""


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(help="A folder of flow files; else the ones that come along.")] = LIBRARY,
) -> None:
    """Name each defect with file, line, what is wrong and how to mend it; exits with 1 when there are any."""
    files = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".yaml", ".yml") and path.is_file()
    }
    if not files:
        out.print(f"{folder}: no flow files (*.yaml) here. Check the path.", markup=False, soft_wrap=True)
        raise typer.Exit(2)
    defects = check_files(files, ACTIONS, INTENTS)
    for defect in defects:
        out.print(str(defect), markup=False, highlight=False, soft_wrap=True)
    if defects:
        out.print(f"{len(defects)} {'defect' if len(defects) == 1 else 'defects'} in {len(files)} files.")
        raise typer.Exit(1)
    out.print(f"{len(files)} files, no defect.")
