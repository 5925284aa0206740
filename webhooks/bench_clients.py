"""The browsers of the measurement of turns."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse

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


class Talker:
    """One browser: says a line, waits for its acknowledgement."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self._socket = socket
        self._said = 0

    async def begin(self) -> None:
        await self._socket.send_json({"type": "hello", "token": None, "shop": None, "lang": "ko", "last": 0})
        await self.say({"type": "location", "lat": 37.556, "lon": 126.905})

    async def say(self, frame: dict[str, Any] | None = None) -> None:
        """Say ``frame``, or the next line of the talk."""
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


async def talkers(session: ClientSession, port: int, count: int = TALKERS) -> list[Talker]:
    """``count`` browsers that have said where they are."""
    opened = [Talker(await session.ws_connect(f"http://127.0.0.1:{port}/socket")) for _ in range(count)]
    for talker in opened:
        await talker.begin()
    return opened


async def first_answer(port: int, begun: float) -> float:
    """Seconds from ``begun`` to the first answer."""
    async with ClientSession() as session:
        await talkers(session, port, 1)
        return time.perf_counter() - begun


async def full_load(port: int, turns: int) -> float:
    """Turns per second when every client says the next line as soon as the last is acknowledged."""
    async with ClientSession() as session:
        opened = await talkers(session, port)
        begun = time.perf_counter()
        await asyncio.gather(*(_repeat(talker.say, turns // TALKERS) for talker in opened))
        return (turns // TALKERS) * TALKERS / (time.perf_counter() - begun)


async def paced_load(port: int, rate: float, turns: int) -> list[float]:
    """Seconds from the moment a line was due to its acknowledgement, at ``rate`` lines a second."""
    async with ClientSession() as session:
        opened = await talkers(session, port)
        took: list[float] = []
        begun = time.perf_counter()

        async def keep_pace(talker: Talker, offset: int) -> None:
            for number in range(offset, turns, TALKERS):
                due = begun + number / rate
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                await talker.say()
                took.append(time.perf_counter() - due)

        await asyncio.gather(*(keep_pace(talker, offset) for offset, talker in enumerate(opened)))
        return took


async def rows(port: int, count: int) -> float:
    """Requests per second to a handler that commits one row."""
    async with ClientSession() as session:

        async def post() -> None:
            async with session.post(f"http://127.0.0.1:{port}/row", json={"text": TALK[0]}) as answer:
                answer.raise_for_status()

        await asyncio.gather(*(_repeat(post, 5) for _ in range(TALKERS)))
        begun = time.perf_counter()
        await asyncio.gather(*(_repeat(post, count // TALKERS) for _ in range(TALKERS)))
        return (count // TALKERS) * TALKERS / (time.perf_counter() - begun)


async def _repeat(act: Callable[[], Awaitable[None]], times: int) -> None:
    for _ in range(times):
        await act()
