"""Clocks that jump, nights with an hour too few or too many, and evenings that run past midnight."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from aiohttp import ClientSession, CookieJar
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from bot.jobs import Job
from bot.messages import Event, Incoming
from bot.outgoing import OutgoingMessage
from commerce import hours, sales, shops
from commerce.gateways import signing
from commerce.gateways.port import Forged
from commerce.order_records import Order
from commerce.payment_records import Payment, Refund
from commerce.shops import Shop
from commerce.week import day_around, parse_week, status
from commerce.work import Ids, Work
from nlu.understanding import Context
from tests.commerce.shops.test_week import Shop as Kept
from tests.dialogues.stage import Towns, engine
from tests.weather.indoors import ask_to_pay, count, orders, paid, state, work_in
from tests.webhooks.visiting import FRIDAY_NOON, Site, opened, serving

NEW_YORK = ZoneInfo("America/New_York")


whenever = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31))  # noqa: DTZ001 (as UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


# -- times that are said, around the change


@pytest.mark.parametrize(
    ("now", "said", "meant"),
    [
        ("2026-03-08T00:30-05:00", "at 2:30 am", "2026-03-08T03:30-04:00"),
        ("2026-03-08T01:30-05:00", "in 40 minutes", "2026-03-08T03:10-04:00"),
        ("2026-03-07T23:30-05:00", "in 4 hours", "2026-03-08T04:30-04:00"),
        ("2026-11-01T00:30-04:00", "at 1:30 am", "2026-11-01T01:30-04:00"),
        ("2026-11-01T01:45-04:00", "at 1:30 am", "2026-11-01T01:30-05:00"),
        ("2026-11-01T01:30-04:00", "in 1 hour", "2026-11-01T01:30-05:00"),
        ("2026-11-01T01:45-04:00", "in 40 minutes", "2026-11-01T01:25-05:00"),
        ("2026-10-31T23:30-04:00", "in 3 hours", "2026-11-01T01:30-05:00"),
        ("2026-10-31T12:00-04:00", "tomorrow at 2:30 pm", "2026-11-01T14:30-05:00"),
    ],
)
def test_a_time_is_the_one_that_the_clocks_there_will_show(now: str, said: str, meant: str) -> None:
    here = datetime.fromisoformat(now).astimezone(NEW_YORK)
    found = engine().parse(said, Context(role="consumer", language="en"), here).value("time")
    assert utc(str(found)) == utc(meant)


def test_without_it_an_hour_is_lost() -> None:
    """The negative control: added to what the clock shows, forty minutes are an hour and forty."""
    here = datetime.fromisoformat("2026-11-01T01:45-04:00").astimezone(NEW_YORK)
    naive = here + timedelta(minutes=40)
    assert naive.astimezone(UTC) - here.astimezone(UTC) == timedelta(hours=1, minutes=40)


@given(whenever, st.integers(1, 600))
def test_so_many_minutes_ahead_are_so_many_minutes(when: datetime, minutes: int) -> None:
    here = when.replace(tzinfo=UTC, second=0, microsecond=0).astimezone(NEW_YORK)
    found = engine().parse(f"in {minutes} minutes", Context(role="consumer", language="en"), here).value("time")
    if found is not None:
        assert utc(str(found)) - here.astimezone(UTC) == timedelta(minutes=minutes)


# -- opening hours around the change


NIGHTS = {"daily": "18:00-02:30"}


@pytest.mark.parametrize(
    ("now", "is_open", "changes"),
    [
        ("2026-03-08T01:59-05:00", True, "2026-03-08T03:30-04:00"),
        ("2026-03-08T03:29-04:00", True, "2026-03-08T03:30-04:00"),
        ("2026-03-08T03:30-04:00", False, "2026-03-08T18:00-04:00"),
        ("2026-11-01T01:30-04:00", True, "2026-11-01T02:30-05:00"),
        ("2026-11-01T01:30-05:00", True, "2026-11-01T02:30-05:00"),
        ("2026-11-01T02:30-05:00", False, "2026-11-01T18:00-05:00"),
    ],
)
def test_a_bar_is_open_until_its_hour_comes(now: str, is_open: bool, changes: str) -> None:
    found = status(Kept(NIGHTS, "America/New_York"), (), utc(now))
    assert found.open == is_open
    assert (found.until if is_open else found.opens) == utc(changes)


@given(whenever, st.sampled_from([NIGHTS, {"daily": "09:00-17:00"}, {}]))
def test_every_instant_is_in_one_day_of_the_shop(when: datetime, week: dict[str, str]) -> None:
    now = when.replace(tzinfo=UTC)
    day = day_around(parse_week(week), NEW_YORK, now)
    assert day.start <= now < day.end
    assert timedelta(hours=20) < day.end - day.start < timedelta(hours=30)
    for edge, other in ((day.start, "end"), (day.end, "start")):
        near = day_around(parse_week(week), NEW_YORK, edge if other == "start" else edge - timedelta(seconds=1))
        assert getattr(near, other) == edge


async def test_the_long_days_takings_are_counted_whole(towns: Towns, tmp_path: Path) -> None:
    at = datetime.fromisoformat("2026-11-01T12:00-05:00")
    async with opened(towns, tmp_path, "dollar", at=at) as site, site.visit(lang="en") as pat:
        await pat.say("coffee nearby")
        await pat.here(41.5062, -73.9841)
        async with site.application.database.transaction() as session:
            work = work_in(site, session)
            shop = await shops.by_slug(work, "two-rivers-pizza")
            assert shop is not None
            for second, (when, counted) in enumerate(
                (
                    ("2026-11-01T00:30-04:00", False),
                    ("2026-11-01T01:30-04:00", True),
                    ("2026-11-01T01:30-05:00", True),
                    ("2026-11-01T23:30-05:00", True),
                    ("2026-11-02T00:30-05:00", False),
                )
            ):
                del counted
                await session.execute(Order.__table__.insert().values(**row(shop.id, utc(when), second)))  # type: ignore[attr-defined]
            for hour in ("12:00", "23:59"):
                day = await sales.today(Work(session, utc(f"2026-11-01T{hour}-05:00"), site.application.ids), shop.id)
                assert (day.done, day.net) == (3, 3000), hour


def row(shop: str, when: datetime, number: int) -> dict[str, object]:
    day = when.astimezone(NEW_YORK).date().isoformat()
    return {
        "id": f"order_{number}",
        "number": f"{number:04}",
        "day": day,
        "shop_id": shop,
        "person_id": "person_pat",
        "state": "done",
        "fulfilment": "pickup",
        "answer_s": 420,
        "subtotal": 1000,
        "fee": 0,
        "discount": 0,
        "total": 1000,
        "currency": "USD",
        "placed_at": when,
        "received_at": when,
        "late_count": 0,
        "cancel_asked": False,
    }


# -- an evening past midnight


@asynccontextmanager
async def at_night(towns: Towns, folder: Path, at: str) -> AsyncIterator[Site]:
    """The chicken shop is open from six in the evening to two."""
    async with opened(towns, folder, at=datetime.fromisoformat(at)) as site:
        async with site.application.database.transaction() as session:
            await session.execute(
                update(Shop).where(Shop.slug == "hana-chicken").values(hours={"daily": "18:00-02:00"})
            )
            site.application.services.catalogue.forget(work_in(site, session))
        yield site


async def test_an_order_goes_through_midnight(towns: Towns, tmp_path: Path) -> None:
    async with at_night(towns, tmp_path, "2026-11-20T23:50:00+09:00") as site:
        async with site.visit() as minji, site.visit(shop="hana-chicken") as shop:
            await paid(site, minji)
            await shop.sees("새 주문")
            await shop.tap("20분")
            await minji.sees("오전 12:10")
            await site.advance(utc("2026-11-21T00:30:00+09:00"))
            told = await shop.say("오늘 매출")
            assert any("18,000원" in frame["text"] for frame in told), [frame["text"] for frame in told]
            await paid(site, minji)
            assert any("36,000원" in frame["text"] for frame in await shop.say("오늘 매출"))
            await site.advance(utc("2026-11-21T12:00:00+09:00"))
            assert "18,000원" not in (await shop.say("오늘 매출"))[-1]["text"]
        days = [order.day for order in await orders(site)]
        assert days == ["2026-11-20", "2026-11-21"], "numbers run by the date on the receipt"
        midnight = datetime.fromisoformat("2026-11-21T00:00:00+09:00")
        assert await count(site, Order, Order.received_at >= midnight) == 1, "the negative control: by the date, one"


async def test_a_shop_that_closes_early_after_midnight_opens_again_in_the_evening(towns: Towns, tmp_path: Path) -> None:
    async with at_night(towns, tmp_path, "2026-11-21T00:20:00+09:00") as site, site.visit(shop="hana-chicken") as shop:
        await shop.say("1시에 닫아요")
        async with site.application.database.read() as session:
            there = await shops.by_slug(work_in(site, session), "hana-chicken")
            assert there is not None
            for when, is_open in (
                ("2026-11-21T00:59:00+09:00", True),
                ("2026-11-21T01:00:00+09:00", False),
                ("2026-11-21T01:59:00+09:00", False),
                ("2026-11-21T18:00:00+09:00", True),
                ("2026-11-22T01:30:00+09:00", True),
            ):
                assert (await hours.status_of(work_in(site, session), there.id, utc(when))).open == is_open, when


# -- a clock that jumps


class JumpingClock:
    """Goes where it is put, back as well."""

    def __init__(self, now: datetime) -> None:
        self.at = now.astimezone(UTC)

    def now(self) -> datetime:
        return self.at

    def move_to(self, at: datetime) -> None:
        self.at = at


@asynccontextmanager
async def jumping(towns: Towns, folder: Path) -> AsyncIterator[Site]:
    settings = await towns.copy("testville", FRIDAY_NOON, folder, "web")
    clock = JumpingClock(FRIDAY_NOON)
    application = towns.application(settings, clock, Ids(3), native="web")
    async with serving(application) as url, ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        yield Site(application, clock, url, session)  # type: ignore[arg-type]


async def test_a_clock_that_goes_back_and_forth_fires_nothing_twice(towns: Towns, tmp_path: Path) -> None:
    async with jumping(towns, tmp_path) as site, site.visit() as minji, site.visit(shop="hana-chicken") as shop:
        await paid(site, minji)
        await shop.sees("새 주문")
        outbox, noon = site.application.outbox, site.clock.now()
        site.clock.move_to(noon - timedelta(hours=3))
        await outbox.settle()
        assert await state(site) == ["received"], "nothing is due before its time"
        site.clock.move_to(noon + timedelta(seconds=70))
        await outbox.settle()
        reminded = await count(site, OutgoingMessage)
        site.clock.move_to(noon - timedelta(hours=1))
        await outbox.settle()
        site.clock.move_to(noon + timedelta(seconds=80))
        await outbox.settle()
        assert await count(site, OutgoingMessage) == reminded, "reminded once"
        site.clock.move_to(noon + timedelta(hours=5))
        await outbox.settle()
        site.clock.move_to(noon + timedelta(seconds=90))
        await outbox.settle()
        site.clock.move_to(noon + timedelta(hours=6))
        await outbox.settle()
        await minji.sees("돌려")
        await outbox.settle()
        assert await state(site) == ["expired"]
        assert await count(site, Refund) == 1
        assert await count(site, Payment, Payment.paid == Payment.returned) == 1
    await site.sound()


async def test_a_timer_taken_up_before_the_clock_went_back_is_set_again(towns: Towns, tmp_path: Path) -> None:
    async with jumping(towns, tmp_path) as site, site.visit() as minji:
        order = await paid(site, minji)
        async with site.application.database.read() as session:
            job = await session.scalar(select(Job.id).where(Job.name == "order.no_answer"))
        event = Event("order.no_answer", {"subject": order, "job": job})
        await site.application.handle(Incoming("timer", str(job), chat=order, sender="timer", event=event))
        assert await state(site) == ["received"]
        site.clock.move_to(site.clock.now() + timedelta(hours=1))
        await site.application.outbox.settle()
        async with asyncio.timeout(10):
            while await state(site) != ["expired"]:
                await minji.next()
    await site.sound()


async def test_an_order_is_taken_and_done_while_the_clock_is_hours_behind(towns: Towns, tmp_path: Path) -> None:
    async with jumping(towns, tmp_path) as site, site.visit() as minji, site.visit(shop="hana-chicken") as shop:
        asked = await ask_to_pay(minji)
        site.clock.move_to(site.clock.now() - timedelta(minutes=30))
        await site.pay(asked["payment"]["url"])
        await shop.sees("새 주문")
        await shop.tap("20분")
        await minji.sees("주문을 받았어요")
        site.clock.move_to(site.clock.now() + timedelta(minutes=30))
        await shop.tap("준비 완료")
        await minji.sees("다 됐어요")
        assert await state(site) == ["ready"]
    await site.sound()


async def test_without_its_guard_a_timer_would_end_an_order_that_was_taken(site: Site) -> None:
    """The negative control: the timer's write without the state that it is for."""
    async with site.visit() as minji, site.visit(shop="hana-chicken") as shop:
        order = await paid(site, minji)
        await shop.sees("새 주문")
        await shop.tap("20분")
        async with site.application.database.transaction() as session:
            guarded = update(Order).where(
                Order.id == order, Order.state == "received", Order.due_at <= site.clock.now()
            )
            assert (await session.execute(guarded.values(state="expired"))).rowcount == 0  # type: ignore[attr-defined]
            await session.execute(update(Order).where(Order.id == order).values(state="expired"))
    assert await state(site) == ["expired"]


@pytest.mark.parametrize("hours_off", [-3, -1, 1, 3])
def test_a_signature_from_the_past_or_the_future_is_refused(hours_off: int) -> None:
    signed = signing.sign(b"secret", b"body", FRIDAY_NOON)
    signing.check(b"secret", b"body", signed, FRIDAY_NOON)
    with pytest.raises(Forged):
        signing.check(b"secret", b"body", signed, FRIDAY_NOON + timedelta(hours=hours_off))


async def test_jobs_wait_no_longer_than_their_time(site: Site) -> None:
    async with site.visit() as minji:
        await paid(site, minji)
    async with site.application.database.read() as session:
        due = list(await session.scalars(select(Job.due_at)))
    assert all(at <= site.clock.now() + timedelta(days=1) for at in due)
