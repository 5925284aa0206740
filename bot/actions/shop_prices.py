"""What a dish costs from now on, as its shop says in chat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.actions.doing import Doing, Slots, action
from bot.actions.shop_picking import workshop
from commerce import menu, shops
from commerce.menu_views import ItemView
from commerce.refusals import Refusal

DEAREST = 100_000_000
"""The most that a dish may come to, minor units: beyond it a number was mistyped."""


@action
async def new_price(doing: Doing) -> Slots:
    """What the words come to: ``priced`` with the price of now and the one wanted; "same" when they are one.

    Outcomes otherwise: "which" with ``items`` to tap, "amount" without a sum of money, "odd" for less than nothing.
    """
    shop = await shops.get(doing.work, await workshop(doing))
    items = (await menu.menu(doing.work, shop.id)).items
    item = next((one for one in items if one.id == _named(doing)), None)
    if item is None:
        listed = [{"id": one.id, "name": dict(one.name), "price": one.price} for one in items[:12]]
        return {"outcome": "which" if listed else "no_menu", "items": listed, "currency": shop.currency}
    before = doing.slot("priced")
    asked = doing.slot("new_amount") is None or (isinstance(before, Mapping) and before["asked"])
    priced = {"id": item.id, "name": dict(item.name), "was": item.price, "asked": asked}
    found: Slots = {"item": item.id, "priced": priced, "currency": shop.currency}
    if doing.slot("new_amount") is None:
        return found | {"outcome": "amount"}
    price = _price(item, int(doing.slot("new_amount")), doing.slot("change"))
    if not 0 <= price <= DEAREST:
        return found | {"outcome": "odd"}
    return found | {"priced": priced | {"price": price}, "outcome": "same" if price == item.price else "sure"}


def _named(doing: Doing) -> Any:
    lines = [line["item"] for line in doing.slot("lines") or () if line.get("item")]
    return doing.slot("item") or (lines[0] if lines else None)


def _price(item: ItemView, money: int, change: object) -> int:
    return {"up": item.price + money, "down": item.price - money}.get(str(change), money)


@action
async def change_price(doing: Doing) -> Slots:
    """Change it, if it still is what the question said."""
    priced = doing.slot("priced")
    shop = await workshop(doing)
    try:
        await menu.set_price(doing.work, shop, priced["id"], priced["price"], was=priced["was"])
    except Refusal as refusal:
        return {"refusal": refusal.code}
    doing.services.catalogue.forget(doing.work)
    return {}
