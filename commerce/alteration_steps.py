"""How an alteration moves: guarded, with the pieces held for it, its payments and its timers following."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, insert, select, update

from commerce import coupons, order_refunds, refunds, stock
from commerce.alteration_lines import Draft, Line
from commerce.alteration_records import ASKED, DONE, OPEN, UNPAID, Alteration, AlterationPiece
from commerce.cart_views import FRESH
from commerce.coupon_records import Coupon, CouponUse, view_of
from commerce.events import AlterationAsked, AlterationOver, OrderAltered, TimerCleared, TimerSet
from commerce.guarded import changed
from commerce.locking import lock_items
from commerce.menu import MenuItem
from commerce.order_records import Order, OrderLine
from commerce.order_states import ACCEPTED, ASKING, COOKING, FINAL, ON_THE_WAY, READY, RECEIVED
from commerce.order_states import UNPAID as NOT_PAID
from commerce.payment_moves import expire_payments
from commerce.payment_records import Payment
from commerce.refusals import Refusal
from commerce.work import Work

AT_ONCE: Final = frozenset({NOT_PAID, RECEIVED})
"""Where a consumer changes an order without asking: its shop has not accepted it."""
BY_CONSENT: Final = frozenset({ACCEPTED, COOKING, READY})
"""Where the shop is asked."""
_COOKED: Final = frozenset({COOKING, READY})
OVERTAKING: Final = FINAL | {ASKING, ON_THE_WAY}
"""An order that gets here is changed no more, or otherwise."""
TIMERS: Final = {UNPAID: "alteration.unpaid", ASKED: "alteration.unanswered"}


async def read(work: Work, alteration: str) -> Alteration:
    """Refuses "alteration_unknown"."""
    row = await work.session.scalar(select(Alteration).where(Alteration.id == alteration).execution_options(**FRESH))
    if row is None:
        raise Refusal("alteration_unknown", alteration=alteration)
    return row


async def open_of(work: Work, order: str) -> Alteration | None:
    """The open alteration of ``order``."""
    row: Alteration | None = await work.session.scalar(
        select(Alteration).where(Alteration.open_order == order).execution_options(**FRESH)
    )
    return row


async def lines_of(work: Work, order: str) -> list[OrderLine]:
    """The lines that ``order`` consists of."""
    rows = await work.session.scalars(
        select(OrderLine)
        .where(OrderLine.order_id == order, OrderLine.kept)
        .order_by(OrderLine.position)
        .execution_options(**FRESH)
    )
    return list(rows)


async def coupon_worth(work: Work, order: Order, subtotal: int) -> int:
    """What the coupon of ``order`` takes off ``subtotal``: as agreed while that is the same."""
    if subtotal == order.subtotal:
        return order.discount
    row = await work.session.scalar(
        select(Coupon).join(CouponUse, CouponUse.coupon_id == Coupon.id).where(CouponUse.order_id == order.id)
    )
    return 0 if row is None else view_of(row).worth(subtotal)


async def move(work: Work, row: Alteration, to: str, **values: Any) -> bool:
    """Move an open alteration from the state it was read in; False when it is no longer in it."""
    still = update(Alteration).where(Alteration.id == row.id, Alteration.state == row.state)
    if to not in OPEN:
        values |= {"open_order": None, "due_at": None}
    return bool(await changed(work, still.values(state=to, **values)))


def arm(work: Work, row: Alteration, state: str, due: datetime) -> None:
    """Wake when nobody has paid, or answered."""
    work.tell(TimerCleared(row.id))
    name = TIMERS[state]
    work.tell(TimerSet(key=f"{name}:{row.id}:{due.isoformat()}", name=name, subject=row.id, at=due))


# -- pieces


def needed(before: list[OrderLine], after: list[Line] | tuple[Line, ...]) -> Counter[str]:
    """How many counted pieces of each item ``after`` wants more than the lines of ``before`` have; below 0: fewer."""
    pieces: Counter[str] = Counter()
    for line in after:
        if line.counted:
            pieces[line.item] += line.quantity
    for row in before:
        if row.stock in ("held", "sold"):
            pieces[row.item_id] -= row.quantity
    return pieces


async def hold(work: Work, alteration: str, pieces: Mapping[str, int]) -> None:
    """Keep the pieces that are wanted more. Refuses "sold_out", "few_left"(left)."""
    more = {item: number for item, number in pieces.items() if number > 0}
    await lock_items(work, list(pieces))
    await stock.hold(work, more)
    if more:
        rows = [{"alteration_id": alteration, "item_id": item, "quantity": number} for item, number in more.items()]
        await work.session.execute(insert(AlterationPiece), rows)


async def _let_go(work: Work, alteration: str) -> dict[str, int]:
    """Take the pieces off the alteration; they are still counted as held."""
    rows = await work.session.execute(
        select(AlterationPiece.item_id, AlterationPiece.quantity).where(AlterationPiece.alteration_id == alteration)
    )
    pieces = {item: int(number) for item, number in rows}
    if pieces:
        await changed(work, delete(AlterationPiece).where(AlterationPiece.alteration_id == alteration))
    return pieces


# -- over


async def close(work: Work, row: Alteration, to: str, *, tell: bool = True, why: str = "alteration_over") -> bool:
    """It will not be: its pieces are free, nobody pays for it any more, what was paid goes back, because of ``why``.
    False when it was over already."""
    if not await move(work, row, to):
        return False
    await stock.release(work, await _let_go(work, row.id))
    await expire_payments(work, row.order_id, "alteration_over", row.id)
    back = 0
    paid = select(Payment.id, Payment.paid - Payment.returned).where(
        Payment.alteration_id == row.id, Payment.state == "succeeded"
    )
    for payment, left in (await work.session.execute(paid.order_by(Payment.id))).all():
        if left > 0:
            await refunds.all_of(work, payment, why)
            back += int(left)
    work.tell(TimerCleared(row.id))
    if tell:
        work.tell(AlterationOver(row.order_id, row.id, row.state, to, back))
    return True


async def overtake(work: Work, order: str, *, tell: bool = True) -> None:
    """The order has moved on: an open change of it is over."""
    row = await open_of(work, order)
    if row is not None:
        await close(work, row, "overtaken", tell=tell)


# -- done


async def sold_out_in(work: Work, row: Alteration) -> dict[str, str] | None:
    """The name of something that would come anew and has been marked sold out since."""
    new = {line["item"] for line in row.lines if not line["kept"]}
    gone = select(MenuItem.name).where(MenuItem.id.in_(new), MenuItem.sold_out).limit(1)
    found: dict[str, str] | None = await work.session.scalar(gone) if new else None
    return found


async def apply(work: Work, order: Order, row: Alteration, payment: str | None = None) -> bool:
    """The order is as ``row`` says, if it still stands where it was read and nobody changed it otherwise; False when
    not. What it costs less goes back; what it costs more has been paid by ``payment``.

    The caller holds the order's row.
    """
    values: dict[str, Any] = {"subtotal": row.subtotal, "fee": row.fee, "discount": row.discount, "total": row.total}
    where = {name: getattr(row, name) for name in ("fulfilment", "address", "address_detail", "lat", "lon")}
    still = update(Order).where(Order.id == order.id, Order.state == order.state, Order.revision == row.revision)
    paid_by = {"payment_id": order.payment_id or payment}
    if not await changed(work, still.values(revision=row.revision + 1, **values, **where, **paid_by)):
        return False
    if not await move(work, row, DONE):
        raise Refusal("alteration_over", alteration=row.id)
    await _put_lines(work, order, row)
    await _coupon_follows(work, order, row)
    if row.more < 0 and order.payment_id is not None:
        await order_refunds.part(work, order, -row.more, "altered")
    await expire_payments(work, order.id, "order_paid", row.id)
    work.tell(TimerCleared(row.id))
    if order.state != NOT_PAID:
        work.tell(OrderAltered(order.id, row.id, row.more))
    return True


async def _put_lines(work: Work, order: Order, row: Alteration) -> None:
    """What is to stay stays; the rest of the old lines is part of the order no more, and the new ones are."""
    before, after = await lines_of(work, order.id), [Line.from_json(line) for line in row.lines]
    pieces = needed(before, after)
    staying = {line.id for line in after if line.kept}
    going = [line for line in before if line.id not in staying]
    await lock_items(work, list(pieces))
    held, cooked = await _let_go(work, row.id), order.state in _COOKED
    if any(held.get(item, 0) != max(0, number) for item, number in pieces.items()):
        raise RuntimeError(f"alteration {row.id} holds {held} where {pieces} are needed")
    counted = "held" if order.state == NOT_PAID else "sold"
    if counted == "sold":
        await stock.bought(work, held)
    back = {item: -number for item, number in pieces.items() if number < 0}
    if not cooked:
        await stock.free(work, back, counted)
    for line in going:
        gone = {"kept": False, "stock": "uncounted" if line.stock == "uncounted" else "back"}
        if not await changed(work, update(OrderLine).where(OrderLine.id == line.id, OrderLine.kept).values(**gone)):
            raise RuntimeError(f"line {line.id} has gone from order {order.id}")
    new = [
        {
            "id": work.ids.new("line"),
            "order_id": order.id,
            "position": position,
            "item_id": line.item,
            "name": dict(line.name),
            "choices": list(stored["choices"]),
            "note": line.note,
            "quantity": line.quantity,
            "unit_price": line.unit_price,
            "stock": counted if line.counted else "uncounted",
            "kept": True,
        }
        for position, (line, stored) in enumerate(zip(after, row.lines, strict=True))
        if not line.kept
    ]
    if cooked:
        new += [_in_the_pan(work, next(line for line in going if line.item_id == item), n) for item, n in back.items()]
    if new:
        await work.session.execute(insert(OrderLine), new)


def _in_the_pan(work: Work, line: OrderLine, pieces: int) -> dict[str, Any]:
    """Pieces that nobody gets, and that cannot be sold again: they stay sold."""
    names = ("order_id", "position", "item_id", "name", "choices", "note", "unit_price")
    stays = {"quantity": pieces, "stock": "sold", "kept": False, "id": work.ids.new("line")}
    return {name: getattr(line, name) for name in names} | stays


async def _coupon_follows(work: Work, order: Order, row: Alteration) -> None:
    """The coupon takes off what it does now; one that takes off nothing any more is the person's again."""
    if row.discount == order.discount:
        return
    if not row.discount:
        await coupons.release(work, order)
    elif order.state != NOT_PAID:
        await coupons.resize(work, order, row.discount - order.discount, row.id)


async def paid(work: Work, order: Order, payment: Payment, due: datetime) -> str | None:
    """The money for an alteration of ``order`` is here. It takes effect, or, when the shop has accepted meanwhile, the
    shop is asked, to answer until ``due``; else why it goes back: "alteration_late" or "alteration_gone".

    The caller holds the order's row.
    """
    row = await read(work, str(payment.alteration_id))
    if row.state != UNPAID or payment.amount != row.more:
        return "alteration_late"
    gone = await sold_out_in(work, row) is not None
    if gone or row.revision != order.revision or order.state not in AT_ONCE | BY_CONSENT:
        why = "alteration_gone" if gone else "alteration_late"
        await close(work, row, "overtaken", tell=False, why=why)
        return why
    if order.state == RECEIVED or row.granted_by is not None:
        return None if await apply(work, order, row, payment.id) else "alteration_late"
    if not await move(work, row, ASKED, due_at=due):
        return "alteration_late"
    await expire_payments(work, order.id, "order_paid", row.id)
    arm(work, row, ASKED, due)
    work.tell(AlterationAsked(order.id, row.id))
    return None


def draft_of(order: Order, lines: list[OrderLine]) -> Draft:
    """The order as it stands."""
    point = None if order.lat is None or order.lon is None else (order.lat, order.lon)
    told = tuple(Line.of_order(line) for line in lines)
    return Draft(told, order.fulfilment, order.address, order.address_detail, point)


def draft_in(row: Alteration) -> Draft:
    """The order as an alteration says."""
    point = None if row.lat is None or row.lon is None else (row.lat, row.lon)
    told = tuple(Line.from_json(line) for line in row.lines)
    return Draft(told, row.fulfilment, row.address, row.address_detail, point)
