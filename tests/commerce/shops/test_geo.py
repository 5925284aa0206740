"""The nearby search finds what measuring every shop would find, and reads indices only."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import h3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from commerce import geo, shops
from commerce.cells import cells_of, covered_m, disk, distance_m
from commerce.database import Database
from commerce.geo import REACH_M, nearby
from commerce.hours import close_at, day_off
from commerce.week import status
from commerce.work import Ids, Work
from tests.commerce.shops.conftest import NOON
from tests.commerce.shops.street import COLA, FRIED, MANGWON, shop

TABLE_SCANS = tuple(
    f"{scan} {table}" for scan in ("SCAN", "Seq Scan on") for table in ("shops", "menu_items", "shop_days")
)

degrees = st.floats(-1, 1, allow_nan=False)


async def slugs(work: Work, **wanted: object) -> list[str]:
    return [found.shop.slug for found in await nearby(work, *MANGWON, **wanted)]  # type: ignore[arg-type]


def north(metres: float) -> dict[str, float]:
    """A place that far north of Mangwon."""
    return {"lat": MANGWON[0] + metres / 111_195}


def test_distance_is_the_great_circle() -> None:
    seoul, busan = (37.5665, 126.9780), (35.1796, 129.0756)
    assert distance_m(*seoul, *busan) == pytest.approx(325_000, rel=0.01)
    assert distance_m(*seoul, *seoul) == 0
    assert distance_m(0, 179.999, 0, -179.999) == pytest.approx(222.4, rel=0.01)


@given(st.floats(-85, 85), st.floats(-180, 180), st.integers(0, 6), st.integers(0, 60), st.integers(0, 5))
def test_whatever_lies_outside_the_disk_is_farther_than_what_it_covers(
    lat: float, lon: float, rings: int, which: int, corner: int
) -> None:
    cell, _ = cells_of(lat, lon)
    beyond = sorted(disk(cell, rings + 1) - disk(cell, rings))
    outside = beyond[which % len(beyond)]
    corners = h3.cell_to_boundary(outside)
    assert distance_m(lat, lon, *corners[corner % len(corners)]) >= covered_m(lat, lon, cell, rings)


async def test_nearest_come_first_with_distance_and_delivery(work: Work) -> None:
    for slug, away in (("far", 2500), ("near", 100), ("middle", 1200)):
        await shops.save(work, shop(slug, **north(away)))
    found = await nearby(work, *MANGWON)
    assert [(one.shop.slug, one.delivers) for one in found] == [("near", True), ("middle", True), ("far", False)]
    assert [one.distance_m for one in found] == pytest.approx([100, 1200, 2500], abs=2)
    assert await slugs(work, delivers=True) == ["near", "middle"]
    assert await slugs(work, limit=1) == ["near"]


async def test_nothing_beyond_reach_is_near(work: Work) -> None:
    await shops.save(work, shop("inside", **north(REACH_M - 50)))
    await shops.save(work, shop("outside", **north(REACH_M + 50)))
    assert await slugs(work) == ["inside"]


async def test_trade_and_open_now_leave_out_the_others(work: Work) -> None:
    await shops.save(work, shop("open"))
    await shops.save(work, shop("evening", hours={"daily": "17:00-23:00"}, **north(100)))
    await shops.save(work, shop("florist", trade="florist", **north(50)))
    assert await slugs(work, trade="chicken") == ["open", "evening"]
    assert await slugs(work, trade="chicken", open_now=True) == ["open"]


async def test_open_now_knows_the_exceptions_of_the_day(work: Work) -> None:
    off = await shops.save(work, shop("off"))
    early = await shops.save(work, shop("early"))
    await shops.save(work, shop("usual"))
    await day_off(work, off, NOON.date())
    await close_at(work, early, NOON + timedelta(hours=1))
    assert sorted(await slugs(work, open_now=True)) == ["early", "usual"]
    work.now = NOON + timedelta(hours=2)
    assert await slugs(work, open_now=True) == ["usual"]


@pytest.mark.parametrize(
    "words",
    [
        "하나치킨",
        "하나 치킨",
        unicodedata.normalize("NFD", "하나치킨"),
        "HANA",
        "후라이드",
        "fried CHICKEN",
        "후라이드 콜라",
        "하나 콜라",
        "치킨!",
    ],
)
async def test_words_find_names_and_dishes_however_they_are_spaced(work: Work, words: str) -> None:
    await shops.save(work, shop(menu=(FRIED, COLA)))
    await shops.save(work, shop("other", name={"ko": "두리분식", "en": "Duri Bunsik"}))
    assert await slugs(work, words=words) == ["hana-chicken"]


@pytest.mark.parametrize("words", ["짜장면", "하나 짜장면", "", "?!", "%", "_", "하나%킨"])
async def test_words_that_nothing_says_find_nothing(work: Work, words: str) -> None:
    await shops.save(work, shop(menu=(FRIED, COLA)))
    assert await slugs(work, words=words) == []


async def test_dishes_taken_off_the_menu_are_not_found(work: Work) -> None:
    await shops.save(work, shop(menu=(FRIED, COLA)))
    await shops.save(work, shop(menu=(FRIED,)))
    assert await slugs(work, words="콜라") == []


@dataclass(frozen=True)
class Stand:
    """Where a shop stands, and what of it a search asks for."""

    lat: float
    lon: float
    trade: str
    hours: str
    radius: int | None


def stands() -> st.SearchStrategy[list[Stand]]:
    away = st.one_of(st.floats(-0.005, 0.005), st.floats(-0.09, 0.09))
    one = st.builds(
        Stand,
        lat=away.map(lambda off: MANGWON[0] + off),
        lon=away.map(lambda off: MANGWON[1] + off),
        trade=st.sampled_from(["chicken", "cafe"]),
        hours=st.sampled_from(["11:00-23:00", "17:00-02:00", "closed"]),
        radius=st.sampled_from([None, 500, 3000, 20000]),
    )
    return st.lists(one, max_size=40)


@pytest.fixture
def rings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shops are looked for ring by ring even where there are few."""
    monkeypatch.setattr(geo, "FEW", 0)


@pytest.fixture(params=[0, geo.FEW])
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Ring by ring, and all at once."""
    monkeypatch.setattr(geo, "FEW", request.param)
    return int(request.param)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(stands(), degrees, degrees, st.sampled_from([None, "cafe"]), st.booleans(), st.booleans(), st.integers(1, 12))
async def test_the_search_finds_what_measuring_every_shop_finds(
    database: Database,
    few: int,
    standing: list[Stand],
    north: float,
    east: float,
    trade: str | None,
    open_now: bool,
    delivers: bool,
    limit: int,
) -> None:
    lat, lon = MANGWON[0] + north * 0.02, MANGWON[1] + east * 0.02
    async with database.transaction() as session:
        work = Work(session, NOON, Ids(1))
        views = [await shops.get(work, await shops.save(work, _spec(at, one))) for at, one in enumerate(standing)]
        found = await nearby(work, lat, lon, trade=trade, open_now=open_now, delivers=delivers, limit=limit)
        await session.rollback()
    right = _measured(views, lat, lon, trade, open_now, delivers)[:limit]
    assert [one.distance_m for one in found] == [round(away) for away, _ in right]
    assert {one.shop.id for one in found if one.distance_m < round(right[-1][0])} == {
        shop_id for away, shop_id in right if round(away) < round(right[-1][0])
    }


async def test_among_many_the_nearest_are_never_missed(work: Work, rings: None) -> None:
    chance = random.Random(5)
    offsets = [(chance.uniform(-0.02, 0.02), chance.uniform(-0.02, 0.02)) for _ in range(150)]
    places = [(MANGWON[0] + north, MANGWON[1] + east) for north, east in offsets]
    views = [
        await shops.get(work, await shops.save(work, shop(f"s{at}", lat=lat, lon=lon)))
        for at, (lat, lon) in enumerate(places)
    ]
    for lat, lon in places[:25]:
        for limit in (1, 4, 20):
            found = await nearby(work, lat + 0.002, lon, limit=limit)
            right = _measured(views, lat + 0.002, lon, None, False, False)[:limit]
            assert [one.shop.id for one in found] == [shop_id for _, shop_id in right]


def _spec(number: int, stand: Stand) -> shops.ShopSpec:
    hours = {"daily": stand.hours}
    place = {"lat": stand.lat, "lon": stand.lon}
    return shop(f"s{number}", trade=stand.trade, hours=hours, delivery_radius_m=stand.radius, **place)


def _measured(
    views: Sequence[shops.ShopView], lat: float, lon: float, trade: str | None, open_now: bool, delivers: bool
) -> list[tuple[float, str]]:
    found = []
    for one in views:
        away = distance_m(lat, lon, one.lat, one.lon)
        reached = one.delivery_radius_m is not None and away <= one.delivery_radius_m
        wanted = (trade in (None, one.trade)) and (reached or not delivers)
        if wanted and away <= REACH_M and (status(one, (), NOON).open or not open_now):
            found.append((away, one.id))
    return sorted(found)


@pytest.mark.parametrize(
    "wanted", [{}, {"trade": "cafe"}, {"words": "없는말"}, {"trade": "cafe", "open_now": True}, {"delivers": True}]
)
async def test_every_query_of_a_search_goes_by_an_index(work: Work, few: int, wanted: dict[str, object]) -> None:
    await shops.save(work, shop(menu=(FRIED,), trade="cafe"))
    asked: list[tuple[str, object]] = []
    engine = work.session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
    await slugs(work, **wanted)
    connection = await work.session.connection()
    reads = [(statement, values) for statement, values in asked if statement.startswith("SELECT")]
    assert len(reads) <= (4 if few else 9)
    sqlite = connection.dialect.name == "sqlite"
    if not sqlite:
        await connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    explain, at = ("EXPLAIN QUERY PLAN", 3) if sqlite else ("EXPLAIN", 0)
    for statement, values in reads:
        plan = await connection.exec_driver_sql(f"{explain} {statement}", values)  # type: ignore[arg-type]
        steps = [step.lstrip(" ->") for step in plan.scalars(at)]
        assert not [step for step in steps if step.startswith(TABLE_SCANS)], steps
