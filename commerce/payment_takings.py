"""Money that a till moved by itself: refunds made on its own pages, disputes of the payer's bank. Booked and told."""

from __future__ import annotations

from sqlalchemy import insert, update

from commerce import ledger, order_steps, refunds
from commerce.events import Disputed, TakenBack
from commerce.gateways.port import GatewayPayment
from commerce.guarded import changed
from commerce.order_records import Order
from commerce.order_states import CANCELLED, WAITING
from commerce.payment_moves import read, still_due
from commerce.payment_records import Payment, Taking
from commerce.work import Work


async def note(work: Work, order: Order, payment: str, fetched: GatewayPayment) -> None:
    """Bring what the till itself took from a paid ``payment`` of ``order`` up to what it says now. Saying it again
    changes nothing. An order that its shop has not taken yet ends when all its money went back; what comes back to the
    till, from a dispute or from a bank that did not take it, goes to the person when it pays no order.

    The caller holds the order's row, and knows that nothing newer was heard.
    """
    row = await read(work, payment)
    given = await refunds.given(work, payment)
    if fetched.refunded < given:
        await refunds.doubt(work, payment)
    back = _taken_back(row, fetched.refunded, given)
    if back != row.taken_back:
        await _book(work, row, "refund", row.taken_back, back, taken_back=back)
        if back > row.taken_back:
            work.tell(TakenBack(payment, back - row.taken_back))
    if fetched.disputed != row.disputed:
        await _book(work, row, "dispute", row.disputed, fetched.disputed, disputed=fetched.disputed)
        work.tell(Disputed(payment, row.disputed, fetched.disputed))
    left = row.paid - row.returned - back - fetched.disputed
    pays = bool(await still_due(work, order, row))
    whole = order.payment_id == payment
    if whole and back > row.taken_back and left <= 0 and order.state in WAITING:
        await order_steps.end(work, order, CANCELLED, by=None, reason="taken_back")
    elif not pays and (fetched.disputed < row.disputed or back < row.taken_back):
        await refunds.all_of(work, payment, "came_back")


def _taken_back(row: Payment, refunded: int, given: int) -> int:
    """What of ``refunded`` no refund of ours explains, of which ``given`` are done. Those under way may be among it or
    not, and one that was done may have come back: as long as that is open, as little as possible is changed."""
    if refunded < given:
        return row.taken_back
    return max(0, refunded - row.returned, min(row.taken_back, refunded - given))


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
