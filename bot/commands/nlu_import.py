"""`dangol nlu import`: the training data of a Rasa project, written in Dangol's layout."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from nlu.importing import Imported, read_project
from nlu.writing import write_training


def import_project(
    folder: Annotated[Path, typer.Argument(help="The Rasa project.", exists=True, file_okay=False)],
    into: Annotated[Path, typer.Option(help="The folder that ko and en are written into.")] = Path("imported"),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Read a Rasa project's NLU files and domain; say what could not be used, with file and line."""
    found = read_project(folder)
    if not found.training.examples:
        _tell(found, [], as_json)
        typer.echo(f"{folder}: there are no examples to be used. Is it the project's own folder?", err=True)
        raise typer.Exit(1)
    try:
        written = write_training(found.training, into, "imported.yml")
    except FileExistsError as error:
        typer.echo(f"{error.filename}: this file is there already. Name another folder with --into.", err=True)
        raise typer.Exit(2) from error
    _tell(found, written, as_json)


def _tell(found: Imported, written: list[Path], as_json: bool) -> None:
    counts = found.counts()
    if as_json:
        told = {"counts": counts, "written": [*map(str, written)], "unused": [asdict(one) for one in found.unused]}
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    for one in found.unused:
        typer.echo(str(one))
    typer.echo(
        f"{counts['files']} files read: {counts['examples']} examples ({counts['ko']} ko, {counts['en']} en) of "
        f"{counts['intents']} intents, {counts['synonyms']} synonyms, {counts['lookups']} lookups, "
        f"{counts['regexes']} regexes; {counts['unused']} things not used or to look at."
    )
    for path in written:
        typer.echo(f"Written: {path}")
