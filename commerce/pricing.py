"""What a cart costs, and what stands in the way of ordering it. Four round trips, however many lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from commerce import coupons, hours
from commerce.cart_views import CartView, LineView, view
from commerce.cells import distance_m
from commerce.refusals import Problem, Refusal
from commerce.week import OpenStatus
from commerce.work import Work


@dataclass(frozen=True, slots=True)
class Discount:
    """A held coupon that is applied by itself; ``use`` is the one use of it that the order will take."""

    coupon: str
    use: str
    name: dict[str, str]
    amount: int


@dataclass(frozen=True, slots=True)
class Quote:
    """A cart's price, minor units: ``total`` = ``subtotal`` + ``delivery_fee`` - the discounts.

    ``missing`` says what must still be asked: "fulfilment", "address". ``problems`` say what placing it now would be
    refused for: "closed"(opens, at, paused), "too_far"(distance_m, radius_m), "below_minimum"(missing, minimum),
    "sold_out"(item, name, line), "few_left"(item, name, left), "no_delivery", "no_pickup", "option_missing"(line,
    item, name, option, option_name), "time_past"(at), "listed_only". ``eta_min`` is minutes from now, or None when a
    time is wanted; ``distance_m`` is None when either end is not known.
    """

    cart: CartView
    subtotal: int
    delivery_fee: int
    discounts: tuple[Discount, ...]
    total: int
    currency: str
    eta_min: int | None
    wanted_at: datetime | None
    distance_m: int | None
    missing: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def lines(self) -> tuple[LineView, ...]:
        return self.cart.lines

    @property
    def discount(self) -> int:
        return sum(discount.amount for discount in self.discounts)


async def quote(work: Work, person: str) -> Quote:
    """Price the person's cart. Refuses "cart_empty"."""
    cart = await view(work, person)
    if cart is None or not cart.lines:
        raise Refusal("cart_empty")
    shop = cart.seller
    status = await hours.status_at(work, shop, max(work.now, cart.wanted_at or work.now))
    discounts = _best(await coupons.usable(work, person, shop.id), cart.subtotal)
    fee = shop.delivery_fee if cart.fulfilment == "delivery" else 0
    away = distance_m(shop.lat, shop.lon, *cart.address_point) if cart.address_point else None
    eta = shop.delivery_eta_min if cart.fulfilment == "delivery" else shop.pickup_eta_min
    return Quote(
        cart=cart,
        subtotal=cart.subtotal,
        delivery_fee=fee,
        discounts=discounts,
        total=cart.subtotal + fee - sum(discount.amount for discount in discounts),
        currency=cart.currency,
        eta_min=None if cart.wanted_at else eta,
        wanted_at=cart.wanted_at,
        distance_m=None if away is None else round(away),
        missing=tuple(_missing(cart)),
        problems=(*_shop_problems(work, cart, status, away), *_line_problems(cart)),
    )


def _best(held: tuple[coupons.CouponView, ...], subtotal: int) -> tuple[Discount, ...]:
    """The one coupon worth most; among equals the one that ends first."""
    worth = [(coupon.worth(subtotal), coupon) for coupon in held]
    if not worth:
        return ()
    amount, best = max(worth, key=lambda pair: pair[0])
    if not amount or best.use is None:
        return ()
    return (Discount(best.id, best.use, best.name, amount),)


def _missing(cart: CartView) -> Iterator[str]:
    if cart.fulfilment is None:
        yield "fulfilment"
    if cart.fulfilment == "delivery" and not cart.address:
        yield "address"


def _shop_problems(work: Work, cart: CartView, status: OpenStatus, away: float | None) -> Iterator[Problem]:
    shop = cart.seller
    if shop.registered == "register":
        yield Problem("listed_only", {"shop": shop.id})
    if cart.wanted_at is not None and cart.wanted_at <= work.now:
        yield Problem("time_past", {"at": cart.wanted_at.isoformat()})
    elif not status.open:
        opens = status.opens.isoformat() if status.opens else None
        at = cart.wanted_at.isoformat() if cart.wanted_at else None
        yield Problem("closed", {"shop": shop.id, "opens": opens, "at": at, "paused": status.paused})
    if cart.fulfilment == "pickup" and shop.pickup_eta_min is None:
        yield Problem("no_pickup", {"shop": shop.id})
    if cart.fulfilment != "delivery":
        return
    if shop.delivery_radius_m is None:
        yield Problem("no_delivery", {"shop": shop.id})
    elif away is not None and away > shop.delivery_radius_m:
        yield Problem("too_far", {"distance_m": round(away), "radius_m": shop.delivery_radius_m})
    if cart.subtotal < shop.delivery_min_order:
        short = shop.delivery_min_order - cart.subtotal
        yield Problem(
            "below_minimum", {"missing": short, "minimum": shop.delivery_min_order, "currency": cart.currency}
        )


def _line_problems(cart: CartView) -> Iterator[Problem]:
    pieces: Counter[str] = Counter()
    for line in cart.lines:
        pieces[line.item] += line.quantity
    short: set[str] = set()
    for line in cart.lines:
        fact = {"item": line.item, "name": line.name, "line": line.id}
        if line.sold_out:
            yield Problem("sold_out", fact)
        elif line.available is not None and pieces[line.item] > line.available and line.item not in short:
            short.add(line.item)
            yield Problem("few_left", fact | {"left": line.available})
        for option in line.missing:
            yield Problem("option_missing", fact | {"option": option.id, "option_name": option.name})
