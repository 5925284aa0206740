"""What every room's tests of the whole application share."""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import logs
from bot.tracebacks import OURS
from tests import databases, in_memory
from tests.dialogues.stage import Towns
from tests.peers import postgresql as peer

OF_A_DATABASE = {"database_url", "empty_database", "towns"}
"""Who uses one of these fixtures is on the run's database, and is marked so."""


KINDS = frozenset(("sqlite", "postgresql"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=sorted(KINDS),
        default="sqlite",
        help="what the tests' databases are on; with -m database only those that need one are run",
    )


def pytest_configure(config: pytest.Config) -> None:
    gc.disable()
    os.environ[databases.KIND] = config.getoption("--database")
    in_memory.keep_files_in(in_memory.MEMORY, os.environ, in_memory.free_in(in_memory.MEMORY))
    peer.home()


def pytest_collection_finish() -> None:
    """What there is by now stays: looking through it again and again for what may be thrown away takes long."""
    gc.freeze()
    gc.enable()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        peer.end_shared()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        given = getattr(getattr(item, "callspec", None), "params", {})
        # Who is played on each kind in every run, or on a database of its own, is not in another run another test.
        own_choice = "database_url" in given or not KINDS.isdisjoint(map(str, given.values()))
        either = item.get_closest_marker("either") is not None
        if OF_A_DATABASE & set(getattr(item, "fixturenames", ())) and not own_choice and not either:
            item.add_marker("database")


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    """What a test made on PostgreSQL goes with it."""
    yield
    databases.forget()


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """A command that a test runs sets logging up for its process; the next test's process is the same one."""
    root = logging.getLogger()
    before = {name: logging.getLogger(name).level for name in ("", *OURS, *logs.CALM)}
    yield
    for handler in root.handlers[:]:
        if isinstance(handler, logs.Handler):
            root.removeHandler(handler)
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture(scope="session")
def postgresql() -> peer.PostgresServer:
    """The run's PostgreSQL, whatever ``--database`` says. It is shared: make databases in it, do not stop it."""
    return peer.shared()


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """A new database for this test; on PostgreSQL with all tables in it."""
    return databases.fresh(tmp_path)


@pytest.fixture
def empty_database(tmp_path: Path) -> str:
    """A new database for this test, without tables."""
    return databases.empty(tmp_path)


@pytest.fixture(scope="session")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Towns:
    """Prepared towns: made once per process, copied for every test."""
    return Towns(tmp_path_factory.mktemp("towns"))
