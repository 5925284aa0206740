"""Money that a till moved by itself: refunds made on its own pages, disputes of the payer's bank. Booked and told."""

from __future__ import annotations

from sqlalchemy import func, insert, select, update

from commerce import ledger, order_steps, refunds
from commerce.events import Disputed, TakenBack
from commerce.gateways.port import GatewayPayment
from commerce.guarded import changed
from commerce.order_records import Order
from commerce.order_states import CANCELLED, DEAD, WAITING
from commerce.payment_moves import read
from commerce.payment_records import Payment, Refund, Taking
from commerce.work import Work


async def note(work: Work, order: Order, payment: str, fetched: GatewayPayment) -> None:
    """Bring what the till itself took from a paid ``payment`` of ``order`` up to what it says now. Saying it again
    changes nothing. An order that its shop has not taken yet ends when all its money went back; what comes back from a
    dispute over money that pays no order goes to the person.

    The caller holds the order's row, and knows that nothing newer was heard.
    """
    row = await read(work, payment)
    back = await _taken_back(work, row, fetched.refunded)
    if back != row.taken_back:
        await _book(work, row, "refund", row.taken_back, back, taken_back=back)
        if back > row.taken_back:
            work.tell(TakenBack(payment, back - row.taken_back))
    if fetched.disputed != row.disputed:
        await _book(work, row, "dispute", row.disputed, fetched.disputed, disputed=fetched.disputed)
        work.tell(Disputed(payment, row.disputed, fetched.disputed))
    left = row.paid - row.returned - back - fetched.disputed
    pays = order.payment_id == payment and order.state not in DEAD
    if pays and back > row.taken_back and left <= 0 and order.state in WAITING:
        await order_steps.end(work, order, CANCELLED, by=None, reason="taken_back")
    elif not pays and fetched.disputed < row.disputed:
        await refunds.all_of(work, payment, "dispute_over")


async def _taken_back(work: Work, row: Payment, refunded: int) -> int:
    """What of ``refunded`` no refund of ours explains. Ours that are under way may be among it or not: as long as that
    is open, as little as possible is changed."""
    settled = await work.session.scalar(
        select(func.coalesce(func.sum(Refund.amount), 0)).where(
            Refund.payment_id == row.id, Refund.state == "succeeded"
        )
    )
    least, most = refunded - row.returned, refunded - int(settled or 0)
    return max(0, least, min(row.taken_back, most))


async def _book(work: Work, row: Payment, kind: str, before: int, after: int, **values: int) -> None:
    taking = work.ids.new("taking")
    facts = {"payment_id": row.id, "order_id": row.order_id, "kind": kind, "before": before, "after": after}
    await work.session.execute(insert(Taking).values(id=taking, currency=row.currency, at=work.now, **facts))
    await changed(work, update(Payment).where(Payment.id == row.id).values(**values))
    order, till = f"order:{row.order_id}", f"till:{row.gateway}"
    debit, credit = (order, till) if after > before else (till, order)
    await ledger.post(
        work, "taken", taking, row.order_id, row.currency, abs(after - before), debit=debit, credit=credit
    )
