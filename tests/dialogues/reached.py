"""What the dialogues of a run reached over all its processes: of the flows in Korean, and of the database.

Each dialogue leaves what it passed in a folder that the run's processes share. Whoever finds all of them there, which is
whoever is played last, sees what none has reached.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.rehearsal.coverage import Coverage
from bot.rehearsal.playing import Reached
from flows.library import Library
from tests.dialogues.statements import left_out

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


def leave(folder: Path, name: str, reached: Iterable[Reached], statements: Iterable[str] = ()) -> None:
    """Leave what the dialogue ``name`` reached, and the statements it had carried out, whole or not at all."""
    korean = [passed for language, passed in reached if language == "ko"]
    written = folder / f".{name}"
    written.write_text(json.dumps({"korean": korean, "statements": sorted(statements)}), "utf-8")
    written.rename(folder / name)


def never_reached(folder: Path, names: Collection[str], library: Library) -> list[str]:
    """File, line and words of what none of the dialogues ``names`` reached; nothing while some are still to be played."""
    left = _left(folder, names)
    if not left:
        return []
    passed = {(what, flow, step, at) for one in left.values() for what, flow, step, at in one["korean"]}
    return [str(place) for place in Coverage.of(library, passed).missed if place.flow not in BY_NOBODY]


def too_seldom(folder: Path, names: Mapping[str, bool]) -> dict[str, list[str]]:
    """The statements that too few of the dialogues ``names`` carry out on PostgreSQL, with others that do elsewhere;
    nothing while some are still to be played. The value of ``names`` is whether it is played there."""
    left = _left(folder, names)
    carried = {name: one["statements"] for name, one in left.items()}
    return left_out(carried, {name for name, there in names.items() if there})


def _left(folder: Path, names: Collection[str]) -> dict[str, Any]:
    if not all((folder / name).exists() for name in names):
        return {}
    return {name: json.loads((folder / name).read_text("utf-8")) for name in names}
