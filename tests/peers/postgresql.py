"""A real PostgreSQL for tests: one for the whole run, shared by its processes, or one of a test's own.

Shared: the fixture ``postgresql`` (``tests/conftest.py``), or ``shared()`` anywhere in a run of pytest. It starts with
the first test that needs it, and forgets all when killed. Of one's own, to stop, kill and start again:

    with PostgresServer.temporary(durable=True) as server:
        url = server.create_database("town")
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from bot.bench.servers import NoServer, PostgresServer

__all__ = ["NoServer", "PostgresServer", "end_shared", "home", "shared"]

HOME = "DANGOL_TEST_POSTGRESQL"
"""The variable that tells a run's processes where its server is at home."""


def home() -> Path:
    """The folder of this run's server, whether it runs or not; chosen by the first process of the run."""
    if HOME not in os.environ:
        os.environ[HOME] = str(PostgresServer.temporary().home)
    return Path(os.environ[HOME])


def shared() -> PostgresServer:
    """This run's server, started by the first of its processes that asks."""
    server = PostgresServer(home())
    with (home() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not server.running:
            server.start()
    return server


def end_shared() -> None:
    """Stop this run's server, if it was ever started, and delete its data."""
    PostgresServer(home()).close()
