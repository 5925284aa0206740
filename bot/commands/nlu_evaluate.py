"""`dangol nlu evaluate`: how right the understanding is, in tables, files and pictures."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from bot.commands.chat import opened
from bot.commands.faults import tell_faults
from bot.evaluation_report import Runs, figures, write_report
from bot.town_names import live_names
from nlu.crossing import crossed
from nlu.damage import DAMAGES
from nlu.examples import DATA, BadExamples, read_examples
from nlu.gold import GOLD, LANGUAGES, read_gold
from nlu.scoring import Judged, judge

NOW = datetime(2026, 11, 20, 12, tzinfo=timezone(timedelta(hours=9)))
"""When everything is said: a Friday noon in Seoul, so that figures don't change with the day."""
_COLUMNS = ("intent", "intent_any", "outside", "entities", "cart", "wishes")
_WEAKEST = 12
_out = Console()


def evaluate(
    on: Annotated[Path, typer.Option(help="A folder with town.yaml, ko and en; the gold set unless given.")] = GOLD,
    folds: Annotated[int, typer.Option(min=0, help="Folds of cross-validation on the training data; 0 for none.")] = 5,
    into: Annotated[Path, typer.Option(help="The folder for tables and pictures.")] = Path("evaluation"),
    as_json: Annotated[bool, typer.Option("--json", help="The figures as one JSON object.")] = False,
) -> None:
    """Cross-validation and a set that training never sees: per language, damage, intent and entity."""
    try:
        with tell_faults():
            sets = {on.resolve().name: figures(asyncio.run(judged_on(on)))}
            if folds > 1:
                sets["cross-validation"] = figures(cross_validated(folds))
    except (BadExamples, KeyError) as error:
        said = str(error) if isinstance(error, BadExamples) else f"there is no shop {error} in {on / 'town.yaml'}"
        typer.echo(said, err=True)
        raise typer.Exit(2) from error
    written = write_report(into, sets)
    if as_json:
        typer.echo(json.dumps(sets, ensure_ascii=False))
        return
    for title, by_language in sets.items():
        _show(title, by_language)
    typer.echo(f"{len(written)} files in {into}: tables (evaluation.md), figures (evaluation.json), pictures (*.svg)")


async def judged_on(folder: Path) -> Runs:
    """Each language of the set in ``folder``, as it is and with every damage, before the set's own town."""
    every = read_gold(folder)
    async with opened(str(folder / "town.yaml"), None, None, None) as (application, _):
        names = await live_names(application, NOW)
        engine = application.services.engine
    return {
        (language, damage): judge(engine, own, names, damage)
        for language in LANGUAGES
        if (own := [one for one in every if one.language == language])
        for damage in DAMAGES
    }


def cross_validated(folds: int) -> Runs:
    """Each language of the training data, read by engines that never saw the utterance."""
    every: Sequence[Judged] = [*crossed(read_examples(DATA), folds, NOW)]
    return {(own, "none"): [one for one in every if one.gold.language == own] for own in LANGUAGES}


def _show(title: str, by_language: dict[str, Any]) -> None:
    table = Table("language", "damage", "utterances", *_COLUMNS, title=title)
    for language, own in by_language.items():
        for damage, one in own["damages"].items():
            table.add_row(language, damage, str(one["utterances"]), *(_share(one[name]) for name in _COLUMNS))
    _out.print(table)
    for language, own in by_language.items():
        for what in ("intents", "entities"):
            weakest = sorted(own[what].items(), key=lambda pair: (pair[1]["f1"], pair[0]))[:_WEAKEST]
            some = Table(what, "precision", "recall", "F1", "support", title=f"{title}, {language}: the weakest {what}")
            for name, one in weakest:
                some.add_row(name, *(_share(one[key]) for key in ("precision", "recall", "f1")), str(one["support"]))
            _out.print(some)
        _out.print(f"{title}, {language}: calibration error {_share(own['calibration']['error'])}")


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"
