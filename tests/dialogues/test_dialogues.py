"""Every dialogue in this folder, over the whole application; together they reach every branch of the flows in Korean."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.rehearsal.coverage import places
from bot.rehearsal.form import dialogue_files, read_cases
from bot.rehearsal.playing import Differs, play
from bot.rehearsal.script import Case
from tests.dialogues.reached import BY_NOBODY, leave, never_reached, shared_folder
from tests.dialogues.stage import Towns, library

CASES = [case for file in dialogue_files(Path(__file__).parent) for case in read_cases(file)]


def _name(case: Case) -> str:
    return f"{case.file.name}:{case.line}"


@pytest.mark.parametrize("case", CASES, ids=_name)
async def test_dialogue(case: Case, towns: Towns, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    try:
        reached = await play(case, towns, tmp_path)
    except Differs as error:
        pytest.fail(str(error), pytrace=False)
    folder = shared_folder(tmp_path_factory)
    leave(folder, _name(case), reached)
    missed = never_reached(folder, [_name(one) for one in CASES], library())
    if missed:
        pytest.fail("All dialogues together reach in Korean none of these:\n" + "\n".join(missed), pytrace=False)


def test_there_are_more_than_a_hundred_and_fifty_dialogues() -> None:
    assert len(CASES) >= 150


def test_what_a_branch_lacks_is_seen_by_whoever_is_played_last(tmp_path: Path) -> None:
    everything = [("ko", place.passed) for place in places(library())]
    lacking = next(one for one in everything if one[1][0] == "branch")
    leave(tmp_path, "first", [one for one in everything if one != lacking])
    assert not never_reached(tmp_path, ["first", "last"], library())
    leave(tmp_path, "last", [("en", lacking[1])])
    (missed,) = never_reached(tmp_path, ["first", "last"], library())
    assert f"branch in {lacking[1][1]}" in missed
    leave(tmp_path, "last", [lacking])
    assert not never_reached(tmp_path, ["first", "last"], library())


def test_what_nobody_can_reach_is_still_there() -> None:
    assert set(BY_NOBODY) <= set(library().flows)
