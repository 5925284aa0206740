"""A till that will not give a refund, for good: what went back another way counts, and nobody is left unpaid silently."""

from __future__ import annotations

from datetime import datetime

from commerce import order_steps, payments, refunds
from commerce.events import RefundFailed
from commerce.gateways.port import GatewayPayment
from commerce.payment_moves import read, still_due
from commerce.whole import all_or_nothing
from commerce.work import Work


async def refused(work: Work, refund: str, fetched: GatewayPayment, asked: datetime | None = None) -> None:
    """The gateway will never give ``refund``, and says how its payment stands. If all that was asked for went back
    another way, it is done; if a part of it did, the rest is asked for; else, while the till has the money, somebody
    must see to it, and is told.
    """
    async with all_or_nothing(work):
        wanted = await refunds.get(work, refund)
        order = await order_steps.of_payment(work, wanted.payment)
        before = (await read(work, wanted.payment)).taken_back
        gone = await refunds.all_back(work, refund, fetched.refunded)
        if not await refunds.settle(work, refund, gone, None):
            return
        await payments.confirm(work, wanted.payment, fetched, asked)
        row = await read(work, wanted.payment)
        due = await still_due(work, order, row)
        kept = row.paid - row.returned - row.taken_back - row.disputed
        rest = kept - due
        if row.taken_back > before and rest > 0:
            await refunds.request(work, row.id, rest, "rest")
        elif not gone and kept > 0 and row.taken_back == before:
            work.tell(RefundFailed(refund))


async def came_back(work: Work, refund: str, fetched: GatewayPayment, asked: datetime | None = None) -> None:
    """The payer's bank did not take ``refund`` after all, and the gateway says how its payment stands: somebody must
    see to it, and is told."""
    async with all_or_nothing(work):
        wanted = await refunds.get(work, refund)
        await order_steps.of_payment(work, wanted.payment)
        if await refunds.came_back(work, refund):
            work.tell(RefundFailed(refund))
            await payments.confirm(work, wanted.payment, fetched, asked)
