"""What to order when nobody names a dish: the same as last time, or what others like here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot import views
from bot.actions.doing import Doing, Slots, action
from bot.actions.finding import item_json
from bot.actions.ordering import joined
from commerce import carts, menu, regulars, sales, shops
from commerce.menu_views import ItemView
from commerce.order_views import OrderLineView, OrderView

RECENTLY = timedelta(days=30)
RECOMMENDED = 3
_USUAL = re.compile(r"늘|항상|언제나|맨날|매일|매번|자주|평소|하던|먹던|마시던|시키던|usual|always|regular|normally")
"""Words for what is ordered most; "the last one", "지난번처럼" and the like have none of them."""


@action
async def order_again(doing: Doing) -> Slots:
    """The usual, or the last order when that is asked for, in ``pending``: of the shop named, else of the one at hand,
    else of all. Outcomes: "again"; "none" without one; "none_here" for a shop that has been named."""
    usual = doing.understood is None or _USUAL.search(doing.understood.text.casefold()) is not None
    find = regulars.usual if usual else regulars.last
    named, at_hand = doing.slot("shop_id"), doing.slot("at_shop")
    found = await find(doing.work, doing.person, named or at_hand)
    if found is None and isinstance(named, str):
        found = await regulars.last(doing.work, doing.person, named, taken_back=True)
    if found is None and isinstance(named, str):
        return {"outcome": "none_here", "shop": views.shop_json(await shops.get(doing.work, named))}
    found = found or await find(doing.work, doing.person)
    found = found or await regulars.last(doing.work, doing.person, taken_back=True)
    if found is None:
        return {"outcome": "none"}
    on_menu = {item.id: item for item in (await menu.menu(doing.work, found.shop)).items}
    await _let_go_of_the_same(doing, found)
    pending = {
        "lines": [_again(line, on_menu.get(line.item)) for line in found.lines],
        "text": None,
        "shop": found.shop,
        "fulfilment": found.fulfilment,
        "address": found.address,
        "again": await _told(doing, found, on_menu, usual),
    }
    return {"outcome": "again", "shop_id": None, "at_shop": found.shop, "pending": pending}


async def _let_go_of_the_same(doing: Doing, order: OrderView) -> None:
    """Asked for twice it is there once: a cart that holds just this makes room for it."""
    cart = await carts.view(doing.work, doing.person)
    if cart is not None and cart.lines and regulars.content(cart) == regulars.content(order):
        await carts.clear(doing.work, doing.person)


async def _told(doing: Doing, order: OrderView, on_menu: Mapping[str, ItemView], usual: bool) -> dict[str, Any]:
    """What is said of it: where it is from, what costs something else now, what there is less of."""
    moved = [text for line in order.lines for text in _moved(order, line, on_menu.get(line.item))]
    fewer = [text for line in order.lines for text in _fewer(line, on_menu.get(line.item))]
    return {
        "shop": views.shop_json(await shops.get(doing.work, order.shop)),
        "summary": views.summary(order),
        "usual": usual,
        "moved": {of: ", ".join(text[of] for text in moved) for of in ("ko", "en")} if moved else None,
        "fewer": joined(fewer),
        "address": {"text": order.address, "detail": order.address_detail, "point": order.point and list(order.point)}
        if order.address is not None
        else None,
    }


def _again(line: OrderLineView, item: ItemView | None) -> dict[str, Any]:
    """The line as an order in words has it; what the menu no longer has keeps its name, to be said."""
    name = views.each_language(line.name, "ko")
    if item is None:
        return {"item": None, "text": name, "quantity": line.quantity}
    own = _own(item)
    return {
        "item": item.id,
        "text": name,
        "quantity": min(line.quantity, item.available or line.quantity),
        "options": [choice.id for choice in line.choices if choice.id in own],
        "unknown_options": [views.each_language(one.name, "ko") for one in line.choices if one.id not in own],
        "note": line.note,
    }


def _own(item: ItemView) -> dict[str, int]:
    return {choice.id: choice.price for option in item.options for choice in option.choices if not choice.sold_out}


def _moved(order: OrderView, line: OrderLineView, item: ItemView | None) -> list[dict[str, str]]:
    """What a piece cost then and costs now, where that differs."""
    if item is None or item.sold_out:
        return []
    own = _own(item)
    price = item.price + sum(own[choice.id] for choice in line.choices if choice.id in own)
    if price == line.unit_price:
        return []
    then, now = views.won(line.unit_price, order.currency), views.won(price, order.currency)
    return [{of: f"{views.each_language(line.name, of)} {then[of]} → {now[of]}" for of in ("ko", "en")}]


def _fewer(line: OrderLineView, item: ItemView | None) -> list[dict[str, str]]:
    """That there are not as many left."""
    if item is None or item.sold_out or not item.available or item.available >= line.quantity:
        return []
    ko, en = views.each_language(line.name, "ko"), views.each_language(line.name, "en")
    return [views.both(f"{views.named(ko)} {item.available}개만 남았어요.", f"Only {item.available} of {en} left.")]


@action
async def recommend(doing: Doing) -> Slots:
    """What is ordered most at the shop at hand and can be had now, the first of the menu after it; three at most."""
    cart = await carts.view(doing.work, doing.person)
    shop_id = doing.slot("shop_id") or doing.slot("at_shop") or (cart.shop if cart else None)
    if not isinstance(shop_id, str):
        return {"outcome": "no_shop"}
    shop = await shops.get(doing.work, shop_id)
    items = [one for one in (await menu.menu(doing.work, shop_id)).items if not one.sold_out and one.available != 0]
    best = await sales.best_sellers(doing.work, shop_id, doing.work.now - RECENTLY)
    rank = {sold.item: at for at, sold in enumerate(best)}
    items.sort(key=lambda item: rank.get(item.id, len(rank)))
    return {
        "outcome": "chosen" if items else "nothing",
        "at_shop": shop_id,
        "shop": views.shop_json(shop),
        "currency": shop.currency,
        "menu": [item_json(item) for item in items[:RECOMMENDED]],
    }
