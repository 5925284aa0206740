"""Where a test's database is: a file of its own, or a database of its own on the run's PostgreSQL.

Which of the two, ``pytest --database sqlite|postgresql`` says. What was made is deleted after the test.
"""

from __future__ import annotations

import itertools
import os
from functools import cache
from pathlib import Path

from sqlalchemy import create_engine, make_url

from bot import tables
from commerce.database import Base
from tests.peers import postgresql

__all__ = ["tables"]

KIND = "DANGOL_TEST_DATABASE"
"""The variable that says which database this run is on."""

_numbers = itertools.count(1)
_made: list[str] = []


def on_postgresql() -> bool:
    return os.environ.get(KIND) == "postgresql"


def empty(folder: Path, name: str = "test.db") -> str:
    """The url of a new database without tables."""
    return _copy("template0") if on_postgresql() else _file(folder, name)


def fresh(folder: Path, name: str = "test.db") -> str:
    """The url of a new database. On PostgreSQL it has all tables already; ``create_all`` finds them there."""
    return _copy(_with_tables()) if on_postgresql() else _file(folder, name)


def on_the_server() -> str:
    """The url of a new database with all tables on PostgreSQL, whatever the run is on."""
    return _copy(_with_tables())


def brief() -> str:
    """The url of a new database for a moment: in memory where there is such a thing."""
    return _copy(_with_tables()) if on_postgresql() else "sqlite+aiosqlite:///:memory:"


def lasting(name: str) -> str:
    """The url of a new PostgreSQL database that stays until the run ends, to be copied from."""
    return postgresql.shared().create_database(f"{name}_{os.getpid()}_{next(_numbers)}")


def copy(template: str) -> str:
    """The url of a copy of the database at the url ``template``."""
    return _copy(str(make_url(template).database))


def forget() -> None:
    """Delete what was made since the last time."""
    while _made:
        postgresql.shared().drop_database(_made.pop())


def _file(folder: Path, name: str) -> str:
    return f"sqlite+aiosqlite:///{folder / name}"


def _copy(template: str) -> str:
    name = f"test_{os.getpid()}_{next(_numbers)}"
    url = postgresql.shared().create_database(name, template)
    _made.append(name)
    return url


@cache
def _with_tables() -> str:
    url = make_url(lasting("tables"))
    engine = create_engine(url.set(drivername="postgresql+psycopg"))
    Base.metadata.create_all(engine)
    engine.dispose()
    return str(url.database)
