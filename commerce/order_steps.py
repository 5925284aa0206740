"""How an order moves: guarded, recorded, told, with its stock, coupon, money and timers following."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, insert, select, update

from commerce import alteration_steps, coupons, hours, ledger, order_refunds, stock
from commerce.cart_views import FRESH
from commerce.events import OrderMoved, SoldOut, TimerCleared, TimerSet
from commerce.guarded import changed
from commerce.menu import MenuItem
from commerce.order_records import Order, OrderLine, OrderMove
from commerce.order_states import (
    ASKING,
    COOKING,
    DEAD,
    FINAL,
    ON_THE_WAY,
    READY,
    RECEIVED,
    UNPAID,
    allowed,
    taken_back,
)
from commerce.payment_moves import expire_payments
from commerce.payment_records import Payment
from commerce.refusals import Refusal
from commerce.work import Work

ASK_WITHIN: Final = timedelta(minutes=5)
"""How long the consumer may take to choose after an item sold out."""
REMIND_AFTER: Final = (("order.remind1", timedelta(seconds=60)), ("order.remind2", timedelta(minutes=3)))
FORGOTTEN_AFTER: Final = timedelta(hours=3)
"""An order at work that nobody moves ends this long after its time."""
_COOKED: Final = frozenset({COOKING, READY, ON_THE_WAY})


async def read(work: Work, order: str, *guards: ColumnElement[bool]) -> Order:
    """The order's row, when the guards (its owner, its staff) hold. Refuses "order_unknown"."""
    row = await work.session.scalar(select(Order).where(Order.id == order, *guards).execution_options(**FRESH))
    if row is None:
        raise Refusal("order_unknown", order=order)
    return row


async def of_payment(work: Work, payment: str) -> Order:
    """The order that ``payment`` is for, its row locked where rows lock: whatever is done about the money of one order
    is done one after the other. Refuses "payment_unknown"."""
    of = select(Payment.order_id).where(Payment.id == payment).scalar_subquery()
    locked = select(Order).where(Order.id == of).with_for_update(key_share=True)
    row = await work.session.scalar(locked.execution_options(**FRESH))
    if row is None:
        raise Refusal("payment_unknown", payment=payment)
    return row


async def record(work: Work, order: str, before: str | None, after: str, by: str | None, reason: str | None) -> None:
    """Write one move into the order's history."""
    values = {"order_id": order, "before": before, "after": after, "by": by, "reason": reason, "at": work.now}
    await work.session.execute(insert(OrderMove).values(**values))


async def move(
    work: Work,
    order: Order,
    to: str,
    *guards: ColumnElement[bool],
    by: str | None = None,
    reason: str | None = None,
    tell: bool = True,
    **values: Any,
) -> bool:
    """Move ``order`` from the state it was read in, if it is still there and the guards hold; False when not.

    Raises ValueError for a move that no order may make.
    """
    if to not in allowed(order.fulfilment, order.state) | taken_back(order.state):
        raise ValueError(f"{order.fulfilment} order {order.id} cannot go from {order.state} to {to}")
    still = update(Order).where(Order.id == order.id, Order.state == order.state, *guards)
    if not await changed(work, still.values(state=to, moved_by=by, **values)):
        return False
    await record(work, order.id, order.state, to, by, reason)
    if to in alteration_steps.OVERTAKING:
        # What ends is told for itself; what goes on is told that nothing comes of the change.
        await alteration_steps.overtake(work, order.id, tell=to not in DEAD)
    if tell:
        work.tell(OrderMoved(order.id, order.state, to, by, reason))
    return True


def conflict(order: Order, to: str) -> Refusal:
    """Why ``order`` cannot move ``to`` from where it stands."""
    facts = {"order": order.id, "state": order.state}
    if order.state in FINAL - {to}:
        return Refusal("order_over", by=order.moved_by, **facts)
    if order.state == to:
        return Refusal("already_taken", by=order.moved_by, **facts)
    if to in allowed(order.fulfilment, RECEIVED) and order.accepted_by is not None:
        return Refusal("already_taken", by=order.accepted_by, **facts)
    return Refusal("not_now", allowed=sorted(allowed(order.fulfilment, order.state)), **facts)


def arm(work: Work, name: str, subject: str, at: datetime) -> None:
    """Set a timer; setting the same one for the same time again changes nothing."""
    work.tell(TimerSet(key=f"{name}:{subject}:{at.isoformat()}", name=name, subject=subject, at=at))


def rearm(work: Work, name: str, subject: str, at: datetime) -> None:
    """Move the timer ``name`` of ``subject`` to ``at``."""
    work.tell(TimerCleared(subject, (name,)))
    arm(work, name, subject, at)


async def receive(work: Work, order: Order, payment: str | None, reason: str | None = None) -> bool:
    """The order is paid (or costs nothing): the shop gets it. False when it is no longer waiting for money."""
    due = await _answer_from(work, order) + timedelta(seconds=order.answer_s)
    values: dict[str, Any] = {"payment_id": payment, "received_at": work.now, "due_at": due}
    if not await move(work, order, RECEIVED, reason=reason, **values):
        return False
    await stock.sell(work, order.id)
    await coupons.redeem(work, order)
    work.tell(TimerCleared(order.id, ("order.unpaid",)))
    arm_answer(work, order.id, due - timedelta(seconds=order.answer_s), due)
    gone = await work.session.scalars(
        select(OrderLine.item_id)
        .join(MenuItem, MenuItem.id == OrderLine.item_id)
        .where(OrderLine.order_id == order.id, OrderLine.kept, MenuItem.sold_out)
        .order_by(OrderLine.position)
    )
    first = next(iter(gone), None)
    if first is not None:
        await ask(work, await read(work, order.id), first, None)
    return True


def arm_answer(work: Work, order: str, start: datetime, due: datetime) -> None:
    """The shop's reminders, counted from ``start``, and its deadline."""
    for name, after in REMIND_AFTER:
        if start + after < due:
            arm(work, name, order, start + after)
    arm(work, "order.no_answer", order, due)


async def answer_anew(work: Work, order: str) -> None:
    """What the shop is to answer has changed: its time begins anew. Nothing for an order that it has answered."""
    row = await read(work, order)
    if row.state != RECEIVED:
        return
    due = await _answer_from(work, row) + timedelta(seconds=row.answer_s)
    if await changed(work, update(Order).where(Order.id == order, Order.state == RECEIVED).values(due_at=due)):
        work.tell(TimerCleared(order, (*(name for name, _ in REMIND_AFTER), "order.no_answer")))
        arm_answer(work, order, due - timedelta(seconds=row.answer_s), due)


async def ask(work: Work, order: Order, item: str, by: str | None) -> bool:
    """A received order waits for its consumer to choose, because ``item`` sold out."""
    due = work.now + ASK_WITHIN
    if not await move(work, order, ASKING, by=by, reason="sold_out", tell=False, due_at=due):
        return False
    work.tell(TimerCleared(order.id))
    arm(work, "order.asking", order.id, due)
    work.tell(SoldOut(order.id, item))
    return True


async def ask_again(work: Work, order: Order, by: str, reason: str) -> bool:
    """Back to the shop after the consumer chose, or need not; the shop's time to answer starts anew."""
    due = await _answer_from(work, order) + timedelta(seconds=order.answer_s)
    if not await move(work, order, RECEIVED, by=by, reason=reason, tell=False, due_at=due):
        return False
    work.tell(TimerCleared(order.id))
    arm_answer(work, order.id, due - timedelta(seconds=order.answer_s), due)
    return True


async def end(
    work: Work, order: Order, to: str, *guards: ColumnElement[bool], by: str | None, reason: str | None
) -> bool:
    """The order dies: refused, cancelled or expired. Everything paid goes back, and the coupon with it.

    Its stock is free again, unless cooking had begun.
    """
    if not await move(work, order, to, *guards, by=by, reason=reason, due_at=None, cancel_asked=False):
        return False
    await changed(work, update(Order).where(Order.id == order.id).values(reason=reason))
    before = order.state
    order = await read(work, order.id)  # what it cost may have changed since it was read first
    if before not in _COOKED:
        await stock.give_back(work, order.id)
    await coupons.release(work, order)
    if before == UNPAID:
        await expire_payments(work, order.id, "order_over")
    await order_refunds.whole(work, order, reason or to)
    work.tell(TimerCleared(order.id))
    return True


async def finish(work: Work, order: Order) -> None:
    """The order is done: what it earned is owed to its shop. Refunds under way stay owed to the consumer."""
    gross = order.subtotal + order.fee
    accounts = {"debit": f"order:{order.id}", "credit": f"shop:{order.shop_id}"}
    await ledger.post(work, "earned", order.id, order.id, order.currency, gross, **accounts)
    work.tell(TimerCleared(order.id))


def arm_eta(work: Work, order: str, eta: datetime) -> None:
    """Wake when ``eta`` has passed, and when nobody has moved the order long after."""
    rearm(work, "order.late", order, eta)
    rearm(work, "order.forgotten", order, max(eta, work.now) + FORGOTTEN_AFTER)


async def _answer_from(work: Work, order: Order) -> datetime:
    """When the shop can be expected to look: now, or when it opens for an order wanted later."""
    if order.wanted_at is None:
        return work.now
    status = await hours.status_of(work, order.shop_id)
    if status.open or status.opens is None or status.opens > order.wanted_at:
        return work.now
    return status.opens
