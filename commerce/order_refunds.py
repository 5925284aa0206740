"""Money back of an order that may have been paid in several parts: the order, then changes of it."""

from __future__ import annotations

from sqlalchemy import or_, select

from commerce import refunds
from commerce.order_records import Order
from commerce.payment_records import Payment
from commerce.refusals import Refusal
from commerce.work import Work


async def part(work: Work, order: Order, amount: int, reason: str) -> None:
    """Send ``amount`` minor units of what was paid for ``order`` back, of the newest payment first. Refuses
    "refund_too_much"."""
    for payment, left in await _paying(work, order):
        of_it = min(amount, left)
        if of_it > 0:
            await refunds.request(work, payment, of_it, reason)
            amount -= of_it
    if amount:
        raise Refusal("refund_too_much", order=order.id, amount=amount)


async def whole(work: Work, order: Order, reason: str) -> None:
    """Send back whatever is left of what was paid for ``order`` and its changes."""
    for payment, _ in await _paying(work, order):
        await refunds.all_of(work, payment, reason)


async def _paying(work: Work, order: Order) -> list[tuple[str, int]]:
    """The payments that paid ``order`` and its changes, the newest first, with what is left of each."""
    mine = or_(Payment.id == order.payment_id, Payment.alteration_id.is_not(None))
    rows = await work.session.execute(
        select(Payment.id, refunds.KEPT)
        .where(Payment.order_id == order.id, Payment.state == "succeeded", mine)
        .order_by(Payment.paid_at.desc(), Payment.id)
    )
    return [(payment, int(left)) for payment, left in rows]
