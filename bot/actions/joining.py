"""A shop joins, a colleague joins, and one person changes hats."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from babel.numbers import get_currency_precision

from bot import views
from bot.actions.doing import Doing, Slots, action
from bot.actions.finding import week_json
from commerce import invitations, places, shops, trades
from commerce.menu import ItemSpec
from commerce.places import PlaceView
from commerce.shops import ShopSpec
from nlu.priced_dishes import parse_priced_dishes
from nlu.week_hours import parse_week_hours

OFFERED_TRADES = 8
DELIVERY_RADIUS_M = 1500
"""What a new shop begins with; its owner and the operator can change it."""
DELIVERY_ETA_MIN = 40
PICKUP_ETA_MIN = 20


@action
async def trades_to_offer(doing: Doing) -> Slots:
    known = list(trades.KNOWN.values())[:OFFERED_TRADES]
    return {"trades": [{"id": one.word, "name": dict(one.name), "emoji": one.emoji} for one in known]}


async def _where(doing: Doing) -> tuple[float, float, dict[str, str]] | None:
    place = doing.slot("new_place")
    if isinstance(place, Mapping):
        near = await _nearest(doing, place["lat"], place["lon"])
        return place["lat"], place["lon"], near
    if not isinstance(place, str):
        return None
    view = await places.get(doing.work, place) or await places.find(doing.work, place)
    return (view.lat, view.lon, _beside(view)) if view else None


async def _nearest(doing: Doing, lat: float, lon: float) -> dict[str, str]:
    known = await places.all_places(doing.work)
    if not known:
        return dict(doing.services.home.name)
    return _beside(min(known, key=lambda place: (place.lat - lat) ** 2 + (place.lon - lon) ** 2))


def _beside(place: PlaceView) -> dict[str, str]:
    return views.both(f"{views.each_language(place.name, 'ko')} 근처", f"near {views.each_language(place.name, 'en')}")


@action
async def check_place(doing: Doing) -> Slots:
    return {"outcome": "known" if await _where(doing) else "unknown"}


@action
async def check_hours(doing: Doing) -> Slots:
    return {"outcome": "clear" if parse_week_hours(str(doing.slot("new_hours"))) else "unclear"}


def _dishes(doing: Doing) -> list[tuple[str, int]]:
    digits = get_currency_precision(doing.services.home.currency)
    return parse_priced_dishes(str(doing.slot("new_dishes")), digits)


@action
async def check_dishes(doing: Doing) -> Slots:
    return {"outcome": "clear" if _dishes(doing) else "unclear"}


@action
async def register_shop(doing: Doing) -> Slots:
    """The shop is live, and the person its owner."""
    where = await _where(doing)
    hours = parse_week_hours(str(doing.slot("new_hours")))
    if where is None or hours is None:
        raise ValueError("register_shop runs after its answers were checked")
    lat, lon, address = where
    name = unicodedata.normalize("NFC", str(doing.slot("new_name"))).strip()[:60]
    trade = trades.find(str(doing.slot("new_trade")))
    delivers = bool(doing.slot("new_delivers"))
    home = doing.services.home
    large = 10 ** max(0, 3 - get_currency_precision(home.currency))
    spec = ShopSpec(
        slug=doing.work.ids.new("shop").replace("_", "-"),
        name={"ko": name, "en": name},
        trade=trade.word if trade else str(doing.slot("new_trade")).strip()[:30],
        lat=lat,
        lon=lon,
        address=address,
        phone=str(doing.slot("new_phone") or "").strip()[:30] or None,
        timezone=home.zone.key,
        currency=home.currency,
        hours=hours,
        delivery_radius_m=DELIVERY_RADIUS_M if delivers else None,
        delivery_min_order=12 * large if delivers else 0,
        delivery_fee=3 * large if delivers else 0,
        delivery_eta_min=DELIVERY_ETA_MIN if delivers else None,
        pickup_eta_min=PICKUP_ETA_MIN,
        registered="chat",
        menu=tuple(ItemSpec(name={"ko": dish, "en": dish}, price=cost) for dish, cost in _dishes(doing)),
    )
    shop_id = await shops.save(doing.work, spec)
    await shops.add_staff(doing.work, shop_id, doing.person, "owner", doing.who.person.name or name)
    doing.services.catalogue.forget()
    doing.who.conversation.hat = "merchant"
    return {"joined": await _joined(doing, shop_id), "currency": home.currency}


async def _joined(doing: Doing, shop_id: str) -> dict[str, Any]:
    shop = await shops.get(doing.work, shop_id)
    digits = _dishes(doing) if doing.slot("new_dishes") else []
    spans = week_json(shop)
    return views.shop_json(shop) | {
        "items": [{"name": dish, "price": cost} for dish, cost in digits],
        "hours": {
            language: ", ".join(f"{span['days'][language]} {span['span'][language]}" for span in spans)
            for language in ("ko", "en")
        },
    }


@action
async def accept_invitation(doing: Doing) -> Slots:
    code = doing.slot("code")
    if not isinstance(code, str):
        return {"outcome": "no_code"}
    name = doing.who.person.name or views.each_language(views.both("직원", "Colleague"), doing.who.person.language)
    shop = await invitations.accept(doing.work, code, doing.person, name)
    doing.who.conversation.hat = "merchant"
    return {"outcome": "joined", "joined": views.shop_json(shop)}


@action
async def switch_hat(doing: Doing) -> Slots:
    """Customer or shop, for who is both."""
    workplaces = await shops.workplaces(doing.work, doing.person)
    if not workplaces:
        return {"outcome": "no_shop"}
    conversation = doing.who.conversation
    conversation.hat = "consumer" if conversation.hat == "merchant" else "merchant"
    return {"outcome": conversation.hat, "joined": views.shop_json(workplaces[0])}
