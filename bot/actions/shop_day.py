"""A shop's day: what ran out, opening hours, today's orders and sales, colleagues."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from bot import views
from bot.actions.doing import Doing, Slots, action
from bot.actions.finding import week_json
from bot.actions.following import order_slots
from bot.actions.shop_picking import workshop
from bot.views import Texts
from commerce import changes, hours, invitations, menu, orders, sales, shops
from commerce.menu_views import ItemView
from commerce.refusals import Refusal
from nlu.quantities import find_quantities
from nlu.settling_shops import HOW_MANY_LEFT

FARTHEST_CLOSING = timedelta(hours=24)
JUST_NOW = timedelta(minutes=2)
"""A time this little ago is now: "close now" was tapped a moment later."""
NIGHT_ENDS = 7
"""The hour until which a past time of today is the coming night's."""
_AT_ONCE = re.compile(
    r"지금|이제|바로|당장|마감|끝났|끝이|장사\s?끝|영업\s?(?:끝|종료)|닫았|\bnow\b|closing up|we are closed|we're closed"
)

_RESTS = re.compile(r"쉬|쉴|쉽|쉼|쉰|쉈|휴|닫|놀|영업|장사|(?:안|못)\s?(?:열|나)|\boff\b|clos|holiday|\brest|open")
"""What a day off is said with."""
_OTHER_DAYS = re.compile(
    r"어제|그제|그저께|지난|저번|이번\s?(?:주|달)|주간|월간|한\s?달|일주일|\byesterday|\b(?:this|last|past) (?:week|month|year)|\bweekly|\bmonthly"
)
_GONE = re.compile(r"어제|그제|지난\s?주|yesterday|last week")


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
        gone = await _to_pick(doing, shop, lambda item: item.sold_out)
        return {
            "outcome": "which",
            "items": await _to_pick(doing, shop, lambda item: not item.sold_out),
            "gone": [item["name"] for item in gone] or None,
        }
    asked = 0
    for item in items:
        asked += len(await changes.sold_out(doing.work, shop, item.id, doing.person))
    doing.services.catalogue.forget(doing.work)
    return {
        "outcome": "marked",
        "items": [dict(item.name) for item in items],
        "item": items[0].id if len(items) == 1 else None,
        "said": {"asked": asked},
    }


@action
async def restock(doing: Doing) -> Slots:
    """Sell it again, or only so many more: "세 개 남았어요"."""
    shop = await workshop(doing)
    items = await _named_items(doing, shop)
    left = _left(doing)
    if left is not None and len(items) == 1:
        await changes.only_left(doing.work, shop, items[0].id, doing.person, left)
        return {"outcome": "left", "items": [dict(items[0].name)], "item": items[0].id, "left": left}
    if not items:
        gone = await _to_pick(doing, shop, lambda item: item.sold_out)
        return {"outcome": "which" if gone else "none", "items": gone}
    for item in items:
        await changes.back_in_stock(doing.work, shop, item.id, doing.person)
    one = items[0].id if len(items) == 1 else None
    return {"outcome": "marked", "items": [dict(item.name) for item in items], "item": one}


def _left(doing: Doing) -> int | None:
    """How many there are still, as the words say."""
    said = doing.understood.text.casefold() if doing.understood is not None else ""
    numbers = [one.value for one in find_quantities(said)] if HOW_MANY_LEFT.search(said) else []
    return int(numbers[0]) if len(numbers) == 1 and 0 < numbers[0] == int(numbers[0]) else None


@action
async def closing_now(doing: Doing) -> Slots:
    """Words such as "지금 문 닫아요" and "마감" name no time: it is now, if the shop is open."""
    status = await hours.status_of(doing.work, await workshop(doing))
    now = doing.work.now.isoformat()
    said = doing.understood.text if doing.understood is not None and doing.slot("time") is None else ""
    if _AT_ONCE.search(said.casefold()):
        return {"time": now} if status.open or status.paused else {"outcome": "shut"}
    return {"opening": {"open": status.open, "now": now}}


@action
async def close_at(doing: Doing) -> Slots:
    """Close at the time said, within a day from now; "새벽 1시" tonight is tomorrow's."""
    shop, now = await workshop(doing), doing.work.now
    at = datetime.fromisoformat(str(doing.slot("time"))).astimezone(doing.services.home.zone)
    if at < now - JUST_NOW and at.hour < NIGHT_ENDS:
        at += timedelta(days=1)
    if not now - JUST_NOW <= at <= now + FARTHEST_CLOSING:
        raise Refusal("time_odd")
    status = await hours.close_at(doing.work, shop, max(at, now))
    closed = at <= now and not status.open
    opening = {
        "at": at.isoformat(),
        "opens": views.iso(status.opens),
        "day": at.date().isoformat(),
        "later": await _ordered_for(doing, shop, lambda wanted: at < wanted <= at + FARTHEST_CLOSING),
    }
    return {"outcome": "closed" if closed else "later", "opening": opening}


@action
async def day_off(doing: Doing) -> Slots:
    """Rest on the day said; today when none was."""
    shop, zone = await workshop(doing), doing.services.home.zone
    day = _day(doing)
    gone = doing.understood is not None and _GONE.search(doing.understood.text.casefold())
    if gone or day < doing.work.now.astimezone(zone).date():
        raise Refusal("time_odd")
    if _unspoken(doing):
        return {"outcome": "sure", "opening": {"noon": _noon(doing, day)}}
    await hours.day_off(doing.work, shop, day)
    later = await _ordered_for(doing, shop, lambda wanted: wanted.astimezone(zone).date() == day)
    return {"opening": {"noon": _noon(doing, day), "day": day.isoformat(), "later": later}}


def _unspoken(doing: Doing) -> bool:
    """A day alone, or "오늘은 안 되겠어요": nobody said that the shop rests, and it would be shut all day."""
    said = doing.understood.text.casefold() if doing.understood is not None else None
    return said is not None and doing.slot("sure") is None and _RESTS.search(said) is None


@action
async def reopen(doing: Doing) -> Slots:
    """The usual hours again, on the day said; today when none was. Where a pause ends the outcome is "resumed"."""
    day, shop = _day(doing), await workshop(doing)
    paused = (await hours.status_of(doing.work, shop)).paused
    today = doing.slot("day") is None or day == doing.work.now.astimezone(doing.services.home.zone).date()
    status = await hours.reopen(doing.work, shop, day)
    return {
        "outcome": "resumed" if paused and status.open and today else "usual",
        "opening": {
            "noon": _noon(doing, day),
            "until": views.iso(status.until) if status.open and today else None,
            "opens": views.iso(status.opens) if not status.open and today else None,
        },
    }


def _day(doing: Doing) -> date:
    said = doing.slot("day")
    return (
        date.fromisoformat(said)
        if isinstance(said, str)
        else doing.work.now.astimezone(doing.services.home.zone).date()
    )


def _noon(doing: Doing, day: date) -> str:
    return datetime(day.year, day.month, day.day, 12, tzinfo=doing.services.home.zone).isoformat()


async def _ordered_for(doing: Doing, shop: str, then: Callable[[datetime], bool]) -> Texts | None:
    """A warning of orders already taken for a time at which the shop will be closed."""
    found = [
        order for order in await orders.open_of_shop(doing.work, shop) if order.wanted_at and then(order.wanted_at)
    ]
    if not found:
        return None
    numbers = ", ".join(order.number for order in found)
    return views.both(
        f"⚠ 그때 받기로 한 예약 주문이 있어요: {numbers}번", f"⚠ You have orders for that time: {numbers}"
    )


@action
async def own_shop(doing: Doing) -> Slots:
    """What customers see of the shop: hours, delivery, the menu with prices and what is sold out."""
    shop = await shops.get(doing.work, await workshop(doing))
    status = await hours.status_of(doing.work, shop.id)
    return {
        "own": views.shop_json(shop, status) | {"hours": week_json(shop.hours)},
        "items": [
            {"name": dict(item.name), "price": item.price, "stands": _stands(item)}
            for item in (await menu.menu(doing.work, shop.id)).items
        ],
        "currency": shop.currency,
    }


def _stands(item: ItemView) -> Texts:
    """Whether there is any left, behind the price."""
    if item.sold_out:
        return views.both(" · 품절", " · sold out")
    if item.available is None:
        return views.both("", "")
    return views.both(f" · {item.available}개 남음", f" · {item.available} left")


@action
async def orders_today(doing: Doing) -> Slots:
    """Today's orders, with those still to be answered."""
    shop = await workshop(doing)
    found = await orders.today(doing.work, shop)
    listed = [await order_slots(doing.work, order) for order in found[-20:]]
    return {
        "orders": listed or None,
        "answerable": [order for order in listed if order["state"] == "received"][:5],
        "today": {"count": len(found)},
        "currency": doing.services.home.currency,
    }


@action
async def show_sales(doing: Doing) -> Slots:
    """Today's; ``other`` says that another day was asked for, and only today is known."""
    shop = await workshop(doing)
    said = doing.understood.text.casefold() if doing.understood is not None else ""
    day = await sales.today(doing.work, shop)
    return {
        "today": {
            "count": day.orders,
            "net": day.net,
            "done": day.done,
            "dead": day.dead or None,
            "other": bool(_OTHER_DAYS.search(said)),
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
    link = doing.services.invitation_link(code, doing.incoming.channel)
    return {"invitation": {"code": code, "link": link}}
