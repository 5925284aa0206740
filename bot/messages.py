"""The words that every channel shares: what comes in, what goes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.visible import visible

Asks = Literal["location", "contact"]
Media = Literal["photo", "voice", "video", "sticker", "file"]


@dataclass(frozen=True, slots=True)
class Point:
    """A position in WGS 84 degrees."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Tap:
    """A pressed button, named by what we sent: ``message`` is the outgoing message's number, ``button`` its index."""

    message: int
    button: int

    @property
    def data(self) -> str:
        """The tap as a channel carries it, well under Telegram's 64 bytes."""
        return f"{self.message}.{self.button}"

    @classmethod
    def parse(cls, data: str) -> Tap | None:
        """Read ``data``; None when it is not ours."""
        message, dot, button = data.partition(".")
        digits = message + button
        if not dot or not (message and button) or not (digits.isascii() and digits.isdigit()) or len(data) > 24:
            return None
        return cls(int(message), int(button))


@dataclass(frozen=True, slots=True)
class Event:
    """Something that no person said: a timer, a till's event, a new member. Addressed to the engine, not a chat."""

    name: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update from a platform. Exactly one of text, tap, location, contact, media or event is set.

    ``update_id`` is unique within ``channel``: a repeat is a no-op. ``chat`` is the conversation's address within
    the channel and ``sender`` the person's. ``language`` is a hint such as "ko" or "en-US". What a person wrote holds
    only what can be seen: see ``visible``.
    """

    channel: str
    update_id: str
    chat: str
    sender: str
    sender_name: str | None = None
    language: str | None = None
    text: str | None = None
    tap: Tap | None = None
    location: Point | None = None
    contact: str | None = None
    media: Media | None = None
    event: Event | None = None

    def __post_init__(self) -> None:
        for name in ("text", "sender_name", "contact"):
            written = getattr(self, name)
            if written is not None:
                object.__setattr__(self, name, visible(written))


@dataclass(frozen=True, slots=True)
class Button:
    """A button. ``payload`` is what a tap means, in the flows' payload syntax; ``url`` opens a page instead."""

    label: str
    payload: str = ""
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    title: str
    subtitle: str = ""
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class PricePart:
    """What one part of a price is for; ``amount`` in minor units, below zero for a discount."""

    label: str
    amount: int


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """Money asked for. ``amount`` in the currency's minor units (KRW has none below 1); ``url`` is the till's page,
    empty where the channel itself takes the money: such a one gets a ``title`` and the ``parts`` of the amount."""

    amount: int
    currency: str
    url: str
    payment: str
    title: str = ""
    parts: tuple[PricePart, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to one chat.

    ``key`` names a message that later replies may replace: a reply with ``edits=True`` and the same key edits the
    newest earlier message with that key in that chat (where a channel cannot edit, it is sent as a new message).
    ``alert`` asks the channel to ring. Button numbering for taps: the message's own buttons first, then each card's
    in order.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    cards: tuple[Card, ...] = ()
    asks: Asks | None = None
    payment: PaymentRequest | None = None
    key: str | None = None
    edits: bool = False
    alert: bool = False

    def all_buttons(self) -> tuple[Button, ...]:
        """Every button in tap order."""
        return self.buttons + tuple(button for card in self.cards for button in card.buttons)
