"""What of the flows the dialogues of a run reached in Korean, over all its processes.

Each dialogue leaves what it passed in a folder that the run's processes share. Whoever finds all of them there, which is
whoever is played last, sees what none has reached.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable
from pathlib import Path

import pytest

from bot.rehearsal.coverage import Coverage
from bot.rehearsal.playing import Reached
from flows.library import Library

BY_NOBODY = {
    "pattern_internal_error": "flows that hold no loop and miss no step never come to it; tests/flows has some that do",
}
"""Flows that no conversation with the library as it is can reach, each with its reason."""


def shared_folder(made: pytest.TempPathFactory) -> Path:
    """The run's own, whichever of its processes asks."""
    base = made.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "reached"
    folder.mkdir(exist_ok=True)
    return folder


def leave(folder: Path, name: str, reached: Iterable[Reached]) -> None:
    """Leave what the dialogue ``name`` reached, whole or not at all."""
    korean = [passed for language, passed in reached if language == "ko"]
    written = folder / f".{name}"
    written.write_text(json.dumps(korean), "utf-8")
    written.rename(folder / name)


def never_reached(folder: Path, names: Collection[str], library: Library) -> list[str]:
    """File, line and words of what none of the dialogues ``names`` reached; nothing while some are still to be played."""
    if not all((folder / name).exists() for name in names):
        return []
    left = [json.loads((folder / name).read_text("utf-8")) for name in names]
    coverage = Coverage.of(library, {(what, flow, step, at) for passed in left for what, flow, step, at in passed})
    return [str(place) for place in coverage.missed if place.flow not in BY_NOBODY]
