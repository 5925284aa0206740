"""Signed events to an endpoint: once, or repeated, late, out of order, cut short."""

from __future__ import annotations

import asyncio
import copy
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime

from aiohttp import ClientError, ClientSession, ClientTimeout

from tests.peers.stripe.rules import Json

VERSION = "2026-10-28.endive"


class Events:
    """``happened`` is every event so far. They go to ``endpoint`` at once, unless ``held``; which of them it did not
    take is in ``waiting``, as with Stripe, which tries again for days."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.endpoint: str | None = None
        self.secrets: list[str] = ["whsec_peer"]
        self.held = False
        self.happened: list[Json] = []
        self.waiting: list[Json] = []
        self.answers: list[tuple[str, int]] = []
        """The kind of each delivered event, and what the endpoint answered; 0 for no answer."""
        self._tasks: set[asyncio.Task[int]] = set()
        self._session: ClientSession | None = None

    def tell(self, kind: str, thing: Json) -> None:
        event: Json = {
            "id": f"evt_{secrets.token_hex(12)}",
            "object": "event",
            "api_version": VERSION,
            "created": int(self.now().timestamp()),
            "data": {"object": copy.deepcopy(thing)},
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "type": kind,
        }
        self.happened.append(event)
        self.waiting.append(event)
        if self.endpoint is not None and not self.held:
            task = asyncio.get_running_loop().create_task(self.deliver(event))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def of(self, kind: str) -> list[Json]:
        return [event for event in self.happened if event["type"] == kind]

    async def settled(self) -> None:
        """Wait until nothing is on its way."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def deliver_waiting(self, order: Callable[[list[Json]], Sequence[Json]] = list) -> list[int]:
        """Send what was not taken yet, in ``order``; what was answered."""
        return [await self.deliver(event) for event in order(list(self.waiting))]

    async def deliver(self, event: Json, *, at: datetime | None = None, keep: int | None = None) -> int:
        """Send one event, signed ``at``; of its body only the first ``keep`` bytes. The endpoint's status, or 0."""
        body = json.dumps(event, ensure_ascii=False).encode()
        header = self.signature(body, at)
        status = await self.post(body[:keep], header)
        self.answers.append((event["type"], status))
        if 200 <= status < 300 and event in self.waiting:
            self.waiting.remove(event)
        return status

    def signature(self, body: bytes, at: datetime | None = None) -> str:
        """The header, with a signature for each secret."""
        seconds = str(int((at or self.now()).timestamp()))
        signed = [
            hmac.new(secret.encode(), seconds.encode() + b"." + body, hashlib.sha256).hexdigest()
            for secret in self.secrets
        ]
        return ",".join([f"t={seconds}", *(f"v1={one}" for one in signed), f"v0={'0' * 64}"])

    async def post(self, body: bytes, header: str | None) -> int:
        """Any body under any signature to the endpoint; its status, or 0."""
        assert self.endpoint is not None
        if self._session is None:
            self._session = ClientSession(timeout=ClientTimeout(total=20))
        headers = {"Content-Type": "application/json; charset=utf-8"}
        headers |= {} if header is None else {"Stripe-Signature": header}
        try:
            async with self._session.post(self.endpoint, data=body, headers=headers) as answer:
                return answer.status
        except (ClientError, TimeoutError, OSError):
            return 0

    async def keep_trying(self, every_s: float) -> None:
        """Send what was not taken again and again, for a process that runs by itself."""
        while True:
            await asyncio.sleep(every_s)
            await self.deliver_waiting()

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        if self._session is not None:
            await self._session.close()
