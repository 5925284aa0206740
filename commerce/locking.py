"""The order in which rows are locked, so that two turns that meet wait for each other and never both for ever.

conversation → orders → menu items → coupons → uses of coupons → payments → refunds → shops; several of a kind by their
ids. Most of it follows by itself: a guarded UPDATE locks its row. What would touch a later kind first, or two of a kind
in the order of a person's wish, takes its locks here beforehand. SQLite has one writer and no rows to lock.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, bindparam, collate, select

from commerce.database import table
from commerce.menu import MenuItem
from commerce.order_records import Order
from commerce.shops import Shop
from commerce.work import Work

_ORDER, _ITEM = table(Order), table(MenuItem)
# "No key": rows that refer to these go on being added meanwhile. "C": as Python sorts, whatever the town's language.
_ORDERS = select(_ORDER.c.id).order_by(collate(_ORDER.c.id, "C")).with_for_update(key_share=True)
_ITEMS = (
    select(_ITEM.c.id)
    .where(_ITEM.c.id.in_(bindparam("items", expanding=True)))
    .order_by(collate(_ITEM.c.id, "C"))
    .with_for_update(key_share=True)
)
_SHOP = select(table(Shop).c.id).where(table(Shop).c.id == bindparam("shop")).with_for_update(key_share=True)


async def lock_order(work: Work, order: str) -> None:
    """Until the transaction ends nobody else changes ``order``."""
    await lock_orders(work, _ORDER.c.id == order)


async def lock_orders(work: Work, *where: ColumnElement[bool]) -> None:
    """As ``lock_order``, for all that fit ``where``."""
    if _rows_lock(work):
        await work.session.execute(_ORDERS.where(*where))


async def lock_shop(work: Work, shop: str) -> None:
    """Until the transaction ends nobody else changes the row of ``shop``."""
    if _rows_lock(work):
        await work.session.execute(_SHOP, {"shop": shop})


async def lock_items(work: Work, items: Collection[str]) -> None:
    """Until the transaction ends nobody else changes these items or takes pieces of them."""
    if _rows_lock(work):
        await work.session.execute(_ITEMS, {"items": list(items)})


def _rows_lock(work: Work) -> bool:
    return work.session.get_bind().dialect.name == "postgresql"
