"""What a person orders again: the order that they make most, or the one they made last."""

from __future__ import annotations

from collections import Counter
from typing import Final

from commerce.cart_views import CartView
from commerce.order_records import Order
from commerce.order_states import DEAD, UNPAID
from commerce.order_views import OrderView, newest
from commerce.work import Work

LOOKED_THROUGH: Final = 50
"""Past orders among which the most frequent is looked for."""

Content = tuple[str, tuple[tuple[str, tuple[str, ...], int], ...]]


async def last(work: Work, person: str, shop: str | None = None, *, taken_back: bool = False) -> OrderView | None:
    """The newest order that the person paid for, at ``shop`` when it is given; those that died only when ``taken_back``
    asks for them."""
    return next(iter(await _past(work, person, shop, 1, taken_back=taken_back)), None)


async def usual(work: Work, person: str, shop: str | None = None) -> OrderView | None:
    """The order that the person made most often, the same dishes with the same choices at the same shop, as it was
    made the last time; of several made as often the one made last."""
    past = await _past(work, person, shop, LOOKED_THROUGH)
    if not past:
        return None
    often = Counter(content(order) for order in past)
    return max(past, key=lambda order: (often[content(order)], order.placed_at))


def content(order: OrderView | CartView) -> Content:
    """What makes two orders, or a cart and an order, the same: the shop, and how many of which dish with which choices."""
    pieces: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for line in order.lines:
        pieces[line.item, tuple(sorted(choice.id for choice in line.choices))] += line.quantity
    return order.shop, tuple(sorted((item, choices, number) for (item, choices), number in pieces.items()))


async def _past(
    work: Work, person: str, shop: str | None, limit: int, *, taken_back: bool = False
) -> tuple[OrderView, ...]:
    theirs = [Order.person_id == person, Order.received_at.is_not(None)]
    if shop is not None:
        theirs.append(Order.shop_id == shop)
    if not taken_back:
        theirs.append(Order.state.not_in(DEAD | {UNPAID}))
    return await newest(work, limit, *theirs)
