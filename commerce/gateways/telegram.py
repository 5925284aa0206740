"""Telegram invoices as a till: its books are ours, since Telegram cannot be asked about an invoice.

The invoice itself is a message, which the outbox sends; what is paid on it comes back as an update. Money goes back
through the provider behind the invoice, where it lets us; else a human has to send it.
"""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final, Protocol, cast

from sqlalchemy import CursorResult, Update, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from commerce.database import Database
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
from commerce.gateways.telegram_records import TelegramCharge, TelegramRefund
from commerce.gateways.telegram_updates import Receipt, receipt_in
from commerce.work import Clock, Ids

log = logging.getLogger(__name__)

NAME: Final = "telegram"
SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 (the header's name)
LIMITS: Final[Mapping[str, tuple[int, int]]] = {"KRW": (2_000, 10_000_000), "USD": (100, 1_000_000)}
"""The least and the most that an invoice may ask for, minor units. Telegram allows what is worth 1 to 10,000 US dollars
today (core.telegram.org/bots/payments, "Supported Currencies"); these leave room for the rate to move."""
_STATES: Final[Mapping[str, ChargeState]] = {"open": "pending", "closed": "expired", "paid": "succeeded"}
_LONGEST_BODY: Final = 256 * 1024


class ProviderRefunds(Protocol):
    """Sends money back at the provider behind the invoices."""

    async def refund_charge(self, charge: str, request: RefundRequest) -> Refunded:
        """Give ``request.amount`` of the provider's ``charge`` back, once per ``request.key``.

        Raises GatewayDown or GatewayRefused.
        """
        ...


class PaidBefore(Exception):
    """An invoice that was paid already is paid once more."""


def fits(amount: int, currency: str) -> bool:
    """Whether an invoice may ask for ``amount`` minor units."""
    least, most = LIMITS.get(currency, (0, -1))
    return least <= amount <= most


class TelegramTill:
    """A Gateway. ``secret`` is what Telegram shows with each webhook call; ``provider`` sends money back, where there
    is a way."""

    name: Final = NAME

    def __init__(
        self, database: Database, clock: Clock, ids: Ids, secret: str, provider: ProviderRefunds | None = None
    ) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._secret = secret.encode()
        self._provider = provider

    async def open(self, request: OpenPayment) -> Opened:
        """Book an invoice; the same key books it once. Refuses "amount_out_of_range", and another request under a
        used key."""
        if not fits(request.amount, request.currency):
            raise GatewayRefused("amount_out_of_range")
        async with self._writing() as session:
            found = await session.scalar(select(TelegramCharge).where(TelegramCharge.key == request.key))
            if found is None:
                values = {"ref": request.payment, "key": request.key, "order_id": request.order}
                await self._insert(session, state="open", amount=request.amount, currency=request.currency, **values)
            elif (found.ref, found.amount, found.currency) != (request.payment, request.amount, request.currency):
                raise GatewayRefused("key_reused")
        return Opened(request.payment, "")

    async def find(self, payment: str) -> Opened | None:
        """The invoice of our ``payment``; None when none was asked for."""
        return None if await self._charge(payment) is None else Opened(payment, "")

    async def fetch(self, ref: str) -> GatewayPayment:
        """The invoice as it stands. Refuses an unknown ``ref``."""
        row = await self._charge(ref)
        if row is None:
            raise GatewayRefused("unknown_charge")
        return GatewayPayment(ref, _STATES[row.state], row.taken or row.amount, row.currency, row.refunded)

    async def close(self, ref: str) -> None:
        """Pre-checkout refuses it from now on; a paid one stays paid. Refuses an unknown ``ref``."""
        async with self._writing() as session:
            still = update(TelegramCharge).where(TelegramCharge.ref == ref, TelegramCharge.state == "open")
            closed = await _changed(session, still.values(state="closed"))
        if not closed and await self._charge(ref) is None:
            raise GatewayRefused("unknown_charge")

    async def book(self, receipt: Receipt) -> GatewayEvent:
        """Write down that an invoice was paid, once however often it is said.

        Refuses an unknown one. Raises PaidBefore when it was paid by another payment: see ``book_beside``.
        """
        paid = {"state": "paid", "taken": receipt.amount, **_names(receipt)}
        async with self._writing() as session:
            ref = await _named(session, receipt)
            if ref is None:
                unpaid = update(TelegramCharge).where(
                    TelegramCharge.ref == receipt.payload,
                    TelegramCharge.currency == receipt.currency,
                    TelegramCharge.state != "paid",
                )
                took = await _changed(session, unpaid.values(**paid))
                ref = receipt.payload if took else await _named(session, receipt)
            if ref is None:
                query = select(TelegramCharge.currency).where(TelegramCharge.ref == receipt.payload)
                if await session.scalar(query) != receipt.currency:
                    raise GatewayRefused("unknown_charge")
                raise PaidBefore(receipt.payload)
        return GatewayEvent(receipt.telegram_charge, "successful_payment", ref)

    async def book_beside(self, receipt: Receipt, payment: str, order: str, key: str) -> GatewayEvent:
        """Write a second payment of one invoice down as an invoice of its own, for ``payment``; once per ``key``."""
        async with self._writing() as session:
            if await session.scalar(select(TelegramCharge.ref).where(TelegramCharge.key == key)) is None:
                values = {"ref": payment, "key": key, "order_id": order, "currency": receipt.currency}
                values |= {"state": "paid", **_names(receipt)}
                await self._insert(session, amount=receipt.amount, taken=receipt.amount, **values)
        return GatewayEvent(receipt.telegram_charge, "successful_payment", payment)

    async def refund(self, request: RefundRequest) -> Refunded:
        """Send money back through the provider, once per key.

        Refuses "refund_too_much", and "by_hand" when the provider gives no way: then a human has to.
        """
        charge = await self._set_aside(request)
        if isinstance(charge, Refunded):
            return charge
        try:
            if self._provider is None:
                raise GatewayRefused("by_hand")
            answer = await self._provider.refund_charge(charge, request)
        except GatewayRefused as refused:
            log.warning("the provider sends nothing back for %s: %s", request.ref, refused.reason)
            await self._settle(request, "failed", None)
            raise GatewayRefused("by_hand") from refused
        if answer.state != "pending":
            await self._settle(request, answer.state, answer.ref)
        return answer

    async def returned(self, ref: str, amount: int | None = None) -> tuple[GatewayEvent, int]:
        """A person sent ``amount`` (left out: all that is left) back at the provider; what to look at, and how much.

        Refuses "unknown_charge" and "refund_too_much".
        """
        async with self._writing() as session:
            row = await session.scalar(select(TelegramCharge).where(TelegramCharge.ref == ref))
            if row is None or row.state != "paid":
                raise GatewayRefused("unknown_charge")
            sent, refund = row.taken - row.refunded if amount is None else amount, self._ids.new("tgr")
            request = RefundRequest(refund, refund, ref, sent, row.currency, self._clock.now())
            await self._take_out(session, request, "succeeded", provider_ref="by_hand")
        return GatewayEvent(refund, "returned", ref), sent

    def verify(self, body: bytes, headers: Mapping[str, str]) -> list[GatewayEvent]:
        """The payment in an update that carries the webhook's secret. Raises Forged."""
        given = {name.lower(): value for name, value in headers.items()}.get(SECRET_HEADER.lower(), "")
        if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), self._secret):
            raise Forged("the secret is not ours")
        if len(body) > _LONGEST_BODY:
            raise Forged("the body is too long")
        try:
            found = json.loads(body)
            receipt = receipt_in(found) if isinstance(found, dict) else None
        except (ValueError, RecursionError) as error:
            raise Forged("the body is not an update") from error
        if receipt is None:
            return []
        return [GatewayEvent(receipt.telegram_charge, "successful_payment", receipt.payload)]

    async def _set_aside(self, request: RefundRequest) -> str | Refunded:
        """Take the amount out of what may still go back; the provider's charge, or the answer given before."""
        async with self._writing() as session:
            found = await session.scalar(select(TelegramRefund).where(TelegramRefund.key == request.key))
            charge = await session.scalar(select(TelegramCharge).where(TelegramCharge.ref == request.ref))
            if found is not None and (found.charge, found.amount) != (request.ref, request.amount):
                raise GatewayRefused("key_reused")
            if found is not None and found.state == "succeeded":
                return Refunded(found.provider_ref or found.ref, "succeeded")
            if found is not None and found.state == "failed":
                raise GatewayRefused("by_hand")
            if found is None:
                await self._take_out(session, request, "asked")
            return (charge.provider_charge if charge else None) or ""

    async def _take_out(self, session: AsyncSession, request: RefundRequest, state: str, **values: str) -> None:
        left = update(TelegramCharge).where(
            TelegramCharge.ref == request.ref,
            TelegramCharge.currency == request.currency,
            TelegramCharge.refunded + request.amount <= TelegramCharge.taken,
        )
        more = left.values(refunded=TelegramCharge.refunded + request.amount)
        if request.amount <= 0 or not await _changed(session, more):
            raise GatewayRefused("refund_too_much")
        names = {"ref": request.refund, "key": request.key, "charge": request.ref}
        row = insert(TelegramRefund).values(amount=request.amount, state=state, at=self._clock.now(), **names, **values)
        await session.execute(row)

    async def _settle(self, request: RefundRequest, state: str, ref: str | None) -> None:
        async with self._writing() as session:
            asked = update(TelegramRefund).where(TelegramRefund.key == request.key, TelegramRefund.state == "asked")
            if await _changed(session, asked.values(state=state, provider_ref=ref)) and state == "failed":
                back = update(TelegramCharge).where(TelegramCharge.ref == request.ref)
                await _changed(session, back.values(refunded=TelegramCharge.refunded - request.amount))

    async def _charge(self, ref: str) -> TelegramCharge | None:
        async with self._database.read() as session:
            return await session.get(TelegramCharge, ref)

    async def _insert(self, session: AsyncSession, **values: Any) -> None:
        await session.execute(insert(TelegramCharge).values(opened_at=self._clock.now(), **values))

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[AsyncSession]:
        """A transaction; two calls under one key at once make the second come back later, when the first is booked."""
        try:
            async with self._database.transaction() as session:
                yield session
        except IntegrityError as error:
            raise GatewayDown("the same call is under way") from error


def _names(receipt: Receipt) -> dict[str, str]:
    return {"telegram_charge": receipt.telegram_charge, "provider_charge": receipt.provider_charge}


async def _named(session: AsyncSession, receipt: Receipt) -> str | None:
    """The invoice that ``receipt`` is booked on."""
    query = select(TelegramCharge.ref).where(TelegramCharge.telegram_charge == receipt.telegram_charge)
    found: str | None = await session.scalar(query)
    return found


async def _changed(session: AsyncSession, statement: Update) -> int:
    result = await session.execute(statement, execution_options={"synchronize_session": False})
    return cast(CursorResult[Any], result).rowcount
