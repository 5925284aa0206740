"""What was heard of a payment, and when its till is asked next should nothing be heard."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import or_, select, update

from commerce.gateways.port import GatewayPayment
from commerce.guarded import changed
from commerce.payment_records import Payment
from commerce.work import Work

LOOK_AFTER: Final = timedelta(minutes=5)
"""A payment is looked after this long after it was made, then at intervals as long as it is old."""
LOOK_UNTIL: Final = timedelta(days=3)
"""No page of a till stays open longer."""


async def heard(work: Work, row: Payment, fetched: GatewayPayment, asked: datetime) -> bool:
    """The till said something; whether nothing newer was heard before, so that what it took back can be believed."""
    over = fetched.state not in ("pending", "abandoned")
    mine = update(Payment).where(Payment.id == row.id, or_(Payment.heard_at.is_(None), Payment.heard_at <= asked))
    return bool(await changed(work, mine.values(heard_at=asked, look_at=None if over else next_look(row, work.now))))


async def unheard(work: Work, now: datetime | None, limit: int) -> list[str]:
    """The payments whose outcome is not known: those due to be looked at by ``now``, or all of them."""
    query = select(Payment.id).where(Payment.look_at.is_not(None) if now is None else Payment.look_at <= now)
    return list(await work.session.scalars(query.order_by(Payment.look_at, Payment.id).limit(limit)))


async def take(work: Work, payment: str) -> bool:
    """Look at ``payment`` now; False when there is nothing to hear of it, or another has just begun to."""
    row = await work.session.scalar(select(Payment).where(Payment.id == payment))
    if row is None or row.look_at is None:
        return False
    still = update(Payment).where(Payment.id == payment, Payment.look_at == row.look_at)
    return bool(await changed(work, still.values(look_at=next_look(row, work.now))))


def next_look(row: Payment, now: datetime) -> datetime | None:
    """When to look at it again; None when it is too old to come true."""
    age = now - row.created_at
    return now + max(LOOK_AFTER, age) if age < LOOK_UNTIL else None
