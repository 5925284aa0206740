"""Orders as the bot sees them. Two round trips, however many orders."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, exists, func, select

from commerce.cart_views import FRESH, Chosen
from commerce.order_records import Order, OrderLine
from commerce.order_states import AT_WORK, OPEN, WAITING
from commerce.payment_records import Payment
from commerce.rating_records import Rating
from commerce.refusals import Refusal
from commerce.shops import Shop, Staff
from commerce.week import day_around, parse_week
from commerce.work import Work


@dataclass(frozen=True, slots=True)
class OrderLineView:
    """A line as it was sold, minor units. Lines that were dropped are left out of an order."""

    id: str
    item: str
    name: dict[str, str]
    quantity: int
    choices: tuple[Chosen, ...]
    note: str | None
    unit_price: int
    total: int


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order. ``paid`` is what tills took for it, ``refunded`` what went or is going back, all in minor units.

    ``due_at`` is the deadline of "unpaid" (to pay), "received" (to answer) and "asking" (to choose).
    """

    id: str
    number: str
    shop: str
    shop_name: dict[str, str]
    timezone: str
    person: str
    state: str
    fulfilment: str
    address: str | None
    address_detail: str | None
    point: tuple[float, float] | None
    wanted_at: datetime | None
    eta_at: datetime | None
    due_at: datetime | None
    lines: tuple[OrderLineView, ...]
    subtotal: int
    fee: int
    discount: int
    total: int
    paid: int
    refunded: int
    currency: str
    placed_at: datetime
    received: bool
    """It was paid for, and its shop has seen it."""
    accepted_by: str | None
    moved_by: str | None
    reason: str | None
    cancel_asked: bool
    late_count: int
    stars: int | None


async def get(work: Work, order: str) -> OrderView:
    """Any order, for what the system itself tells about it. Refuses "order_unknown"."""
    return _one(await _load(work, _ORDERS.where(Order.id == order)), order)


async def of_person(work: Work, person: str, order: str) -> OrderView:
    """The person's own order. Refuses "order_unknown"."""
    return _one(await _load(work, _ORDERS.where(Order.id == order, Order.person_id == person)), order)


async def of_staff(work: Work, person: str, order: str) -> OrderView:
    """An order of a shop that the person works in. Refuses "order_unknown"."""
    return _one(await _load(work, _ORDERS.where(Order.id == order, works_there(person))), order)


async def open_of(work: Work, person: str) -> tuple[OrderView, ...]:
    """The person's orders that have not ended, newest first."""
    query = _ORDERS.where(Order.person_id == person, Order.state.in_(OPEN))
    return await _load(work, query.order_by(Order.placed_at.desc(), Order.id))


async def recent_of(work: Work, person: str, limit: int = 5) -> tuple[OrderView, ...]:
    """The person's newest orders, ended ones too."""
    return await newest(work, limit, Order.person_id == person)


async def newest(work: Work, limit: int, *where: ColumnElement[bool]) -> tuple[OrderView, ...]:
    """The newest orders that fit ``where``, the very newest first."""
    return await _load(work, _ORDERS.where(*where).order_by(Order.placed_at.desc(), Order.id).limit(limit))


async def waiting_of_shop(work: Work, shop: str) -> tuple[OrderView, ...]:
    """Paid orders that the shop has not answered, oldest first."""
    query = _ORDERS.where(Order.shop_id == shop, Order.state.in_(WAITING))
    return await _load(work, query.order_by(Order.received_at, Order.id))


async def open_of_shop(work: Work, shop: str) -> tuple[OrderView, ...]:
    """Paid orders that have not ended, oldest first."""
    query = _ORDERS.where(Order.shop_id == shop, Order.state.in_(WAITING | AT_WORK))
    return await _load(work, query.order_by(Order.received_at, Order.id))


async def today(work: Work, shop: str) -> tuple[OrderView, ...]:
    """The orders that were paid for on the shop's day around now, oldest first. Refuses "shop_unknown"."""
    since, until = await local_day(work, shop)
    query = _ORDERS.where(Order.shop_id == shop, Order.received_at >= since, Order.received_at < until)
    return await _load(work, query.order_by(Order.received_at, Order.id))


async def local_day(work: Work, shop: str) -> tuple[datetime, datetime]:
    """The shop's day around now: its first instant and the next day's. An evening that runs past midnight belongs to
    the day on which it began. Refuses "shop_unknown"."""
    row = (await work.session.execute(select(Shop.timezone, Shop.hours).where(Shop.id == shop))).one_or_none()
    if row is None:
        raise Refusal("shop_unknown", shop=shop)
    day = day_around(parse_week(row.hours), ZoneInfo(row.timezone), work.now)
    return day.start, day.end


def works_there(person: str) -> ColumnElement[bool]:
    """The order's shop has ``person`` on its staff."""
    return exists().where(Staff.shop_id == Order.shop_id, Staff.person_id == person)


def _every_order() -> Select[Any]:
    paid, returned = (
        select(func.coalesce(func.sum(column), 0))
        .where(Payment.order_id == Order.id)
        .correlate(Order)
        .scalar_subquery()
        for column in (Payment.paid, Payment.returned + Payment.taken_back)
    )
    stars = select(Rating.stars).where(Rating.order_id == Order.id).correlate(Order).scalar_subquery()
    return (
        select(Order, Shop.name, Shop.timezone, paid, returned, stars)
        .join(Shop, Shop.id == Order.shop_id)
        .execution_options(**FRESH)
    )


_ORDERS = _every_order()


def _one(found: tuple[OrderView, ...], order: str) -> OrderView:
    if not found:
        raise Refusal("order_unknown", order=order)
    return found[0]


async def _load(work: Work, query: Select[Any]) -> tuple[OrderView, ...]:
    rows = (await work.session.execute(query)).all()
    if not rows:
        return ()
    lines: dict[str, list[OrderLineView]] = defaultdict(list)
    found = await work.session.scalars(
        select(OrderLine)
        .where(OrderLine.order_id.in_([row[0].id for row in rows]), OrderLine.kept)
        .order_by(OrderLine.position)
        .execution_options(**FRESH)
    )
    for line in found:
        lines[line.order_id].append(_line(line))
    return tuple(_view(*row, lines=tuple(lines[row[0].id])) for row in rows)


def _line(line: OrderLine) -> OrderLineView:
    return OrderLineView(
        id=line.id,
        item=line.item_id,
        name=line.name,
        quantity=line.quantity,
        choices=tuple(Chosen(**choice) for choice in line.choices),
        note=line.note,
        unit_price=line.unit_price,
        total=line.unit_price * line.quantity,
    )


def _view(
    row: Order,
    shop_name: dict[str, str],
    timezone: str,
    paid: int,
    refunded: int,
    stars: int | None,
    *,
    lines: tuple[OrderLineView, ...],
) -> OrderView:
    return OrderView(
        id=row.id,
        number=row.number,
        shop=row.shop_id,
        shop_name=shop_name,
        timezone=timezone,
        person=row.person_id,
        state=row.state,
        fulfilment=row.fulfilment,
        address=row.address,
        address_detail=row.address_detail,
        point=None if row.lat is None or row.lon is None else (row.lat, row.lon),
        wanted_at=row.wanted_at,
        eta_at=row.eta_at,
        due_at=row.due_at,
        lines=lines,
        subtotal=row.subtotal,
        fee=row.fee,
        discount=row.discount,
        total=row.total,
        paid=int(paid),
        refunded=int(refunded),
        currency=row.currency,
        placed_at=row.placed_at,
        received=row.received_at is not None,
        accepted_by=row.accepted_by,
        moved_by=row.moved_by,
        reason=row.reason,
        cancel_asked=row.cancel_asked,
        late_count=row.late_count,
        stars=stars,
    )
