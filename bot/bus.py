"""Nudges between workers: "this chat has something new". Only hints: the database says what. A lost one costs time."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable
from typing import Protocol

log = logging.getLogger(__name__)

Heard = Callable[[str], None]
"""Takes a note; an empty one says that notes may have been missed."""
WORK = "work"
"""The topic of a worker that leaves work to others."""
NAMES = "names"
"""The topic of shops and dishes that were renamed, added or taken away."""


class Bus(Protocol):
    """Publishing never waits and never fails. A note reaches whoever listens to its topic now, the publisher too."""

    @property
    def connected(self) -> bool:
        """Whether nudges from other workers arrive."""
        ...

    def publish(self, topic: str, note: str) -> None: ...

    def subscribe(self, topic: str, heard: Heard) -> None: ...

    def unsubscribe(self, topic: str, heard: Heard) -> None: ...

    async def run(self, stop: asyncio.Event) -> None:
        """Carry nudges until ``stop``."""
        ...


class Listeners:
    """Who listens to what in this process."""

    def __init__(self) -> None:
        self._of: dict[str, list[Heard]] = defaultdict(list)

    def topics(self) -> list[str]:
        return list(self._of)

    def add(self, topic: str, heard: Heard) -> bool:
        """True when the topic is new."""
        self._of[topic].append(heard)
        return len(self._of[topic]) == 1

    def remove(self, topic: str, heard: Heard) -> bool:
        """True when nobody is left there."""
        listening = self._of[topic]
        listening.remove(heard)
        if not listening:
            del self._of[topic]
        return not listening

    def tell(self, topic: str, note: str) -> None:
        for heard in list(self._of.get(topic, ())):
            try:
                heard(note)
            except Exception:
                log.exception("a nudge about %s was not understood", topic.split(":", maxsplit=1)[0])


class LocalBus:
    """Within one process."""

    connected = False

    def __init__(self) -> None:
        self._listeners = Listeners()

    def publish(self, topic: str, note: str) -> None:
        self._listeners.tell(topic, note)

    def subscribe(self, topic: str, heard: Heard) -> None:
        self._listeners.add(topic, heard)

    def unsubscribe(self, topic: str, heard: Heard) -> None:
        self._listeners.remove(topic, heard)

    async def run(self, stop: asyncio.Event) -> None:
        await stop.wait()
