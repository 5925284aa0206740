"""From the cart to the payment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot import views
from bot.actions.doing import Doing, Slots, action
from bot.actions.finding import cart_slots
from bot.actions.following import order_slots
from bot.actions.ordering import joined
from commerce import carts, coupons, hours, orders, payments, places, pricing
from commerce.cart_views import CartView
from commerce.pricing import Quote
from commerce.refusals import Problem, Refusal
from commerce.shops import ShopView

HERE = frozenset(
    {"현재 위치", "현재위치", "지금 위치", "내 위치", "여기", "지금 여기", "here", "my location", "current location"}
)
HOME = frozenset({"우리 집", "우리집", "집", "저희 집", "home", "my place", "my home"})
ANSWERS = ("intent", "fulfilment", "address", "address_detail", "wanted_at")
"""Slots that only carry an answer to the cart, where it is kept."""
CLOSED = views.both("지금은 영업시간이 아니에요.", "The shop is closed now.")
PAUSED = views.both("가게가 잠깐 주문을 쉬고 있어요.", "The shop has paused orders for a while.")


@action
async def begin_checkout(doing: Doing) -> Slots:
    """Take in what was just answered, price the cart, and say what is still to be asked."""
    cart = await carts.view(doing.work, doing.person)
    if cart is None or not cart.lines:
        unpaid = [order for order in await orders.open_of(doing.work, doing.person) if order.state == "unpaid"]
        if unpaid and doing.slot("intent") not in ("checkout", None):
            return {"outcome": "fixed", "placed": await order_slots(doing.work, unpaid[0])}
        waiting = doing.slot("pending")
        if isinstance(waiting, Mapping) and doing.slot("wanted_at") is not None and not unpaid:
            how = _how(doing) or waiting.get("fulfilment")
            return {"outcome": "waits", "pending": {**waiting, "wanted_at": doing.slot("wanted_at"), "fulfilment": how}}
        return {"outcome": "unpaid" if unpaid else "empty"}
    answered = await _take_answers(doing, cart)
    quote = await pricing.quote(doing.work, doing.person)
    shop = quote.cart.seller
    outcome = answered or _outcome(quote)
    said = await _quote_json(doing, quote, shop)
    if outcome == "bad_time":
        said |= await _from_until(doing, shop, doing.slot("wanted_at") or views.iso(quote.wanted_at))
    slots: Slots = {
        "cart": await _cart(doing),
        "quote": said,
        "currency": quote.currency,
        "at_shop": shop.id,
    }
    return slots | dict.fromkeys(ANSWERS) | {"outcome": outcome}


async def _from_until(doing: Doing, shop: ShopView, wanted: Any) -> dict[str, Any]:
    """The hours around the time that was wanted, or the next after it, as far as they are still to come."""
    try:
        begins = max(datetime.fromisoformat(str(wanted)), doing.work.now)
    except ValueError:
        begins = doing.work.now
    status = await hours.status_at(doing.work, shop, begins)
    pause = PAUSED if status.paused else None
    if not status.open and status.opens is not None:
        begins = status.opens
        status = await hours.status_at(doing.work, shop, begins)
    return {"opens": views.iso(begins) if status.open else None, "until": views.iso(status.until), "pause": pause}


async def _cart(doing: Doing) -> dict[str, Any] | None:
    slots = await cart_slots(doing)
    last = await carts.last_address(doing.work, doing.person)
    if slots is not None:
        slots["last_address"] = " ".join(part for part in (last.address, last.detail) if part) if last else None
    return slots


async def _take_answers(doing: Doing, cart: CartView) -> str | None:
    """Write the flow's answers into the cart; an outcome when one of them cannot be."""
    work, person = doing.work, doing.person
    if doing.slot("intent") == "change_address":
        return "address"
    fulfilment = _how(doing)
    if fulfilment in ("delivery", "pickup") and fulfilment != cart.fulfilment:
        try:
            await carts.set_fulfilment(work, person, fulfilment)
        except Refusal:
            return "not_offered"
    detail_due = await _take_address(doing, cart)
    at = doing.slot("wanted_at")
    if isinstance(at, str):
        try:
            await carts.set_wanted_at(work, person, None if at == "asap" else datetime.fromisoformat(at))
        except (Refusal, ValueError):
            return "bad_time"
    return "detail" if detail_due and not await _too_far(doing) else None


def _how(doing: Doing) -> str | None:
    """Delivery or pickup, as just said or tapped."""
    said = {"choose_delivery": "delivery", "choose_pickup": "pickup"}.get(str(doing.slot("intent")))
    return doing.slot("fulfilment") or said


async def _too_far(doing: Doing) -> bool:
    quote = await pricing.quote(doing.work, doing.person)
    return any(problem.code == "too_far" for problem in quote.problems)


async def _take_address(doing: Doing, cart: CartView) -> bool:
    """Write the address; True when a shared position still wants a building and a unit."""
    work, person, given = doing.work, doing.person, doing.slot("address")
    detail = doing.slot("address_detail")
    if given is None:
        if detail is not None and cart.address:
            await carts.set_address(
                work, person, places.street(cart.address, str(detail)), detail or None, cart.address_point
            )
        return False
    spoken = " ".join(str(given).split()).casefold()
    if given == "last" or spoken in HOME:
        last = await carts.last_address(work, person)
        if last is not None:
            await carts.set_address(work, person, last.address, last.detail, last.point)
        return False
    if spoken in HERE:
        here = doing.who.person
        if here.lat is None or here.lon is None:
            return False
        given = {"lat": here.lat, "lon": here.lon}
    if isinstance(given, Mapping):
        spot = f"({given['lat']:.5f}, {given['lon']:.5f})"
        both = views.both(f"보내 주신 위치 {spot}", f"Shared location {spot}")
        text = views.each_language(both, doing.who.person.language)
        await carts.set_address(work, person, text, detail or None, (given["lat"], given["lon"]))
        return detail is None
    if cart.address and places.is_unit(str(given)):
        await carts.set_address(work, person, places.street(cart.address, str(given)), str(given), cart.address_point)
        return False
    place = await places.of_address(work, str(given))
    await carts.set_address(work, person, str(given), detail or None, (place.lat, place.lon) if place else None)
    return False


def _outcome(quote: Quote) -> str:
    codes = [problem.code for problem in quote.problems]
    if "fulfilment" in quote.missing:
        return "fulfilment"
    if "address" in quote.missing and "below_minimum" not in codes:
        return "address"
    if "option_missing" in codes:
        return "option"
    if "too_far" in codes:
        return "too_far"
    if "time_past" in codes or ("closed" in codes and quote.wanted_at is not None):
        return "bad_time"
    return "problem" if codes else "summary"


async def _quote_json(doing: Doing, quote: Quote, shop: ShopView) -> dict[str, Any]:
    """The quote for the summary and for whatever stands in its way."""
    cart = quote.cart
    address = " ".join(part for part in (cart.address, cart.address_detail) if part)
    lines = [
        {"label": views.line_label(line), "total": line.total, "name": dict(line.name), "quantity": line.quantity}
        for line in quote.lines
    ]
    codes = {problem.code for problem in quote.problems}
    return {
        "how": views.HOW.get(cart.fulfilment or ""),
        "fulfilment": cart.fulfilment,
        "lines": lines,
        "subtotal": quote.subtotal,
        "fee": quote.delivery_fee or None,
        "discounts": [{"name": dict(one.name), "amount": one.amount} for one in quote.discounts],
        "total": quote.total,
        "currency": quote.currency,
        "address": address if cart.fulfilment == "delivery" else None,
        "wanted": views.iso(quote.wanted_at),
        "eta_min": quote.eta_min,
        "distance_m": quote.distance_m,
        "note": None,
        "problem_text": joined(_problem_text(problem, quote.currency) for problem in quote.problems),
        "mends": [_mend(problem) for problem in quote.problems if problem.code in ("sold_out", "few_left")],
        "offer_pickup": bool(codes & {"below_minimum", "no_delivery"}) and shop.pickup_eta_min is not None,
        "offer_delivery": "no_pickup" in codes and shop.delivery_radius_m is not None,
        "offer_open": "closed" in codes,
        "again": next((p.facts["opens"] for p in quote.problems if p.code == "closed" and p.facts["paused"]), None),
    } | await _coupon_hints(doing, quote)


async def _coupon_hints(doing: Doing, quote: Quote) -> dict[str, Any]:
    """What a held coupon still wants before it takes anything off, and one that could be had now and takes off more."""
    currency = quote.currency
    held = await coupons.usable(doing.work, doing.person, quote.cart.shop)
    off = sum(discount.amount for discount in quote.discounts)
    short = (
        []
        if off
        else [(coupon.min_order - quote.subtotal, coupon) for coupon in held if coupon.min_order > quote.subtotal]
    )
    hint = None
    if short:
        missing, coupon = min(short, key=lambda pair: pair[0])
        more = views.won(missing, currency)
        ko, en = views.each_language(coupon.name, "ko"), views.each_language(coupon.name, "en")
        hint = views.both(f"‘{ko}’ 쿠폰은 {more['ko']} 더 담으면 쓸 수 있어요.", f"Add {more['en']} to use “{en}”.")
    free = await coupons.claimable(doing.work, doing.person, quote.cart.shop)
    best = max(free, key=lambda coupon: coupon.worth(quote.subtotal), default=None)
    if best is None or best.worth(quote.subtotal) <= off:
        return {"coupon_hint": hint}
    return {"coupon_hint": hint, "coupon_id": best.id, "coupon_off": best.worth(quote.subtotal)}


def _mend(problem: Problem) -> dict[str, Any]:
    """The button that takes out what there is not enough of."""
    name, left = problem.facts["name"], int(problem.facts.get("left") or 0)
    ko, en = views.each_language(name, "ko"), views.each_language(name, "en")
    if left:
        return {"label": views.both(f"{ko} {left}개로 줄이기", f"Make it {left} {en}"), "change": _cut(problem, left)}
    return {"label": views.both(f"{ko} 빼기", f"Take out {en}"), "change": _cut(problem, left)}


def _cut(problem: Problem, left: int) -> str:
    verb = "change_item" if left else "remove_item"
    return f"/{verb} " + json.dumps({"line": problem.facts["line"]} | ({"quantity": left} if left else {}))


def _problem_text(problem: Problem, currency: str) -> dict[str, str]:
    """Why it cannot be ordered like this, with what would mend it."""
    facts = problem.facts
    ko = en = ""
    if "name" in facts:
        ko, en = views.each_language(facts["name"], "ko"), views.each_language(facts["name"], "en")
    if problem.code == "below_minimum":
        short, least = views.won(facts["missing"], currency), views.won(facts["minimum"], currency)
        return views.both(
            f"{least['ko']}부터 배달해요. {short['ko']}만 더 담아 주세요.",
            f"Delivery starts at {least['en']}. Please add {short['en']} more.",
        )
    return {
        "closed": PAUSED if facts.get("paused") else CLOSED,
        "sold_out": views.both(
            f"‘{ko}’ 품절이에요. 빼거나 바꿔 주세요.", f"{en} is sold out. Please take it out or swap it."
        ),
        "few_left": views.both(
            f"‘{ko}’ {facts.get('left')}개만 남았어요. 수를 줄여 주세요.", f"Only {facts.get('left')} of {en} left."
        ),
        "no_delivery": views.both("이 가게는 배달을 하지 않아요.", "This shop does not deliver."),
        "no_pickup": views.both("이 가게는 포장을 하지 않아요.", "This shop does not do pickup."),
        "listed_only": views.both("이 가게는 아직 여기서 주문을 받지 않아요.", "This shop takes no orders here yet."),
    }.get(problem.code, views.both("지금은 주문할 수 없어요.", "This can't be ordered right now."))


@action
async def set_time(doing: Doing) -> Slots:
    """Check the time against the shop's hours before it is taken."""
    at = doing.slot("wanted_at")
    cart = await carts.view(doing.work, doing.person)
    if cart is None or at == "asap":
        if cart is not None:
            await carts.set_wanted_at(doing.work, doing.person, None)
        return {"outcome": "set"}
    try:
        await carts.set_wanted_at(doing.work, doing.person, datetime.fromisoformat(str(at)))
    except (Refusal, ValueError):
        works = await _from_until(doing, cart.seller, at)
        return {"outcome": "bad_time", "quote": works, "cart": await _cart(doing)}
    return {"outcome": "set"}


@action
async def place_order(doing: Doing) -> Slots:
    """Order what was shown at the price that was shown."""
    quote = doing.slot("quote") or {}
    order = await orders.place(
        doing.work,
        doing.person,
        gateway=_till(doing, quote.get("total") or 0, quote.get("currency") or doing.services.home.currency),
        agreed=quote.get("total"),
        answer_within=timedelta(minutes=doing.services.settings.answer_minutes),
    )
    return {"order": order.id, "cart": None, "quote": None}


@action
async def pay_again(doing: Doing) -> Slots:
    """Open the payment of the unpaid order once more."""
    wanted = doing.slot("order_id")
    unpaid = [
        order
        for order in await orders.open_of(doing.work, doing.person)
        if order.state == "unpaid" and wanted in (None, order.id)
    ]
    if not unpaid:
        return {"outcome": "none"}
    order = unpaid[0]
    await payments.retry(doing.work, order.id, doing.person, _till(doing, order.total, order.currency))
    return {"outcome": "opening"}


def _till(doing: Doing, amount: int, currency: str) -> str:
    return doing.services.till(doing.who.conversation.channel, amount, currency)
