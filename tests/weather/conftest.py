from __future__ import annotations

import asyncio
import itertools
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests import databases
from tests.dialogues.stage import Towns
from tests.peers.postgresql import shared
from tests.weather.paying import Counter, counter_at
from tests.weather.street import furnish
from tests.webhooks.visiting import Site, opened

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The trained understanding and the compiled flows, shared by every server of the run."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def file_to_copy(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Path:
    """A SQLite file with the street in it."""
    folder = tmp_path_factory.mktemp("street")
    asyncio.run(furnish(f"sqlite+aiosqlite:///{folder / 'street.db'}", folder, cache))
    return folder / "street.db"


@pytest.fixture(scope="session")
def database_to_copy(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> str:
    """The name of a PostgreSQL database with the street in it."""
    name = f"street_{os.getpid()}"
    asyncio.run(furnish(shared().create_database(name), tmp_path_factory.mktemp("street"), cache))
    return name


@pytest.fixture
def postgresql_url(database_to_copy: str) -> Iterator[str]:
    """The street in a new PostgreSQL database."""
    name = f"weather_{os.getpid()}_{next(_numbers)}"
    yield shared().create_database(name, database_to_copy)
    shared().drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def street_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The street in a new database, on each of the two kinds, whichever the run's other tests are on."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("postgresql_url")
        return url
    shutil.copy(request.getfixturevalue("file_to_copy"), tmp_path / "street.db")
    return f"sqlite+aiosqlite:///{tmp_path / 'street.db'}"


@pytest.fixture
async def site(towns: Towns, tmp_path: Path) -> AsyncIterator[Site]:
    """One server over the test town, in this process, under a clock that stands."""
    async with opened(towns, tmp_path) as site:
        yield site


@pytest.fixture(scope="session")
def towns_by_kind(towns: Towns) -> dict[str, Towns]:
    """Prepared towns of each kind of database; the run's own kind has those that all tests share."""
    return {os.environ[databases.KIND]: towns}


@pytest.fixture(params=["sqlite", "postgresql"])
async def counter(
    request: pytest.FixtureRequest,
    towns_by_kind: dict[str, Towns],
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Counter]:
    """A counter with its tills, on each of the two kinds of database; on PostgreSQL with two servers behind it."""
    kind = request.param
    monkeypatch.setenv(databases.KIND, kind)
    made = towns_by_kind.setdefault(kind, Towns(tmp_path_factory.getbasetemp() / f"towns-{kind}"))
    async with counter_at(made, tmp_path, several=kind == "postgresql") as open_one:
        yield open_one
