"""Every dialogue in this folder, over the whole application; together they reach every branch of the flows in Korean.

On PostgreSQL some are played, which have every statement carried out that any of them does (tests/dialogues/statements.py).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.rehearsal.coverage import places
from bot.rehearsal.form import dialogue_files, read_cases
from bot.rehearsal.playing import Differs, play
from bot.rehearsal.script import Case
from commerce.database import Base
from tests.databases import on_postgresql
from tests.dialogues.reached import BY_NOBODY, leave, never_reached, shared_folder, too_seldom
from tests.dialogues.stage import Towns, library
from tests.dialogues.statements import ON_POSTGRESQL, carried_out, left_out, shape
from tests.dialogues.strictly import refused

CASES = [case for file in dialogue_files(Path(__file__).parent) for case in read_cases(file)]


def _name(case: Case) -> str:
    return f"{case.file.name}:{case.line}"


def _title(case: Case) -> str:
    return f"{case.file.name}: {case.name}"


def _param(case: Case) -> Any:
    marks = () if _title(case) in ON_POSTGRESQL else pytest.mark.either
    return pytest.param(case, id=_name(case), marks=marks)


@pytest.mark.parametrize("case", [_param(case) for case in CASES])
async def test_dialogue(case: Case, towns: Towns, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    await towns.made(case.town, case.at)
    try:
        with carried_out() as statements:
            reached = await play(case, towns, tmp_path)
    except Differs as error:
        pytest.fail(str(error), pytrace=False)
    if not on_postgresql():
        assert refused(tmp_path / "chat.db", Base.metadata) == []
    folder = shared_folder(tmp_path_factory)
    leave(folder, _name(case), reached, statements)
    missed = never_reached(folder, [_name(one) for one in CASES], library())
    if missed:
        pytest.fail("All dialogues together reach in Korean none of these:\n" + "\n".join(missed), pytrace=False)
    seldom = too_seldom(folder, {_name(one): _title(one) in ON_POSTGRESQL for one in CASES})
    if seldom and not on_postgresql():
        told = "\n".join(
            f"{' '.join(statement.split())}\n  is in {', '.join(names)}" for statement, names in seldom.items()
        )
        pytest.fail(
            f"Name in on_postgresql.txt some of the dialogues that have these carried out:\n{told}", pytrace=False
        )


def test_each_dialogue_for_postgresql_is_there() -> None:
    assert {_title(case) for case in CASES} >= ON_POSTGRESQL


def test_a_statement_that_postgresql_would_not_see_twice_is_told_with_who_has_it_carried_out() -> None:
    carried = {"one": {"a", "b"}, "two": {"a", "c"}, "three": {"a"}}
    assert left_out(carried, {"one", "two"}) == {}
    assert left_out(carried, {"one"}) == {"a": ["two", "three"], "c": ["two"]}


def test_a_statement_is_the_same_with_any_number_of_values() -> None:
    assert shape("x IN (?, ?, ?) AND y = ?") == shape("x IN (?) AND y = ?")
    assert shape("VALUES (?, ?), (?, ?)") == shape("VALUES (?, ?)") != shape("SELECT ?")


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
