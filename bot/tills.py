"""Calls to tills, made outside any transaction; what they answer goes back in as an event."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot import observing, people
from bot.jobs import Job
from bot.messages import Event, Incoming
from commerce import payments, refunds
from commerce.database import Database
from commerce.gateways import telegram
from commerce.gateways.port import Gateway, GatewayDown, GatewayEvent, GatewayPayment, GatewayRefused
from commerce.payment_records import LIVE
from commerce.payments import PaymentView
from commerce.work import Clock, Ids, Work

log = logging.getLogger(__name__)

MAIN = ("stripe", "sandbox")
"""Tills for every messenger that has none of its own, the first that is set up."""


def till_for(gateways: Mapping[str, Gateway], messenger: str, amount: int, currency: str) -> str:
    """The gateway that a new payment asked for on ``messenger`` goes to: the one of its own name, else the main one.

    An amount that no invoice on Telegram may ask for goes to Stripe where there is one; the embedded till, which takes
    no real money, stands in for nobody.
    """
    if messenger == telegram.NAME and "stripe" in gateways and not telegram.fits(amount, currency):
        return "stripe"
    return next(name for name in (messenger, *MAIN) if name in gateways)


class Tills:
    """``gateways`` by name; ``handle`` is the turn."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        ids: Ids,
        gateways: Mapping[str, Gateway],
        handle: Callable[[Incoming], Awaitable[None]],
    ) -> None:
        self.database = database
        self.clock = clock
        self.ids = ids
        self.gateways = gateways
        self.handle = handle

    def calls(self) -> Mapping[str, Callable[[Job], Awaitable[Incoming]]]:
        """What the outbox calls, by job name."""
        return {
            "till.open": lambda job: self.open(job.subject, str(job.id)),
            "till.refund": lambda job: self.refund(job.subject, str(job.id)),
            "till.close": lambda job: self.close(job.subject, str(job.id)),
            "payment.check": lambda job: self.look(job.subject, str(job.id)),
        }

    async def open(self, payment: str, call: str) -> Incoming:
        """Ask for a page to pay on, under the payment's stored key: asking twice is asking once.

        For a payment that nobody is to make any more none is asked for; one asked for before is looked up, to close.
        ``call`` tells this call's outcome from another's.
        """
        async with self.database.read() as session:
            work = self._work(session)
            known = await payments.get(work, payment)
            language = await people.language_spoken(work, known.person)
            name, request = await payments.call(work, payment, language)
        if known.state not in LIVE:
            return await self.look(payment, call)
        try:
            opened = await self._till(name).open(request)
        except GatewayRefused as refused:
            return _event("till.refused", f"{payment}:{call}", {"payment": payment, "reason": refused.reason})
        return _opened(payment, call, opened.ref, opened.url)

    async def look(self, payment: str, call: str) -> Incoming:
        """Ask how a payment stands, by our own name for it where the till's is not known. One that nobody is to make
        any more is closed first."""
        async with self.database.read() as session:
            known = await payments.get(self._work(session), payment)
        gateway = self._till(known.gateway)
        if known.ref is not None and known.state == "expired":
            return await self.close(payment, call)
        if known.ref is None:
            found = await gateway.find(payment)
            if found is None:
                return _event("till.unasked", f"{payment}:{call}", {"payment": payment})
            return _opened(payment, call, found.ref, found.url)
        return await self._fetched(known, known.ref, call)

    async def close(self, payment: str, call: str) -> Incoming:
        """See that nobody pays any more; what was paid in the meantime is heard."""
        async with self.database.read() as session:
            known = await payments.get(self._work(session), payment)
        if known.ref is None:
            return await self.look(payment, call)
        try:
            await self._till(known.gateway).close(known.ref)
        except GatewayRefused as refused:
            log.warning("payment %s could not be closed at %s: %s", payment, known.gateway, refused.reason)
        return await self._fetched(known, known.ref, call)

    async def refund(self, refund: str, call: str) -> Incoming:
        """Send money back, under the refund's stored key; of one that is done, ask whether it still is. A refusal is
        told with how the payment stands, since the money may have gone back another way."""
        async with self.database.read() as session:
            work = self._work(session)
            wanted = await refunds.get(work, refund)
            name, request = await refunds.call(work, refund)
        data: dict[str, object] = {"refund": refund}
        if wanted.state == "failed":
            return _event("till.settled", f"{refund}:{call}", data)
        try:
            answer = await self._till(name).refund(request)
        except GatewayRefused as refused:
            data |= {"state": "failed", "ref": None, "why": refused.reason}
        else:
            data |= {"state": answer.state, "ref": answer.ref, "why": answer.state}
        if wanted.state == "succeeded":
            # Only the refund's own word takes back that it is done: a no to the question may have many reasons.
            data["state"] = "came_back" if data["ref"] is not None and data["state"] == "failed" else "succeeded"
        if data["state"] in ("failed", "came_back"):
            asked = self.clock.now()
            fetched = await self._till(name).fetch(request.ref)
            data |= {"payment": {"payment": wanted.payment, "asked": asked, **asdict(fetched)}}
        return _event("till.refunded", f"{refund}:{call}", data)

    async def receive(self, gateway: str, hints: Sequence[GatewayEvent]) -> None:
        """Events that a till signed: each object is fetched and believed. Raises whatever keeps one from being
        applied, so that the till sends it again."""
        observing.till_events(gateway, [hint.kind for hint in hints])
        for hint in hints:
            known, asked = await self._of_ref(gateway, hint.ref), self.clock.now()
            try:
                fetched = await self._till(gateway).fetch(hint.ref)
            except GatewayRefused as refused:
                if known is not None:
                    raise
                log.warning("the event %s of %s is about nothing of ours: %s", hint.id, gateway, refused.reason)
                continue
            known = known or await self._of_ref(gateway, fetched.ref)
            if known is None:
                log.warning("the event %s of %s is about a payment not known here", hint.id, gateway)
                continue
            data = {"payment": known.id, "asked": asked, **asdict(fetched)}
            await self.handle(_event("till.fetched", f"{gateway}:{hint.id}", data))

    async def _fetched(self, known: PaymentView, ref: str, call: str) -> Incoming:
        asked = self.clock.now()
        try:
            fetched = await self._till(known.gateway).fetch(ref)
        except GatewayRefused as refused:
            log.error("%s does not know its own %s of payment %s: %s", known.gateway, ref, known.id, refused.reason)
            return _event("till.unasked", f"{known.id}:{call}", {"payment": known.id})
        data = {"payment": known.id, "asked": asked, **asdict(fetched)}
        return _event("till.fetched", f"{known.id}:{call}", data)

    async def _of_ref(self, gateway: str, ref: str) -> PaymentView | None:
        async with self.database.read() as session:
            return await payments.of_ref(self._work(session), gateway, ref)

    def _till(self, name: str) -> Gateway:
        if name not in self.gateways:
            raise GatewayDown(f"the till {name} is not set up here")
        return self.gateways[name]

    def _work(self, session: AsyncSession) -> Work:
        return Work(session, self.clock.now(), self.ids)


def heard_in(data: Mapping[str, Any]) -> tuple[GatewayPayment, datetime]:
    """How a payment stands at its till, and when it was asked."""
    names = ("ref", "state", "amount", "currency", "refunded", "disputed")
    return GatewayPayment(**{name: data[name] for name in names}), data["asked"]


def _opened(payment: str, call: str, ref: str, url: str) -> Incoming:
    return _event("till.opened", f"{payment}:{call}", {"payment": payment, "ref": ref, "url": url})


def _event(name: str, update: str, data: Mapping[str, object]) -> Incoming:
    return Incoming("till", f"{name}:{update}", chat=update, sender="till", event=Event(name, data))
