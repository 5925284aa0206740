"""Models that need no training: each always says the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from nlu.examples import DATA
from nlu.linear import LinearModel
from nlu.model import Model, Tier
from nlu.ngrams import BLOCKS
from nlu.store import Store
from nlu.versions import made_of, reader

NOON = "2026-11-20T12:00:00+09:00"


def always(intent: str, strength: float = 1.0) -> Model:
    """A model of every text's being ``intent``."""
    other = "greet" if intent != "greet" else "thanks"
    labels = tuple(sorted((intent, other)))
    bias = np.array([strength if label == intent else -strength for label in labels], dtype=np.float32)
    rows: tuple[dict[str, int], ...] = tuple({} for _ in range(BLOCKS))
    empty = np.zeros(0, dtype=np.float32)
    linear = LinearModel(labels, rows, empty, np.zeros((0, len(labels)), dtype=np.float16), bias)
    return Model(linear, Tier(1.0, 0.0))


def add(store: Store, model: Model, made_of: str = "data") -> str:
    return store.add(model.save, NOON, made_of, reader())


def promoted(folder: Path, *intents: str) -> tuple[Store, list[str]]:
    """A store in ``folder`` with a model for each intent, promoted one after the other."""
    store = Store(folder)
    versions = [add(store, always(intent)) for intent in intents]
    for version in versions:
        store.promote(version, NOON, "trained", instead_of=store.history().in_force)
    return store, versions


def ship(data: Path, intent: str = "help") -> None:
    """Let the data folder hold a model as if it were trained on the data that come with the program."""
    always(intent).save(data / "cache" / f"nlu-{made_of([DATA])[:20]}.npz")
