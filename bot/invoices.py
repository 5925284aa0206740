"""Telegram invoices between the channel and commerce: who may pay now, and what was paid."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot import jobs, people
from bot.outbox import Outbox
from bot.people import Language, language_of
from bot.services import Services
from commerce.database import Database
from commerce.events import TimerCleared, TimerSet
from commerce.gateways import telegram_checkout
from commerce.gateways.port import GatewayEvent, GatewayRefused
from commerce.gateways.telegram import NAME, PaidBefore, TelegramTill
from commerce.gateways.telegram_updates import Checkout, Receipt
from commerce.refusals import Refusal
from commerce.work import Clock, Ids, Work
from flows.render import render

log = logging.getLogger(__name__)

Receive = Callable[[str, Sequence[GatewayEvent]], Awaitable[None]]
"""Hints of a till, by its name: fetched and believed."""

_WHY_NOT = ("already_paid", "order_over", "price_changed", "sold_out", "shop_closed", "under_way")


class Invoices:
    """The Telegram channel's Cashier."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        ids: Ids,
        services: Services,
        till: TelegramTill,
        receive: Receive,
        outbox: Outbox,
    ) -> None:
        self.database = database
        self.clock = clock
        self.ids = ids
        self.services = services
        self.till = till
        self.receive = receive
        self.outbox = outbox

    async def may_pay(self, asked: Checkout) -> str | None:
        """Let the one who was asked pay, if everything is still as it was quoted; else why not, in their words."""
        language = language_of(asked.language)
        try:
            async with self.database.transaction() as session:
                work = self._work(session)
                arrival = await people.conversation_at(work, NAME, asked.payer)
                if arrival is not None:
                    language = _language(arrival.person.language)
                await telegram_checkout.begin(work, asked, arrival.person.id if arrival else None)
                for happening in work.happenings:
                    if isinstance(happening, TimerCleared):
                        await jobs.clear(work, happening.subject, happening.names)
                    elif isinstance(happening, TimerSet):
                        await jobs.schedule(work, happening.key, happening.name, happening.subject, happening.at)
        except Refusal as refusal:
            reason = refusal.code if refusal.code in _WHY_NOT else "unknown"
            return self._words(f"utter_checkout_{reason}", language, refusal.facts)
        self.outbox.dispatch([], jobs_added=True)
        return None

    def doubt(self, asked: Checkout) -> str:
        """What the payer is told when nobody could decide in time. Needs no database."""
        return self._words("utter_checkout_doubt", language_of(asked.language), {})

    async def unanswered(self, asked: Checkout) -> None:
        """No yes reached Telegram in time, so nothing will be paid: the payer and others may try."""
        async with self.database.transaction() as session:
            await telegram_checkout.forget(self._work(session), asked)

    async def paid(self, receipt: Receipt) -> None:
        """Book it, then believe what the till has, like any other hint. Once, however often Telegram tells."""
        try:
            hint = await self.till.book(receipt)
        except PaidBefore:
            hint = await self._beside(receipt)
        except GatewayRefused:
            log.error("money came for an invoice that nobody sent: Telegram's payment %s", receipt.telegram_charge)
            return
        await self.receive(NAME, [hint])

    async def _beside(self, receipt: Receipt) -> GatewayEvent:
        """A second payment of one invoice becomes a payment of its own, over its order: it goes back."""
        key = "beside_" + hashlib.sha256(receipt.telegram_charge.encode()).hexdigest()[:40]
        async with self.database.transaction() as session:
            payment, order = await telegram_checkout.payment_beside(self._work(session), receipt, key)
        return await self.till.book_beside(receipt, payment, order, key)

    def _work(self, session: AsyncSession) -> Work:
        return Work(session, self.clock.now(), self.ids)

    def _words(self, response: str, language: Language, facts: Mapping[str, Any]) -> str:
        services = self.services
        zone, now = services.home.zone, self.clock.now()
        current, slots = services.versions.current, {"checkout": facts}
        rendered = render(current, response, language=language, slots=slots, channel=NAME, pick=0, zone=zone, now=now)
        if rendered is None:
            raise LookupError(f"no response {response}")
        return rendered.text


def _language(stored: str) -> Language:
    return "en" if stored == "en" else "ko"
