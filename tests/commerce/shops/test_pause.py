"""A shop that takes no orders for a while: until when, for whom, and what ends it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from commerce import shops
from commerce.events import OrdersAgain, TimerCleared, TimerSet
from commerce.geo import nearby
from commerce.hours import PAUSE_OVER, OpenStatus, close_at, day_off, pause, pause_over, reopen, status_of
from commerce.work import Work
from tests.commerce.shops.street import MANGWON, shop
from tests.commerce.shops.test_hours import local

NOON = local("2026-11-20 12:00")
HALF_PAST = local("2026-11-20 12:30")


@pytest.fixture
async def shop_id(work: Work) -> str:
    work.now = NOON
    return await shops.save(work, shop())


async def _open_now(work: Work) -> list[str]:
    return [one.shop.id for one in await nearby(work, *MANGWON, open_now=True)]


async def test_a_paused_shop_is_open_again_by_itself(work: Work, shop_id: str) -> None:
    assert await pause(work, shop_id, HALF_PAST) == OpenStatus(open=False, opens=HALF_PAST, paused=True)
    assert await status_of(work, shop_id, at=HALF_PAST) == OpenStatus(open=True, until=local("2026-11-21 01:00"))


async def test_who_looks_for_an_open_shop_does_not_find_a_paused_one(work: Work, shop_id: str) -> None:
    await pause(work, shop_id, HALF_PAST)
    assert await _open_now(work) == []
    found = await nearby(work, *MANGWON)
    assert [one.status for one in found] == [OpenStatus(open=False, opens=HALF_PAST, paused=True)]
    work.now = HALF_PAST
    assert await _open_now(work) == [shop_id]


@pytest.mark.parametrize("again", [local("2026-11-20 12:10"), local("2026-11-20 13:30")])
async def test_a_pause_during_a_pause_takes_its_place(work: Work, shop_id: str, again: datetime) -> None:
    await pause(work, shop_id, HALF_PAST)
    work.happenings.clear()
    assert (await pause(work, shop_id, again)).opens == again
    timer = TimerSet(key=f"{PAUSE_OVER}:{shop_id}", name=PAUSE_OVER, subject=shop_id, at=again)
    assert work.happenings == [TimerCleared(shop_id, (PAUSE_OVER,)), timer]


async def test_a_pause_that_lasts_past_closing_ends_with_the_next_opening(work: Work, shop_id: str) -> None:
    work.now = local("2026-11-21 00:45")
    paused = await pause(work, shop_id, local("2026-11-21 01:15"))
    assert paused == OpenStatus(open=False, opens=local("2026-11-21 11:00"), paused=True)
    assert await status_of(work, shop_id, at=local("2026-11-21 01:05")) == OpenStatus(open=False, opens=paused.opens)


async def test_a_pause_before_opening_puts_it_off(work: Work, shop_id: str) -> None:
    work.now = local("2026-11-20 10:50")
    late = local("2026-11-20 11:20")
    assert await pause(work, shop_id, late) == OpenStatus(open=False, opens=late)
    assert (await status_of(work, shop_id, at=local("2026-11-20 11:05"))).paused


async def test_opening_again_ends_the_pause_and_leaves_the_early_closing(work: Work, shop_id: str) -> None:
    nine = local("2026-11-20 21:00")
    await close_at(work, shop_id, nine)
    await pause(work, shop_id, HALF_PAST)
    assert await reopen(work, shop_id) == OpenStatus(open=True, until=nine)
    assert work.happenings[-1] == TimerCleared(shop_id, (PAUSE_OVER,))
    assert (await reopen(work, shop_id)).until == local("2026-11-21 01:00")


async def test_opening_again_on_another_day_leaves_the_pause(work: Work, shop_id: str) -> None:
    await day_off(work, shop_id, date(2026, 11, 21))
    await pause(work, shop_id, HALF_PAST)
    assert (await reopen(work, shop_id, date(2026, 11, 21))).paused


async def test_opening_a_shop_that_closed_during_its_pause_opens_it(work: Work, shop_id: str) -> None:
    await pause(work, shop_id, HALF_PAST)
    await close_at(work, shop_id, work.now)
    assert (await reopen(work, shop_id)).open


async def test_the_shop_is_told_once_when_the_pause_is_over(work: Work, shop_id: str) -> None:
    await pause(work, shop_id, HALF_PAST)
    work.happenings.clear()
    assert not await pause_over(work, shop_id)
    work.now = HALF_PAST
    assert await pause_over(work, shop_id)
    assert not await pause_over(work, shop_id)
    assert work.happenings == [OrdersAgain(shop_id)]


async def test_a_shop_that_has_closed_meanwhile_is_told_nothing(work: Work, shop_id: str) -> None:
    await pause(work, shop_id, HALF_PAST)
    await close_at(work, shop_id, work.now)
    work.now = HALF_PAST + timedelta(seconds=1)
    work.happenings.clear()
    assert await pause_over(work, shop_id)
    assert work.happenings == []


async def test_a_changed_town_file_leaves_the_pause(work: Work, shop_id: str) -> None:
    await pause(work, shop_id, HALF_PAST)
    await shops.save(work, shop(phone="02-111-1111"))
    assert (await status_of(work, shop_id)).paused
