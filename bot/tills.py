"""Calls to tills, made outside any transaction; what they answer goes back in as an event."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict

from bot import people
from bot.jobs import Job
from bot.messages import Event, Incoming
from commerce import payments, refunds
from commerce.database import Database
from commerce.gateways.port import Gateway, GatewayEvent, GatewayPayment, GatewayRefused
from commerce.work import Clock, Ids, Work


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
        return {"till.open": self.open, "till.refund": self.refund, "payment.check": self.check}

    async def open(self, job: Job) -> Incoming:
        """Ask for a page to pay on, under the payment's stored key: asking twice is asking once."""
        async with self.database.read() as session:
            work = Work(session, self.clock.now(), self.ids)
            language = await people.language_spoken(work, (await payments.get(work, job.subject)).person)
            name, request = await payments.call(work, job.subject, language)
        try:
            opened = await self.gateways[name].open(request)
        except GatewayRefused as refused:
            return _event("till.refused", job.subject, {"payment": job.subject, "reason": refused.reason})
        return _event("till.opened", job.subject, {"payment": job.subject, "ref": opened.ref, "url": opened.url})

    async def refund(self, job: Job) -> Incoming:
        """Send money back, under the refund's stored key."""
        async with self.database.read() as session:
            name, request = await refunds.call(Work(session, self.clock.now(), self.ids), job.subject)
        try:
            answer = await self.gateways[name].refund(request)
        except GatewayRefused:
            return _event("till.refunded", job.subject, {"refund": job.subject, "state": "failed", "ref": None})
        return _event("till.refunded", job.subject, {"refund": job.subject, "state": answer.state, "ref": answer.ref})

    async def check(self, job: Job) -> Incoming:
        """Ask how a payment stands that nothing was heard of."""
        async with self.database.read() as session:
            payment = await payments.get(Work(session, self.clock.now(), self.ids), job.subject)
        if payment.ref is None:
            return _event("till.silent", f"{job.subject}:{job.id}", {"payment": payment.id})
        fetched = await self.gateways[payment.gateway].fetch(payment.ref)
        return _event("till.fetched", f"{job.subject}:{job.id}", {"payment": payment.id, **asdict(fetched)})

    async def receive(self, gateway: str, hints: Sequence[GatewayEvent]) -> None:
        """Events that a till signed: each object is fetched and believed. Raises whatever keeps one from being
        applied, so that the till sends it again."""
        for hint in hints:
            async with self.database.read() as session:
                payment = await payments.of_ref(Work(session, self.clock.now(), self.ids), gateway, hint.ref)
            if payment is None:
                continue
            fetched = await self.gateways[gateway].fetch(hint.ref)
            data = {"payment": payment.id, **asdict(fetched)}
            await self.handle(_event("till.fetched", f"{gateway}:{hint.id}", data))


def fetched_in(event: Event) -> GatewayPayment:
    data = event.data
    names = ("ref", "state", "amount", "currency", "refunded", "disputed")
    return GatewayPayment(**{name: data[name] for name in names})


def _event(name: str, update: str, data: Mapping[str, object]) -> Incoming:
    return Incoming("till", f"{name}:{update}", chat=name, sender="till", event=Event(name, data))
