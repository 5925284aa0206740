"""How many whole turns a second: web socket in, one commit, answers out; beside two limits from the same run."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from statistics import quantiles
from typing import Annotated, Any

import psycopg
import typer

from bot.app import build
from bot.bench.servers import PostgresServer, RedisServer
from bot.commands.bench import show
from bot.settings import Settings
from commerce.work import Work
from nlu.understanding import Context
from webhooks.bench_clients import TALK, TALKERS, first_answer, full_load, paced_load, rows
from webhooks.bench_servers import Running, cpu_of, row_server, running


class Kind(StrEnum):
    sqlite = "sqlite"
    postgresql = "postgresql"


def turn(
    turns: Annotated[int, typer.Option(help="Turns at full load, and as many one-row commits.")] = 1200,
    db: Annotated[Kind, typer.Option(help="The database; a PostgreSQL of its own is started for it.")] = Kind.sqlite,
    workers: Annotated[str, typer.Option(help="Numbers of workers to measure in turn, as in 1,2 (PostgreSQL).")] = "1",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line.")] = False,
) -> None:
    """Whole turns per second over web sockets, beside one-row commits and the bare understanding."""
    try:
        counts = [int(count) for count in workers.split(",")]
    except ValueError:
        raise typer.BadParameter("numbers with commas between them, as in 1,2", param_hint="--workers") from None
    if min(counts) < 1 or (db is Kind.sqlite and counts != [1]):
        raise typer.BadParameter("SQLite serves one worker; several need --db postgresql", param_hint="--workers")
    show(asyncio.run(measure(turns, db, counts, cache=Settings().data / "cache")), as_json)


async def measure(
    turns: int, kind: Kind = Kind.sqlite, workers: list[int] | None = None, *, cache: Path
) -> dict[str, Any]:
    """``turns_per_s`` at full load; ``p50_ms`` and ``p99_ms`` from sending to acknowledgement at half of that load.

    ``one_row_per_s`` is an aiohttp handler that commits one row, on the same kind of database with the same number
    of clients; ``ratio`` is turns to those. ``parse_per_s`` is the bare understanding of the same words in one thread.
    ``first_answer_s`` is from the start of a process, with everything cached, to its first answer. ``cpu_ms`` is the
    processor time of one turn in the server's processes. On PostgreSQL ``db_cpu_ms`` is that of the database and
    ``wal_bytes`` what one turn writes into its log. With several numbers of workers the figures of each stand under
    ``by_workers``, and ``of_one_worker`` is how many turns a second each number makes to one of the first. The servers'
    trained model is kept in ``cache``.
    """
    counts = workers or [1]
    with _folder(cache) as folder:
        async with _place(kind, folder) as place:
            await _serve_once(place)
            by_workers = {str(count): await _measure(place, count, turns) for count in counts}
            async with row_server(place.url) as port:
                row_rate = await rows(port, turns)
        parse_rate = await asyncio.to_thread(_parses, folder)
    first = by_workers[str(counts[0])]
    limits = {
        "one_row_per_s": round(row_rate, 1),
        "ratio": round(first["turns_per_s"] / row_rate, 3),
        "parse_per_s": round(parse_rate, 1),
        "turns": turns,
        "clients": TALKERS,
        "db": str(kind),
    }
    if len(counts) == 1:
        return first | limits
    shares = {count: round(one["turns_per_s"] / first["turns_per_s"], 3) for count, one in by_workers.items()}
    return {"by_workers": by_workers, "of_one_worker": shares, **limits}


@contextmanager
def _folder(cache: Path) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="dangol-bench-") as folder:
        cache.mkdir(parents=True, exist_ok=True)
        (Path(folder) / "cache").symlink_to(cache.absolute(), target_is_directory=True)
        yield folder


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the servers of a run keep what they keep."""

    folder: str
    url: str
    redis: str | None
    postgresql: int | None
    """The process of the PostgreSQL, if it is one."""

    @property
    def environment(self) -> dict[str, str]:
        named = {"DANGOL_DATA": self.folder, "DATABASE_URL": self.url, "DANGOL_TOWN": "demo"}
        # Eight clients say what a whole town would.
        named |= {"DANGOL_MESSAGE_BURST": "1000000000"}
        return named | ({"REDIS_URL": self.redis} if self.redis else {"REDIS_URL": ""})


@asynccontextmanager
async def _place(kind: Kind, folder: str) -> AsyncIterator[_Place]:
    if kind is Kind.sqlite:
        yield _Place(folder, f"sqlite+aiosqlite:///{Path(folder) / 'dangol.db'}", None, None)
        return
    with PostgresServer.temporary(durable=True) as postgresql, RedisServer() as redis:
        url = postgresql.create_database("dangol")
        yield _Place(folder, url, redis.url, int((postgresql.home / "data" / "postmaster.pid").read_text().split()[0]))


async def _measure(place: _Place, workers: int, turns: int) -> dict[str, Any]:
    begun = time.perf_counter()
    async with running(place.environment, workers) as server:
        first = await first_answer(server.port, begun)
        before = _spent(place, server)
        rate = await full_load(server.port, turns)
        after = _spent(place, server)
        half = await paced_load(server.port, rate / 2, turns // 2)
    cuts = quantiles(half, n=100)
    figures = {
        "turns_per_s": round(rate, 1),
        "p50_ms": round(cuts[49] * 1000, 2),
        "p99_ms": round(cuts[98] * 1000, 2),
        "first_answer_s": round(first, 2),
        "cpu_ms": round((after[0] - before[0]) * 1000 / turns, 2),
    }
    if place.postgresql is not None:
        figures["db_cpu_ms"] = round((after[1] - before[1]) * 1000 / turns, 2)
        figures["wal_bytes"] = round((after[2] - before[2]) / turns)
    return figures


def _spent(place: _Place, server: Running) -> tuple[float, float, int]:
    """Processor seconds of the server and of the PostgreSQL, and where that one's log ends, in bytes."""
    if place.postgresql is None:
        return server.cpu_s(), 0.0, 0
    with psycopg.connect(place.url) as connection:
        found = connection.execute("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint").fetchone()
        return server.cpu_s(), cpu_of(place.postgresql), int(found[0]) if found else 0


async def _serve_once(place: _Place) -> None:
    """Train and load, so that what follows is a warm start."""
    async with running(place.environment, 1):
        pass


def _parses(folder: str) -> float:
    async def parse() -> float:
        settings = Settings(data=Path(folder)).model_copy(
            update={"town": "demo", "database_url": None, "telegram_token": None}
        )
        application = await build(settings)
        home = application.services.home
        async with application.database.read() as session:
            work = Work(session, application.clock.now(), application.ids)
            around = await application.services.catalogue.around(work, home.lat, home.lon)
        context, now = Context(around=around), datetime.now(home.zone)
        engine = application.services.engine
        engine.parse(TALK[0], context, now)
        begun = time.perf_counter()
        for number in range(600):
            engine.parse(TALK[number % len(TALK)], context, now)
        rate = 600 / (time.perf_counter() - begun)
        await application.close()
        return rate

    return asyncio.run(parse())
