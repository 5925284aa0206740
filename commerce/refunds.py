"""Refunds: asked for in the turn, carried out by the gateway under a stored key, never more than was paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, insert, select, update

from commerce import ledger
from commerce.cart_views import FRESH
from commerce.events import RefundDone, RefundDue, TimerSet
from commerce.gateways.port import RefundRequest
from commerce.guarded import changed
from commerce.payment_records import Payment, Refund
from commerce.refusals import Refusal
from commerce.whole import all_or_nothing
from commerce.work import Work


@dataclass(frozen=True, slots=True)
class RefundView:
    """Money on its way back, minor units: "requested", "succeeded" or "failed"."""

    id: str
    payment: str
    order: str
    person: str
    gateway: str
    state: str
    amount: int
    currency: str
    reason: str
    requested_at: datetime
    settled_at: datetime | None


KEPT: Final = Payment.paid - Payment.returned - Payment.taken_back - Payment.disputed
"""What of a payment may still be sent back."""
ASK_AGAIN: Final = timedelta(minutes=10)


async def request(work: Work, payment: str, amount: int, reason: str) -> str:
    """Send ``amount`` minor units of ``payment`` back; returns the refund. Refuses "refund_too_much"."""
    left = update(Payment).where(Payment.id == payment, Payment.state == "succeeded", amount <= KEPT)
    if amount <= 0 or not await changed(work, left.values(returned=Payment.returned + amount)):
        raise Refusal("refund_too_much", payment=payment, amount=amount)
    order, currency = (
        await work.session.execute(select(Payment.order_id, Payment.currency).where(Payment.id == payment))
    ).one()
    refund = work.ids.new("refund")
    values = {"payment_id": payment, "order_id": order, "amount": amount, "currency": currency, "reason": reason[:200]}
    await work.session.execute(
        insert(Refund).values(id=refund, state="requested", key=work.ids.new("key"), requested_at=work.now, **values)
    )
    work.tell(RefundDue(refund))
    return refund


async def all_of(work: Work, payment: str, reason: str) -> str | None:
    """Send back whatever is left of ``payment``; None when nothing is."""
    left = await work.session.scalar(select(KEPT).where(Payment.id == payment))
    return await request(work, payment, left, reason) if left and left > 0 else None


async def wait(work: Work, refund: str, ref: str | None) -> None:
    """The gateway is still at it: it is asked again later, at intervals as long as it has taken."""
    under_way = update(Refund).where(Refund.id == refund, Refund.state == "requested")
    if await changed(work, under_way.values(ref=ref)):
        row = await _read(work, refund)
        at = work.now + max(ASK_AGAIN, work.now - row.requested_at)
        work.tell(TimerSet(f"till.refund:{refund}:{at.isoformat()}", "till.refund", refund, at))


async def ask_after(work: Work, payment: str) -> None:
    """Something happened to ``payment``: maybe a refund that its gateway was still at is through."""
    waiting = select(Refund.id).where(
        Refund.payment_id == payment, Refund.state == "requested", Refund.ref.is_not(None)
    )
    for refund in (await work.session.scalars(waiting)).all():
        work.tell(TimerSet(f"till.refund:{refund}:asked", "till.refund", refund, work.now))


async def given(work: Work, payment: str) -> int:
    """What refunds of ``payment`` have given back, minor units."""
    done = select(func.coalesce(func.sum(Refund.amount), 0))
    return int(await work.session.scalar(done.where(Refund.payment_id == payment, Refund.state == "succeeded")) or 0)


async def doubt(work: Work, payment: str) -> None:
    """The gateway says that less went back of ``payment`` than it had called done: each refund is asked after."""
    done = select(Refund.id).where(Refund.payment_id == payment, Refund.state == "succeeded").order_by(Refund.id)
    for refund in (await work.session.scalars(done)).all():
        work.tell(TimerSet(f"till.refund:{refund}:doubted", "till.refund", refund, work.now))


async def came_back(work: Work, refund: str) -> bool:
    """The payer's bank did not take what was called done: it is in the till again, and owed. False unless ``refund``
    was done. Refuses "refund_unknown"."""
    async with all_or_nothing(work):
        row = await _read(work, refund)
        done = update(Refund).where(Refund.id == refund, Refund.state == "succeeded")
        if not await changed(work, done.values(state="failed", settled_at=work.now)):
            return False
        owed = update(Payment).where(Payment.id == row.payment, Payment.returned >= row.amount)
        await changed(work, owed.values(returned=Payment.returned - row.amount))
        accounts = {"debit": f"till:{row.gateway}", "credit": f"order:{row.order}"}
        await ledger.post(work, "refund_back", refund, row.order, row.currency, row.amount, **accounts)
        return True


async def all_back(work: Work, refund: str, refunded: int) -> bool:
    """Whether ``refunded``, of which the till refused to give ``refund``, is all that was asked back of its payment."""
    asked = select(Payment.returned + Payment.taken_back <= refunded).join(Refund, Refund.payment_id == Payment.id)
    return bool(await work.session.scalar(asked.where(Refund.id == refund)))


async def settle(work: Work, refund: str, ok: bool, ref: str | None) -> bool:
    """The gateway's answer, once: money that went back is booked and told; money that could not is owed again.

    False for a settled refund: it stays as it is. Refuses "refund_unknown".
    """
    async with all_or_nothing(work):
        row = await _read(work, refund)
        waiting = update(Refund).where(Refund.id == refund, Refund.state == "requested")
        state = "succeeded" if ok else "failed"
        if not await changed(work, waiting.values(state=state, ref=ref, settled_at=work.now)):
            return False
        if not ok:
            owed = update(Payment).where(Payment.id == row.payment, Payment.returned >= row.amount)
            await changed(work, owed.values(returned=Payment.returned - row.amount))
            return True
        accounts = {"debit": f"order:{row.order}", "credit": f"till:{row.gateway}"}
        await ledger.post(work, "refund", refund, row.order, row.currency, row.amount, **accounts)
        work.tell(RefundDone(refund))
        return True


async def get(work: Work, refund: str) -> RefundView:
    """Refuses "refund_unknown"."""
    return await _read(work, refund)


async def of_order(work: Work, order: str) -> tuple[RefundView, ...]:
    """The refunds of an order, oldest first."""
    rows = await work.session.execute(
        select(Refund, Payment.person_id, Payment.gateway)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Refund.order_id == order)
        .order_by(Refund.requested_at, Refund.id)
        .execution_options(**FRESH)
    )
    return tuple(_view(*row) for row in rows)


async def call(work: Work, refund: str) -> tuple[str, RefundRequest]:
    """The gateway's name and what to ask of it. Refuses "refund_unknown"."""
    found = await work.session.execute(
        select(Payment.gateway, Payment.ref, Refund.key, Refund.amount, Refund.currency, Refund.requested_at)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Refund.id == refund)
    )
    row = found.one_or_none()
    if row is None or row.ref is None:
        raise Refusal("refund_unknown", refund=refund)
    asked = RefundRequest(row.key, refund, row.ref, row.amount, row.currency, row.requested_at)
    return row.gateway, asked


async def _read(work: Work, refund: str) -> RefundView:
    row = (
        await work.session.execute(
            select(Refund, Payment.person_id, Payment.gateway)
            .join(Payment, Payment.id == Refund.payment_id)
            .where(Refund.id == refund)
            .execution_options(**FRESH)
        )
    ).one_or_none()
    if row is None:
        raise Refusal("refund_unknown", refund=refund)
    return _view(*row)


def _view(row: Refund, person: str, gateway: str) -> RefundView:
    return RefundView(
        id=row.id,
        payment=row.payment_id,
        order=row.order_id,
        person=person,
        gateway=gateway,
        state=row.state,
        amount=row.amount,
        currency=row.currency,
        reason=row.reason,
        requested_at=row.requested_at,
        settled_at=row.settled_at,
    )
