"""Counted stock: free = stock - held - sold. An unpaid order holds, a paid one has sold, a dead one gives back.

An order that dies before acceptance, or that the shop refuses or lets be cancelled before cooking, gives its pieces
back. Once cooking has begun they stay sold: what is in the pan cannot be sold again.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select, update

from commerce.guarded import changed
from commerce.menu import MenuItem
from commerce.order_records import OrderLine
from commerce.refusals import Refusal
from commerce.work import Work


async def hold(work: Work, pieces: Mapping[str, int]) -> None:
    """Hold pieces of counted items, in the order of their ids so that two buyers never wait for each other.

    Refuses "sold_out" or "few_left"(left); the caller's savepoint takes back what was already held.
    """
    for item in sorted(pieces):
        quantity = pieces[item]
        enough = MenuItem.held + MenuItem.sold + quantity <= MenuItem.stock
        took = update(MenuItem).where(MenuItem.id == item, MenuItem.sold_out.is_(False), enough)
        if not await changed(work, took.values(held=MenuItem.held + quantity)):
            raise await _short(work, item)


async def sell(work: Work, order: str) -> None:
    """What ``order`` holds becomes sold."""
    for item, quantity in sorted((await _pieces(work, order, "held")).items()):
        sold = update(MenuItem).where(MenuItem.id == item, MenuItem.held >= quantity)
        if not await changed(work, sold.values(held=MenuItem.held - quantity, sold=MenuItem.sold + quantity)):
            raise RuntimeError(f"order {order} holds {quantity} of {item} that the item does not know of")
    lines = update(OrderLine).where(OrderLine.order_id == order, OrderLine.stock == "held")
    await changed(work, lines.values(stock="sold"))


async def bought(work: Work, pieces: Mapping[str, int]) -> None:
    """Pieces that are held become sold."""
    for item, number in sorted(pieces.items()):
        sold = update(MenuItem).where(MenuItem.id == item, MenuItem.held >= number)
        if not await changed(work, sold.values(held=MenuItem.held - number, sold=MenuItem.sold + number)):
            raise RuntimeError(f"{number} of {item} are to be sold that nobody holds")


async def release(work: Work, pieces: Mapping[str, int]) -> None:
    """Pieces that are held are free again."""
    await free(work, pieces, "held")


async def free(work: Work, pieces: Mapping[str, int], state: str) -> None:
    """Pieces that are "held" or "sold" are free again."""
    column = {"held": MenuItem.held, "sold": MenuItem.sold}[state]
    for item, number in sorted(pieces.items()):
        freed = update(MenuItem).where(MenuItem.id == item, column >= number)
        if not await changed(work, freed.values({column: column - number})):
            raise RuntimeError(f"{number} of {item} are not {state}")


async def give_back(work: Work, order: str, item: str | None = None) -> None:
    """What ``order`` holds or has bought (of ``item`` only, when given) is free again."""
    held, sold = [await _pieces(work, order, state, item) for state in ("held", "sold")]
    for each in sorted({*held, *sold}):
        back, bought = held.get(each, 0), sold.get(each, 0)
        freed = update(MenuItem).where(MenuItem.id == each, MenuItem.held >= back, MenuItem.sold >= bought)
        if not await changed(work, freed.values(held=MenuItem.held - back, sold=MenuItem.sold - bought)):
            raise RuntimeError(f"order {order} holds {back} and bought {bought} of {each} that the item knows not of")
    lines = update(OrderLine).where(OrderLine.order_id == order, OrderLine.stock.in_(("held", "sold")))
    if item is not None:
        lines = lines.where(OrderLine.item_id == item)
    await changed(work, lines.values(stock="back"))


async def _pieces(work: Work, order: str, state: str, item: str | None = None) -> dict[str, int]:
    query = (
        select(OrderLine.item_id, func.sum(OrderLine.quantity))
        .where(OrderLine.order_id == order, OrderLine.stock == state)
        .group_by(OrderLine.item_id)
    )
    if item is not None:
        query = query.where(OrderLine.item_id == item)
    return {each: int(quantity) for each, quantity in (await work.session.execute(query))}


async def _short(work: Work, item: str) -> Refusal:
    row = (
        await work.session.execute(
            select(MenuItem.name, MenuItem.stock - MenuItem.held - MenuItem.sold, MenuItem.sold_out).where(
                MenuItem.id == item
            )
        )
    ).one_or_none()
    name, left, gone = row if row else ({}, 0, True)
    if gone or not left:
        return Refusal("sold_out", item=item, name=name)
    return Refusal("few_left", item=item, name=name, left=left)
