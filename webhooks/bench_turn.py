"""How many whole turns a second: web socket in, one commit, answers out; beside two limits from the same run."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import quantiles
from typing import Annotated, Any

import typer
from aiohttp import ClientSession, ClientWebSocketResponse, web
from sqlalchemy import insert

from bot.app import build
from bot.commands.bench import show
from bot.settings import Settings
from bot.turn import Received
from commerce.database import Database
from commerce.work import Work
from nlu.understanding import Context
from webhooks.server import serve

TALK = (
    "근처 치킨집",
    "바라미치킨 메뉴",
    "후라이드 한 마리랑 콜라 두 개",
    "콜라는 하나만",
    "장바구니 보여줘",
    "언제까지 열어요?",
    "쿠폰 있어요?",
    "콜라 빼줘",
    "지난 주문 보여줘",
    "장바구니 비워줘",
    "고마워요",
    "마라탕 먹고 싶어",
)
"""One round of a conversation, over and over."""
TALKERS = 8


def turn(
    turns: Annotated[int, typer.Option(help="Turns at full load, and as many one-row commits.")] = 1200,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line.")] = False,
) -> None:
    """Whole turns per second over web sockets on SQLite, beside one-row commits and the bare understanding."""
    show(asyncio.run(measure(turns)), as_json)


async def measure(turns: int) -> dict[str, Any]:
    """``turns_per_s`` at full load; ``p50_ms`` and ``p99_ms`` from sending to acknowledgement at half of that load.

    ``one_row_per_s`` is an aiohttp handler that commits one row, on the same kind of database with the same number
    of clients; ``ratio`` is turns to those. ``parse_per_s`` is the bare understanding of the same words in one thread.
    ``first_answer_s`` is from the start of a process, with everything cached, to its first answer.
    """
    with tempfile.TemporaryDirectory(prefix="dangol-bench-") as folder:
        await asyncio.to_thread(_serve_once, folder)
        begun = time.perf_counter()
        async with _Server(_talk_server, folder) as port:
            first = await _first_answer(port, begun)
            talk_rate = await _full_load(port, turns)
            half = await _half_load(port, talk_rate / 2, turns // 2)
        async with _Server(_row_server, folder) as port:
            row_rate = await _rows(port, turns)
        parse_rate = await asyncio.to_thread(_parses, folder)
    cuts = quantiles(half, n=100)
    return {
        "turns_per_s": round(talk_rate, 1),
        "p50_ms": round(cuts[49] * 1000, 2),
        "p99_ms": round(cuts[98] * 1000, 2),
        "one_row_per_s": round(row_rate, 1),
        "ratio": round(talk_rate / row_rate, 3),
        "parse_per_s": round(parse_rate, 1),
        "first_answer_s": round(first, 2),
        "turns": turns,
        "clients": TALKERS,
    }


# -- the servers, each in a process of its own


class _Server:
    """Runs ``target`` in its own process; gives the port it listens on."""

    def __init__(self, target: Callable[[str, Connection], None], folder: str) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=target, args=(folder, theirs), daemon=True)

    async def __aenter__(self) -> int:
        self._process.start()
        port: int = await asyncio.to_thread(self._pipe.recv)
        return port

    async def __aexit__(self, *_: object) -> None:
        self._pipe.send("stop")
        await asyncio.to_thread(self._process.join, 20)
        if self._process.is_alive():
            self._process.terminate()


def _talk_server(folder: str, pipe: Connection) -> None:
    async def make() -> web.Application:
        return serve(await build(_settings(folder)))

    asyncio.run(_listen(make, pipe))


def _row_server(folder: str, pipe: Connection) -> None:
    database = Database(f"sqlite+aiosqlite:///{Path(folder) / 'dangol.db'}")
    now = datetime.fromisoformat("2026-11-20T12:00:00+09:00")

    async def commit_row(_: web.Request) -> web.Response:
        async with database.transaction() as session:
            await session.execute(insert(Received).values(channel="bench", update_id=uuid.uuid4().hex, at=now))
        return web.Response()

    async def make() -> web.Application:
        app = web.Application()
        app.router.add_post("/row", commit_row)
        return app

    asyncio.run(_listen(make, pipe))


async def _listen(make: Callable[[], Awaitable[web.Application]], pipe: Connection) -> None:
    runner = web.AppRunner(await make(), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    pipe.send(runner.addresses[0][1])
    await asyncio.to_thread(pipe.recv)
    await runner.cleanup()


def _settings(folder: str) -> Settings:
    return Settings(data=Path(folder)).model_copy(update={"town": "demo", "database_url": None, "telegram_token": None})


def _serve_once(folder: str) -> None:
    """Train and load, so that what follows is a warm start."""

    async def once() -> None:
        await (await build(_settings(folder))).close()

    asyncio.run(once())


# -- the clients


class _Talker:
    """One browser: says a line, waits for its acknowledgement."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self._socket = socket
        self._said = 0

    async def begin(self) -> None:
        await self._socket.send_json({"type": "hello", "token": None, "shop": None, "lang": "ko", "last": 0})
        await self.say({"type": "location", "lat": 37.556, "lon": 126.905})

    async def say(self, frame: dict[str, Any] | None = None) -> None:
        made = frame or {"type": "say", "text": TALK[self._said % len(TALK)]}
        self._said += frame is None
        name = uuid.uuid4().hex
        await self._socket.send_json(made | {"id": name})
        while True:
            answer = json.loads(await self._socket.receive_str())
            if answer["type"] == "error":
                raise RuntimeError(f"the server could not take {made}: {answer}")
            if answer["type"] == "ack" and answer["id"] == name:
                return


async def _talkers(session: ClientSession, port: int) -> list[_Talker]:
    talkers = [_Talker(await session.ws_connect(f"http://127.0.0.1:{port}/socket")) for _ in range(TALKERS)]
    for talker in talkers:
        await talker.begin()
    return talkers


async def _first_answer(port: int, begun: float) -> float:
    async with ClientSession() as session:
        talker = _Talker(await session.ws_connect(f"http://127.0.0.1:{port}/socket"))
        await talker.begin()
        return time.perf_counter() - begun


async def _full_load(port: int, turns: int) -> float:
    """Turns per second when every client says the next line as soon as the last is acknowledged."""
    async with ClientSession() as session:
        talkers = await _talkers(session, port)
        begun = time.perf_counter()
        await asyncio.gather(*(_repeat(talker.say, turns // TALKERS) for talker in talkers))
        return (turns // TALKERS) * TALKERS / (time.perf_counter() - begun)


async def _half_load(port: int, rate: float, turns: int) -> list[float]:
    """Seconds from the moment a line was due to its acknowledgement, at ``rate`` lines a second."""
    async with ClientSession() as session:
        talkers = await _talkers(session, port)
        took: list[float] = []
        begun = time.perf_counter()

        async def keep_pace(talker: _Talker, offset: int) -> None:
            for number in range(offset, turns, TALKERS):
                due = begun + number / rate
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                await talker.say()
                took.append(time.perf_counter() - due)

        await asyncio.gather(*(keep_pace(talker, offset) for offset, talker in enumerate(talkers)))
        return took


async def _rows(port: int, rows: int) -> float:
    async with ClientSession() as session:

        async def post() -> None:
            async with session.post(f"http://127.0.0.1:{port}/row", json={"text": TALK[0]}) as answer:
                answer.raise_for_status()

        await asyncio.gather(*(_repeat(post, 5) for _ in range(TALKERS)))
        begun = time.perf_counter()
        await asyncio.gather(*(_repeat(post, rows // TALKERS) for _ in range(TALKERS)))
        return (rows // TALKERS) * TALKERS / (time.perf_counter() - begun)


async def _repeat(act: Callable[[], Awaitable[None]], times: int) -> None:
    for _ in range(times):
        await act()


def _parses(folder: str) -> float:
    async def parse() -> float:
        application = await build(_settings(folder))
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
