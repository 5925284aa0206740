"""What the outbox needs of a messenger: send one message, or say why it could not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.messages import Reply


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One committed message to one chat.

    ``id`` is its number in the outbox, which the taps on its buttons carry. ``chat`` is the chat's address within the
    channel. ``edits_ref`` is the ``Sent.ref`` of the message to replace, or None to send a new one. ``before`` is the
    number of the chat's message before it (0: there is none), for channels whose clients fetch what they missed.
    """

    id: int
    chat: str
    reply: Reply
    edits_ref: str | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """``ref`` is the platform's name for the message, kept for later edits; None where it has none."""

    ref: str | None = None


class RetryAfter(Exception):
    """The platform asks to wait ``seconds`` before anything more is sent to this chat."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"retry after {seconds:g} s")
        self.seconds = seconds


class Blocked(Exception):
    """The person left for good: blocked the bot, or their account is gone."""


class Undeliverable(Exception):
    """The platform will never take this message. It is to be dropped, with ``reason`` in the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Channel(Protocol):
    """A messenger. ``name`` is the ``Incoming.channel`` of what it parses."""

    @property
    def name(self) -> str: ...

    async def send(self, message: Outgoing) -> Sent:
        """Send ``message`` once.

        Raises RetryAfter, Blocked or Undeliverable; any other exception means that the outbox may try again later.
        """
        ...
