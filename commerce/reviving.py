"""Money that came after its order's hold had ended: the order comes back if nothing it promised has changed."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Final

from sqlalchemy import exists, func, select, update

from commerce import coupons, hours, menu, order_steps, shops, stock
from commerce.cart_views import FRESH
from commerce.guarded import changed
from commerce.order_records import Order, OrderLine, OrderMove
from commerce.order_states import DEAD, EXPIRED, UNPAID
from commerce.refusals import Refusal
from commerce.whole import all_or_nothing
from commerce.work import Work

WITHIN: Final = timedelta(minutes=30)
"""So long after its hold ended a person may still be waiting for it."""


async def revive(work: Work, order: Order) -> Order:
    """Bring an order that nobody paid in time back, waiting for its money as before; its row as it is now.

    Refuses, and leaves it as it was: "cancelled" (the person took it back), "too_late", "ordered_again", "closed",
    "changed" (a price, the fee, the coupon), "sold_out" and "few_left" (name).
    """
    if order.state != EXPIRED or order.reason != "unpaid":
        raise Refusal("cancelled" if order.state == "cancelled" else "too_late", order=order.id)
    await _still_wanted(work, order)
    await _shop_as_it_was(work, order)
    async with all_or_nothing(work):
        if not await order_steps.move(work, order, UNPAID, reason="paid_late", tell=False, due_at=work.now):
            raise Refusal("too_late", order=order.id)
        await changed(work, update(Order).where(Order.id == order.id).values(reason=None))
        await _hold_again(work, order)
        await _coupon_again(work, order)
    return await order_steps.read(work, order.id)


async def _still_wanted(work: Work, order: Order) -> None:
    ended = await work.session.scalar(
        select(func.max(OrderMove.at)).where(OrderMove.order_id == order.id, OrderMove.after == EXPIRED)
    )
    gone_by = order.wanted_at is not None and order.wanted_at <= work.now
    if gone_by or ended is None or work.now - ended > WITHIN:
        raise Refusal("too_late", order=order.id)
    newer = exists().where(
        Order.person_id == order.person_id,
        Order.shop_id == order.shop_id,
        Order.placed_at >= order.placed_at,
        Order.id != order.id,
        Order.state.not_in(DEAD),
    )
    if await work.session.scalar(select(newer)):
        raise Refusal("ordered_again", order=order.id)


async def _shop_as_it_was(work: Work, order: Order) -> None:
    shop = await shops.get(work, order.shop_id)
    status = await hours.status_at(work, shop, order.wanted_at or work.now)
    if not status.open or shop.registered == "register":
        raise Refusal("closed", shop=shop.id)
    delivers = shop.delivery_radius_m is not None and shop.delivery_fee == order.fee
    picks_up = shop.pickup_eta_min is not None
    if not (delivers if order.fulfilment == "delivery" else picks_up):
        raise Refusal("changed", order=order.id)


async def _hold_again(work: Work, order: Order) -> None:
    """Refuses "sold_out", "few_left" and "changed"; the caller's savepoint takes back what was already held."""
    lines = await work.session.scalars(
        select(OrderLine)
        .where(OrderLine.order_id == order.id, OrderLine.kept)
        .order_by(OrderLine.position)
        .execution_options(**FRESH)
    )
    pieces: Counter[str] = Counter()
    for line in lines.all():
        item = await menu.item(work, order.shop_id, line.item_id)
        if item is None or item.sold_out:
            raise Refusal("sold_out", item=line.item_id, name=line.name)
        choices = {choice.id: choice for option in item.options for choice in option.choices}
        taken = [choices.get(choice["id"]) for choice in line.choices]
        if any(choice is None or choice.sold_out for choice in taken):
            raise Refusal("sold_out", item=line.item_id, name=line.name)
        if item.price + sum(choice.price for choice in taken if choice) != line.unit_price:
            raise Refusal("changed", item=line.item_id, name=line.name)
        counted = item.available is not None
        if counted:
            pieces[line.item_id] += line.quantity
        where = update(OrderLine).where(OrderLine.id == line.id)
        await changed(work, where.values(stock="held" if counted else "uncounted"))
    await stock.hold(work, pieces)


async def _coupon_again(work: Work, order: Order) -> None:
    if not order.discount:
        return
    for coupon in await coupons.usable(work, order.person_id, order.shop_id):
        if coupon.use is not None and coupon.worth(order.subtotal) == order.discount:
            await coupons.reserve(work, order.person_id, coupon.use, order.id)
            return
    raise Refusal("changed", order=order.id)
