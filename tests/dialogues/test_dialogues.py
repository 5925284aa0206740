"""Every dialogue in this folder, over the whole application."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dialogues.form import Case, read_cases
from tests.dialogues.playing import Differs, play
from tests.dialogues.stage import Towns

CASES = [case for file in sorted(Path(__file__).parent.rglob("*.yaml")) for case in read_cases(file)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file.name}:{case.line}")
async def test_dialogue(case: Case, towns: Towns, tmp_path: Path) -> None:
    try:
        await play(case, towns, tmp_path)
    except Differs as error:
        pytest.fail(str(error), pytrace=False)
