"""Coupons: which there are, and claiming one."""

from __future__ import annotations

from typing import Any

from bot import views
from bot.actions.doing import Doing, Slots, action
from commerce import carts, coupons, geo, shops
from commerce.coupons import CouponView
from commerce.refusals import Refusal

NEARBY = 20
SHOWN = 6


@action
async def show_coupons(doing: Doing) -> Slots:
    """Those held, those of the shop at hand and the town, and those of shops nearby."""
    held = await coupons.held(doing.work, doing.person)
    open_to = await _claimable(doing)
    listed = [await _json(doing, coupon, held=True) for coupon in held]
    listed += [await _json(doing, coupon, held=False) for coupon in open_to]
    return {"coupons": listed[:SHOWN] or None, "currency": doing.services.home.currency}


async def _claimable(doing: Doing) -> list[CouponView]:
    shop = await _shop(doing)
    here = list(await coupons.claimable(doing.work, doing.person, shop)) if shop is not None else []
    if here:
        return here
    home, person = doing.services.home, doing.who.person
    lat, lon = (person.lat, person.lon) if person.lat is not None and person.lon is not None else (home.lat, home.lon)
    near = await geo.nearby(doing.work, lat, lon, limit=NEARBY)
    badges = await coupons.badges(doing.work, [one.shop.id for one in near], doing.person)
    of_town = await coupons.claimable(doing.work, doing.person, near[0].shop.id) if near else ()
    found = [coupon for coupon in of_town if coupon.shop is None] + list(badges.values())
    mine = {coupon.id for coupon in await coupons.held(doing.work, doing.person)}
    return [coupon for coupon in found if coupon.id not in mine]


async def _shop(doing: Doing) -> str | None:
    for slot in ("shop_id", "at_shop"):
        if isinstance(doing.slot(slot), str):
            return str(doing.slot(slot))
    cart = await carts.view(doing.work, doing.person)
    return cart.shop if cart else None


async def _json(doing: Doing, coupon: CouponView, *, held: bool) -> dict[str, Any]:
    shop = await shops.get(doing.work, coupon.shop) if coupon.shop else None
    currency = shop.currency if shop else doing.services.home.currency
    label = views.coupon_label(coupon, currency)
    if shop is not None:
        label = {language: f"{views.each_language(shop.name, language)} {label[language]}" for language in label}
    if held:
        label = views.both(f"{label['ko']} (받으셨어요)", f"{label['en']} (yours)")
    name = {
        language: f"{views.each_language(shop.name, language)} " * bool(shop)
        + views.each_language(coupon.name, language)
        if shop
        else views.each_language(coupon.name, language)
        for language in ("ko", "en")
    }
    return {"id": coupon.id, "name": name, "label": label, "held": held, "shop_id": coupon.shop}


async def _best(doing: Doing, open_to: list[CouponView]) -> str:
    """The one worth most for what is in the cart, else the first."""
    cart = await carts.view(doing.work, doing.person)
    mine = [coupon for coupon in open_to if cart and coupon.shop in (None, cart.shop)]
    best = max(mine, key=lambda coupon: coupon.worth(cart.subtotal if cart else 0), default=open_to[0])
    return best.id


@action
async def claim_coupon(doing: Doing) -> Slots:
    """Claim the coupon tapped, else the best that can be had for what is in the cart, else the first nearby."""
    wanted = doing.slot("coupon_id")
    if not isinstance(wanted, str):
        cart = await carts.view(doing.work, doing.person)
        open_to = await _claimable(doing)
        held = [one for one in await coupons.held(doing.work, doing.person) if one.shop in (None, cart and cart.shop)]
        if cart is not None and cart.lines:
            open_to = [one for one in open_to if one.shop in (None, cart.shop)]
        if not open_to:
            return {"outcome": "had" if held else "none"}
        wanted = await _best(doing, open_to)
    try:
        claimed = await coupons.claim(doing.work, doing.person, wanted)
    except Refusal as refusal:
        if refusal.code != "coupon_limit":
            return {"outcome": "gone"}
        held = list(await coupons.held(doing.work, doing.person))
        return {"outcome": "had" if any(coupon.id == wanted for coupon in held) else "used"}
    return {"outcome": "claimed", "coupon": await _json(doing, claimed, held=False)}
