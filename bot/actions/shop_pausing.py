"""A shop that takes no new orders for a while."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

from bot import views
from bot.actions.doing import Doing, Slots, action
from bot.actions.shop_picking import workshop
from commerce import hours
from commerce.refusals import Refusal

UNSAID = timedelta(minutes=30)
"""The length of a pause when nobody says how long."""
LONGEST = timedelta(hours=12)
"""A longer one is asked back: a day off may be meant."""
_FROM = re.compile(r"부터|\bfrom\b")


@action
async def pause(doing: Doing) -> Slots:
    """No new orders for the minutes said, until the time said, or for half an hour; said again, it counts anew.

    Outcomes: "paused" with ``opening``: ``until``, or ``opens`` when it lasts past closing; "closed" when there is
    nothing to pause; "long" with ``noon`` of today; "ahead" for a pause that is to begin later.
    """
    shop, now = await workshop(doing), doing.work.now
    before = await hours.status_of(doing.work, shop)
    if _begins_later(doing):
        return {"outcome": "ahead"}
    until = _until(doing)
    if until <= now:
        raise Refusal("time_odd")
    if until > now + LONGEST:
        noon = now.astimezone(doing.services.home.zone).replace(hour=12)
        return {"outcome": "long", "opening": {"noon": noon.isoformat()}}
    if not (before.open or before.paused) and (before.opens is None or before.opens >= until):
        return {"outcome": "closed", "opening": {"opens": views.iso(before.opens)}}
    opens = (await hours.pause(doing.work, shop, until)).opens
    on_time = opens == until
    return {
        "outcome": "paused",
        "opening": {"until": until.isoformat() if on_time else None, "opens": None if on_time else views.iso(opens)},
    }


def _begins_later(doing: Doing) -> bool:
    """ "From three to five" before three, or on a day to come: only what begins now can be done."""
    day, now = doing.slot("day"), doing.work.now
    if isinstance(day, str) and date.fromisoformat(day) > now.astimezone(doing.services.home.zone).date():
        return True
    times = _times(doing)
    return bool(times) and times[0] > now and doing.understood is not None and bool(_FROM.search(doing.understood.text))


def _until(doing: Doing) -> datetime:
    """A whole minute, so that what is shown is when it ends."""
    times, minutes = _times(doing), doing.slot("minutes")
    if times and minutes is None:
        return times[-1]
    until = doing.work.now + (timedelta(minutes=float(minutes)) if minutes is not None else UNSAID)
    whole = until.replace(second=0, microsecond=0)
    return whole if whole == until else whole + timedelta(minutes=1)


def _times(doing: Doing) -> list[datetime]:
    said = doing.understood.entities if doing.understood is not None else ()
    found: list[Any] = [entity.value for entity in said if entity.entity == "time"]
    return [datetime.fromisoformat(value) for value in found if isinstance(value, str) and value != "asap"]
