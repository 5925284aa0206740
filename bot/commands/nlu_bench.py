"""`dangol nlu bench`: an engine, trained on any set of texts and tried on another."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.bench.embedded_trial import EmbeddedLearner
from bot.commands.bench import show
from nlu.trial import BadLines, Learner, measure, read_lines


class Engines(StrEnum):
    """Which engine is tried."""

    EMBEDDED = "embedded"
    RASA = "rasa"


def bench(
    train: Annotated[Path, typer.Option(help="JSON lines to learn: text, intent and perhaps entities.")],
    test: Annotated[Path, typer.Option(help="JSON lines to be tried on.")],
    valid: Annotated[Path | None, typer.Option(help="JSON lines to set the threshold by.")] = None,
    oos: Annotated[Path | None, typer.Option(help="JSON lines that are none of the set's intents.")] = None,
    engine: Annotated[Engines, typer.Option(help="Which engine.")] = Engines.EMBEDDED,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line.")] = False,
) -> None:
    """How right and how fast an engine is on a set of texts; shares are 0 to 1."""
    try:
        figures = measure(
            learner(engine),
            read_lines(train),
            read_lines(test),
            read_lines(valid) if valid else (),
            read_lines(oos, labelled=False) if oos else (),
        )
    except BadLines as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    except FileNotFoundError as error:
        typer.echo(f"{error.filename}: there is no such file. Check the path.", err=True)
        raise typer.Exit(2) from error
    show(asdict(figures), as_json)


def learner(engine: Engines) -> Learner:
    """The way that engine is trained."""
    return EmbeddedLearner()
