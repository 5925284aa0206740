"""From cart to order: prices frozen, stock held, the coupon taken, a payment made. All of it or nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from commerce import coupons, order_steps, payments, stock
from commerce.cart_records import Cart, CartLine
from commerce.guarded import changed
from commerce.order_records import Order, OrderLine
from commerce.order_states import UNPAID
from commerce.order_views import OrderView, get
from commerce.pricing import Quote, quote
from commerce.refusals import Refusal
from commerce.shops import Shop
from commerce.whole import all_or_nothing
from commerce.work import Work

ANSWER_WITHIN: Final = timedelta(minutes=7)
PAY_WITHIN: Final = timedelta(minutes=10)
_NUMBER_DIGITS: Final = (4, 4, 4, 4, 4, 4, 5, 5, 6, 6)


async def place(
    work: Work, person: str, *, gateway: str, agreed: int | None = None, answer_within: timedelta = ANSWER_WITHIN
) -> OrderView:
    """Order what is in the person's cart, to be paid at ``gateway`` within ten minutes; the cart is gone then.

    ``agreed`` is the total the person saw: another one is refused as "price_changed"(was, now). ``answer_within`` is
    the shop's time to answer once it is paid. Refuses whatever ``quote`` names as a problem, "fulfilment_missing",
    "address_missing", "cart_empty", "sold_out", "few_left". An order that costs nothing is received at once.
    """
    priced = await quote(work, person)
    if priced.problems:
        raise priced.problems[0].refusal()
    for what in priced.missing:
        raise Refusal(f"{what}_missing")
    if agreed is not None and agreed != priced.total:
        raise Refusal("price_changed", was=agreed, now=priced.total, currency=priced.currency)
    async with all_or_nothing(work):
        await _take_cart(work, person, priced.cart.id)
        pieces: Counter[str] = Counter()
        for line in priced.lines:
            if line.available is not None:
                pieces[line.item] += line.quantity
        await stock.hold(work, pieces)
        order = await _insert(work, person, priced, int(answer_within.total_seconds()))
        for discount in priced.discounts:
            await coupons.reserve(work, person, discount.use, order)
        await order_steps.record(work, order, None, UNPAID, person, None)
        if priced.total:
            order_steps.arm(work, "order.unpaid", order, work.now + PAY_WITHIN)
            await payments.create(work, order, person, gateway, priced.total, priced.currency)
        else:
            await order_steps.receive(work, await order_steps.read(work, order), None)
    return await get(work, order)


async def _take_cart(work: Work, person: str, cart: str) -> None:
    await changed(work, delete(CartLine).where(CartLine.cart_id == cart))
    if not await changed(work, delete(Cart).where(Cart.id == cart, Cart.person_id == person)):
        raise Refusal("cart_empty")


async def _insert(work: Work, person: str, priced: Quote, answer_s: int) -> str:
    cart = priced.cart
    lat, lon = cart.address_point or (None, None)
    zone = await work.session.scalar(select(Shop.timezone).where(Shop.id == cart.shop))
    delivery = cart.fulfilment == "delivery"
    order = await _numbered(
        work,
        {
            "day": work.now.astimezone(ZoneInfo(zone or "UTC")).date().isoformat(),
            "shop_id": cart.shop,
            "person_id": person,
            "state": UNPAID,
            "fulfilment": cart.fulfilment,
            "address": cart.address if delivery else None,
            "address_detail": cart.address_detail if delivery else None,
            "lat": lat if delivery else None,
            "lon": lon if delivery else None,
            "wanted_at": cart.wanted_at,
            "due_at": work.now + PAY_WITHIN,
            "answer_s": answer_s,
            "subtotal": priced.subtotal,
            "fee": priced.delivery_fee,
            "discount": priced.discount,
            "total": priced.total,
            "currency": priced.currency,
            "placed_at": work.now,
        },
    )
    await work.session.execute(insert(OrderLine), _lines(work, order, priced))
    return order


def _lines(work: Work, order: str, priced: Quote) -> list[dict[str, Any]]:
    return [
        {
            "id": work.ids.new("line"),
            "order_id": order,
            "position": position,
            "item_id": line.item,
            "name": line.name,
            "choices": [asdict(choice) for choice in line.choices],
            "note": line.note,
            "quantity": line.quantity,
            "unit_price": line.unit_price,
            "stock": "uncounted" if line.available is None else "held",
        }
        for position, line in enumerate(priced.lines)
    ]


async def _numbered(work: Work, values: dict[str, Any]) -> str:
    """Insert the order under a number that its shop has not given today, longer ones when the short run out."""
    order = work.ids.new("order")
    for digits in _NUMBER_DIGITS:
        try:
            async with work.session.begin_nested():
                await work.session.execute(insert(Order).values(id=order, number=work.ids.digits(digits), **values))
        except IntegrityError:
            continue
        return order
    raise Refusal("busy", shop=values["shop_id"])
