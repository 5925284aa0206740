"""What happened in commerce, for the bot to tell people and to schedule what follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened in the transaction under way."""


@dataclass(frozen=True, slots=True)
class PaymentDue(Happening):
    """A payment row was made: the gateway must be called to open it (outside the transaction)."""

    payment: str


@dataclass(frozen=True, slots=True)
class PaymentOpened(Happening):
    """The gateway gave a page to pay on."""

    payment: str


@dataclass(frozen=True, slots=True)
class PaymentFailed(Happening):
    """Declined, or the person walked away; ``reason`` is "declined", "abandoned" or "expired"."""

    payment: str
    reason: str


@dataclass(frozen=True, slots=True)
class PaymentOver(Happening):
    """Nobody is to pay with it any more: the gateway must be told."""

    payment: str


@dataclass(frozen=True, slots=True)
class RefundDue(Happening):
    """A refund row was made: the gateway must be called."""

    refund: str


@dataclass(frozen=True, slots=True)
class RefundDone(Happening):
    """The gateway confirmed the refund."""

    refund: str


@dataclass(frozen=True, slots=True)
class RefundFailed(Happening):
    """The gateway refused the refund for good; a human must look."""

    refund: str


@dataclass(frozen=True, slots=True)
class TakenBack(Happening):
    """The gateway gave ``amount`` minor units back without us: somebody refunded on its own pages."""

    payment: str
    amount: int


@dataclass(frozen=True, slots=True)
class Disputed(Happening):
    """The payer's bank disputes ``after`` minor units in all; it was ``before``."""

    payment: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class OrderMoved(Happening):
    """An order changed state. ``by`` is a person, None for the system; ``reason`` a machine word or free text."""

    order: str
    before: str
    after: str
    by: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class EtaChanged(Happening):
    order: str
    eta: datetime
    by: str | None
    sooner: bool = False


@dataclass(frozen=True, slots=True)
class LinesChanged(Happening):
    """Lines of a paid order were dropped or replaced; ``refunded`` minor units go back."""

    order: str
    refunded: int


@dataclass(frozen=True, slots=True)
class SoldOut(Happening):
    """The shop ran out of an item that an open order holds: the consumer is asked before anything else."""

    order: str
    item: str


@dataclass(frozen=True, slots=True)
class BackInStock(Happening):
    """What the consumer was asked about is there after all: the order waits for the shop again, as it was."""

    order: str
    item: str


@dataclass(frozen=True, slots=True)
class CancelAsked(Happening):
    """The consumer asks to cancel an accepted order; the shop decides."""

    order: str


@dataclass(frozen=True, slots=True)
class CancelDeclined(Happening):
    order: str


@dataclass(frozen=True, slots=True)
class AlterationAsked(Happening):
    """The consumer would like an accepted order changed; the shop decides. ``alteration`` may be paid for already."""

    order: str
    alteration: str


@dataclass(frozen=True, slots=True)
class AlterationGranted(Happening):
    """The shop said yes to a change that costs more: it takes effect when that is paid."""

    order: str
    alteration: str


@dataclass(frozen=True, slots=True)
class OrderAltered(Happening):
    """A placed order is as its consumer wished now; ``more`` minor units were paid for it, or went back below 0."""

    order: str
    alteration: str
    more: int


@dataclass(frozen=True, slots=True)
class AlterationOver(Happening):
    """A change that will not be: ``why`` is "declined", "dropped", "lapsed" or "overtaken"; ``was`` the state before,
    ``refunded`` what goes back of what was paid for it, minor units."""

    order: str
    alteration: str
    was: str
    why: str
    refunded: int


@dataclass(frozen=True, slots=True)
class Rated(Happening):
    order: str
    stars: int
    words: str | None


@dataclass(frozen=True, slots=True)
class OrdersAgain(Happening):
    """A shop's pause is over: it takes new orders again."""

    shop: str


@dataclass(frozen=True, slots=True)
class TimerSet(Happening):
    """Wake the engine with event ``name`` for ``subject`` at ``at``. ``key`` is unique: a second one moves nothing."""

    key: str
    name: str
    subject: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TimerCleared(Happening):
    """Drop the timers of ``subject`` whose event is one of ``names`` (empty: all)."""

    subject: str
    names: tuple[str, ...] = ()
