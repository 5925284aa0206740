"""Database errors that pass by themselves, and trying again until they have."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from bot import observing

COLLISIONS = frozenset({"40001", "40P01", "55P03", "23505"})
"""Serialization failure, deadlock, a lock not had in time, a unique key that another worker took first."""
COLLIDED_S = (0.01, 0.04, 0.1, 0.3)
"""Pauses after collisions: five tries in all."""
AWAY_S = (0.1, 0.5, 1.0, 2.0)
"""Pauses while PostgreSQL does not answer: it restarts in about that time."""
_SQLITE = ("locked", "busy", "full", "disk i/o", "readonly", "unable to open")

Result = TypeVar("Result")


def collided(error: BaseException) -> bool:
    """Two transactions were in each other's way: run again, this one goes through."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in COLLISIONS


def away(error: BaseException) -> bool:
    """The database takes nothing now, and may later: restarting, out of reach, locked, its disk full."""
    if isinstance(error, NoConnectionLeft):
        return True
    if not isinstance(error, DBAPIError) or collided(error):
        return False
    if error.connection_invalidated:
        return True
    if not isinstance(error, (OperationalError, InterfaceError)):
        return False
    if type(error.orig).__module__.startswith("sqlite3"):
        return any(word in str(error.orig).lower() for word in _SQLITE)
    return True


def passing(error: BaseException) -> bool:
    """Whether the same again may well succeed."""
    return collided(error) or away(error)


async def again(
    act: Callable[[], Awaitable[Result]],
    *,
    away_s: Sequence[float] = AWAY_S,
) -> tuple[Result, bool]:
    """What ``act`` gives, tried again after errors that pass, and whether a try before it may have been committed
    unnoticed: the connection broke, and nobody knows on which side of the commit.

    ``act`` is a whole transaction whose repetition does no harm. ``away_s`` are the pauses in seconds while the
    database is away; SQLite has waited long enough by itself. Raises the last error.
    """
    collisions, absences = iter(COLLIDED_S), iter(away_s)
    unsure = False
    while True:
        try:
            return await act(), unsure
        except DBAPIError as error:
            pause = _pause(error, collisions, absences)
            if pause is None:
                raise
            unsure = unsure or away(error)
            observing.retried("collided" if collided(error) else "away")
        except NoConnectionLeft:
            pause = next(absences, None)
            if pause is None:
                raise
            observing.retried("away")
        await asyncio.sleep(pause * random.uniform(0.5, 1.5))


def _pause(error: DBAPIError, collisions: Iterator[float], absences: Iterator[float]) -> float | None:
    if collided(error):
        return next(collisions, None)
    if away(error) and not type(error.orig).__module__.startswith("sqlite3"):
        return next(absences, None)
    return None
