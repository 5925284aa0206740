"""Every dialogue in this folder, over the whole application."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.rehearsal.form import dialogue_files, read_cases
from bot.rehearsal.playing import Differs, play
from bot.rehearsal.script import Case
from tests.dialogues.stage import Towns

CASES = [case for file in dialogue_files(Path(__file__).parent) for case in read_cases(file)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file.name}:{case.line}")
async def test_dialogue(case: Case, towns: Towns, tmp_path: Path) -> None:
    try:
        await play(case, towns, tmp_path)
    except Differs as error:
        pytest.fail(str(error), pytrace=False)
