"""The till for Stripe in front of its stand-in, on a clock that tests move."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from commerce.gateways.port import GatewayPayment, OpenPayment, RefundRequest
from commerce.gateways.stripe import StripeTill
from commerce.gateways.stripe_keys import StripeKeys
from tests.peers.stripe import StripePeer

NOON = datetime.fromisoformat("2026-11-20T12:00:00+09:00")
SECRET = "whsec_peer"
SHOP = {"ko": "하나치킨", "en": "Hana Chicken"}


@dataclass
class Hands:
    """A clock."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def later(self, **span: float) -> None:
        self.at += timedelta(**span)


@dataclass
class StripeDesk:
    """``till`` talks to ``peer``; ``form``: people pay with the form on our page, else on the hosted page."""

    peer: StripePeer
    till: StripeTill
    clock: Hands
    form: bool
    refs: dict[str, str] = field(default_factory=dict)

    def asked(self, payment: str = "pay_1", amount: int = 18000, **more: Any) -> OpenPayment:
        values: dict[str, Any] = {"currency": "KRW", "made_at": NOON, "order": f"order_of_{payment}"} | more
        return OpenPayment(f"key_{payment}", payment, shop=SHOP, number="0042", amount=amount, **values)

    def back(self, ref: str, amount: int, refund: str = "refund_1", currency: str = "KRW") -> RefundRequest:
        return RefundRequest(f"key_{refund}", refund, ref, amount, currency, NOON)

    async def paid(self, payment: str = "pay_1", amount: int = 18000, way: str = "card", **more: Any) -> str:
        """The ref of a payment that a person has paid, or tried to."""
        ref = (await self.till.open(self.asked(payment, amount, **more))).ref
        self.pay(ref, way)
        return ref

    def pay(self, ref: str, way: str = "card") -> None:
        if self.form:
            given = {"card": "pm_card_visa", "decline": "pm_card_chargeDeclined", "bank": "pm_bank"}
            self.peer.books.attempt(ref, {"payment_method": given[way]})
        else:
            self.peer.books.pay_session(ref, way)

    def intent_of(self, ref: str) -> str:
        """The intent's own id."""
        return ref if self.form else str(self.peer.books.sessions[ref]["payment_intent"])

    def charges(self) -> list[dict[str, Any]]:
        """Money taken, one entry each time."""
        return [charge for charge in self.peer.books.charges.values() if charge["paid"]]

    async def state(self, ref: str) -> str:
        return (await self.till.fetch(ref)).state

    async def seen(self, ref: str) -> GatewayPayment:
        return await self.till.fetch(ref)


@asynccontextmanager
async def stripe_desk(form: bool = False, fee_bps: int = 0, timeout_s: float = 8.0) -> AsyncIterator[StripeDesk]:
    clock = Hands()
    async with StripePeer(clock.now) as peer:
        keys = StripeKeys(peer.secret, (SECRET,), peer.publishable if form else None, peer.url)
        till = StripeTill(keys, "http://127.0.0.1:8080", clock, fee_bps, timeout_s)
        yield StripeDesk(peer, till, clock, form)
        await till.aclose()
