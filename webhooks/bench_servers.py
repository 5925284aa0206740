"""The servers of the measurement of turns, each in processes of its own."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path

from aiohttp import ClientError, ClientSession, web
from sqlalchemy import insert

from bot.bench.servers import free_port
from bot.turn import Received
from commerce.database import Database

START_S = 120
STOP_S = 30


class Running:
    """`dangol run` as an operator starts it: the ``port`` it answers on and the ``process`` it began as."""

    def __init__(self, port: int, process: asyncio.subprocess.Process) -> None:
        self.port = port
        self.process = process

    def cpu_s(self) -> float:
        """Seconds of processor time that its processes have taken so far."""
        return cpu_of(self.process.pid)


@asynccontextmanager
async def running(environment: Mapping[str, str], workers: int) -> AsyncIterator[Running]:
    """A server with ``workers``; ``environment`` names its database and folder. Ready when it is given."""
    port = free_port()
    begin = "from webhooks.command import main; main()"
    others = {name: value for name, value in os.environ.items() if not name.startswith(("DANGOL_", "OTEL_"))}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", begin, "run", "--port", str(port), "--workers", str(workers)),
        env={**others, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        await _ready(port, process)
        yield Running(port, process)
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), STOP_S)
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


async def _ready(port: int, process: asyncio.subprocess.Process) -> None:
    until = time.monotonic() + START_S
    async with ClientSession() as session:
        while time.monotonic() < until and process.returncode is None:
            with suppress(ClientError):
                async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                    if answer.status == 200:
                        return
            await asyncio.sleep(0.02)
    raise RuntimeError(f"the server did not start: {process.returncode}")


def cpu_of(root: int) -> float:
    """Seconds of processor time of the process ``root`` and what it has started, from Linux' /proc; 0 elsewhere."""
    spent: dict[int, float] = {}
    parents: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        pid = int(entry.name)
        parents[pid] = int(fields[1])
        spent[pid] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return sum(seconds for pid, seconds in spent.items() if _descends(pid, root, parents))


def _descends(pid: int, root: int, parents: Mapping[int, int]) -> bool:
    while pid and pid != root:
        pid = parents.get(pid, 0)
    return pid == root


@asynccontextmanager
async def row_server(url: str) -> AsyncIterator[int]:
    """A handler that commits one row into the database at ``url``, in a process of its own; gives its port."""
    context = multiprocessing.get_context("spawn")
    pipe, theirs = context.Pipe()
    process = context.Process(target=_serve_rows, args=(url, theirs), daemon=True)
    process.start()
    try:
        yield await asyncio.to_thread(pipe.recv)
    finally:
        pipe.send("stop")
        await asyncio.to_thread(process.join, STOP_S)
        if process.is_alive():
            process.terminate()


def _serve_rows(url: str, pipe: Connection) -> None:
    asyncio.run(_listen(url, pipe))


async def _listen(url: str, pipe: Connection) -> None:
    database = Database(url)
    now = datetime.fromisoformat("2026-11-20T12:00:00+09:00")

    async def commit_row(_: web.Request) -> web.Response:
        async with database.transaction() as session:
            await session.execute(insert(Received).values(channel="bench", update_id=uuid.uuid4().hex, at=now))
        return web.Response()

    app = web.Application()
    app.router.add_post("/row", commit_row)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    pipe.send(runner.addresses[0][1])
    await asyncio.to_thread(pipe.recv)
    await runner.cleanup()
    await database.close()
