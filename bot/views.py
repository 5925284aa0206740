"""Shops, carts and orders as the flows' responses read them: plain JSON values, names in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from commerce import trades
from commerce.cart_views import CartView, Chosen, LineView
from commerce.coupons import CouponView
from commerce.order_views import OrderLineView, OrderView
from commerce.shops import ShopView
from commerce.week import OpenStatus
from flows.particles import particle

Json = dict[str, Any]
Texts = dict[str, str]

STATE_WORDS: Mapping[str, Texts] = {
    "unpaid": {"ko": "결제 전", "en": "not paid"},
    "received": {"ko": "가게 확인 중", "en": "waiting for the shop"},
    "asking": {"ko": "손님 답 기다림", "en": "waiting for the customer"},
    "accepted": {"ko": "접수됨", "en": "accepted"},
    "cooking": {"ko": "준비 중", "en": "being prepared"},
    "ready": {"ko": "준비 완료", "en": "ready"},
    "on_the_way": {"ko": "배달 중", "en": "on its way"},
    "done": {"ko": "완료", "en": "done"},
    "refused": {"ko": "거절됨", "en": "refused"},
    "cancelled": {"ko": "취소됨", "en": "cancelled"},
    "expired": {"ko": "취소됨", "en": "cancelled"},
}
SHOP_WORDS: Mapping[str, Texts] = {
    "received": {"ko": "답을 기다리고 있어요.", "en": "Waiting for your answer."},
    "asking": {"ko": "손님께 여쭤보는 중이에요. 잠시만 기다려 주세요.", "en": "I am asking the customer. One moment."},
    "accepted": {"ko": "✅ 받았어요.", "en": "✅ Accepted."},
    "cooking": {"ko": "🍳 준비하고 있어요.", "en": "🍳 Being prepared."},
    "ready": {"ko": "📦 다 됐어요.", "en": "📦 Ready."},
    "on_the_way": {"ko": "🛵 출발했어요.", "en": "🛵 On its way."},
    "done": {"ko": "🎉 잘 전해드렸어요.", "en": "🎉 Handed over."},
    "refused": {"ko": "❌ 거절했어요.", "en": "❌ Refused."},
    "cancelled": {"ko": "❌ 취소됐어요.", "en": "❌ Cancelled."},
    "expired": {"ko": "❌ 시간이 지나 취소됐어요.", "en": "❌ Cancelled, out of time."},
}
HOW: Mapping[str, Texts] = {
    "delivery": {"ko": "🛵 배달", "en": "🛵 Delivery"},
    "pickup": {"ko": "🛍 포장", "en": "🛍 Pickup"},
}
ARRIVES: Mapping[str, Texts] = {
    "delivery": {"ko": "도착해요", "en": "arrives"},
    "pickup": {"ko": "찾으러 오시면 돼요", "en": "can be picked up"},
}
REFUSALS: Json = {
    "ran_out": {"ko": "재료가 떨어졌어요", "en": "we ran out"},
    "busy": {"ko": "주문이 밀렸어요", "en": "too busy right now"},
    "closed": {"ko": "문을 닫았어요", "en": "we are closed"},
}


def won(amount: int, currency: str) -> Texts:
    """An amount in both languages, for texts that are put together outside a response."""
    from babel.numbers import format_currency, get_currency_precision

    value = amount / 10 ** get_currency_precision(currency)
    if currency == "KRW":
        return {"ko": f"{amount:,}원", "en": f"₩{amount:,}"}
    return {language: format_currency(value, currency, locale=language) for language in ("ko", "en")}


def both(ko: str, en: str) -> Texts:
    return {"ko": ko, "en": en}


def each_language(name: Mapping[str, str], language: str) -> str:
    return name.get(language) or next(iter(name.values()), "")


def iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def shop_json(shop: ShopView, status: OpenStatus | None = None) -> Json:
    """What responses say of a shop."""
    delivers = shop.delivery_radius_m is not None
    return {
        "id": shop.id,
        "slug": shop.slug,
        "name": dict(shop.name),
        "trade": shop.trade,
        "emoji": trades.trade(shop.trade).emoji,
        "address": dict(shop.address),
        "phone": shop.phone,
        "currency": shop.currency,
        "rating": f"{shop.rating:.1f}" if shop.rating else None,
        "fee": shop.delivery_fee if delivers else None,
        "min_order": shop.delivery_min_order if delivers else None,
        "least": shop.delivery_min_order or None if delivers else None,
        "radius_m": shop.delivery_radius_m,
        "delivery_eta": shop.delivery_eta_min if delivers else None,
        "pickup_eta": shop.pickup_eta_min,
        "pickup_only": None if delivers else both("포장만 돼요 (배달 없음)", "Pickup only"),
        "open": status.open if status else None,
        "until": iso(status.until) if status and status.open else None,
        "opens": iso(status.opens) if status and not (status.open or status.paused) else None,
        "again": iso(status.opens) if status and status.paused else None,
        "always": both("24시간 영업", "open 24 hours") if status and status.open and status.until is None else None,
        "shut": both("지금은 쉬어요", "closed") if status and not status.open and status.opens is None else None,
    }


def coupon_label(coupon: CouponView, currency: str) -> Texts:
    """A coupon in a line: its name and what it takes off, from what order on."""
    off = won(coupon.amount, currency) if coupon.amount is not None else both(*(f"{coupon.percent}%",) * 2)
    most = won(coupon.max_amount, currency) if coupon.max_amount is not None else None
    least = won(coupon.min_order, currency) if coupon.min_order else None
    texts = {}
    for language, off_word, most_word, least_word in (
        ("ko", "{} 할인", "최대 {}", "{} 이상"),
        ("en", "{} off", "up to {}", "from {}"),
    ):
        parts = [off_word.format(off[language])]
        parts += [most_word.format(most[language])] if most else []
        parts += [least_word.format(least[language])] if least else []
        texts[language] = f"{each_language(coupon.name, language)} · {' · '.join(parts)}"
    return texts


def line_label(line: LineView | OrderLineView) -> Texts:
    """ "후라이드치킨 × 2 (매운맛)"."""
    return {language: _label(line.name, line.quantity, line.choices, line.note, language) for language in ("ko", "en")}


def _label(name: Mapping[str, str], quantity: int, choices: tuple[Chosen, ...], note: str | None, language: str) -> str:
    extra = [each_language(choice.name, language) for choice in choices]
    if note:
        extra.append(f"“{note}”")
    return f"{each_language(name, language)} × {quantity}" + (f" ({', '.join(extra)})" if extra else "")


def price_parts(order: OrderView) -> list[Json]:
    """What the total is made of: lines, delivery, discount."""
    parts: list[Json] = [{"label": line_label(line), "amount": line.total} for line in order.lines]
    if order.fee:
        parts.append({"label": both("배달비", "Delivery"), "amount": order.fee})
    if order.discount:
        parts.append({"label": both("할인", "Discount"), "amount": -order.discount})
    return parts


def named(word: str, form: str = "은") -> str:
    """A word in quotes with the particle that fits it: ‘콜라’는."""
    return f"‘{word}’{particle(word, form)}"


def cart_json(cart: CartView, status: OpenStatus | None = None) -> Json:
    """A cart with its shop. ``short_by`` is what delivery still wants, unless it is to be picked up."""
    shop = cart.seller
    short = 0 if shop.delivery_radius_m is None else max(0, shop.delivery_min_order - cart.subtotal)
    return {
        "id": cart.id,
        "shop": shop_json(shop, status),
        "lines": [_line_json(line) for line in cart.lines],
        "summary": summary(cart),
        "subtotal": cart.subtotal,
        "currency": cart.currency,
        "fulfilment": cart.fulfilment,
        "short_by": short if short and cart.fulfilment != "pickup" else None,
        "delivery_fee": shop.delivery_fee if shop.delivery_radius_m is not None else None,
        "delivery_eta": shop.delivery_eta_min if shop.delivery_radius_m is not None else None,
        "pickup_eta": shop.pickup_eta_min,
        "radius_m": shop.delivery_radius_m,
    }


def _line_json(line: LineView | OrderLineView) -> Json:
    return {
        "id": line.id,
        "item": line.item,
        "name": dict(line.name),
        "quantity": line.quantity,
        "label": line_label(line),
        "total": line.total,
    }


def address_of(order: OrderView) -> str | None:
    return " ".join(part for part in (order.address, order.address_detail) if part) or None


def order_json(order: OrderView, shop: ShopView, now: datetime) -> Json:
    """An order as both sides read it."""
    reason = order.reason or None
    return {
        "id": order.id,
        "number": order.number,
        "shop": shop_json(shop),
        "customer": order.person,
        "state": order.state,
        "state_word": STATE_WORDS[order.state],
        "status": status_of(order, now),
        "shop_status": SHOP_WORDS.get(order.state),
        "fulfilment": order.fulfilment,
        "how": HOW[order.fulfilment],
        "arrives": ARRIVES[order.fulfilment],
        "lines": [_line_json(line) for line in order.lines],
        "summary": summary(order),
        "subtotal": order.subtotal,
        "fee": order.fee or None,
        "discount": order.discount or None,
        "total": order.total,
        "paid": order.paid or None,
        "refund_due": order.total if order.refunded else None,
        "currency": order.currency,
        "address": address_of(order) if order.fulfilment == "delivery" else None,
        "wanted": iso(order.wanted_at),
        "eta": iso(order.eta_at),
        "hold_until": iso(order.due_at) if order.state == "unpaid" else None,
        "cancel_at": iso(order.due_at) if order.state == "received" else None,
        "placed": iso(order.placed_at),
        "reason": REFUSALS.get(reason, reason) if reason else None,
        "note": ", ".join(line.note for line in order.lines if line.note) or None,
        "can_cancel": order.state in ("unpaid", "received", "asking", "accepted", "cooking") and not order.cancel_asked,
        "cancel_label": both(f"{order.number}번 취소", f"Cancel #{order.number}"),
    }


def summary(order: OrderView | CartView) -> Texts:
    """The first dish, how many of it, and how many more dishes."""
    if not order.lines:
        return both("", "")
    first, rest = order.lines[0], len(order.lines) - 1
    times = f" × {first.quantity}" if first.quantity > 1 else ""
    ko, en = each_language(first.name, "ko") + times, each_language(first.name, "en") + times
    return both(f"{ko} 외 {rest}개" if rest else ko, f"{en} and {rest} more" if rest else en)


def status_of(order: OrderView, now: datetime) -> Texts:
    """Where an order stands, in one sentence to its consumer."""
    ko_shop, en_shop = each_language(order.shop_name, "ko"), each_language(order.shop_name, "en")
    head_ko, head_en = f"{ko_shop} {order.number}번 주문: ", f"Order {order.number} at {en_shop}: "
    left = _time_left(order, now)
    about_ko = f" 약 {left['ko']} 남았어요." if left else ""
    about_en = f" About {left['en']} left." if left else ""
    body = {
        "unpaid": both("아직 결제하지 않으셨어요.", "it is not paid yet."),
        "received": both("가게가 확인하고 있어요.", "the shop is looking at it."),
        "asking": both("품절된 메뉴가 있어 고르시기를 기다리고 있어요.", "something ran out; we wait for your choice."),
        "accepted": both(f"가게가 주문을 받았어요.{about_ko}", f"accepted.{about_en}"),
        "cooking": both(f"준비하고 있어요.{about_ko}", f"being prepared.{about_en}"),
        "ready": both("다 됐어요. 찾아가세요.", "ready for you to pick up.")
        if order.fulfilment == "pickup"
        else both(f"다 됐어요. 곧 출발해요.{about_ko}", f"ready, leaving soon.{about_en}"),
        "on_the_way": both(f"가고 있어요.{about_ko}", f"on its way.{about_en}"),
        "done": both("잘 전해 드렸어요.", "delivered." if order.fulfilment == "delivery" else "picked up."),
        "refused": both("가게가 받지 못해 취소됐고 환불돼요.", "the shop could not take it; it is refunded."),
        "cancelled": both("취소됐어요.", "cancelled."),
        "expired": both("시간이 지나 취소됐어요.", "cancelled, out of time."),
    }[order.state]
    return both(head_ko + body["ko"], head_en + body["en"])


def _time_left(order: OrderView, now: datetime) -> Texts | None:
    if order.eta_at is None or order.eta_at <= now:
        return None
    minutes = max(1, round((order.eta_at - now) / timedelta(minutes=1)))
    hours, rest = divmod(minutes, 60)
    if not hours:
        return both(f"{rest}분", f"{rest} minute" + "s" * (rest != 1))
    ko = f"{hours}시간" + (f" {rest}분" if rest else "")
    return both(ko, f"{hours} h" + (f" {rest} min" if rest else ""))
