"""What no person said: timers that fire, tills that answer, people who leave. Same path, same guarantees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot import handoffs, jobs, people, reconciling, retention
from bot.messages import Event, Incoming
from bot.notices import Notices
from bot.relaying import Relay
from bot.services import Services
from bot.telling import Teller
from bot.tills import heard_in
from commerce import alterations, payments, refund_answers, refunds
from commerce.hours import PAUSE_OVER
from commerce.locking import lock_order, lock_shop
from commerce.order_timers import ON_TIMER
from commerce.work import Work

_REMINDERS = ("order.remind1", "order.remind2")


async def on_event(work: Work, services: Services, teller: Teller, incoming: Incoming, event: Event) -> None:
    """Apply an event. A timer leaves its table in the same commit."""
    if event.name.startswith("order."):
        # Who moves an order, or pauses a shop, drops its timers afterwards: the timer comes by the same way round.
        await lock_order(work, event.data["subject"])
    elif event.name.startswith("alteration."):
        await lock_order(work, await alterations.order_of(work, event.data["subject"]))
    elif event.name == PAUSE_OVER:
        await lock_shop(work, event.data["subject"])
    if "job" in event.data and not await jobs.finish(work, event.data["job"]):
        return
    if event.name in ON_TIMER:
        applies = await ON_TIMER[event.name](work, event.data["subject"])
        if applies and event.name in _REMINDERS:
            await Notices(work, services, teller).remind(event.data["subject"])
    elif event.name == reconciling.SWEEP:
        await reconciling.sweep(work)
        await retention.purge(work, services.settings)
    elif event.name in (handoffs.UNANSWERED, handoffs.QUIET, handoffs.GIVEN_UP):
        await Relay(work, services, teller).on_timer(event.name, event.data["subject"])
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
        await payments.confirm(work, data["payment"], *heard_in(data))
    elif event.name == "till.unasked":
        await payments.unasked(work, data["payment"])
    elif event.name == "till.refunded":
        await _on_refund(work, data)


async def _on_refund(work: Work, data: Mapping[str, Any]) -> None:
    refund, state = data["refund"], data["state"]
    if state == "pending":
        await refunds.wait(work, refund, data["ref"])
    elif state == "succeeded":
        await refunds.settle(work, refund, True, data["ref"])
    elif state == "came_back":
        await refund_answers.came_back(work, refund, *heard_in(data["payment"]))
    else:
        await refund_answers.refused(work, refund, *heard_in(data["payment"]))
