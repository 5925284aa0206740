"""Ratings: stars first, words when the person likes to; the shop's average follows at once."""

from __future__ import annotations

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from commerce.cart_views import FRESH
from commerce.events import Rated
from commerce.guarded import changed
from commerce.order_records import Order
from commerce.order_states import DONE
from commerce.order_steps import read
from commerce.rating_records import Rating
from commerce.refusals import Refusal
from commerce.shops import Shop
from commerce.whole import all_or_nothing
from commerce.words import one_line
from commerce.work import Work


async def rate(work: Work, person: str, order: str, stars: int, words: str | None = None) -> None:
    """Rate an order that is done, 1 to 5 stars; rating again changes it, and words once given stay unless replaced.

    Refuses "order_unknown", "not_done"(state), "stars_odd".
    """
    if not 1 <= stars <= 5:
        raise Refusal("stars_odd", stars=stars)
    async with all_or_nothing(work):
        row = await read(work, order, Order.person_id == person)
        if row.state != DONE:
            raise Refusal("not_done", order=order, state=row.state)
        text = one_line(words, 1000) or None
        more_stars, more_ratings = await _write(work, row, stars, text)
        shop = update(Shop).where(Shop.id == row.shop_id)
        summed = {"rating_sum": Shop.rating_sum + more_stars, "rating_count": Shop.rating_count + more_ratings}
        await changed(work, shop.values(**summed))
        work.tell(Rated(order, stars, text))


async def of_order(work: Work, order: str) -> tuple[int, str | None] | None:
    """The stars and words that an order was given."""
    row = await work.session.scalar(select(Rating).where(Rating.order_id == order).execution_options(**FRESH))
    return None if row is None else (row.stars, row.words)


async def _write(work: Work, order: Order, stars: int, words: str | None) -> tuple[int, int]:
    """Add or change the rating; returns by how much the shop's sum and count grow."""
    before = await of_order(work, order.id)
    if before is None:
        values = {"order_id": order.id, "shop_id": order.shop_id, "person_id": order.person_id, "stars": stars}
        try:
            async with work.session.begin_nested():
                await work.session.execute(insert(Rating).values(words=words, rated_at=work.now, **values))
        except IntegrityError:
            before = await of_order(work, order.id)
        else:
            return stars, 1
    was, said = before or (0, None)
    still = update(Rating).where(Rating.order_id == order.id, Rating.stars == was)
    if not await changed(work, still.values(stars=stars, words=words or said, rated_at=work.now)):
        raise Refusal("busy", order=order.id)
    return stars - was, 0
