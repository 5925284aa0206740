"""The tills that keep the contract, each at a counter: with the hands of who pays there, and of what goes wrong.

A further till adds a counter here, and a line to COUNTERS.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from commerce.database import Base, Database
from commerce.gateways import signing
from commerce.gateways.port import Gateway, OpenPayment, Refunded, RefundRequest
from commerce.gateways.sandbox import SandboxTill
from commerce.gateways.telegram import SECRET_HEADER, TelegramTill
from commerce.gateways.telegram_updates import receipt_in
from commerce.work import Ids
from tests.commerce.market import NOON, SECRET, StandingClock, both
from tests.commerce.tills.stripe_desk import StripeDesk, stripe_desk
from tests.peers.stripe import Fault

Call = tuple[bytes, dict[str, str]]
"""What a till sends to us: a body, and headers that say it is from the till."""

TROUBLES: Final = ("timeout", "500", "429", "cut")
"""What a network and a busy till do to a call; "timeout" after it was carried out."""


class Counter(Protocol):
    """A till with somebody at it.

    ``header`` is the one that proves who sent a call. ``signs_body``: it proves the body and the time too, else only
    the sender. ``networked``: calls to it can go wrong on the way. ``declines`` is the state after the payer's bank
    said no; None where nobody hears of that.
    """

    till: Gateway
    header: str
    signs_body: bool
    networked: bool
    declines: str | None

    def now(self) -> datetime: ...

    def later(self, **span: float) -> None: ...

    async def pay(self, ref: str) -> None:
        """Somebody pays, or finds that they cannot."""
        ...

    async def decline(self, ref: str) -> None: ...

    def calls(self) -> list[Call]:
        """What the till has sent to us so far."""
        ...

    def trouble(self, what: str) -> None:
        """The next call to the till meets one of TROUBLES."""
        ...


class SandboxCounter:
    header = signing.HEADER
    signs_body = True
    networked = False
    declines: str | None = "failed"

    def __init__(self, database: Database) -> None:
        self.clock = StandingClock()
        self.sent: list[Call] = []
        self.sandbox = SandboxTill(database, self.clock, Ids(1), SECRET, self._take)
        self.till: Gateway = self.sandbox

    def now(self) -> datetime:
        return self.clock.at

    def later(self, **span: float) -> None:
        self.clock.at += timedelta(**span)

    async def pay(self, ref: str) -> None:
        await self.sandbox.decide(ref, "approve")

    async def decline(self, ref: str) -> None:
        await self.sandbox.decide(ref, "decline")

    def calls(self) -> list[Call]:
        return self.sent

    def trouble(self, what: str) -> None:
        raise AssertionError("there is no way on which a call could get lost")

    async def _take(self, body: bytes, headers: Mapping[str, str]) -> None:
        self.sent.append((body, dict(headers)))


class StripeCounter:
    header = "Stripe-Signature"
    signs_body = True
    networked = True
    declines: str | None = "pending"

    def __init__(self, desk: StripeDesk) -> None:
        self.desk = desk
        self.till: Gateway = desk.till

    def now(self) -> datetime:
        return self.desk.clock.at

    def later(self, **span: float) -> None:
        self.desk.clock.later(**span)

    async def pay(self, ref: str) -> None:
        if await self.desk.state(ref) == "pending":
            self.desk.pay(ref)

    async def decline(self, ref: str) -> None:
        self.desk.pay(ref, "decline")

    def calls(self) -> list[Call]:
        told = self.desk.peer.events.happened
        bodies = [json.dumps(event, ensure_ascii=False).encode() for event in told]
        # Without the old scheme's part at the end, which nobody looks at.
        signed = [(body, self.desk.peer.events.signature(body).split(",v0=")[0]) for body in bodies]
        return [(body, {self.header: signature}) for body, signature in signed]

    def trouble(self, what: str) -> None:
        faults = {
            "timeout": Fault("POST", "after", drop=True),
            "500": Fault("POST", status=500),
            "429": Fault("POST", status=429),
            "cut": Fault("POST", "after", truncate=True),
        }
        self.desk.peer.faults.add(faults[what])


class TelegramCounter:
    """Telegram's word that an invoice was paid is booked as the channel does it."""

    header = SECRET_HEADER
    signs_body = False
    networked = False
    declines: str | None = None

    def __init__(self, database: Database) -> None:
        self.clock = StandingClock()
        self.sent: list[Call] = []
        self.telegram = TelegramTill(database, self.clock, Ids(1), "secret", _Provider())
        self.till: Gateway = self.telegram

    def now(self) -> datetime:
        return self.clock.at

    def later(self, **span: float) -> None:
        self.clock.at += timedelta(**span)

    async def pay(self, ref: str) -> None:
        asked = await self.till.fetch(ref)
        # What pre-checkout refuses is never paid.
        if asked.state != "pending":
            return
        number = len(self.sent) + 1
        paid = {
            "invoice_payload": ref,
            "total_amount": asked.amount,
            "currency": asked.currency,
            "telegram_payment_charge_id": f"7000001_{number}",
            "provider_payment_charge_id": f"ch_{number}",
        }
        update: dict[str, Any] = {"update_id": number, "message": {"successful_payment": paid}}
        self.sent.append((json.dumps(update).encode(), {self.header: "secret"}))
        receipt = receipt_in(update)
        assert receipt is not None
        await self.telegram.book(receipt)

    async def decline(self, ref: str) -> None:
        raise AssertionError("Telegram tells of no decline")

    def calls(self) -> list[Call]:
        return self.sent

    def trouble(self, what: str) -> None:
        raise AssertionError("its books are ours")


class _Provider:
    """The provider behind the invoices, which gives back what it is asked for."""

    async def refund_charge(self, charge: str, request: RefundRequest) -> Refunded:
        return Refunded(f"re_{request.key}", "succeeded")


@asynccontextmanager
async def _sandbox(url: str) -> AsyncIterator[Counter]:
    async with _tables(url) as database:
        yield SandboxCounter(database)


@asynccontextmanager
async def _telegram(url: str) -> AsyncIterator[Counter]:
    async with _tables(url) as database:
        yield TelegramCounter(database)


@asynccontextmanager
async def _stripe_checkout(url: str) -> AsyncIterator[Counter]:
    async with stripe_desk() as desk:
        yield StripeCounter(desk)


@asynccontextmanager
async def _stripe_form(url: str) -> AsyncIterator[Counter]:
    async with stripe_desk(form=True) as desk:
        yield StripeCounter(desk)


COUNTERS: Final[Mapping[str, Callable[[str], AbstractAsyncContextManager[Counter]]]] = {
    "sandbox": _sandbox,
    "stripe checkout": _stripe_checkout,
    "stripe form": _stripe_form,
    "telegram": _telegram,
}
"""Opens a counter; given the URL of a database of its own."""


def asking(counter: Counter, payment: str = "pay_1", amount: int = 18_000, currency: str = "KRW") -> OpenPayment:
    return OpenPayment(
        key=f"key_{payment}",
        payment=payment,
        order=f"order_of_{payment}",
        amount=amount,
        currency=currency,
        shop=both("하나치킨"),
        number="0042",
        made_at=counter.now(),
    )


def returning(
    counter: Counter, ref: str, amount: int, refund: str = "refund_1", currency: str = "KRW"
) -> RefundRequest:
    return RefundRequest(f"key_{refund}", refund, ref, amount, currency, counter.now())


@asynccontextmanager
async def _tables(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    yield database
    await database.close()


__all__ = ["COUNTERS", "NOON", "TROUBLES", "Counter", "asking", "returning"]
