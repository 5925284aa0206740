"""The updates of one conversation that wait for their turn, in the order in which they came."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.messages import Incoming

MOST_AT_ONCE = 8
"""Messages that are answered as one."""


@dataclass(frozen=True, eq=False, slots=True)
class Place:
    """An update's place. Equal to none but itself."""

    incoming: Incoming


class Line:
    """Of one conversation in one process. Whoever holds the lock applies the update whose place it is."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.waiting: list[Place] = []

    def join(self, incoming: Incoming) -> Place:
        place = Place(incoming)
        self.waiting.append(place)
        return place

    def burst(self, first: Place) -> Sequence[Place]:
        """``first`` and the texts right behind it, if it is a text: a tap is answered by itself."""
        at = self.waiting.index(first)
        several = [first]
        for place in self.waiting[at + 1 :]:
            if len(several) == MOST_AT_ONCE or place.incoming.text is None or first.incoming.text is None:
                break
            several.append(place)
        return several

    def leave(self, places: Sequence[Place]) -> None:
        self.waiting = [place for place in self.waiting if place not in places]
