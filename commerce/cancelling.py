"""Cancelling: free before the shop accepts, a request that the shop decides after."""

from __future__ import annotations

from sqlalchemy import update

from commerce import order_steps
from commerce.events import CancelAsked, CancelDeclined
from commerce.guarded import changed
from commerce.order_records import Order
from commerce.order_states import AT_WORK, CANCELLED, FINAL, allowed
from commerce.order_views import works_there
from commerce.refusals import Refusal
from commerce.whole import all_or_nothing
from commerce.work import Work


async def cancel(work: Work, order: str, person: str) -> None:
    """The consumer takes the order back before the shop has accepted it: all money returns.

    Refuses "ask_shop" once it is accepted, "order_over", "order_unknown".
    """
    async with all_or_nothing(work):
        row = await order_steps.read(work, order, Order.person_id == person)
        if row.state in AT_WORK:
            raise Refusal("ask_shop", order=order, state=row.state, asked=row.cancel_asked)
        if row.state in FINAL:
            raise Refusal("order_over", order=order, state=row.state, by=row.moved_by)
        mine = Order.person_id == person
        if not await order_steps.end(work, row, CANCELLED, mine, by=person, reason="changed_mind"):
            raise Refusal("ask_shop", order=order, state=row.state, asked=False)


async def ask_cancel(work: Work, order: str, person: str) -> None:
    """Ask the shop to let the accepted order go. Refuses "already_asked", "too_late"(state), "order_over", and
    "not_now" when it can still be cancelled freely."""
    row = await order_steps.read(work, order, Order.person_id == person)
    if row.state in AT_WORK and CANCELLED not in allowed(row.fulfilment, row.state):
        raise Refusal("too_late", order=order, state=row.state)
    if row.state in FINAL:
        raise Refusal("order_over", order=order, state=row.state, by=row.moved_by)
    if row.state not in AT_WORK:
        raise Refusal("not_now", order=order, state=row.state, allowed=[CANCELLED])
    unasked = update(Order).where(
        Order.id == order, Order.person_id == person, Order.state == row.state, Order.cancel_asked.is_(False)
    )
    if not await changed(work, unasked.values(cancel_asked=True)):
        raise Refusal("already_asked", order=order, state=row.state)
    work.tell(CancelAsked(order))


async def grant_cancel(work: Work, order: str, by: str) -> None:
    """The shop lets it go: all money returns. Refuses "not_allowed", "not_asked", "too_late"(state)."""
    async with all_or_nothing(work):
        row = await _asked(work, order, by)
        if CANCELLED not in allowed(row.fulfilment, row.state):
            raise Refusal("too_late", order=order, state=row.state)
        guards = (works_there(by), Order.cancel_asked.is_(True))
        if not await order_steps.end(work, row, CANCELLED, *guards, by=by, reason="cancel_granted"):
            raise order_steps.conflict(await order_steps.read(work, order), CANCELLED)


async def deny_cancel(work: Work, order: str, by: str) -> None:
    """The shop goes on with it. Refuses "not_allowed", "not_asked"."""
    await _asked(work, order, by)
    asked = update(Order).where(Order.id == order, Order.cancel_asked, works_there(by))
    if not await changed(work, asked.values(cancel_asked=False)):
        raise Refusal("not_asked", order=order)
    work.tell(CancelDeclined(order))


async def _asked(work: Work, order: str, by: str) -> Order:
    try:
        row = await order_steps.read(work, order, works_there(by))
    except Refusal as refusal:
        raise Refusal("not_allowed", order=order) from refusal
    if not row.cancel_asked:
        raise Refusal("not_asked", order=order, state=row.state)
    return row
