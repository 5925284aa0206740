"""A shop's day: what ran out, opening hours, today's orders and sales, colleagues."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from bot.actions.doing import Doing, Slots, action
from bot.actions.following import order_slots
from bot.actions.shop_orders import workshop
from commerce import changes, hours, invitations, menu, orders, sales
from commerce.menu_views import ItemView
from commerce.refusals import Refusal

FARTHEST_CLOSING = timedelta(hours=24)


async def _named_items(doing: Doing, shop: str) -> list[ItemView]:
    """The menu items that the tap or the words name."""
    wanted = {doing.slot("item"), *(line["item"] for line in doing.slot("lines") or ())}
    if doing.understood is not None:
        wanted |= {entity.value for entity in doing.understood.entities if entity.entity == "item"}
    return [item for item in (await menu.menu(doing.work, shop)).items if item.id in wanted]


async def _to_pick(doing: Doing, shop: str, fits: Callable[[ItemView], bool]) -> list[dict[str, Any]]:
    items = (await menu.menu(doing.work, shop)).items
    return [{"id": item.id, "name": dict(item.name)} for item in items if fits(item)][:12]


@action
async def sold_out(doing: Doing) -> Slots:
    """Mark it; consumers whose waiting orders hold it are asked first."""
    shop = await workshop(doing)
    items = await _named_items(doing, shop)
    if not items:
        return {"outcome": "which", "items": await _to_pick(doing, shop, lambda item: not item.sold_out)}
    asked = 0
    for item in items:
        asked += len(await changes.sold_out(doing.work, shop, item.id, doing.person))
    doing.services.catalogue.forget()
    return {
        "outcome": "marked",
        "items": [dict(item.name) for item in items],
        "item": items[0].id if len(items) == 1 else None,
        "said": {"asked": asked},
    }


@action
async def restock(doing: Doing) -> Slots:
    """Sell it again."""
    shop = await workshop(doing)
    items = await _named_items(doing, shop)
    if not items:
        gone = await _to_pick(doing, shop, lambda item: item.sold_out)
        return {"outcome": "which" if gone else "none", "items": gone}
    for item in items:
        await menu.mark_available(doing.work, shop, item.id)
    return {"outcome": "marked", "items": [dict(item.name) for item in items]}


@action
async def close_at(doing: Doing) -> Slots:
    """Close at the time said, within a day from now."""
    shop = await workshop(doing)
    at = datetime.fromisoformat(str(doing.slot("time")))
    if not doing.work.now <= at <= doing.work.now + FARTHEST_CLOSING:
        raise Refusal("time_odd")
    await hours.close_at(doing.work, shop, at)
    return {"opening": {"at": at.isoformat()}}


@action
async def day_off(doing: Doing) -> Slots:
    """Rest on the day said; today when none was."""
    shop = await workshop(doing)
    today = doing.work.now.astimezone(doing.services.home.zone).date()
    said = doing.slot("day")
    day = date.fromisoformat(said) if isinstance(said, str) else today
    await hours.day_off(doing.work, shop, day)
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=doing.services.home.zone)
    return {"opening": {"day": noon.isoformat()}}


@action
async def reopen(doing: Doing) -> Slots:
    await hours.reopen(doing.work, await workshop(doing))
    return {}


@action
async def orders_today(doing: Doing) -> Slots:
    """Today's orders, with those still to be answered."""
    shop = await workshop(doing)
    found = await orders.today(doing.work, shop)
    listed = [await order_slots(doing.work, order) for order in found[-20:]]
    waiting = [
        {"number": order["number"], "accept": f'/merchant_accept {{"order": "{order["id"]}"}}'}
        for order in listed
        if order["state"] == "received"
    ]
    return {
        "orders": listed or None,
        "waiting": waiting[:5],
        "today": {"count": len(found)},
        "currency": doing.services.home.currency,
    }


@action
async def show_sales(doing: Doing) -> Slots:
    shop = await workshop(doing)
    day = await sales.today(doing.work, shop)
    return {
        "today": {
            "count": day.orders,
            "net": day.net,
            "done": day.done,
            "dead": day.dead or None,
            "top": [
                {"name": sold.name, "quantity": sold.quantity, "amount": sold.amount, "currency": day.currency}
                for sold in day.top
            ],
        },
        "currency": day.currency,
    }


@action
async def invite(doing: Doing) -> Slots:
    """A code for a colleague, and the link that carries it."""
    code = await invitations.invite(doing.work, await workshop(doing), doing.person)
    return {"invitation": {"code": code, "link": doing.services.join_link + code}}
