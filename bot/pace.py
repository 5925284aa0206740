"""How fast things may go: so many at once, then so many a second. Counted in this process, or for all through Redis."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.channels.port import RetryAfter
from bot.messages import Incoming

MOST_KEPT = 100_000
LONGEST_WAIT_S = 2.0
"""A message whose turn comes later than this goes back to the table instead of being waited with."""
TOLD_EVERY_S = 15.0


@dataclass(frozen=True, slots=True)
class Rate:
    """``burst`` at once after a rest, ``per_s`` a second in the long run."""

    burst: int
    per_s: float


class Pace(Protocol):
    async def wait(self, key: str, rate: Rate) -> float:
        """Take one of ``key``'s; 0.0 when there was one, else the seconds until there will be, and none is taken."""
        ...

    async def close(self) -> None: ...


class LocalPace:
    """Of one process. ``now`` in seconds, from any start."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._due: dict[str, float] = {}
        """When each key's bucket is full again."""

    async def wait(self, key: str, rate: Rate) -> float:
        now = self._now()
        due = max(self._due.get(key, 0.0), now) + 1 / rate.per_s
        early = due - now - rate.burst / rate.per_s
        if early > 1e-9:
            return early
        if len(self._due) >= MOST_KEPT:
            self._due = {one: at for one, at in self._due.items() if at > now}
        self._due[key] = due
        return 0.0

    async def close(self) -> None:
        self._due.clear()


class Gate:
    """Lets a person's messages in. ``rate`` is each person's."""

    def __init__(self, pace: Pace, rate: Rate) -> None:
        self._pace = pace
        self._rate = rate

    async def lets_in(self, incoming: Incoming) -> bool:
        """Whether it is to be read; what no person said always is."""
        return incoming.event is not None or await self._pace.wait(f"in:{_who(incoming)}", self._rate) <= 0

    async def tells(self, incoming: Incoming) -> bool:
        """Whether the person is to be told now that messages were not read: once for a whole flood."""
        return await self._pace.wait(f"told:{_who(incoming)}", Rate(1, 1 / TOLD_EVERY_S)) <= 0


def _who(incoming: Incoming) -> str:
    return f"{incoming.channel}:{incoming.sender}"


@dataclass(frozen=True, slots=True)
class Outward:
    """What a messenger takes from us: of one chat, and of the whole bot."""

    chat: Rate
    whole: Rate


class Sluice:
    """Holds back what a messenger would refuse. ``outward`` by channel."""

    def __init__(self, pace: Pace, outward: Mapping[str, Outward]) -> None:
        self._pace = pace
        self._outward = outward

    async def passed(self, channel: str, chat: str) -> None:
        """Return when one message may be sent. Raises RetryAfter when that is not soon."""
        rates = self._outward.get(channel)
        if rates is None:
            return
        await self._one(f"out:{channel}:{chat}", rates.chat)
        await self._one(f"out:{channel}", rates.whole)

    async def _one(self, key: str, rate: Rate) -> None:
        waited = 0.0
        while (wait := await self._pace.wait(key, rate)) > 0:
            if waited + wait > LONGEST_WAIT_S:
                raise RetryAfter(wait)
            waited += wait
            await asyncio.sleep(wait)
