"""How a payment moves: guarded and recorded."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, or_, select, update

from commerce.alteration_records import ASKED, DONE, Alteration
from commerce.cart_views import FRESH
from commerce.events import PaymentOver
from commerce.guarded import changed
from commerce.order_records import Order
from commerce.order_states import DEAD
from commerce.payment_records import LIVE, PAYMENT_MOVES, Payment, PaymentMove
from commerce.refusals import Refusal
from commerce.work import Work


async def read(work: Work, payment: str) -> Payment:
    """The payment's row. Refuses "payment_unknown"."""
    row = await work.session.scalar(select(Payment).where(Payment.id == payment).execution_options(**FRESH))
    if row is None:
        raise Refusal("payment_unknown", payment=payment)
    return row


async def still_due(work: Work, order: Order, row: Payment) -> int:
    """What of the payment ``row`` of ``order`` is to stay, minor units: for the order as it stands, when the others that
    pay it paid all they could, or for a change that its shop has not decided about."""
    if order.state in DEAD:
        return 0
    if row.alteration_id is not None:
        state = await work.session.scalar(select(Alteration.state).where(Alteration.id == row.alteration_id))
        if state == ASKED:
            return row.paid - row.returned
    altered = select(Alteration.id).where(Alteration.order_id == order.id, Alteration.state == DONE)
    pays = or_(Payment.id == order.payment_id, Payment.alteration_id.in_(altered))
    kept = Payment.paid - Payment.returned - Payment.taken_back - Payment.disputed
    rows = await work.session.execute(select(Payment.id, kept).where(Payment.order_id == order.id, pays))
    left = {payment: int(amount) for payment, amount in rows}
    if row.id not in left:
        return 0
    return max(0, order.total - sum(amount for payment, amount in left.items() if payment != row.id))


async def record(work: Work, payment: str, before: str | None, after: str, reason: str | None = None) -> None:
    """Write one move into the payment's history."""
    values = {"payment_id": payment, "before": before, "after": after, "reason": reason, "at": work.now}
    await work.session.execute(insert(PaymentMove).values(**values))


async def move(work: Work, payment: Payment, to: str, reason: str | None = None, **values: Any) -> bool:
    """Move ``payment`` from the state it was read in; False when it may not go there, or is no longer in it."""
    if to not in PAYMENT_MOVES.get(payment.state, frozenset()):
        return False
    still = update(Payment).where(Payment.id == payment.id, Payment.state == payment.state)
    if not await changed(work, still.values(state=to, **values)):
        return False
    await record(work, payment.id, payment.state, to, reason)
    return True


async def expire_payments(work: Work, order: str, why: str, alteration: str | None = None) -> None:
    """Nobody is asked for that money any longer, and the gateways are told; what comes all the same is judged then.

    ``why``: "order_over", "order_paid", "replaced", "alteration_over". With ``alteration`` that of it alone.
    """
    live = select(Payment).where(Payment.order_id == order, Payment.state.in_(LIVE))
    if alteration is not None:
        live = live.where(Payment.alteration_id == alteration)
    rows = await work.session.scalars(live.execution_options(**FRESH))
    for row in rows.all():
        if await move(work, row, "expired", why) and row.ref is not None:
            work.tell(PaymentOver(row.id))
