"""What no person said: timers that fire, tills that answer, people who leave. Same path, same guarantees."""

from __future__ import annotations

from bot import jobs, people
from bot.messages import Event, Incoming
from bot.notices import Notices
from bot.services import Services
from bot.telling import Teller
from bot.tills import fetched_in
from commerce import payments, refunds
from commerce.order_timers import ON_TIMER
from commerce.work import Work

_REMINDERS = ("order.remind1", "order.remind2")


async def on_event(work: Work, services: Services, teller: Teller, incoming: Incoming, event: Event) -> None:
    """Apply an event. A timer leaves its table in the same commit."""
    if "job" in event.data and not await jobs.finish(work, event.data["job"]):
        return
    if event.name in ON_TIMER:
        applies = await ON_TIMER[event.name](work, event.data["subject"])
        if applies and event.name in _REMINDERS:
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
