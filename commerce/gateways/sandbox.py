"""The embedded till: takes no real money, and otherwise behaves as a real one does.

It has its own books and its own transactions (never call it inside another), honours idempotency keys, serves a
page to decide on, and calls back with signed events that may come twice.
"""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

from sqlalchemy import ColumnElement, CursorResult, Update, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from commerce.database import Database
from commerce.gateways import signing
from commerce.gateways.port import (
    ChargeState,
    Forged,
    GatewayDown,
    GatewayEvent,
    GatewayPayment,
    GatewayRefused,
    Opened,
    OpenPayment,
    Refunded,
    RefundRequest,
)
from commerce.gateways.sandbox_records import SandboxCharge, SandboxEvent, SandboxRefund
from commerce.work import Clock, Ids

log = logging.getLogger(__name__)

Decision = Literal["approve", "decline", "abandon"]
Deliver = Callable[[bytes, Mapping[str, str]], Awaitable[None]]

_OUTCOME: Final[Mapping[str, ChargeState]] = {"approve": "succeeded", "decline": "failed", "abandon": "abandoned"}
_LONGEST_BODY: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Charge:
    """What the page shows: an amount in minor units, asked for by a shop for its order ``number``."""

    ref: str
    amount: int
    currency: str
    shop: Mapping[str, str]
    number: str
    state: str
    refunded: int
    disputed: int


class SandboxTill:
    """A Gateway. ``deliver`` takes each signed event, body and headers; ``pages`` is where its pages are served."""

    name: Final = "sandbox"

    def __init__(
        self, database: Database, clock: Clock, ids: Ids, secret: bytes, deliver: Deliver, pages: str = "/till/"
    ) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._secret = secret
        self._deliver = deliver
        self._pages = pages

    async def open(self, request: OpenPayment) -> Opened:
        """A page for ``request``; the same key gives the same page. Refuses another request under a used key."""
        async with self._writing() as session:
            found = await session.scalar(select(SandboxCharge).where(SandboxCharge.key == request.key))
            if found is None:
                return self._page(await self._charge(session, request))
            if (found.payment, found.amount, found.currency) != (request.payment, request.amount, request.currency):
                raise GatewayRefused("key_reused")
            return self._page(found.ref)

    async def fetch(self, ref: str) -> GatewayPayment:
        """The charge as it is. Refuses an unknown ``ref``."""
        charge = await self.charge(ref)
        if charge is None:
            raise GatewayRefused("unknown_charge")
        state = cast(ChargeState, charge.state)
        return GatewayPayment(charge.ref, state, charge.amount, charge.currency, charge.refunded, charge.disputed)

    async def find(self, payment: str) -> Opened | None:
        """The page of our ``payment``; None when none was asked for."""
        async with self._database.read() as session:
            ref = await session.scalar(select(SandboxCharge.ref).where(SandboxCharge.payment == payment))
        return None if ref is None else self._page(ref)

    async def close(self, ref: str) -> None:
        """Nobody can pay on the page any longer; one that is decided stays as it is. Refuses an unknown ``ref``."""
        if not await self._decide(ref, "expired") and await self.charge(ref) is None:
            raise GatewayRefused("unknown_charge")

    async def charge(self, ref: str) -> Charge | None:
        """The charge for its page; None for an unknown ``ref``."""
        async with self._database.read() as session:
            row = await session.get(SandboxCharge, ref)
            if row is None:
                return None
            return Charge(
                row.ref, row.amount, row.currency, row.shop, row.number, row.state, row.refunded, row.disputed
            )

    async def refund(self, request: RefundRequest) -> Refunded:
        """Give money back at once; the same key gives it once. Refuses more than was taken and not yet returned."""
        async with self._writing() as session:
            found = await session.scalar(select(SandboxRefund).where(SandboxRefund.key == request.key))
            if found is not None:
                if (found.charge, found.amount) != (request.ref, request.amount):
                    raise GatewayRefused("key_reused")
                return Refunded(found.ref, "succeeded")
            left = update(SandboxCharge).where(
                SandboxCharge.ref == request.ref,
                SandboxCharge.state == "succeeded",
                SandboxCharge.currency == request.currency,
                SandboxCharge.refunded + request.amount <= SandboxCharge.amount,
            )
            more = left.values(refunded=SandboxCharge.refunded + request.amount)
            if request.amount <= 0 or not await _changed(session, more):
                raise GatewayRefused("refund_too_much")
            ref = self._ids.new("sbr")
            values = {"key": request.key, "charge": request.ref, "amount": request.amount, "at": self._clock.now()}
            await session.execute(insert(SandboxRefund).values(ref=ref, **values))
            event = await self._event(session, "charge.refunded", request.ref)
        await self._send(*event)
        return Refunded(ref, "succeeded")

    async def decide(self, ref: str, decision: Decision, heard: bool = True) -> bool:
        """What the page's buttons do; False when the charge was decided already, or is unknown. Not ``heard``: the
        event gets lost on its way, until ``redeliver``."""
        return await self._decide(ref, _OUTCOME[decision], heard)

    async def give_back(self, ref: str, amount: int) -> bool:
        """What a till's own pages do for its operator: refund without being asked by us; False for more than is left."""
        left = update(SandboxCharge).where(
            SandboxCharge.ref == ref,
            SandboxCharge.state == "succeeded",
            SandboxCharge.refunded + amount <= SandboxCharge.amount,
        )
        return await self._happen(left.values(refunded=SandboxCharge.refunded + amount), "charge.refunded", ref)

    async def dispute(self, ref: str, amount: int) -> bool:
        """The payer's bank disputes ``amount`` in all, 0 when it is over; False when nothing was paid."""
        paid = update(SandboxCharge).where(SandboxCharge.ref == ref, SandboxCharge.state == "succeeded")
        return await self._happen(paid.values(disputed=amount), "charge.disputed", ref)

    async def redeliver(self) -> int:
        """Send every event that was not taken yet, oldest first; returns how many there were."""
        return await self._send_all(SandboxEvent.delivered_at.is_(None))

    async def repeat(self, ref: str) -> int:
        """Send the events of ``ref`` once more, taken or not, as real tills sometimes do; returns how many."""
        return await self._send_all(SandboxEvent.ref == ref)

    def verify(self, body: bytes, headers: Mapping[str, str]) -> list[GatewayEvent]:
        """The event in a body that this till signed in the last five minutes. Raises Forged."""
        given = {name.lower(): value for name, value in headers.items()}
        if len(body) > _LONGEST_BODY:
            raise Forged("the body is too long")
        signing.check(self._secret, body, given.get(signing.HEADER.lower(), ""), self._clock.now())
        try:
            event = json.loads(body)
            return [GatewayEvent(str(event["id"]), str(event["kind"]), str(event["ref"]))]
        except (ValueError, TypeError, KeyError) as error:
            raise Forged("the body is not an event") from error

    async def _decide(self, ref: str, outcome: ChargeState, heard: bool = True) -> bool:
        open_states = ("pending",) if outcome == "abandoned" else ("pending", "abandoned")
        undecided = update(SandboxCharge).where(SandboxCharge.ref == ref, SandboxCharge.state.in_(open_states))
        return await self._happen(undecided.values(state=outcome), f"charge.{outcome}", ref, heard)

    async def _happen(self, what: Update, kind: str, ref: str, heard: bool = True) -> bool:
        """The event is stored with what it tells and delivered after it; should that fail, ``redeliver`` sends it."""
        async with self._database.transaction() as session:
            if not await _changed(session, what):
                return False
            event = await self._event(session, kind, ref)
        if heard:
            await self._send(*event)
        return True

    async def _event(self, session: AsyncSession, kind: str, ref: str) -> tuple[str, str, str]:
        event = self._ids.new("evt")
        await session.execute(insert(SandboxEvent).values(id=event, kind=kind, ref=ref, at=self._clock.now()))
        return event, kind, ref

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[AsyncSession]:
        """A transaction; two calls under one key at once make the second come back later, when the first is booked."""
        try:
            async with self._database.transaction() as session:
                yield session
        except IntegrityError as error:
            raise GatewayDown("the same call is under way") from error

    def _page(self, ref: str) -> Opened:
        return Opened(ref, self._pages + ref)

    async def _charge(self, session: AsyncSession, request: OpenPayment) -> str:
        ref = self._ids.new("sbc")
        values: dict[str, Any] = {"key": request.key, "payment": request.payment, "amount": request.amount}
        values |= {"currency": request.currency, "shop": dict(request.shop), "number": request.number}
        await session.execute(
            insert(SandboxCharge).values(ref=ref, state="pending", opened_at=self._clock.now(), **values)
        )
        return ref

    async def _send_all(self, which: ColumnElement[bool]) -> int:
        query = select(SandboxEvent.id, SandboxEvent.kind, SandboxEvent.ref).where(which)
        async with self._database.read() as session:
            rows = (await session.execute(query.order_by(SandboxEvent.at, SandboxEvent.id))).all()
        for row in rows:
            await self._send(*row)
        return len(rows)

    async def _send(self, event: str, kind: str, ref: str) -> None:
        now = self._clock.now()
        body = json.dumps({"id": event, "kind": kind, "ref": ref}, separators=(",", ":")).encode()
        headers = {"Content-Type": "application/json", signing.HEADER: signing.sign(self._secret, body, now)}
        try:
            await self._deliver(body, headers)
        except Exception:
            log.exception("event %s of the sandbox till was not taken; it will be sent again", event)
            return
        async with self._database.transaction() as session:
            taken = update(SandboxEvent).where(SandboxEvent.id == event, SandboxEvent.delivered_at.is_(None))
            await _changed(session, taken.values(delivered_at=now))


async def _changed(session: AsyncSession, statement: Update) -> int:
    result = await session.execute(statement, execution_options={"synchronize_session": False})
    return cast(CursorResult[Any], result).rowcount
