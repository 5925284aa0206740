"""What a merchant says about the day changes that day and no other."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from commerce import shops
from commerce.hours import HoursError, OpenStatus, close_at, day_off, reopen, status_of
from commerce.work import Work
from tests.commerce.shops.street import shop

SEOUL = ZoneInfo("Asia/Seoul")


def local(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=SEOUL).astimezone(UTC)


@pytest.fixture
async def shop_id(work: Work) -> str:
    return await shops.save(work, shop())


async def test_status_of_the_usual_day(work: Work, shop_id: str) -> None:
    assert await status_of(work, shop_id) == OpenStatus(open=True, until=local("2026-11-21 01:00"))
    later = await status_of(work, shop_id, at=local("2026-11-21 02:00"))
    assert later == OpenStatus(open=False, opens=local("2026-11-21 11:00"))


async def test_status_of_no_shop_is_an_error(work: Work) -> None:
    with pytest.raises(LookupError):
        await status_of(work, "shop_none")


async def test_closing_at_nine_today(work: Work, shop_id: str) -> None:
    assert (await close_at(work, shop_id, local("2026-11-20 21:00"))).until == local("2026-11-20 21:00")
    work.now = local("2026-11-20 21:00")
    assert await status_of(work, shop_id) == OpenStatus(open=False, opens=local("2026-11-21 11:00"))


async def test_closing_again_at_another_time_replaces_the_first(work: Work, shop_id: str) -> None:
    await close_at(work, shop_id, local("2026-11-20 21:00"))
    assert (await close_at(work, shop_id, local("2026-11-20 22:00"))).until == local("2026-11-20 22:00")


async def test_closing_now(work: Work, shop_id: str) -> None:
    assert await close_at(work, shop_id, work.now) == OpenStatus(open=False, opens=local("2026-11-21 11:00"))


async def test_closing_now_before_opening_closes_the_day(work: Work, shop_id: str) -> None:
    work.now = local("2026-11-20 09:00")
    assert await close_at(work, shop_id, work.now) == OpenStatus(open=False, opens=local("2026-11-21 11:00"))


async def test_after_midnight_the_day_before_is_meant(work: Work, shop_id: str) -> None:
    work.now = local("2026-11-21 00:20")
    assert await close_at(work, shop_id, work.now) == OpenStatus(open=False, opens=local("2026-11-21 11:00"))
    work.now = local("2026-11-21 12:00")
    assert (await status_of(work, shop_id)).until == local("2026-11-22 01:00")


async def test_closing_later_than_usual_after_midnight(work: Work, shop_id: str) -> None:
    work.now = local("2026-11-20 23:00")
    assert (await close_at(work, shop_id, local("2026-11-21 02:30"))).until == local("2026-11-21 02:30")


async def test_closing_later_where_the_usual_close_is_before_midnight(work: Work) -> None:
    early = await shops.save(work, shop("early", hours={"daily": "11:00-22:00"}))
    work.now = local("2026-11-20 21:00")
    assert (await close_at(work, early, local("2026-11-21 00:30"))).until == local("2026-11-21 00:30")


async def test_a_day_off_tomorrow_leaves_today(work: Work, shop_id: str) -> None:
    now = await day_off(work, shop_id, date(2026, 11, 21))
    assert now.until == local("2026-11-21 01:00")
    work.now = local("2026-11-21 12:00")
    assert await status_of(work, shop_id) == OpenStatus(open=False, opens=local("2026-11-22 11:00"))


async def test_opening_again_takes_today_back_and_keeps_tomorrow(work: Work, shop_id: str) -> None:
    await close_at(work, shop_id, work.now)
    await day_off(work, shop_id, date(2026, 11, 21))
    assert (await reopen(work, shop_id)).open
    work.now += timedelta(days=1)
    assert not (await status_of(work, shop_id)).open


async def test_opening_again_after_midnight_means_the_evening_before(work: Work, shop_id: str) -> None:
    work.now = local("2026-11-21 00:20")
    await close_at(work, shop_id, work.now)
    assert (await reopen(work, shop_id)).until == local("2026-11-21 01:00")


async def test_hours_that_cannot_be_read_are_not_saved(work: Work) -> None:
    with pytest.raises(HoursError):
        await shops.save(work, shop(hours={"mon": "whenever"}))
    assert await shops.by_slug(work, "hana-chicken") is None
