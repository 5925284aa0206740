"""`dangol nlu train`, `models` and `rollback`: a model of all data, which one is in force, and the way back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from bot.commands.chat import opened
from bot.commands.faults import tell_faults
from bot.live_model import load, open_engine, store_in
from bot.promoting import SHOWN, Figures, Outcome, candidate, decide, figures_of
from bot.settings import Settings
from bot.town_names import live_names
from nlu.embedding import ENCODER
from nlu.examples import DATA
from nlu.gold import GOLD, Gold, read_gold
from nlu.live_names import LiveNames
from nlu.store import SHIPPED, History
from nlu.store import SHOWN as LETTERS
from nlu.versions import made_of, reader

out = Console()
TAKEN_UP = "A running bot takes it up within a second."


def own_data(data: Path) -> Path:
    """An installation's own training data, beside those that come with the program."""
    return data / "nlu"


def train(
    force: Annotated[
        bool, typer.Option("--force", help="Promote the model even if it reads a language worse.")
    ] = False,
    gold: Annotated[Path, typer.Option(help="A folder with town.yaml, ko and en to compare on.")] = GOLD,
) -> None:
    """Train on all data, compare with the model in force on the gold set, and promote the new one unless it got worse.

    The data are those that come with the program and those in the data folder's own nlu. Exits with 1 when the model
    is not promoted.
    """
    with tell_faults():
        settings = Settings()
        folders, store = (DATA, own_data(settings.data)), store_in(settings.data)
        history, begun = store.history(), perf_counter()
        if is_of(history, made_of(folders)):
            open_engine(settings.data)
            out.print(f"Ready after {perf_counter() - begun:.1f} s: the model in force is of just these data.")
            return
        utterances = read_gold(gold)
        made = candidate(store, folders, _now())
        out.print(f"Model {made.version[:LETTERS]}, after {perf_counter() - begun:.1f} s.")
        names = asyncio.run(names_in(gold))
        outcome = decide(
            store, made.version, lambda: compared(settings.data, made.version, utterances, names), _now(), force=force
        )
    tell_figures(outcome, len(utterances))
    _tell_promoted(outcome)
    if not outcome.promoted:
        raise typer.Exit(1)


def is_of(history: History, wanted: str) -> bool:
    """Whether the model in force was made of what is ``wanted``."""
    if history.in_force == SHIPPED:
        return wanted == made_of([DATA])
    present = history.model(history.in_force)
    return present is not None and (present.made_of, present.reader) == (wanted, reader())


async def names_in(gold: Path) -> LiveNames:
    async with opened(str(gold / "town.yaml"), None, None, None) as (application, _):
        return await live_names(application)


def compared(data: Path, version: str, gold: Sequence[Gold], names: LiveNames) -> tuple[Figures, Figures]:
    store = store_in(data)
    ENCODER.vectors(["가"])  # loaded now: texts that are read before it is there are read without it
    present, new = open_engine(data), load(store, store.history(), version)
    return figures_of(present, gold, names), figures_of(new, gold, names)


def tell_figures(outcome: Outcome, utterances: int) -> None:
    table = Table("language", "model", *SHOWN, title=f"{utterances} utterances that no model was trained on")
    for language, after in outcome.after.items():
        table.add_row(language, "in force", *(_share(outcome.before[language][name]) for name in SHOWN))
        table.add_row("", outcome.version[:LETTERS], *(_share(after[name]) for name in SHOWN), end_section=True)
    out.print(table)


def _tell_promoted(outcome: Outcome) -> None:
    lost = ", ".join(outcome.worse)
    if not outcome.promoted:
        out.print(f"Not promoted: less is right in {lost}. To promote it anyway: dangol nlu train --force")
    elif lost:
        out.print(f"Promoted, though less is right in {lost}. {TAKEN_UP} Back: dangol nlu rollback")
    else:
        out.print(f"Promoted. {TAKEN_UP} Back: dangol nlu rollback")


def models(as_json: Annotated[bool, typer.Option("--json", help="One JSON line each.")] = False) -> None:
    """The models that are kept, the newest last, and which is in force."""
    with tell_faults():
        history = store_in(Settings().data).history()
    if as_json:
        for one in history.models:
            typer.echo(json.dumps({**asdict(one), "state": _state(history, one.version)}, ensure_ascii=False))
        return
    table = Table(*(Column(name, overflow="fold") for name in ("version", "trained", "data", "right", "state")))
    table.add_row(SHIPPED, "", "", "", _state(history, SHIPPED))
    for one in history.models:
        right = ", ".join(f"{language} {_share(found.get('right'))}" for language, found in one.figures.items())
        state = _state(history, one.version)
        table.add_row(one.version[:LETTERS], one.at[:16].replace("T", " "), one.made_of[:8], right, state)
    out.print(table)


def _state(history: History, version: str) -> str:
    if version == history.in_force:
        return "in force"
    return "before it" if version in history.line[-2:] else ""


def rollback(
    version: Annotated[
        str | None, typer.Argument(help=f"The first letters of one in `dangol nlu models`, or “{SHIPPED}”.")
    ] = None,
) -> None:
    """Back to the model before the one in force, or to the one that is named."""
    with tell_faults():
        done = store_in(Settings().data).roll_back(_now(), version)
    out.print(f"Model {done.version[:LETTERS]} is in force. {TAKEN_UP}")


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.1%}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
