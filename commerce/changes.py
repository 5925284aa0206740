"""An item has sold out after orders for it came in: each consumer chooses before anything else happens."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, update

from commerce import coupons, menu, order_refunds, order_steps, stock
from commerce.alteration_steps import lines_of
from commerce.cart_views import FRESH
from commerce.events import BackInStock, LinesChanged
from commerce.guarded import changed
from commerce.locking import lock_items, lock_orders
from commerce.menu import MenuItem
from commerce.order_records import Order, OrderLine
from commerce.order_states import ASKING, RECEIVED
from commerce.refusals import Refusal
from commerce.shops import Staff
from commerce.whole import all_or_nothing
from commerce.work import Work


async def sold_out(work: Work, shop: str, item: str, by: str) -> tuple[str, ...]:
    """Staff marks ``item`` sold out; every order that waits for the shop's answer and holds it asks its consumer.

    Returns those orders. Refuses "not_allowed", "not_on_menu".
    """
    await _staffs(work, shop, by)
    async with all_or_nothing(work):
        await lock_orders(work, *_holds(shop, item, RECEIVED))
        await menu.mark_sold_out(work, shop, item)
        waiting = await _holding(work, shop, item, RECEIVED)
        return tuple([row.id for row in waiting if await order_steps.ask(work, row, item, by)])


async def back_in_stock(work: Work, shop: str, item: str, by: str) -> tuple[str, ...]:
    """Staff sells ``item`` again; orders whose consumers were asked about nothing else go back to the shop as they are.

    Returns those orders. Refuses "not_allowed", "not_on_menu".
    """
    await _staffs(work, shop, by)
    async with all_or_nothing(work):
        await lock_orders(work, *_holds(shop, item, ASKING))
        await menu.mark_available(work, shop, item)
        again = [row for row in await _holding(work, shop, item, ASKING) if not await sold_out_items(work, row.id)]
        back = [row.id for row in again if await order_steps.ask_again(work, row, by, "back_in_stock")]
        for order in back:
            work.tell(BackInStock(order, item))
        return tuple(back)


async def only_left(work: Work, shop: str, item: str, by: str, left: int) -> tuple[str, ...]:
    """Staff counts ``item``: so many are left to be sold, beside those in orders. It is on sale again, as in
    :func:`back_in_stock`, whose orders it returns. Refuses "not_allowed", "not_on_menu"."""
    async with all_or_nothing(work):
        again = await back_in_stock(work, shop, item, by)
        await menu.set_left(work, shop, item, left)
        return again


async def _staffs(work: Work, shop: str, by: str) -> None:
    if not await work.session.scalar(select(Staff.id).where(Staff.shop_id == shop, Staff.person_id == by)):
        raise Refusal("not_allowed", shop=shop)


async def _holding(work: Work, shop: str, item: str, state: str) -> list[Order]:
    """The shop's orders in ``state`` with ``item`` among their lines."""
    rows = await work.session.scalars(
        select(Order).where(*_holds(shop, item, state)).order_by(Order.id).execution_options(**FRESH)
    )
    return list(rows)


def _holds(shop: str, item: str, state: str) -> tuple[ColumnElement[bool], ...]:
    holding = select(OrderLine.order_id).where(OrderLine.item_id == item, OrderLine.kept)
    return Order.state == state, Order.shop_id == shop, Order.id.in_(holding)


async def sold_out_items(work: Work, order: str) -> tuple[str, ...]:
    """The items of ``order`` that are marked sold out now: what its consumer must choose about."""
    rows = await work.session.scalars(
        select(OrderLine.item_id)
        .join(MenuItem, MenuItem.id == OrderLine.item_id)
        .where(OrderLine.order_id == order, OrderLine.kept, MenuItem.sold_out)
        .group_by(OrderLine.item_id)
        .order_by(func.min(OrderLine.position))
    )
    return tuple(rows)


async def drop_line(work: Work, order: str, person: str, item: str) -> int:
    """Go on without ``item``; returns what goes back, minor units. The shop is asked again.

    The fee and the discount stay as agreed, the discount never above what is left. Refuses "nothing_left" when it
    was the only item, "not_now", "line_unknown", "order_unknown".
    """
    async with all_or_nothing(work):
        row = await _asking(work, order, person)
        kept = await lines_of(work, order)
        gone = [line for line in kept if line.item_id == item]
        if not gone:
            raise Refusal("line_unknown", order=order, item=item)
        if len(gone) == len(kept):
            raise Refusal("nothing_left", order=order, item=item)
        await _drop(work, order, gone)
        left = sum(line.unit_price * line.quantity for line in kept if line.item_id != item)
        return await _settle(work, row, left, gone[0].id)


async def replace(work: Work, order: str, person: str, item: str, new_item: str) -> int:
    """Take as many of ``new_item`` instead; returns what goes back, minor units. The shop is asked again.

    The new item comes without choices. Refuses "dearer"(by) when it costs more than what was paid for the old,
    "option_missing" when it cannot be had without choosing, "item_unknown", "sold_out", "few_left", "not_now",
    "line_unknown", "order_unknown".
    """
    async with all_or_nothing(work):
        row = await _asking(work, order, person)
        kept = await lines_of(work, order)
        gone = [line for line in kept if line.item_id == item]
        if not gone or new_item == item:
            raise Refusal("line_unknown", order=order, item=item)
        new = await menu.item(work, row.shop_id, new_item)
        if new is None:
            raise Refusal("item_unknown", item=new_item)
        if new.sold_out:
            raise Refusal("sold_out", item=new_item, name=new.name)
        if any(option.at_least for option in new.options):
            raise Refusal("option_missing", item=new_item, name=new.name)
        pieces = sum(line.quantity for line in gone)
        before = sum(line.unit_price * line.quantity for line in gone)
        if new.price * pieces > before:
            raise Refusal("dearer", by=new.price * pieces - before, item=new_item, name=new.name, currency=row.currency)
        await lock_items(work, (item, new_item))
        await _drop(work, order, gone)
        counted = new.available is not None
        await _add(work, gone[0], {"id": new_item, "name": dict(new.name), "price": new.price}, pieces, counted)
        left = row.subtotal - before + new.price * pieces
        return await _settle(work, row, left, gone[0].id)


async def _asking(work: Work, order: str, person: str) -> Order:
    await lock_orders(work, Order.id == order, Order.person_id == person)
    row = await order_steps.read(work, order, Order.person_id == person)
    if row.state != ASKING:
        raise order_steps.conflict(row, RECEIVED)
    return row


async def _drop(work: Work, order: str, lines: list[OrderLine]) -> None:
    await stock.give_back(work, order, lines[0].item_id)
    dropped = update(OrderLine).where(OrderLine.id.in_([line.id for line in lines]), OrderLine.kept)
    if await changed(work, dropped.values(kept=False)) != len(lines):
        raise Refusal("not_now", order=order)


async def _add(work: Work, old: OrderLine, new: dict[str, Any], pieces: int, counted: bool) -> None:
    if counted:
        await stock.hold(work, {new["id"]: pieces})
    await work.session.execute(
        insert(OrderLine).values(
            id=work.ids.new("line"),
            order_id=old.order_id,
            position=old.position,
            item_id=new["id"],
            name=new["name"],
            choices=[],
            note=old.note,
            quantity=pieces,
            unit_price=new["price"],
            stock="held" if counted else "uncounted",
        )
    )
    if counted:
        await stock.sell(work, old.order_id)


async def _settle(work: Work, row: Order, subtotal: int, change: str) -> int:
    """Charge for what is left, send the rest back, and ask the shop again — or the consumer, about the next item."""
    discount = min(row.discount, subtotal)
    total = subtotal + row.fee - discount
    back = row.total - total
    still = update(Order).where(Order.id == row.id, Order.state == ASKING, Order.revision == row.revision)
    changes = {"subtotal": subtotal, "discount": discount, "total": total, "revision": row.revision + 1}
    if not await changed(work, still.values(**changes)):
        raise Refusal("not_now", order=row.id)
    if discount < row.discount:
        await coupons.shrink(work, row, row.discount - discount, change)
    if back and row.payment_id is not None:
        await order_refunds.part(work, row, back, "sold_out")
    work.tell(LinesChanged(row.id, back))
    if not await order_steps.ask_again(work, row, row.person_id, "chosen"):
        raise Refusal("not_now", order=row.id)
    others = await sold_out_items(work, row.id)
    if others:
        await order_steps.ask(work, await order_steps.read(work, row.id), others[0], None)
    return back
