"""`dangol nlu bench`: an engine, trained on any set of texts and tried on another."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.bench.embedded_trial import EmbeddedLearner
from bot.bench.rasa_trial import RasaLearner
from bot.commands.bench import show
from bot.commands.faults import tell_faults
from bot.commands.nlu_gold import show_gold
from bot.rasa.training import EPOCHS
from nlu.trial import BadLines, measure, read_lines


class Engines(StrEnum):
    """Which engine is tried."""

    EMBEDDED = "embedded"
    RASA = "rasa"


def bench(
    train: Annotated[Path | None, typer.Option(help="JSON lines to learn: text, intent and perhaps entities.")] = None,
    test: Annotated[Path | None, typer.Option(help="JSON lines to be tried on.")] = None,
    valid: Annotated[Path | None, typer.Option(help="JSON lines to set the threshold by.")] = None,
    oos: Annotated[Path | None, typer.Option(help="JSON lines that are none of the set's intents.")] = None,
    engine: Annotated[Engines, typer.Option(help="Which engine.")] = Engines.EMBEDDED,
    gold: Annotated[bool, typer.Option("--gold", help="The gold set instead: every figure with its bar.")] = False,
    rasa: Annotated[str | None, typer.Option(help="With --gold: the URL of a Rasa server to put beside it.")] = None,
    sets: Annotated[Path | None, typer.Option(help="With --gold: a folder of public sets to try too.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line.")] = False,
) -> None:
    """How right and how fast an engine is on a set of texts; shares are 0 to 1."""
    if gold:
        show_gold(rasa, sets, as_json=as_json)
        return
    if train is None or test is None:
        raise typer.BadParameter("name both, or take --gold", param_hint="--train and --test")
    try:
        with tell_faults(), ExitStack() as stack:
            figures = measure(
                stack.enter_context(RasaLearner(EPOCHS)) if engine is Engines.RASA else EmbeddedLearner(),
                read_lines(train),
                read_lines(test),
                read_lines(valid) if valid else (),
                read_lines(oos, labelled=False) if oos else (),
            )
    except BadLines as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    show(asdict(figures), as_json)
