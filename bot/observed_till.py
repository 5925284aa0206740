"""A till whose every call is timed, counted and traced."""

from __future__ import annotations

from collections.abc import Mapping

from bot.observing import till_call
from commerce.gateways.port import Gateway, GatewayEvent, GatewayPayment, Opened, OpenPayment, Refunded, RefundRequest


class ObservedTill:
    """``till``, watched: see Gateway."""

    def __init__(self, till: Gateway) -> None:
        self._till = till

    @property
    def name(self) -> str:
        return self._till.name

    async def open(self, request: OpenPayment) -> Opened:
        with till_call(self.name, "open"):
            return await self._till.open(request)

    async def find(self, payment: str) -> Opened | None:
        with till_call(self.name, "find"):
            return await self._till.find(payment)

    async def fetch(self, ref: str) -> GatewayPayment:
        with till_call(self.name, "fetch"):
            return await self._till.fetch(ref)

    async def close(self, ref: str) -> None:
        with till_call(self.name, "close"):
            await self._till.close(ref)

    async def refund(self, request: RefundRequest) -> Refunded:
        with till_call(self.name, "refund"):
            return await self._till.refund(request)

    def verify(self, body: bytes, headers: Mapping[str, str]) -> list[GatewayEvent]:
        return self._till.verify(body, headers)
