"""`dangol nlu rasa`: Rasa installed, trained and served beside the bot."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.commands.faults import tell_faults
from bot.rasa import environment as environments
from bot.rasa import serving, training
from bot.rasa.environment import RASA, environment
from bot.settings import Settings
from nlu.examples import DATA, read_training
from nlu.rasa.lessons import lessons, sliced

app = typer.Typer(no_args_is_help=True, help="Rasa as another engine: install, train, serve.")
out = Console(highlight=False, soft_wrap=True)


def models(settings: Settings) -> Path:
    """Where an installation's own models of Rasa are."""
    return settings.data / "rasa"


@app.command()
def install() -> None:
    """Put Rasa, with a Python that it runs on, into a folder of its own under your cache. Once there, it is used again."""
    where = environment()
    if where.whole:
        out.print(f"Rasa {RASA} is there already: {where.home}")
        return
    begun = time.perf_counter()
    with tell_faults():
        environments.install(where, out.print)
    out.print(f"Rasa {RASA} is installed ({time.perf_counter() - begun:.0f} s). Next: dangol nlu rasa train")


@app.command()
def train(
    epochs: Annotated[int, typer.Option(min=1, max=1000, help="How often each utterance is seen.")] = training.EPOCHS,
    most: Annotated[
        int | None, typer.Option("--slice", min=2, help="Only so many utterances of each intent and language.")
    ] = None,
) -> None:
    """Train Rasa on the data in nlu/data. All of it for 100 epochs takes an hour or two on two cores."""
    with tell_faults():
        data = read_training(DATA)
        course = training.Course(lessons(data if most is None else sliced(data, most)), epochs)
        folder = models(Settings())
        model = course.model_in(folder)
        if model.exists():
            os.utime(model)
            out.print(f"This is trained already: {model}")
            return
        begun = time.perf_counter()
        out.print(f"{epochs} epochs. It takes half a minute before the first begins.")

        def tell(done: int, all_of_them: int, right: float) -> None:
            out.print(f"epoch {done}/{all_of_them}, {right:.1%} of the utterances right", end="\r")

        training.train(environment(), course, folder, tell)
    out.print(f"\nTrained in {(time.perf_counter() - begun) / 60:.1f} minutes: {model}. Next: dangol nlu rasa serve")


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=1, max=65535)] = serving.PORT,
    model: Annotated[Path | None, typer.Option(help="The model's file; without it the one trained last.")] = None,
) -> None:
    """Serve the model on 127.0.0.1 until Ctrl-C. With DANGOL_NLU_TOKEN set, only who knows it is answered."""
    with tell_faults():
        settings = Settings()
        where = environment().needed()
        found = model or _latest(models(settings))
        if not found.is_file():
            raise FileNotFoundError(2, "no such file", str(found))
        token = settings.nlu_token.get_secret_value() if settings.nlu_token else None
    out.print(f"Rasa serves {found.name} at http://{serving.HOST}:{port} in some ten seconds.")
    out.print(f"For the bot: DANGOL_NLU=rasa DANGOL_NLU_URL=http://{serving.HOST}:{port} dangol run")
    order = serving.command(where, found, port)
    os.execve(order[0], order, serving.variables(where, token))  # noqa: S606 - Rasa gets our place, and our signals


def _latest(folder: Path) -> Path:
    """The model trained last. Raises RasaTrouble when there is none."""
    every = sorted(folder.glob("rasa-*.tar.gz"), key=lambda path: path.stat().st_mtime)
    if not every:
        raise environments.RasaTrouble(f"There is no model in {folder} yet. Run: dangol nlu rasa train")
    return every[-1]
