"""What passes by itself is tried again, what does not is raised at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, ProgrammingError

from bot.transient import COLLISIONS, again, away, collided


class Told(Exception):
    """An error as PostgreSQL's driver raises it."""

    def __init__(self, sqlstate: str | None) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


def failing(times: int, error: DBAPIError) -> tuple[Callable[[], object], list[int]]:
    tries: list[int] = []

    async def act() -> str:
        tries.append(len(tries))
        if len(tries) <= times:
            raise error
        return "done"

    return act, tries


@pytest.mark.parametrize("state", sorted(COLLISIONS))
async def test_a_collision_is_run_again_five_times_at_most(state: str) -> None:
    act, tries = failing(4, IntegrityError("", {}, Told(state)))
    assert await again(act) == ("done", False)  # type: ignore[arg-type]
    assert len(tries) == 5
    act, tries = failing(5, IntegrityError("", {}, Told(state)))
    with pytest.raises(IntegrityError):
        await again(act)  # type: ignore[arg-type]
    assert len(tries) == 5


async def test_a_lost_connection_leaves_it_open_whether_the_try_before_was_committed() -> None:
    act, tries = failing(2, OperationalError("", {}, Told("57P01")))
    assert await again(act, away_s=(0.0, 0.0)) == ("done", True)  # type: ignore[arg-type]
    assert len(tries) == 3


@pytest.mark.parametrize(
    "error",
    [
        ProgrammingError("", {}, Told("42P01")),
        IntegrityError("", {}, Told("23514")),
        OperationalError("", {}, sqlite3.OperationalError("no such table: carts")),
        OperationalError("", {}, sqlite3.OperationalError("database is locked")),
    ],
    ids=["no table", "a check", "no table on SQLite", "SQLite has waited by itself"],
)
async def test_what_does_not_pass_is_raised_at_once(error: DBAPIError) -> None:
    act, tries = failing(1, error)
    with pytest.raises(DBAPIError):
        await again(act)  # type: ignore[arg-type]
    assert len(tries) == 1


@pytest.mark.parametrize("words", ["database is locked", "database or disk is full", "disk I/O error"])
def test_sqlite_that_takes_nothing_now_is_away(words: str) -> None:
    assert away(OperationalError("", {}, sqlite3.OperationalError(words)))


def test_a_missing_table_is_not_away_and_a_deadlock_is_a_collision() -> None:
    assert not away(OperationalError("", {}, sqlite3.OperationalError("no such table: carts")))
    deadlock = OperationalError("", {}, Told("40P01"))
    assert collided(deadlock) and not away(deadlock)
