"""What a shop sold on one local day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from commerce.order_records import Order, OrderLine
from commerce.order_states import AT_WORK, DEAD, DONE, WAITING
from commerce.order_views import local_day
from commerce.shops import Shop
from commerce.work import Work


@dataclass(frozen=True, slots=True)
class Sold:
    """How many pieces of an item, and what they came to before discounts, minor units."""

    item: str
    name: dict[str, str]
    quantity: int
    amount: int


@dataclass(frozen=True, slots=True)
class SalesView:
    """A shop's local day, from its orders paid that day, minor units. Orders that died count only in ``dead``.

    ``gross`` is goods and fees before discounts, ``net`` what customers paid; ``top`` the best sellers, five at most.
    """

    since: datetime
    orders: int
    done: int
    under_way: int
    waiting: int
    dead: int
    gross: int
    discount: int
    net: int
    currency: str
    top: tuple[Sold, ...]


async def today(work: Work, shop: str) -> SalesView:
    """The shop's sales of its day around now: see order_views.local_day. Refuses "shop_unknown"."""
    since, until = await local_day(work, shop)
    day = (Order.shop_id == shop, Order.received_at >= since, Order.received_at < until)
    alive = Order.state.not_in(DEAD)
    row = (
        await work.session.execute(
            select(
                _sum(Order.state == DONE, 1),
                _sum(Order.state.in_(AT_WORK), 1),
                _sum(Order.state.in_(WAITING), 1),
                _sum(Order.state.in_(DEAD), 1),
                _sum(alive, Order.subtotal + Order.fee),
                _sum(alive, Order.discount),
                select(Shop.currency).where(Shop.id == shop).scalar_subquery(),
            ).where(*day)
        )
    ).one()
    done, under_way, waiting, dead, gross, discount, currency = row
    return SalesView(
        since=since,
        orders=done + under_way + waiting,
        done=done,
        under_way=under_way,
        waiting=waiting,
        dead=dead,
        gross=gross,
        discount=discount,
        net=gross - discount,
        currency=currency,
        top=await _top(work, *day, alive),
    )


async def best_sellers(work: Work, shop: str, since: datetime) -> tuple[Sold, ...]:
    """What the shop sold most of since then, five at most, by pieces; orders that died do not count."""
    return await _top(work, Order.shop_id == shop, Order.received_at >= since, Order.state.not_in(DEAD))


def _sum(when: ColumnElement[bool], what: Any) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((when, what), else_=0)), 0)


async def _top(work: Work, *where: ColumnElement[bool]) -> tuple[Sold, ...]:
    quantity = func.sum(OrderLine.quantity)
    amount = func.sum(OrderLine.quantity * OrderLine.unit_price)
    newest = func.max(OrderLine.id)
    best = (
        select(OrderLine.item_id, quantity.label("quantity"), amount.label("amount"), newest.label("line"))
        .join(Order, Order.id == OrderLine.order_id)
        .where(OrderLine.kept, *where)
        .group_by(OrderLine.item_id)
        .order_by(quantity.desc(), amount.desc(), OrderLine.item_id)
        .limit(5)
        .subquery()
    )
    rows = await work.session.execute(
        select(best.c.item_id, OrderLine.name, best.c.quantity, best.c.amount)
        .join(OrderLine, OrderLine.id == best.c.line)
        .order_by(best.c.quantity.desc(), best.c.amount.desc(), best.c.item_id)
    )
    return tuple(Sold(item, name, int(pieces), int(money)) for item, name, pieces, money in rows)
