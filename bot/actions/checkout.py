"""From the cart to the payment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot import views
from bot.actions.addresses import spoken_address
from bot.actions.altering import pay_for_change
from bot.actions.doing import Doing, Slots, action
from bot.actions.finding import cart_slots
from bot.actions.following import order_slots
from bot.actions.placed_orders import HOW, changeable
from bot.actions.quoted import PAUSED, quote_slots
from commerce import carts, hours, orders, payments, pricing
from commerce.cart_views import CartView
from commerce.orders import OrderView
from commerce.pricing import Quote
from commerce.refusals import Refusal
from commerce.shops import ShopView

ANSWERS = ("intent", "fulfilment", "address", "address_detail", "wanted_at")
"""Slots that only carry an answer to the cart, where it is kept."""


@action
async def begin_checkout(doing: Doing) -> Slots:
    """Take in what was just answered, price the cart, and say what is still to be asked."""
    cart = await carts.view(doing.work, doing.person)
    if cart is None or not cart.lines:
        if doing.slot("intent") in HOW and doing.slot("pending") is None and await changeable(doing):
            return {"outcome": "placed"}
        unpaid = await _unpaid(doing)
        if unpaid and doing.slot("intent") not in ("checkout", None):
            return {"outcome": "fixed", "placed": await order_slots(doing.work, unpaid[0])}
        waiting = doing.slot("pending")
        if isinstance(waiting, Mapping) and doing.slot("wanted_at") is not None and not unpaid:
            how = _how(doing) or waiting.get("fulfilment")
            return {"outcome": "waits", "pending": {**waiting, "wanted_at": doing.slot("wanted_at"), "fulfilment": how}}
        if not unpaid and doing.slot("intent") == "give_time" and await changeable(doing):
            return {"outcome": "with_shop"}
        return {"outcome": "unpaid" if unpaid else "empty"}
    doing.changes.from_now(cart)
    answered = await _take_answers(doing, cart)
    quote = await pricing.quote(doing.work, doing.person)
    shop = quote.cart.seller
    outcome = answered or _outcome(quote)
    said = await quote_slots(doing, quote, shop)
    if outcome == "bad_time":
        said |= await _from_until(doing, shop, doing.slot("wanted_at") or views.iso(quote.wanted_at))
    slots: Slots = {
        "cart": await _cart(doing),
        "quote": said,
        "currency": quote.currency,
        "at_shop": shop.id,
        "changed": doing.changes.told(quote.cart, quote.total),
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
    if cart.seller.delivery_radius_m is None and _address_said(doing):
        return "not_offered"
    if doing.slot("intent") == "change_address":
        return "address"
    fulfilment = _how(doing) or ("delivery" if _brought(doing, cart) else None)
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


def _address_said(doing: Doing) -> bool:
    intent = doing.slot("intent")
    return intent == "change_address" or (intent == "give_address" and doing.slot("address") is not None)


def _brought(doing: Doing, cart: CartView) -> bool:
    """Whether an address said before anything of how it is to be had asks for delivery."""
    says = doing.slot("intent") == "give_address" and doing.slot("address") is not None
    return says and cart.fulfilment is None and cart.seller.delivery_radius_m is not None


async def _too_far(doing: Doing) -> bool:
    quote = await pricing.quote(doing.work, doing.person)
    return any(problem.code == "too_far" for problem in quote.problems)


async def _take_address(doing: Doing, cart: CartView) -> bool:
    """Write the address; True when a shared position still wants a building and a unit."""
    to = await spoken_address(doing, cart.address, cart.address_point)
    if to is None:
        return False
    await carts.set_address(doing.work, doing.person, to.text, to.detail, to.point)
    return to.detail_due


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


@action
async def time_of_what(doing: Doing) -> Slots:
    """What a time would be set for: the cart; an unpaid order is fixed, that of one the shop has is between the two."""
    cart = await carts.view(doing.work, doing.person)
    if cart is not None and cart.lines:
        return {"outcome": "cart"}
    unpaid = await _unpaid(doing)
    if unpaid:
        return {"outcome": "fixed", "placed": await order_slots(doing.work, unpaid[0])}
    return {"outcome": "with_shop" if await changeable(doing) else "empty"}


async def _unpaid(doing: Doing) -> list[OrderView]:
    return [order for order in await orders.open_of(doing.work, doing.person) if order.state == "unpaid"]


@action
async def set_time(doing: Doing) -> Slots:
    """Check the time against the shop's hours before it is taken."""
    at = doing.slot("wanted_at")
    cart = await carts.view(doing.work, doing.person)
    doing.changes.from_now(cart)
    if cart is None or at == "asap":
        if cart is not None:
            await carts.set_wanted_at(doing.work, doing.person, None)
        return {"outcome": "set"}
    try:
        await carts.set_wanted_at(doing.work, doing.person, datetime.fromisoformat(str(at)))
    except (Refusal, ValueError):
        # Beside what it says of the price: the question that this stood in front of shows that again.
        works = {**(doing.slot("quote") or {}), **await _from_until(doing, cart.seller, at)}
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
    return {"order": order.id, "cart": None, "cart_was": None, "quote": None}


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
        return {"outcome": "opening" if await pay_for_change(doing) else "none"}
    order = unpaid[0]
    await payments.retry(doing.work, order.id, doing.person, _till(doing, order.total, order.currency))
    return {"outcome": "opening"}


def _till(doing: Doing, amount: int, currency: str) -> str:
    return doing.services.till(doing.who.conversation.channel, amount, currency)
