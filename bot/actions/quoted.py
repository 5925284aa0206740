"""A quote as its summary says it, and what stands in its way."""

from __future__ import annotations

import json
from typing import Any

from bot import views
from bot.actions.doing import Doing
from bot.actions.ordering import joined
from commerce import coupons
from commerce.pricing import Quote
from commerce.refusals import Problem
from commerce.shops import ShopView

CLOSED = views.both("지금은 영업시간이 아니에요.", "The shop is closed now.")
PAUSED = views.both("가게가 잠깐 주문을 쉬고 있어요.", "The shop has paused orders for a while.")


async def quote_slots(doing: Doing, quote: Quote, shop: ShopView) -> dict[str, Any]:
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
            f"{views.named(ko)} 품절이에요. 빼거나 바꿔 주세요.", f"{en} is sold out. Please take it out or swap it."
        ),
        "few_left": views.both(
            f"{views.named(ko)} {facts.get('left')}개만 남았어요. 수를 줄여 주세요.",
            f"Only {facts.get('left')} of {en} left.",
        ),
        "no_delivery": views.both("이 가게는 배달을 하지 않아요.", "This shop does not deliver."),
        "no_pickup": views.both("이 가게는 포장을 하지 않아요.", "This shop does not do pickup."),
        "listed_only": views.both("이 가게는 아직 여기서 주문을 받지 않아요.", "This shop takes no orders here yet."),
    }.get(problem.code, views.both("지금은 주문할 수 없어요.", "This can't be ordered right now."))
