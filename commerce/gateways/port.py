"""The port every till is spoken to through. Calls are made outside any transaction, under a stored key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

ChargeState = Literal["pending", "succeeded", "failed", "abandoned", "expired"]


class GatewayDown(Exception):
    """The till does not answer, or not now: try again under the same key."""


class GatewayRefused(Exception):
    """The till says no for good."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Forged(Exception):
    """An event that the till did not sign, or not lately."""


@dataclass(frozen=True, slots=True)
class OpenPayment:
    """Asks for a page to pay on. ``amount`` in minor units; ``shop`` is the shop's name by language; ``key`` makes
    asking twice the same as asking once, and was made at ``made_at``: a till that forgets keys looks the payment up
    by its own name first. ``account`` is the shop's own account at the till, where it has one."""

    key: str
    payment: str
    order: str
    amount: int
    currency: str
    shop: Mapping[str, str]
    number: str
    made_at: datetime
    language: str = "ko"
    account: str | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """``ref`` is the till's own name for the payment, ``url`` its page."""

    ref: str
    url: str


@dataclass(frozen=True, slots=True)
class GatewayPayment:
    """The payment as the till has it: the truth. ``amount`` is what it takes or took, ``refunded`` what it gave back,
    ``disputed`` what the payer's bank disputes or took back."""

    ref: str
    state: ChargeState
    amount: int
    currency: str
    refunded: int = 0
    disputed: int = 0


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """Asks for money back, minor units; ``key`` makes asking twice the same as asking once, and was made at
    ``made_at``. ``refund`` is our own name for it."""

    key: str
    refund: str
    ref: str
    amount: int
    currency: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Refunded:
    """The till's answer; ``ref`` is its own name for the refund. "pending" is settled by an event later."""

    ref: str
    state: Literal["succeeded", "pending", "failed"]


@dataclass(frozen=True, slots=True)
class GatewayEvent:
    """A hint that something happened to ``ref``: fetch it. ``id`` is the same when the event is repeated."""

    id: str
    kind: str
    ref: str


class Gateway(Protocol):
    """A till. Every call raises GatewayDown or GatewayRefused."""

    @property
    def name(self) -> str: ...

    async def open(self, request: OpenPayment) -> Opened: ...

    async def find(self, payment: str) -> Opened | None:
        """What the till has under our own name ``payment``: for one that was asked for and never answered."""
        ...

    async def fetch(self, ref: str) -> GatewayPayment: ...

    async def close(self, ref: str) -> None:
        """Nobody can pay ``ref`` any longer. One that is decided already stays as it is."""
        ...

    async def refund(self, request: RefundRequest) -> Refunded:
        """Give money back, once per key. Asked again, it says how that refund stands by now."""
        ...

    def verify(self, body: bytes, headers: Mapping[str, str]) -> list[GatewayEvent]:
        """The events in a signed body. Raises Forged."""
        ...
