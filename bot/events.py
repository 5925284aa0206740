"""What no person said: timers that fire, tills that answer, people who leave. Same path, same guarantees."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from bot import jobs, people
from bot.messages import Event, Incoming
from bot.notices import Notices
from bot.services import Services
from bot.telling import Teller
from bot.tills import fetched_in
from commerce import orders, payments, refunds
from commerce.work import Work

OrderTimer = Callable[[Work, str], Awaitable[bool]]

_ORDER_TIMERS: Mapping[str, OrderTimer] = {
    "order.unpaid": orders.expire_unpaid,
    "order.no_answer": orders.expire_unanswered,
    "order.asking": orders.expire_asking,
    "order.late": orders.late,
    "order.forgotten": orders.forgotten,
}
_REMINDERS = ("order.remind1", "order.remind2")


async def on_event(work: Work, services: Services, teller: Teller, incoming: Incoming) -> None:
    """Apply an event. A timer leaves its table in the same commit."""
    event = incoming.event
    assert event is not None
    if "job" in event.data and not await jobs.finish(work, event.data["job"]):
        return
    if event.name in _ORDER_TIMERS:
        await _ORDER_TIMERS[event.name](work, event.data["subject"])
    elif event.name in _REMINDERS:
        await Notices(work, services, teller).remind(event.data["subject"])
    elif event.name.startswith("till."):
        await _on_till(work, event)
    elif event.name == "member.blocked":
        await people.blocked(work, incoming.channel, incoming.chat)
    elif event.name == "member.unblocked":
        await people.unblocked(work, incoming.channel, incoming.chat)


async def _on_till(work: Work, event: Event) -> None:
    data = event.data
    if event.name == "till.opened":
        await payments.opened(work, data["payment"], data["ref"], data["url"])
    elif event.name == "till.refused":
        await payments.refused(work, data["payment"], data["reason"])
    elif event.name == "till.fetched":
        await payments.confirm(work, data["payment"], fetched_in(event))
    elif event.name == "till.refunded" and data["state"] != "pending":
        await refunds.settle(work, data["refund"], data["state"] == "succeeded", data["ref"])
