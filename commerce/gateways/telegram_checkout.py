"""May this invoice be paid now? Asked seconds before the money moves, so it is answered from what holds now."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import and_, case, exists, or_, select, update
from sqlalchemy.orm import aliased

from commerce import alteration_steps, hours, order_steps
from commerce.alteration_records import Alteration
from commerce.cart_views import FRESH
from commerce.gateways.telegram_records import TelegramCharge
from commerce.gateways.telegram_updates import Checkout, Receipt
from commerce.guarded import changed
from commerce.locking import lock_order
from commerce.menu import MenuItem
from commerce.order_records import Order, OrderLine
from commerce.order_states import UNPAID
from commerce.payment_checks import LOOK_AFTER
from commerce.payment_moves import read, record
from commerce.payment_records import LIVE, Payment
from commerce.refusals import Refusal
from commerce.work import Work

UNDER_WAY: Final = timedelta(seconds=90)
"""How long a checkout that was let through keeps others of the same order out, and the order held."""


async def begin(work: Work, asked: Checkout, person: str | None) -> None:
    """Let ``person`` pay the invoice, and keep its order for as long as that takes.

    Refuses "invoice_unknown" (for anybody but the one who was asked, too), "already_paid", "order_over",
    "price_changed", "sold_out"(name), "shop_closed", "under_way". A refusal leaves everything as it was only
    when the caller rolls back. Asking again with the same query gives the same yes.
    """
    payment = await work.session.scalar(select(Payment).where(Payment.id == asked.payload).execution_options(**FRESH))
    if payment is None or person is None or payment.person_id != person:
        raise Refusal("invoice_unknown", payment=asked.payload)
    # The order's row first: two checkouts of one order stand in line here, and each sees what the one before did.
    if payment.alteration_id is None:
        order = await _keep(work, payment.order_id)
        due = order.total
    else:
        order, due = await _keep_change(work, payment.order_id, payment.alteration_id)
    payment = await read(work, payment.id)
    if payment.state not in LIVE:
        raise Refusal("order_over", order=order.id)
    if not payment.amount == due == asked.amount or payment.currency != asked.currency:
        raise Refusal("price_changed", was=asked.amount, now=due)
    if payment.alteration_id is None:
        await _still_there(work, order)
    if not await _mark(work, asked):
        is_open = select(TelegramCharge.state == "open").where(TelegramCharge.ref == asked.payload)
        raise Refusal("under_way" if await work.session.scalar(is_open) else "order_over", order=order.id)


async def forget(work: Work, asked: Checkout) -> None:
    """The yes did not reach Telegram in time, so nothing is paid: others may try."""
    mine = update(TelegramCharge).where(TelegramCharge.ref == asked.payload, TelegramCharge.checkout == asked.query)
    await changed(work, mine.values(checkout=None, checkout_until=None))


async def payment_beside(work: Work, receipt: Receipt, key: str) -> tuple[str, str]:
    """Our payment and order for a second payment of one invoice; made once per ``key``. It is over the order, so it
    goes back like any other that is. Refuses "payment_unknown"."""
    first = await read(work, receipt.payload)
    found = await work.session.scalar(select(Payment.id).where(Payment.key == key))
    if found is None:
        found = work.ids.new("pay")
        who = {"order_id": first.order_id, "person_id": first.person_id, "gateway": first.gateway}
        row = Payment(
            id=found,
            key=key,
            ref=found,
            state="created",
            amount=receipt.amount,
            currency=receipt.currency,
            created_at=work.now,
            look_at=work.now + LOOK_AFTER,
            **who,
        )
        work.session.add(row)
        await work.session.flush()
        await record(work, found, None, "created", "paid_twice")
    return found, first.order_id


async def _keep(work: Work, order_id: str) -> Order:
    """The unpaid order, locked, held for as long as a checkout takes."""
    until = work.now + UNDER_WAY
    held = update(Order).where(Order.id == order_id, Order.state == UNPAID, Order.due_at > work.now)
    longer = held.values(due_at=case((Order.due_at < until, until), else_=Order.due_at))
    kept = await changed(work, longer)
    order = await order_steps.read(work, order_id)
    if not kept:
        raise Refusal("already_paid" if order.payment_id else "order_over", order=order_id, state=order.state)
    if order.due_at == until:
        order_steps.rearm(work, "order.unpaid", order_id, until)
    return order


async def _keep_change(work: Work, order_id: str, change: str) -> tuple[Order, int]:
    """The order, locked, with what its change costs more, which is kept open for as long as a checkout takes. Refuses
    "sold_out" (name) too."""
    await lock_order(work, order_id)
    until = work.now + UNDER_WAY
    held = update(Alteration).where(Alteration.id == change, Alteration.state == "unpaid", Alteration.due_at > work.now)
    longer = held.values(due_at=case((Alteration.due_at < until, until), else_=Alteration.due_at))
    kept = await changed(work, longer)
    row = await alteration_steps.read(work, change)
    if not kept or row.due_at is None:
        raise Refusal("already_paid" if row.state in ("asked", "done") else "order_over", order=order_id)
    gone = await alteration_steps.sold_out_in(work, row)
    if gone is not None:
        raise Refusal("sold_out", name=gone)
    if row.due_at == until:
        alteration_steps.arm(work, row, "unpaid", until)
    return await order_steps.read(work, order_id), row.more


async def _still_there(work: Work, order: Order) -> None:
    gone = await work.session.scalar(
        select(OrderLine.name)
        .join(MenuItem, MenuItem.id == OrderLine.item_id)
        .where(
            OrderLine.order_id == order.id,
            OrderLine.kept,
            or_(MenuItem.sold_out, OrderLine.stock.not_in(("held", "uncounted"))),
        )
        .order_by(OrderLine.position)
        .limit(1)
    )
    if gone is not None:
        raise Refusal("sold_out", name=gone)
    status = await hours.status_of(work, order.shop_id)
    if order.wanted_at is None and not (status.open or status.paused):
        raise Refusal("shop_closed", shop=order.shop_id, opens=status.opens)


async def _mark(work: Work, asked: Checkout) -> bool:
    """Say on the invoice that its checkout is under way, unless another of the same order is."""
    other = aliased(TelegramCharge)
    busy = exists().where(
        other.order_id == TelegramCharge.order_id,
        other.ref != TelegramCharge.ref,
        other.state != "paid",
        other.checkout_until > work.now,
    )
    free = or_(
        TelegramCharge.checkout_until.is_(None),
        TelegramCharge.checkout_until <= work.now,
        TelegramCharge.checkout == asked.query,
    )
    open_one = and_(TelegramCharge.ref == asked.payload, TelegramCharge.state == "open")
    mine = update(TelegramCharge).where(open_one, free, ~busy)
    return bool(await changed(work, mine.values(checkout=asked.query, checkout_until=work.now + UNDER_WAY)))
