"""Idempotency as Stripe does it: the first answer is kept under its key for a day, whatever it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.peers.stripe.rules import Json, Refused

KEPT = timedelta(hours=24)


@dataclass
class Kept:
    """An answer, once there is one, to the call ``what``."""

    what: tuple[str, str]
    at: datetime
    status: int | None = None
    body: Json | None = None


@dataclass
class Keys:
    now: Callable[[], datetime]
    _kept: dict[str, Kept] = field(default_factory=dict)

    def begin(self, key: str, path: str, text: str) -> Kept | None:
        """The kept answer to this very call; None when it is new, and is then under way."""
        found = self._kept.get(key)
        if found is not None and self.now() - found.at >= KEPT:
            del self._kept[key]
            found = None
        if found is None:
            self._kept[key] = Kept((path, text), self.now())
            return None
        if found.what != (path, text):
            words = "Keys for idempotent requests can only be used with the same parameters they were first used with."
            raise Refused(f"{words} Try using a key other than '{key}'.", kind="idempotency_error")
        if found.status is None:
            words = f"There is currently another in-progress request using this Idempotent Key: {key}."
            raise Refused(words, status=409, code="idempotency_key_in_use")
        return found

    def keep(self, key: str, status: int, body: Json) -> None:
        self._kept[key].status, self._kept[key].body = status, body

    def drop(self, key: str) -> None:
        """The endpoint never began: nothing is kept."""
        self._kept.pop(key, None)
