"""After paying: where an order stands, cancelling, what ran out, rating."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from bot import views
from bot.actions.doing import Doing, Slots, action
from commerce import carts, changes, menu, orders, ratings, shops
from commerce.orders import OrderView
from commerce.refusals import Refusal
from commerce.work import Work

SHOWN = 5
_OF_LATE = timedelta(hours=12)
_GIVEN = re.compile(
    r"^\s*(?:(?:이?요|입니다|이에요|예요|이야|임|만점|짜리\S*|(?:을|를)?\s?(?:드려요|드릴게요?|드립니다|드림|줄게요?|줍니다|주고\s?싶\S*|줬\S*|남겨\S*|남길게요?|찍\S*)"
    r"|stars?|out of \w+|points?|from me|for (?:you|them|this|that|it)|please|thanks|thank you)[\s,.!~ㅎㅋ]*)*[\s,.!~ㅎㅋ]*",
    re.IGNORECASE,
)
"""What only says that the stars are given."""
LEAST_WORDS = 3
_SENTENCE = re.compile(r"[.!?~,\n]+")


async def order_slots(work: Work, order: OrderView) -> dict[str, Any]:
    """An order with its shop, as responses read it."""
    return views.order_json(order, await shops.get(work, order.shop), work.now)


async def _all(work: Work, found: tuple[OrderView, ...]) -> list[dict[str, Any]] | None:
    return [await order_slots(work, order) for order in found[:SHOWN]] or None


@action
async def order_status(doing: Doing) -> Slots:
    """The open orders. "before": there is none and was none of late, so that how long it takes is asked of the shop at
    hand, before ordering there."""
    found = await orders.open_of(doing.work, doing.person)
    if found or doing.slot("at_shop") is None:
        return {"outcome": "orders", "orders": await _all(doing.work, found)}
    cart, last = await carts.view(doing.work, doing.person), await orders.recent_of(doing.work, doing.person, 1)
    late = any(doing.work.now - order.placed_at < _OF_LATE for order in last)
    return {"outcome": "before" if (cart is not None and cart.lines) or not late else "orders", "orders": None}


@action
async def my_orders(doing: Doing) -> Slots:
    found = await orders.recent_of(doing.work, doing.person, SHOWN)
    listed = await _all(doing.work, found)
    return {"orders": listed, "currency": found[0].currency if found else doing.services.home.currency}


@action
async def cancel_order(doing: Doing) -> Slots:
    """Before the shop accepts at once; afterwards the shop is asked."""
    wanted = doing.slot("order_id")
    found = await orders.open_of(doing.work, doing.person)
    if wanted is not None:
        found = tuple(order for order in found if order.id == wanted)
    elif len(found) > 1:
        found = tuple(order for order in found if order.shop == doing.slot("shop_id")) or found
    if not found:
        return await _over(doing, wanted)
    if len(found) > 1:
        return {"outcome": "which", "orders": await _all(doing.work, found)}
    order = found[0]
    try:
        await orders.cancel(doing.work, order.id, doing.person)
    except Refusal as refusal:
        if refusal.code != "ask_shop":
            return {"outcome": "too_late", "placed": await order_slots(doing.work, order)}
        return await _ask_shop(doing, order)
    return {"outcome": "cancelled"}


async def _over(doing: Doing, wanted: Any) -> Slots:
    if not isinstance(wanted, str):
        cart = await carts.view(doing.work, doing.person)
        return {"outcome": "cart" if cart and cart.lines else "none"}
    ended = await orders.of_person(doing.work, doing.person, wanted)
    return {"outcome": "too_late", "placed": await order_slots(doing.work, ended)}


async def _ask_shop(doing: Doing, order: OrderView) -> Slots:
    placed = await order_slots(doing.work, order)
    try:
        await orders.ask_cancel(doing.work, order.id, doing.person)
    except Refusal as refusal:
        outcome = "already_asked" if refusal.code == "already_asked" else "too_late"
        return {"outcome": outcome, "placed": placed}
    return {"outcome": "asked", "placed": placed}


# -- what sold out


@action
async def sold_out_choice(doing: Doing) -> Slots:
    """Leave it out, see what could be taken instead, or take that."""
    order_id, item, new_item = doing.slot("order_id"), doing.slot("item_id"), doing.slot("new_item_id")
    order = await orders.of_person(doing.work, doing.person, str(order_id))
    if order.state != "asking":
        return {"outcome": "over", "placed": await order_slots(doing.work, order)}
    if doing.slot("intent") == "swap_sold_out":
        return await _offers(doing, order, str(item))
    try:
        if doing.slot("intent") == "take_instead":
            await changes.replace(doing.work, order.id, doing.person, str(item), str(new_item))
        else:
            await changes.drop_line(doing.work, order.id, doing.person, str(item))
    except Refusal as refusal:
        if refusal.code == "nothing_left":
            return {"outcome": "nothing_left"}
        if refusal.code in ("sold_out", "few_left", "dearer", "option_missing", "item_unknown"):
            return await _offers(doing, order, str(item), await _why_not(doing, order, str(new_item), refusal))
        fresh = await orders.of_person(doing.work, doing.person, order.id)
        return {"outcome": "over", "placed": await order_slots(doing.work, fresh)}
    return {"outcome": "changed"}


async def _offers(doing: Doing, order: OrderView, item: str, why: views.Texts | None = None) -> Slots:
    offers = await instead_of(doing.work, order, item)
    told = {"said": {"why": why}, "order_id": order.id, "item_id": item, "currency": order.currency}
    return told | {"outcome": "offers" if offers else "no_offers", "offers": offers}


async def _why_not(doing: Doing, order: OrderView, item: str, refusal: Refusal) -> views.Texts | None:
    """Why the dish that was named cannot take the place of another."""
    named = await menu.item(doing.work, order.shop, item)
    if named is None:
        return None
    ko, en = views.each_language(named.name, "ko"), views.each_language(named.name, "en")
    if refusal.code == "dearer":
        return views.both(
            f"‘{ko}’ 더 비싸서 그것으로는 바꿀 수 없어요.", f"{en} costs more, so it can't take its place."
        )
    if refusal.code == "option_missing":
        return views.both(
            f"‘{ko}’ 고를 것이 있어서 여기서는 바꿀 수 없어요.",
            f"{en} has things to choose, so it can't be swapped in here.",
        )
    return views.both(f"‘{ko}’도 지금은 없어요.", f"{en} is not to be had either.")


async def instead_of(work: Work, order: OrderView, item: str) -> list[dict[str, Any]]:
    """What can be had without choosing anything, for no more money per piece."""
    gone = [line for line in order.lines if line.item == item]
    most = min((line.unit_price for line in gone), default=0)
    pieces = sum(line.quantity for line in gone)
    return [
        {"id": one.id, "name": dict(one.name), "price": one.price, "order": order.id, "item": item}
        for one in (await menu.menu(work, order.shop)).items
        if not one.sold_out
        and one.id != item
        and one.price <= most
        and (one.available is None or one.available >= pieces)
        and all(option.at_least == 0 for option in one.options)
    ][:8]


# -- rating


@action
async def order_to_rate(doing: Doing) -> Slots:
    """The order tapped, else the last one that is done."""
    wanted = doing.slot("order_id")
    if isinstance(wanted, str):
        done = [await orders.of_person(doing.work, doing.person, wanted)]
    else:
        done = [order for order in await orders.recent_of(doing.work, doing.person) if order.state == "done"]
    if not done or done[0].state != "done":
        return {"outcome": "none"}
    order = next((one for one in done if one.stars is None), done[0])
    placed = await order_slots(doing.work, order)
    return {"outcome": "rated" if order.stars is not None else "rate", "placed": placed, "order": order.id}


@action
async def rate(doing: Doing) -> Slots:
    """The stars, with the words that came along with them."""
    words = _words_beside(doing)
    await ratings.rate(doing.work, doing.person, str(doing.slot("order")), int(doing.slot("stars")), words)
    return {"outcome": "worded" if words else "starred"}


def _words_beside(doing: Doing) -> str | None:
    """What is said beside the stars: "별 네 개요. 조금 늦었지만 맛있어요", "5점 너무 맛있어요"."""
    said = doing.understood
    stars = next((one for one in said.entities if one.entity == "stars"), None) if said else None
    if said is None or stars is None:
        return None
    before, after = said.text[: stars.start], said.text[stars.end :]
    here, *behind = _SENTENCE.split(after)
    own = _GIVEN.sub("", here).strip()
    kept = [*_SENTENCE.split(before)[:-1], own if len(own) >= LEAST_WORDS else "", *behind]
    return ". ".join(part.strip() for part in kept if part.strip(" ~!.?,")) or None


@action
async def rate_words(doing: Doing) -> Slots:
    words = str(doing.slot("rating_words") or "").strip()
    if words:
        order = str(doing.slot("order"))
        await ratings.rate(doing.work, doing.person, order, int(doing.slot("stars")), words)
    return {}
