"""A real Rasa, trained for a few epochs on a slice of our data and kept in the user's cache by what went into it.

``python -m tests.nlu.real_rasa`` trains it ahead of the tests.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.rasa.environment import environment, kept_in
from bot.rasa.serving import RasaServer
from bot.rasa.training import Course, train
from nlu.examples import DATA, read_training
from nlu.rasa.lessons import lessons, sliced

TOKEN = "열쇠-for-tests"
INTENTS = frozenset(
    {
        "greet", "thanks", "find_shop", "show_menu", "order_items", "order_status", "cancel_order", "ask_hours",
        "choose_delivery", "merchant_accept", "merchant_sold_out",
    }
)  # fmt: skip
UTTERANCES = 12
"""Of each intent and language."""
EPOCHS = 8
KEPT = 3
MISSING = "Rasa is not installed. Run: dangol nlu rasa install"


def course() -> Course:
    """What it is taught."""
    training = read_training(DATA)
    chosen = [example for example in training.examples if example.intent in INTENTS]
    return Course(lessons(sliced(replace(training, examples=chosen), UTTERANCES)), EPOCHS)


def trained() -> Path:
    """Its model; of older ones the latest few stay."""
    model = train(environment(), course(), kept_in() / "models", lambda *_: None)
    model.touch()
    for old in sorted(model.parent.glob("rasa-*"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
        old.unlink(missing_ok=True)
    return model


@contextmanager
def real_rasa(log: Path) -> Iterator[RasaServer]:
    """Its server, which writes to ``log``. Where Rasa is not installed the test is skipped, which scripts/rasa.sh says
    loudly; in CI that is a failure."""
    where = environment()
    if not where.whole:
        if os.environ.get("CI"):
            raise AssertionError(MISSING)
        pytest.skip(MISSING)
    with RasaServer(where, trained(), TOKEN, log=log) as server:
        yield server


if __name__ == "__main__":
    print(trained())
