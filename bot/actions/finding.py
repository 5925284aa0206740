"""Finding shops, opening one, and what is asked about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from bot import views
from bot.actions.doing import Doing, Slots, action
from bot.spoken_of import spoken_of
from commerce import carts, coupons, geo, hours, menu, places, shops
from commerce.cells import distance_m
from commerce.menu import MenuItem
from commerce.menu_views import ItemView
from commerce.refusals import Refusal
from commerce.shops import ShopView

CARDS = 6
"""Shops shown at once."""
FURTHER = 30
"""Shops looked through for those."""
_PLURAL = re.compile(r"(?<=[a-z]{3})(?:(?<=[cs]h)es|s)$")

_ANY_OTHER = frozenset({"다른", "다른 데", "딴", "else", "other", "different"})
"""Words for a shop that is only to be another."""

Spot = tuple[float, float, Any]
"""Latitude, longitude in degrees and what to call it."""


@action
async def find_shops(doing: Doing) -> Slots:
    """``found`` near the place said, else where the person last was; ``outcome`` says what is missing.

    An order that waits for a shop (``pending``) goes straight to the only one that can take it.
    """
    pending = waiting_order(doing)
    named = await _named_shop(doing)
    spot = await _spot(doing, pending)
    place = doing.services.home.place
    home = {"name": place, "words": next(iter(place.values()))} if place else None
    if named is not None:
        spoken = {} if pending else await _spoken_of(doing, named, await _dish(doing, None))
        return {"outcome": "shop", "at_shop": named, "home": home, "pending": pending} | spoken
    if spot is None:
        waits = pending and pending | {"near": None}
        return {"outcome": "where", "home": home, "place": None, "pending": waits}
    lat, lon, where = spot
    dish = await _dish(doing, pending)
    words = _unknown_dish(doing) if dish is None and pending is None else None
    found = await _search(doing, lat, lon, dish or words, pending.get("item") if pending else doing.slot("item"))
    if pending is not None and dish and not found:
        found = await _search(doing, lat, lon, _PLURAL.sub("", dish.split()[-1]), pending.get("item"))
    missed = words if not found else None
    if missed is not None:
        found = await _search(doing, lat, lon, None, None)
    slots: Slots = {"home": home, "currency": doing.services.home.currency, "pending": pending}
    able = [one for one in found if one.status.open and one.shop.registered != "register"]
    if pending is not None and len(able) == 1:
        return slots | {"outcome": "shop", "at_shop": able[0].shop.id}
    cards = await _cards(doing, found)
    shown = {"where": where, "count": len(cards), "shops": cards, "dish": dish if pending else None, "missed": missed}
    spoken = await _only_one(doing, able[0].shop.id, dish) if len(found) == len(able) == 1 and not missed else {}
    return slots | {"found": shown, "outcome": "found" if cards else "none"} | spoken


async def _only_one(doing: Doing, shop: str, dish: str | None) -> Slots:
    """The only shop found is the one that is spoken of from now on, and the dish that was looked for with it."""
    cart = await carts.view(doing.work, doing.person)
    if cart is not None and cart.lines:
        return {}
    return {"at_shop": shop} | await _spoken_of(doing, shop, dish)


async def _spoken_of(doing: Doing, shop: str, dish: str | None) -> Slots:
    items = (await menu.menu(doing.work, shop)).items if dish else ()
    wanted = next((one for one in items if one.id == doing.slot("item") or dish in one.name.values()), None)
    return {"spoken_of": spoken_of(shop, wanted.id, doing.work.now) if wanted else None}


def waiting_order(doing: Doing) -> dict[str, Any] | None:
    """The order said before there was a shop for it; a new search lets go of it."""
    pending = doing.slot("pending")
    return None if doing.slot("intent") == "find_shop" or not isinstance(pending, Mapping) else dict(pending)


async def _spot(doing: Doing, pending: Mapping[str, Any] | None) -> Spot | None:
    place = doing.slot("place") or (pending or {}).get("near")
    person = doing.who.person
    if isinstance(place, Mapping):
        person.lat, person.lon = place["lat"], place["lon"]
        return place["lat"], place["lon"], views.both("보내 주신 곳", "the place you sent")
    if isinstance(place, str) and place != "elsewhere":
        view = await places.get(doing.work, place) or await places.find(doing.work, place)
        if view is None:
            return None
        person.lat, person.lon = view.lat, view.lon
        return view.lat, view.lon, dict(view.name)
    if person.lat is None or person.lon is None or place == "elsewhere":
        return None
    return person.lat, person.lon, views.both("계신 곳", "you")


async def _named_shop(doing: Doing) -> str | None:
    shop = doing.slot("shop_id")
    if not isinstance(shop, str):
        return None
    try:
        return (await shops.get(doing.work, shop)).id
    except Refusal:
        return None


async def _dish(doing: Doing, pending: Mapping[str, Any] | None) -> str | None:
    """The dish wanted, in words that menus can be searched for."""
    key = doing.slot("item")
    if not isinstance(key, str):
        if pending is None or pending.get("dish") or not pending.get("item"):
            return pending.get("dish") if pending else None
        return await _item_name(doing, str(pending["item"]))
    said = doing.understood
    if said is not None:
        words = next((entity.text for entity in said.entities if entity.entity == "item"), None)
        if words:
            return words
    return await _item_name(doing, key)


def _unknown_dish(doing: Doing) -> str | None:
    """What was asked for by a name that no menu around has."""
    said = doing.understood.entities if doing.understood else ()
    return next((str(one.value) for one in said if one.entity == "words" and one.value not in _ANY_OTHER), None)


async def _item_name(doing: Doing, key: str) -> str | None:
    name = await doing.work.session.scalar(select(MenuItem.name).where(MenuItem.id == key))
    return name.get("ko") or next(iter(name.values()), None) if name else None


async def _search(doing: Doing, lat: float, lon: float, dish: str | None, item: Any) -> list[geo.Found]:
    """What can be ordered now first, the rest after it."""
    wanted: dict[str, Any] = {
        "trade": doing.slot("trade"),
        "open_now": bool(doing.slot("open_now")),
        "delivers": bool(doing.slot("delivers")),
        "limit": FURTHER,
    }
    found = await geo.nearby(doing.work, lat, lon, words=dish, **wanted)
    if dish and not found and isinstance(item, str):
        # Not as it stands on the menu: a typo, or another word for it.
        found = await geo.nearby(doing.work, lat, lon, words=await _item_name(doing, item), **wanted)
    found.sort(key=lambda one: (not one.status.open, one.shop.registered == "register", one.distance_m))
    return found[:CARDS]


async def _cards(doing: Doing, found: list[geo.Found]) -> list[dict[str, Any]]:
    badges = await coupons.badges(doing.work, [one.shop.id for one in found])
    cards = []
    for one in found:
        coupon = badges.get(one.shop.id)
        far = one.shop.delivery_radius_m is not None and not one.delivers
        cards.append(
            views.shop_json(one.shop, one.status)
            | {
                "distance_m": one.distance_m,
                "coupon": views.coupon_label(coupon, one.shop.currency) if coupon else None,
                "coupon_id": coupon.id if coupon else None,
                "why_not": _why_not(one.shop, far),
            }
        )
    return cards


def _why_not(shop: ShopView, far: bool) -> dict[str, str] | None:
    if shop.registered == "register":
        return views.both("주문은 아직 안 돼요", "no orders here yet")
    if far and shop.pickup_eta_min is None:
        return views.both("배달 거리 밖", "too far to deliver")
    if far:
        return views.both("배달 거리 밖, 포장은 돼요", "too far to deliver, pickup is fine")
    return None


@action
async def open_shop(doing: Doing) -> Slots:
    """The shop said, else the one at hand, with its menu, first the dish named; ``outcome`` warns before anything is
    ordered."""
    shop_id = doing.slot("shop_id") or doing.slot("at_shop")
    if not isinstance(shop_id, str):
        return {"outcome": "no_shop"}
    shop = await shops.get(doing.work, shop_id)
    status = await hours.status_of(doing.work, shop.id)
    shop_slots = await _shop_slots(doing, shop, status)
    items = (await menu.menu(doing.work, shop.id)).items
    spoken = doing.slot("spoken_of")
    key = doing.slot("item") or (spoken["item"] if isinstance(spoken, Mapping) else None)
    meant = next((one for one in items if one.id == key or len(items) == 1), None)
    told = {"spoken_of": spoken_of(shop.id, meant.id, doing.work.now)} if meant else {}
    return told | {
        "at_shop": shop.id,
        "shop": shop_slots,
        "currency": shop.currency,
        "menu": [item_json(item) for item in sorted(items, key=lambda one: one is not meant)],
        "outcome": _warning(doing, shop, status.open, shop_slots["distance_m"]),
    }


async def _shop_slots(doing: Doing, shop: ShopView, status: hours.OpenStatus) -> dict[str, Any]:
    person = doing.who.person
    claimable = await coupons.claimable(doing.work, person.id, shop.id)
    own = next((coupon for coupon in claimable if coupon.shop == shop.id), None)
    away = distance_m(shop.lat, shop.lon, person.lat, person.lon) if person.lat and person.lon else None
    return views.shop_json(shop, status) | {
        "coupon": views.coupon_label(own, shop.currency) if own else None,
        "coupon_id": own.id if own else None,
        "distance_m": round(away) if away is not None else None,
    }


def _warning(doing: Doing, shop: ShopView, is_open: bool, away: int | None) -> str:
    if shop.registered == "register":
        return "listed"
    pending = doing.slot("pending")
    waits = isinstance(pending, Mapping) and pending.get("shop", shop.id) == shop.id
    if not is_open and not (waits and pending.get("wanted_at")):
        return "closed"
    if waits:
        return "pending"
    if shop.delivery_radius_m is not None and away is not None and away > shop.delivery_radius_m:
        return "too_far"
    return "opened"


def item_json(item: ItemView) -> dict[str, Any]:
    """A menu item as its card shows it."""
    choices = [choice for option in item.options for choice in option.choices if not choice.sold_out]
    return {
        "id": item.id,
        "name": dict(item.name),
        "price": item.price,
        "left": item.available if item.available is not None and not item.sold_out else None,
        "sold_out": item.sold_out or item.available == 0,
        "sold_out_word": views.both("품절", "sold out") if item.sold_out or item.available == 0 else None,
        "choices": {
            language: " / ".join(views.each_language(choice.name, language) for choice in choices[:6])
            for language in ("ko", "en")
        }
        if choices
        else None,
    }


@action
async def shop_facts(doing: Doing) -> Slots:
    """Hours, place, phone and delivery of the shop said or at hand."""
    shop_id = doing.slot("shop_id") or doing.slot("at_shop")
    if not isinstance(shop_id, str):
        return {"outcome": "no_shop"}
    shop = await shops.get(doing.work, shop_id)
    status = await hours.status_of(doing.work, shop.id)
    facts = await _shop_slots(doing, shop, status) | {"hours": week_json(shop.hours)}
    return {"shop": facts, "currency": shop.currency, "outcome": "facts"}


_DAYS_KO = {"mon": "월", "tue": "화", "wed": "수", "thu": "목", "fri": "금", "sat": "토", "sun": "일", "daily": "매일"}


def week_json(hours: Mapping[str, str]) -> list[dict[str, Any]]:
    """The hours as written, the days named."""
    lines = []
    for days, span in hours.items():
        ko = "–".join(_DAYS_KO.get(day.strip(), day) for day in days.split("-"))
        en = "–".join(day.strip().capitalize() for day in days.split("-"))
        closed = views.both("휴무", "closed") if span == "closed" else views.both(span, span)
        lines.append({"days": views.both(ko, en), "span": closed})
    return lines


@action
async def price(doing: Doing) -> Slots:
    """The price of the dishes named, at the shop at hand."""
    shop_id = doing.slot("at_shop")
    asked = doing.slot("item") is not None or doing.slot("lines")
    cart = None if asked else await cart_slots(doing)
    if cart is not None:
        return {"outcome": "cart", "cart": cart, "currency": cart["currency"], "said": {}}
    if not isinstance(shop_id, str):
        return {"outcome": "no_shop"}
    wanted = {doing.slot("item"), *(line["item"] for line in doing.slot("lines") or ())}
    items = [item for item in (await menu.menu(doing.work, shop_id)).items if item.id in wanted]
    shop = await shops.get(doing.work, shop_id)
    return {
        "outcome": "priced" if items else "unknown",
        "menu": [item_json(item) for item in items],
        "currency": shop.currency,
    }


async def cart_slots(doing: Doing) -> dict[str, Any] | None:
    """The person's cart as responses read it; None when it is empty."""
    cart = await carts.view(doing.work, doing.person)
    if cart is None or not cart.lines:
        return None
    return views.cart_json(cart, await hours.status_at(doing.work, cart.seller, doing.work.now))
