"""One unit of work: the session every commerce function works on, the time it happens at, and what it caused."""

from __future__ import annotations

import random
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from commerce.events import Happening

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


class Clock(Protocol):
    def now(self) -> datetime:
        """The current time, aware, in UTC."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class Ids:
    """Makes ids that are shown outside: 24 characters of a 31-letter alphabet, 118 bits, unguessable.

    A seed makes them repeatable, for simulations only.
    """

    def __init__(self, seed: int | None = None) -> None:
        self._random: random.Random = secrets.SystemRandom() if seed is None else random.Random(seed)

    def new(self, prefix: str) -> str:
        return f"{prefix}_" + "".join(self._random.choices(ALPHABET, k=24))

    def letters(self, count: int) -> str:
        """``count`` of the same letters, for a code that is typed by hand; about 5 bits each."""
        return "".join(self._random.choices(ALPHABET, k=count))

    def digits(self, count: int) -> str:
        return "".join(self._random.choices("0123456789", k=count))


@dataclass(slots=True)
class Work:
    """Passed to every commerce function. The caller commits; what happened is read from ``happenings`` and told."""

    session: AsyncSession
    now: datetime
    ids: Ids
    happenings: list[Happening] = field(default_factory=list)

    def tell(self, happening: Happening) -> None:
        self.happenings.append(happening)
