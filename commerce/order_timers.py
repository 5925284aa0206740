"""What the timers of orders, payments and shops do when they fire."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from commerce import alterations, hours, orders, payments
from commerce.order_states import RECEIVED
from commerce.work import Work


async def unanswered(work: Work, order: str) -> bool:
    """Whether ``order`` still waits for the shop, so that reminding it makes sense."""
    return (await orders.get(work, order)).state == RECEIVED


async def unsettled(work: Work, payment: str) -> bool:
    """Whether ``payment`` is still open at its gateway, so that fetching it makes sense."""
    return (await payments.get(work, payment)).state in {"pending", "abandoned", "expired"}


ON_TIMER: Final[Mapping[str, Callable[[Work, str], Awaitable[bool]]]] = {
    "order.unpaid": orders.expire_unpaid,
    "order.remind1": unanswered,
    "order.remind2": unanswered,
    "order.no_answer": orders.expire_unanswered,
    "order.asking": orders.expire_asking,
    "order.late": orders.late,
    "order.forgotten": orders.forgotten,
    "payment.check": unsettled,
    "alteration.unpaid": alterations.lapse_unpaid,
    "alteration.unanswered": alterations.lapse_unanswered,
    hours.PAUSE_OVER: hours.pause_over,
}
"""By the timer's name: what to call with its subject. True: it applied, and the bot does its own part (remind the
shop; fetch the payment and confirm it). False: things have moved on, and nothing is to be done."""
