"""When a shop is open, with the exceptions its people make from day to day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Update, and_, bindparam, delete, insert, select, update

from commerce.database import table
from commerce.events import OrdersAgain, TimerCleared, TimerSet
from commerce.guarded import changed
from commerce.known import known_from
from commerce.shops import VIEWED, Shop, ShopDay, ShopView, get, view_of
from commerce.week import AHEAD_DAYS, DayException, HoursError, OpenStatus, Week, day_spans, parse_week, status
from commerce.work import Work

__all__ = [
    "DayException",
    "HoursError",
    "OpenStatus",
    "close_at",
    "day_off",
    "mattering",
    "parse_week",
    "pause",
    "pause_over",
    "reopen",
    "status",
    "status_at",
    "status_of",
    "with_status",
]

PAUSE_OVER = "shop.pause_over"
LATER = timedelta(hours=6)
"""A time this long after the usual close, or less, may still be that day's late closing."""
_D = table(ShopDay).c
_IN_DAYS = _D.day.between(bindparam("first"), bindparam("last"))
_EXCEPTIONS_OF = select(_D.day, _D.closed, _D.closes_at).where(_D.shop_id == bindparam("shop"), _IN_DAYS)
_WITH_EXCEPTIONS = (
    select(*VIEWED, _D.day, _D.closed, _D.closes_at)
    .select_from(table(Shop))
    .outerjoin(table(ShopDay), and_(_D.shop_id == table(Shop).c.id, _IN_DAYS))
    .where(table(Shop).c.id.in_(bindparam("shops", expanding=True)))
)


async def status_of(work: Work, shop_id: str, at: datetime | None = None) -> OpenStatus:
    """Whether the shop is open at ``at`` (aware), or now. Raises ``LookupError`` for no such shop."""
    return await status_at(work, await get(work, shop_id), at or work.now)


async def status_at(work: Work, shop: ShopView, when: datetime) -> OpenStatus:
    """Whether the shop is open at ``when`` (aware)."""
    first, last = _days(when)
    return status(shop, await _exceptions_of(work, shop.id, first, last), when)


@known_from(ShopDay)
async def _exceptions_of(work: Work, shop_id: str, first: str, last: str) -> list[DayException]:
    rows = await work.session.execute(_EXCEPTIONS_OF, {"shop": shop_id, "first": first, "last": last})
    return [DayException(date.fromisoformat(day), closed, closes_at) for day, closed, closes_at in rows]


async def with_status(work: Work, shop_ids: Sequence[str]) -> dict[str, tuple[ShopView, OpenStatus]]:
    """Those shops, each with whether it is open now."""
    first, last = _days(work.now)
    rows = await work.session.execute(_WITH_EXCEPTIONS, {"shops": shop_ids, "first": first, "last": last})
    seen: dict[str, ShopView] = {}
    special: dict[str, list[DayException]] = {}
    for *columns, day, closed, closes_at in rows:
        shop = view_of(*columns)
        seen[shop.id] = shop
        if day is not None:
            special.setdefault(shop.id, []).append(DayException(date.fromisoformat(day), closed, closes_at))
    return {key: (shop, status(shop, special.get(key, ()), work.now)) for key, shop in seen.items()}


def mattering(when: datetime) -> ColumnElement[bool]:
    """Exceptions that can matter to ``status`` at ``when``."""
    return _D.day.between(*_days(when))


def _days(when: datetime) -> tuple[str, str]:
    # A day wider on both sides, since the shops' local dates differ from the UTC one.
    today = when.date()
    return (today - timedelta(days=2)).isoformat(), (today + timedelta(days=AHEAD_DAYS + 1)).isoformat()


async def close_at(work: Work, shop_id: str, at: datetime) -> OpenStatus:
    """Close at ``at`` (aware) instead of the usual time, earlier or later, on the day that is under way then.

    ``at`` not after now closes at once, or for all of today when it has not opened yet. What it is now.
    """
    shop = await get(work, shop_id)
    week, zone = parse_week(shop.hours), ZoneInfo(shop.timezone)
    # Closing now while closed means today; a coming time after midnight may be a long evening's end.
    day = _business_day(week, zone, at, LATER) if at > work.now else _business_day(week, zone, work.now)
    spans = day_spans(week, zone, day)
    if spans and at > spans[0].start:
        await _except(work, shop_id, DayException(day, closes_at=at))
    else:
        await _except(work, shop_id, DayException(day, closed=True))
    return await status_of(work, shop_id)


async def day_off(work: Work, shop_id: str, day: date) -> OpenStatus:
    """Stay closed on that local date. What it is now."""
    await _except(work, shop_id, DayException(day, closed=True))
    return await status_of(work, shop_id)


async def pause(work: Work, shop_id: str, until: datetime) -> OpenStatus:
    """Take no new orders until ``until`` (aware), whatever an earlier pause said. What it is now."""
    await work.session.execute(
        update(Shop).where(Shop.id == shop_id).values(paused_until=until).execution_options(synchronize_session=False)
    )
    work.tell(TimerCleared(shop_id, (PAUSE_OVER,)))
    work.tell(TimerSet(key=f"{PAUSE_OVER}:{shop_id}", name=PAUSE_OVER, subject=shop_id, at=until))
    return await status_of(work, shop_id)


async def pause_over(work: Work, shop_id: str) -> bool:
    """The time of a pause has come; whether it ended. A shop whose hours say open now is told."""
    ended = await changed(work, _end_pause(shop_id).where(Shop.paused_until <= work.now))
    if ended and (await status_of(work, shop_id)).open:
        work.tell(OrdersAgain(shop_id))
    return ended > 0


async def reopen(work: Work, shop_id: str, day: date | None = None) -> OpenStatus:
    """Go back to the usual hours today, or on that local date. What it is now.

    Today during a pause the pause ends and no more: it was all that kept orders away.
    """
    shop = await get(work, shop_id)
    week, zone = parse_week(shop.hours), ZoneInfo(shop.timezone)
    today = work.now.astimezone(zone).date()
    if day in (None, today) and shop.paused_until is not None:
        paused = (await status_of(work, shop_id)).paused
        await work.session.execute(_end_pause(shop_id))
        work.tell(TimerCleared(shop_id, (PAUSE_OVER,)))
        if paused:
            return await status_of(work, shop_id)
    days = {day} if day not in (None, today) else {_business_day(week, zone, work.now), today}
    await work.session.execute(
        delete(ShopDay).where(ShopDay.shop_id == shop_id, ShopDay.day.in_(sorted(map(date.isoformat, days)))),
        execution_options={"synchronize_session": False},
    )
    return await status_of(work, shop_id)


def _end_pause(shop_id: str) -> Update:
    ended = update(Shop).where(Shop.id == shop_id).values(paused_until=None)
    return ended.execution_options(synchronize_session=False)


def _business_day(week: Week, zone: ZoneInfo, at: datetime, later: timedelta = timedelta()) -> date:
    """The local date whose opening ``at`` belongs to: the day before until its usual close, and ``later``."""
    today = at.astimezone(zone).date()
    spans = day_spans(week, zone, today)
    if spans and spans[0].start < at:
        return today
    before = day_spans(week, zone, today - timedelta(days=1))
    return today - timedelta(days=1) if before and at < before[-1].end + later else today


async def _except(work: Work, shop_id: str, exception: DayException) -> None:
    values = {"closed": exception.closed, "closes_at": exception.closes_at}
    which = (ShopDay.shop_id == shop_id, ShopDay.day == exception.day.isoformat())
    changed = await work.session.execute(
        update(ShopDay).where(*which).values(**values), execution_options={"synchronize_session": False}
    )
    if changed.rowcount == 0:  # type: ignore[attr-defined]
        row = {"shop_id": shop_id, "day": exception.day.isoformat(), **values}
        await work.session.execute(insert(ShopDay), [row])
