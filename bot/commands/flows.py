"""`dangol flows`: check flows, print their schema, draw, test, publish them and take them back."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from bot.actions import ACTIONS
from bot.app import LIBRARY
from bot.channels.labels import LABEL_COLUMNS
from bot.commands import flows_draft, flows_history, flows_publish, flows_record, flows_test
from flows.check import check_files
from flows.layout import DrawingError
from flows.library import Library
from flows.mermaid import mermaid
from flows.pictures import picture_of_all, picture_of_flow
from flows.reading import nearest
from flows.schema import schema as flow_schema
from flows.source import FlowError
from flows.svg import svg
from flows.wording import LANGUAGES
from nlu.intents import INTENTS

app = typer.Typer(no_args_is_help=True, help="The conversation flows.")
app.command("test")(flows_test.test)
app.command("record")(flows_record.record)
app.command("draft")(flows_draft.draft)
app.command("diff")(flows_draft.diff)
app.command("publish")(flows_publish.publish)
app.command("rollback")(flows_history.rollback)
app.command("history")(flows_history.history)
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
        read = _count(len(files), "file")
        _say(f"{_count(len(defects), 'defect')} in {read}." if defects else f"{read}, no defect.")
    if not files:
        raise typer.Exit(2)
    if defects:
        raise typer.Exit(1)


@app.command()
def schema() -> None:
    """Print the JSON Schema of flow files, by which editors complete and check them."""
    typer.echo(json.dumps(flow_schema(), ensure_ascii=False, indent=2))


@app.command()
def graph(
    flow: Annotated[str, typer.Argument(help="The flow to draw; else all of them, with who calls whom.")] = "",
    as_mermaid: Annotated[bool, typer.Option("--mermaid/--svg", help="As Mermaid; else as SVG.")] = False,
    to: Annotated[Path | None, typer.Option("--out", help="The file to write; else it is printed.")] = None,
    language: Annotated[str, typer.Option(help="Of the words in it: ko or en.")] = "ko",
    folder: Annotated[Path, typer.Option(help="A folder of flow files; else the ones that come along.")] = LIBRARY,
) -> None:
    """Draw a flow with its steps, branches, questions and calls, as SVG or as Mermaid."""
    try:
        library = Library.load(folder)
    except FlowError as error:
        _fail(str(error))
    if language not in LANGUAGES:
        _fail(f"No language {language}. Known are {', '.join(LANGUAGES)}.")
    if flow and flow not in library.flows:
        _fail(f"No flow {flow} in {folder}. {nearest(flow, library.flows, 'Call it without a name to see all.')}")
    picture = picture_of_flow(library, library.flows[flow], language) if flow else picture_of_all(library, language)
    try:
        drawn = mermaid(picture) if as_mermaid else svg(picture)
    except DrawingError as error:
        _fail(str(error))
    if to is None:
        typer.echo(drawn, nl=False)
    else:
        to.write_text(drawn, encoding="utf-8")
        _say(f"{to}: {len(picture.boxes)} boxes, {len(picture.arrows)} arrows.")


def _fail(text: str) -> NoReturn:
    _say(text)
    raise typer.Exit(2)


def _count(number: int, of: str) -> str:
    return f"{number} {of}" if number == 1 else f"{number} {of}s"


def _say(text: str) -> None:
    out.print(text, markup=False, highlight=False, soft_wrap=True)
