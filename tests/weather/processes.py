"""A `dangol run` of its own: started, asked whether it is ready, signalled, killed, and always gone in the end."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

import aiohttp

from tests.bot.commands import RUN, environment, prepare

READY_S = 60.0
END_S = 30.0
KEPT_LINES = 4000


class Dangol:
    """One server. Its ``port`` stays the same when it is started again, so that browsers find it."""

    def __init__(self, folder: Path, *arguments: str, **settings: str) -> None:
        """``arguments`` of `dangol run`; ``settings`` are environment variables without their DANGOL_."""
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log: list[str] = []
        """What it last wrote, both streams."""
        self._arguments = arguments
        self._settings = settings
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start it; returns when it is ready for people."""
        prepare(self.folder)
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            RUN,
            "run",
            "--port",
            str(self.port),
            *self._arguments,
            cwd=self.folder,
            env=environment(self.folder, **self._settings),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        self._reading = asyncio.create_task(self._read(self._process))
        await self.ready()

    async def ready(self, limit_s: float = READY_S) -> None:
        """Wait until it answers that it is ready."""
        async with asyncio.timeout(limit_s), aiohttp.ClientSession() as session:
            while not await self._answers(session):
                assert self.running, "".join(self.log)
                await asyncio.sleep(0.05)

    async def _answers(self, session: aiohttp.ClientSession) -> bool:
        try:
            async with session.get(f"{self.url}/readyz") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    def send(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    async def kill(self) -> None:
        """As a power cut ends it."""
        self.send(signal.SIGKILL)
        await self.gone()

    async def stop(self) -> int:
        """As a new version being rolled out ends it; returns its exit code."""
        self.send(signal.SIGTERM)
        return await self.gone()

    async def gone(self) -> int:
        """Wait for its end, whoever brought it about."""
        assert self._process is not None and self._reading is not None
        code = await asyncio.wait_for(self._process.wait(), END_S)
        await self._reading
        return code

    async def restart(self) -> None:
        """Kill it if it runs, and start it again."""
        if self.running:
            await self.kill()
        await self.start()

    async def close(self) -> None:
        """Whatever happened to it, it is gone."""
        if self.running:
            await self.kill()

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            self.log.append(line.decode(errors="replace"))
            del self.log[:-KEPT_LINES]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
