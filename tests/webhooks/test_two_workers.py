"""A page is told everything, in order and once, whichever of two workers holds its socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession, CookieJar
from pydantic import SecretStr

from bot.bus import LocalBus
from bot.channels.frames import Frame
from bot.channels.port import Outgoing
from bot.channels.web import WebChannel
from bot.chat import SimulatedClock
from bot.messages import Reply
from commerce.database import Database
from commerce.work import Ids
from tests import databases
from tests.dialogues.stage import Towns
from tests.peers.redis import RedisServer
from tests.webhooks.visiting import FRIDAY_NOON, Site, serving

WAIT_S = 20.0


@pytest.fixture(scope="module")
def towns_on_postgresql(tmp_path_factory: pytest.TempPathFactory) -> Towns:
    return Towns(tmp_path_factory.mktemp("towns"))


@asynccontextmanager
async def two_sites(towns: Towns, folder: Path, redis: str | None) -> AsyncIterator[tuple[Site, Site]]:
    """Two servers over one database, with one clock."""
    settings = await towns.copy("testville", FRIDAY_NOON, folder, "web")
    settings = settings.model_copy(update={"redis_url": SecretStr(redis) if redis else None})
    clock = SimulatedClock(FRIDAY_NOON)
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(ClientSession(cookie_jar=CookieJar(unsafe=True)))
        sites = []
        for seed in (3, 4):
            application = towns.application(settings, clock, Ids(seed), native="web")
            url = await stack.enter_async_context(serving(application))
            sites.append(Site(application, clock, url, session))
        yield sites[0], sites[1]


async def talk_over_both(one: Site, two: Site) -> None:
    """Two tabs of one browser, at different workers: both show the same, in the same order."""
    async with one.visit() as here, two.visit(token=here.token) as there:
        for tab in (here, there, here, there):
            await tab.say("도움말")
        last = max(here.last, there.last)
        for tab in (here, there):
            while tab.last < last:
                await asyncio.wait_for(tab.next(), WAIT_S)
        assert [frame["seq"] for frame in here.told] == [frame["seq"] for frame in there.told]
        numbers = [frame["seq"] for frame in there.told]
        assert numbers == sorted(set(numbers))
        assert len(numbers) == 4


@pytest.mark.usefixtures("postgresql")
@pytest.mark.parametrize("beside", ["nothing", "redis", "redis that dies"])
async def test_two_tabs_at_two_workers_show_the_same(
    towns_on_postgresql: Towns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, beside: str
) -> None:
    monkeypatch.setenv(databases.KIND, "postgresql")
    async with AsyncExitStack() as stack:
        redis = None if beside == "nothing" else stack.enter_context(RedisServer())
        one, two = await stack.enter_async_context(
            two_sites(towns_on_postgresql, tmp_path, redis.url if redis else None)
        )
        await talk_over_both(one, two)
        if redis is not None and beside == "redis that dies":
            redis.flush()
            redis.kill()
            await talk_over_both(one, two)
            redis.start()
            await talk_over_both(one, two)


@pytest.mark.usefixtures("postgresql")
async def test_an_order_goes_between_a_customer_and_a_shop_at_two_workers(
    towns_on_postgresql: Towns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(databases.KIND, "postgresql")
    with RedisServer() as redis:
        async with (
            two_sites(towns_on_postgresql, tmp_path, redis.url) as (one, two),
            one.visit() as minji,
            two.visit(shop="hana-chicken") as shop,
        ):
            await minji.say("근처 치킨집")
            await minji.here()
            await minji.tap("메뉴 보기", "하나치킨")
            for label in ("후라이드", "주문하기", "포장", "결제하기"):
                await minji.tap(label)
            asked = await minji.until(lambda frame: bool(frame.get("payment")))
            await two.pay(asked["payment"]["url"])
            await shop.sees("새 주문", "후라이드치킨 × 1")
            await shop.say("15분이요")
            await minji.sees("하나치킨이 주문을 받았어요")


class Page:
    """What one page has been shown."""

    def __init__(self, channel: WebChannel, chat: str) -> None:
        self.frames: list[Frame] = []
        self.screen = channel.open(chat, 0, self.frames.append)

    @property
    def numbers(self) -> list[int]:
        return [frame["seq"] for frame in self.frames if "seq" in frame]


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.close()


def told(number: int, before: int) -> Outgoing:
    return Outgoing(number, "visitor:1", Reply("안녕하세요"), None, before)


async def test_what_follows_on_what_was_shown_is_shown_at_once_and_what_was_shown_is_not_again(
    database: Database,
) -> None:
    channel = WebChannel(database, SimulatedClock(FRIDAY_NOON), LocalBus(), "one")
    page = Page(channel, "visitor:1")
    for number, before in ((5, 0), (7, 5), (7, 5), (5, 0), (9, 7)):
        await channel.send(told(number, before))
    assert page.numbers == [5, 7, 9]


async def test_without_a_nudge_a_worker_knows_nothing_of_what_another_told(database: Database) -> None:
    """The control: two workers that share no bus. With one, the page is made to read up."""
    clock = SimulatedClock(FRIDAY_NOON)
    apart = WebChannel(database, clock, LocalBus(), "two")
    shared = LocalBus()
    one, beside = WebChannel(database, clock, shared, "one"), WebChannel(database, clock, shared, "three")
    alone, nudged = Page(apart, "visitor:1"), Page(beside, "visitor:1")
    nudges: list[str] = []
    shared.subscribe("web:visitor:1", nudges.append)
    await one.send(told(5, 0))
    assert alone.screen._reading is None
    assert nudged.screen._reading is not None
    assert json.loads(nudges[0]) == {"by": "one", "upto": 5}
    nudged.screen.close()


async def test_a_nudge_names_no_word_of_what_was_said(database: Database) -> None:
    bus = LocalBus()
    notes: list[str] = []
    bus.subscribe("web:visitor:1", notes.append)
    await WebChannel(database, SimulatedClock(FRIDAY_NOON), bus, "one").send(told(5, 0))
    assert "안녕" not in json.loads(notes[0]).__repr__()


async def test_a_demo_street_is_told_of_a_look_once(database: Database) -> None:
    clock, bus = SimulatedClock(FRIDAY_NOON), LocalBus()
    one, two = WebChannel(database, clock, bus, "one"), WebChannel(database, clock, bus, "two")
    here, there = Page(one, "visitor:1"), Page(two, "visitor:1")
    one.look("visitor:1", "hana-chicken")
    assert here.frames == there.frames == [{"type": "shop", "slug": "hana-chicken"}]
