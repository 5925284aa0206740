"""What is done in a conversation, taken down and written as a dialogue test."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from bot.rehearsal.form import read_cases
from bot.rehearsal.playing import Differs, play
from bot.rehearsal.recording import Deed, record
from bot.rehearsal.report import show_failure
from bot.rehearsal.script import BadDialogue, shown_path
from bot.rehearsal.stage import Towns
from flows.library import Library
from nlu.engine import Engine

_console = Console(stderr=True, highlight=False)


class Tape:
    """Takes down what is done, and writes it to a file that is not there yet. Raises BadDialogue."""

    def __init__(
        self, into: Path, town: str, name: str | None = None, deeds: Sequence[Deed] = (), *, at_home: bool = False
    ) -> None:
        if into.exists():
            raise BadDialogue(f"{into}: this file is there already; choose another name")
        if into.suffix not in (".yaml", ".yml"):
            raise BadDialogue(f"{into}: a dialogue test is a YAML file; choose a name that ends with .yaml")
        self.into = into
        self.town = town if town == "demo" else str(Path(town).absolute())
        self.name = name or into.stem.replace("_", " ")
        self.deeds = list(deeds)
        self.at_home = at_home

    def note(self, act: dict[str, Any]) -> None:
        self.deeds.append(Deed(datetime.now(UTC), act))

    async def write(self, engine: Engine, library: Library, lang: Mapping[str, str] | None = None) -> None:
        """Write the test, and play it once."""
        if not self.deeds:
            _console.print("Nothing was done, so nothing was written.")
            return
        with tempfile.TemporaryDirectory(prefix="dangol-record-") as folder:
            towns = Towns(Path(folder) / "towns", lambda: engine, lambda: library)
            for work in ("record", "play"):
                (Path(folder) / work).mkdir()
            made = await record(self.name, self.deeds, lang or {"": "ko"}, towns, self.town, Path(folder) / "record")
            for one in made.left_out:
                _console.print(f"Left out, as it means nothing in a fresh town: {one}", markup=False, soft_wrap=True)
            self.into.parent.mkdir(parents=True, exist_ok=True)
            self.into.write_text(made.text(self.into.parent, at_home=self.at_home), "utf-8")
            where = shown_path(self.into)
            try:
                for case in read_cases(self.into, self.town):
                    await play(case, towns, Path(folder) / "play")
            except Differs as error:
                show_failure(_console, error.failure)
                _console.print(f"{where}: written, but it does not pass: see above.", markup=False, soft_wrap=True)
            else:
                _console.print(f"{where}: written, and it passes.", markup=False, soft_wrap=True)
