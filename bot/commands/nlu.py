"""`dangol nlu`: train the understanding, try it on a text."""

from __future__ import annotations

import time

import typer
from rich.console import Console

from bot.commands import nlu_bench, nlu_import, nlu_lint, nlu_parse, nlu_rasa
from bot.commands.faults import tell_faults
from bot.settings import Settings
from nlu.engine import Engine

app = typer.Typer(no_args_is_help=True, help="Understanding: train it, try it.")
app.command("parse")(nlu_parse.parse)
app.command("lint")(nlu_lint.lint_data)
app.command("import")(nlu_import.import_project)
app.command("bench")(nlu_bench.bench)
app.add_typer(nlu_rasa.app, name="rasa")
out = Console()


@app.command()
def train() -> None:
    """Train on the data in nlu/data, unless the model for it is there already."""
    with tell_faults():
        settings = Settings()
        begun = time.perf_counter()
        Engine.open(settings.data / "cache")
    out.print(f"Ready after {time.perf_counter() - begun:.1f} s. The model is in {settings.data / 'cache'}.")
