"""What was heard of a payment, and when its till is asked next should nothing be heard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import Select, or_, select, update

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
    return bool(
        await changed(work, mine.values(heard_at=asked, look_at=None if over else _next_look(row.created_at, work.now)))
    )


@dataclass(frozen=True, slots=True)
class Unheard:
    """A payment whose outcome is not known, as it was seen."""

    payment: str
    created_at: datetime
    look_at: datetime


async def unheard(work: Work, by: datetime, limit: int) -> list[Unheard]:
    """The payments whose outcome is not known that are due to be looked at ``by`` then, the longest due first."""
    due = all_unheard().where(Payment.look_at <= by).order_by(Payment.look_at, Payment.id)
    return [Unheard(*row) for row in await work.session.execute(due.limit(limit))]


def all_unheard() -> Select[str, datetime, datetime]:
    """Every payment whose outcome is not known: what an Unheard is made of."""
    seen = select(Payment.id, Payment.created_at, Payment.look_at).where(Payment.look_at.is_not(None))
    return cast(Select[str, datetime, datetime], seen)


async def take(work: Work, seen: Unheard) -> bool:
    """Look at a payment now; False when another has begun to since it was ``seen``."""
    at = _next_look(seen.created_at, work.now)
    # Later than before even while a clock stands, so that nobody else takes it as well.
    later = None if at is None else max(at, seen.look_at + timedelta(seconds=1))
    still = update(Payment).where(Payment.id == seen.payment, Payment.look_at == seen.look_at)
    return bool(await changed(work, still.values(look_at=later)))


def _next_look(created_at: datetime, now: datetime) -> datetime | None:
    """When to look again; None when the payment is too old to come true."""
    age = now - created_at
    return now + max(LOOK_AFTER, age) if age < LOOK_UNTIL else None
