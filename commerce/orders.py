"""Orders: placed by a person, answered by a shop, followed to their end.

Whoever acts is checked in the query itself: a shop's moves take effect only for its staff (else "not_allowed"), a
consumer's only for their own order (else "order_unknown"). The first of two staff wins; the other is refused with
"already_taken"(by, state). A move from the wrong state is "not_now"(state, allowed), on an ended order "order_over".
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select, update

from commerce import order_steps
from commerce.cancelling import ask_cancel, cancel, deny_cancel, grant_cancel
from commerce.events import EtaChanged, OrderMoved, TimerCleared
from commerce.guarded import changed
from commerce.order_records import Order, OrderMove
from commerce.order_states import (
    ACCEPTED,
    ASKING,
    AT_WORK,
    COOKING,
    DONE,
    EXPIRED,
    ON_THE_WAY,
    READY,
    RECEIVED,
    REFUSED,
    UNPAID,
    WAITING,
    allowed,
    last_steps,
    taken_back,
)
from commerce.order_views import (
    OrderView,
    get,
    of_person,
    of_staff,
    open_of,
    open_of_shop,
    recent_of,
    today,
    waiting_of_shop,
    works_there,
)
from commerce.placing import ANSWER_WITHIN, place
from commerce.refusals import Refusal
from commerce.whole import all_or_nothing
from commerce.words import one_line
from commerce.work import Work

__all__ = [
    "ANSWER_WITHIN",
    "OrderView",
    "accept",
    "ask_cancel",
    "cancel",
    "cook",
    "delay",
    "deny_cancel",
    "done",
    "expire_asking",
    "expire_unanswered",
    "expire_unpaid",
    "forgotten",
    "get",
    "grant_cancel",
    "late",
    "of_person",
    "of_staff",
    "on_the_way",
    "open_of",
    "open_of_shop",
    "place",
    "ready",
    "recent_of",
    "refuse",
    "take_back",
    "today",
    "waiting_of_shop",
]

LATE_BY: Final = timedelta(minutes=10)
MOST_LATE: Final = 3
_TIMERS: Final = {UNPAID: "order.unpaid", RECEIVED: "order.no_answer", ASKING: "order.asking"}
LONGEST_MINUTES: Final = 24 * 60


async def accept(work: Work, order: str, by: str, minutes: int) -> datetime:
    """The shop takes the order, ready or there in ``minutes``; an order wanted at a time keeps that time."""
    _check_minutes(minutes)
    async with all_or_nothing(work):
        row = await _staffs(work, order, by)
        eta = row.wanted_at or work.now + timedelta(minutes=minutes)
        await _shop_move(work, row, ACCEPTED, by, eta_at=eta, accepted_by=by, due_at=None)
        work.tell(TimerCleared(order))
        order_steps.arm_eta(work, order, eta)
        return eta


async def refuse(work: Work, order: str, by: str, reason: str) -> None:
    """The shop cannot do it: everything goes back. Possible until it is ready; once cooking, stock stays sold."""
    async with all_or_nothing(work):
        row = await _staffs(work, order, by)
        if REFUSED not in allowed(row.fulfilment, row.state):
            raise order_steps.conflict(row, REFUSED)
        if not await order_steps.end(work, row, REFUSED, works_there(by), by=by, reason=one_line(reason, 200)):
            raise order_steps.conflict(await order_steps.read(work, order), REFUSED)


async def cook(work: Work, order: str, by: str) -> None:
    """The shop has begun."""
    await _shop_move(work, await _staffs(work, order, by), COOKING, by)


async def ready(work: Work, order: str, by: str) -> None:
    """It waits to be picked up, or to be taken along."""
    await _shop_move(work, await _staffs(work, order, by), READY, by)


async def on_the_way(work: Work, order: str, by: str) -> None:
    """It has left the shop."""
    await _shop_move(work, await _staffs(work, order, by), ON_THE_WAY, by)


async def done(work: Work, order: str, by: str) -> None:
    """The consumer has it."""
    async with all_or_nothing(work):
        row = await _staffs(work, order, by)
        await _shop_move(work, row, DONE, by, cancel_asked=False)
        await order_steps.finish(work, row)


async def take_back(work: Work, order: str, by: str) -> None:
    """The step that the order last took was told by mistake: it stands where it stood before. What had been promised
    counts again. Refuses "not_now" where nothing can be taken back."""
    async with all_or_nothing(work):
        row = await _staffs(work, order, by)
        last = select(OrderMove.before).where(OrderMove.order_id == order).order_by(OrderMove.id.desc()).limit(1)
        before = await work.session.scalar(last)
        if before not in taken_back(row.state):
            raise Refusal("not_now", order=order, state=row.state)
        if not await order_steps.move(work, row, before, works_there(by), by=by, reason="by_mistake"):
            raise order_steps.conflict(await order_steps.read(work, order), before)
        if row.eta_at is not None and row.eta_at > work.now:
            order_steps.arm_eta(work, order, row.eta_at)


async def delay(work: Work, order: str, by: str, minutes: int) -> datetime:
    """The shop needs ``minutes`` more, counted from what it promised, or from now when that has passed."""
    _check_minutes(minutes)
    row = await _staffs(work, order, by)
    if row.state not in AT_WORK or row.eta_at is None:
        raise order_steps.conflict(row, ACCEPTED if row.state in WAITING else row.state)
    promised = work.now if row.late_count else max(row.eta_at, work.now)
    eta = promised + timedelta(minutes=minutes)
    return await _new_eta(work, row, eta, by, late_count=0)


async def retime(work: Work, order: str, by: str, minutes: int) -> datetime:
    """The shop misspoke when it accepted: it takes ``minutes`` from now, sooner or later than was promised."""
    _check_minutes(minutes)
    row = await _staffs(work, order, by)
    if row.state not in AT_WORK or row.eta_at is None:
        raise order_steps.conflict(row, ACCEPTED if row.state in WAITING else row.state)
    return await _new_eta(work, row, work.now + timedelta(minutes=minutes), by, late_count=0)


async def expire_unpaid(work: Work, order: str) -> bool:
    """Nobody paid in time; False when somebody did, or has more time."""
    return await _expire(work, order, UNPAID, EXPIRED, "unpaid")


async def expire_unanswered(work: Work, order: str) -> bool:
    """The shop did not answer in time: money back. False when it did, or has more time."""
    return await _expire(work, order, RECEIVED, EXPIRED, "no_answer")


async def expire_asking(work: Work, order: str) -> bool:
    """The consumer did not choose in time after an item sold out: money back. False when they did."""
    return await _expire(work, order, ASKING, EXPIRED, "no_choice")


async def late(work: Work, order: str) -> bool:
    """The promised time has passed: ten minutes more by itself, three times at most. False when nothing changed."""
    row = await order_steps.read(work, order)
    behind = row.state in AT_WORK and row.eta_at is not None and row.eta_at <= work.now
    waits = row.state == READY and row.fulfilment == "pickup"
    if not behind or waits or row.late_count >= MOST_LATE:
        return False
    return bool(await _new_eta(work, row, work.now + LATE_BY, None, late_count=row.late_count + 1))


async def forgotten(work: Work, order: str) -> bool:
    """Long after its time nobody has moved the order: it counts as done. False when it ended, or has a later time."""
    async with all_or_nothing(work):
        row = await order_steps.read(work, order)
        over = row.eta_at is not None and row.eta_at + order_steps.FORGOTTEN_AFTER <= work.now
        if row.state not in AT_WORK or not over:
            return False
        first = row.state
        for to in last_steps(row.fulfilment, first):
            if not await order_steps.move(work, row, to, reason="forgotten", tell=False, cancel_asked=False):
                return False
            row = await order_steps.read(work, order)
        await order_steps.finish(work, row)
        work.tell(OrderMoved(order, first, DONE, None, "forgotten"))
        return True


def _check_minutes(minutes: int) -> None:
    if not 1 <= minutes <= LONGEST_MINUTES:
        raise Refusal("minutes_odd", minutes=minutes, most=LONGEST_MINUTES)


async def _staffs(work: Work, order: str, by: str) -> Order:
    try:
        return await order_steps.read(work, order, works_there(by))
    except Refusal as refusal:
        raise Refusal("not_allowed", order=order) from refusal


async def _shop_move(work: Work, row: Order, to: str, by: str, **values: Any) -> None:
    if to not in allowed(row.fulfilment, row.state):
        raise order_steps.conflict(row, to)
    if not await order_steps.move(work, row, to, works_there(by), by=by, **values):
        raise order_steps.conflict(await order_steps.read(work, row.id), to)


async def _new_eta(work: Work, row: Order, eta: datetime, by: str | None, late_count: int) -> datetime:
    sooner = row.eta_at is not None and eta < row.eta_at
    still = update(Order).where(Order.id == row.id, Order.state == row.state, Order.eta_at == row.eta_at)
    if not await changed(work, still.values(eta_at=eta, late_count=late_count)):
        raise order_steps.conflict(await order_steps.read(work, row.id), row.state)
    order_steps.arm_eta(work, row.id, eta)
    work.tell(EtaChanged(row.id, eta, by, sooner=sooner))
    return eta


async def _expire(work: Work, order: str, state: str, to: str, reason: str) -> bool:
    async with all_or_nothing(work):
        row = await order_steps.read(work, order)
        if row.state != state or row.due_at is None:
            return False
        if row.due_at > work.now:  # it has more time, or the clock went back since its timer was taken up
            order_steps.arm(work, _TIMERS[state], order, row.due_at)
            return False
        return await order_steps.end(work, row, to, Order.due_at <= work.now, by=None, reason=reason)
