"""What to order when nobody names a dish: the same as last time, or what others like here."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot import views
from bot.actions.doing import Doing, Slots, action
from bot.actions.finding import item_json
from commerce import carts, menu, orders, sales, shops
from commerce.menu_views import ItemView
from commerce.order_views import OrderLineView, OrderView

LOOKED_THROUGH = 30
"""Past orders among which the last of a shop is looked for."""
RECENTLY = timedelta(days=30)
RECOMMENDED = 3


@action
async def order_again(doing: Doing) -> Slots:
    """The last order of the shop named or at hand, else the last of all, in ``pending``; "none" without one."""
    shop_id = doing.slot("shop_id") or doing.slot("at_shop")
    past = [one for one in await orders.recent_of(doing.work, doing.person, LOOKED_THROUGH) if one.received]
    last = next((one for one in past if one.shop == shop_id), None) if isinstance(shop_id, str) else None
    last = last or next(iter(past), None)
    if last is None:
        return {"outcome": "none"}
    on_menu = {item.id: item for item in (await menu.menu(doing.work, last.shop)).items}
    lines = [_again(line, on_menu.get(line.item)) for line in last.lines]
    moved = [text for line in last.lines for text in _moved(last, line, on_menu.get(line.item))]
    return {
        "outcome": "again",
        "shop_id": None,
        "at_shop": last.shop,
        "pending": {"lines": lines, "text": None, "shop": last.shop},
        "again": {
            "shop": views.shop_json(await shops.get(doing.work, last.shop)),
            "summary": views.summary(last),
            "moved": {of: ", ".join(text[of] for text in moved) for of in ("ko", "en")} if moved else None,
        },
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
        "quantity": line.quantity,
        "options": [choice.id for choice in line.choices if choice.id in own],
        "unknown_options": [views.each_language(one.name, "ko") for one in line.choices if one.id not in own],
        "note": line.note,
    }


def _own(item: ItemView) -> dict[str, int]:
    return {choice.id: choice.price for option in item.options for choice in option.choices}


def _moved(order: OrderView, line: OrderLineView, item: ItemView | None) -> list[dict[str, str]]:
    """What a piece cost then and costs now, where that differs."""
    if item is None:
        return []
    own = _own(item)
    price = item.price + sum(own.get(choice.id, 0) for choice in line.choices)
    if price == line.unit_price:
        return []
    then, now = views.won(line.unit_price, order.currency), views.won(price, order.currency)
    return [{of: f"{views.each_language(line.name, of)} {then[of]} → {now[of]}" for of in ("ko", "en")}]


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
