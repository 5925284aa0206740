"""One person sends without end: the others are served, in order, and what waits for the one stays bounded."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from bot.app import TOO_FAST
from bot.channels.web import visitor_chat
from bot.messages import Incoming
from bot.turn import Received
from tests.dialogues.stage import Towns
from tests.weather.indoors import Doors, ask_to_pay, count, doors, state
from tests.webhooks.visiting import WAIT_S, Site, opened
from webhooks.bodies import whole

MANY = 200
OTHERS = 10
LET_THROUGH = 4
"""Turns of the flood that may come before another person's one message: the one under way, and who waits beside it."""


@pytest.fixture
async def open_doors(towns: Towns, tmp_path: Path) -> AsyncIterator[Doors]:
    async with doors(towns, tmp_path) as opened:
        yield opened


def flood(site: Site, chats: list[str]) -> list[asyncio.Task[None]]:
    """A message in each of ``chats``, all at once."""
    return [
        asyncio.create_task(
            site.application.handle(Incoming("web", f"{chat}:{number}", chat=chat, sender=chat, text="안녕하세요"))
        )
        for number, chat in enumerate(chats)
    ]


async def done_before_another(site: Site, chats: list[str]) -> int:
    """How much of a flood is worked off before somebody else's message is."""
    chat = visitor_chat("somebody else, quite quiet")
    await site.application.handle(Incoming("web", f"{chat}:0", chat=chat, sender=chat, text="안녕하세요"))
    running = flood(site, chats)
    await asyncio.sleep(0)
    await site.application.handle(Incoming("web", f"{chat}:1", chat=chat, sender=chat, text="근처 치킨집"))
    before = sum(one.done() for one in running)
    await asyncio.gather(*running)
    return before


async def test_another_waits_for_no_more_than_what_is_under_way(site: Site) -> None:
    assert await done_before_another(site, ["visitor:flood"] * MANY) <= LET_THROUGH


async def test_without_a_line_for_each_person_another_would_wait_for_all_of_it(site: Site) -> None:
    """The negative control: the same messages as if each were a chat of its own, so in one line with everybody's."""
    assert await done_before_another(site, [f"visitor:flood-{number}" for number in range(MANY)]) > MANY // 4


async def test_ten_people_order_while_one_floods_the_socket(site: Site) -> None:
    async with site.visit() as flooder, site.visit(token="t" * 40) as _second:
        for number in range(MANY):
            await flooder.socket.send_json({"type": "say", "id": f"flood-{number:04}", "text": "안녕하세요" * 20})
        visits = [site.visit() for _ in range(OTHERS)]
        others = [await visit.__aenter__() for visit in visits]
        try:
            asked = await asyncio.gather(*(ask_to_pay(other) for other in others[:5]))
            assert all(frame["payment"]["amount"] == 18000 for frame in asked)
            for other in others[5:]:
                await other.say("근처 치킨집")
                await other.here()
                assert "하나치킨" in (await other.sees("하나치킨"))["cards"][0]["title"]
            for other in others:
                numbers = [frame["seq"] for frame in other.told]
                assert numbers == sorted(set(numbers)), "in order, each once"
        finally:
            for visit in visits:
                await visit.__aexit__(None, None, None)
    assert await state(site) == ["unpaid"] * 5


async def test_a_flood_over_telegram_keeps_nobody_from_the_shop(open_doors: Doors) -> None:
    site = open_doors.site
    updates = [asyncio.create_task(open_doors.update({"text": "안녕하세요"}, number)) for number in range(1, MANY)]
    async with site.visit() as minji:
        await minji.say("근처 치킨집")
        await minji.here()
        await minji.sees("하나치킨")
        unanswered = sum(not one.done() for one in updates)
    statuses = set(await asyncio.gather(*updates))
    assert statuses <= {200, 429, 503}, statuses
    assert unanswered > 0, "they were served while the flood went on"


BURST = 5
LIMITED = {"message_burst": BURST, "messages_per_s": 0.001}
"""As the product's own limit, with numbers that a test reaches soon."""


@pytest.mark.parametrize("limit", [LIMITED, {}], ids=["limited", "the negative control: without the limit"])
async def test_what_comes_too_fast_over_the_socket_is_not_read_and_said_so(
    towns: Towns, tmp_path: Path, limit: dict[str, float]
) -> None:
    async with opened(towns, tmp_path, change=limit) as site, site.visit() as flooder, site.visit() as other:
        answers = [await flooder.act({"type": "say", "text": "안녕하세요"}) for _ in range(2 * BURST)]
        refused = [answer for answer in answers if answer["type"] == "error"]
        assert len(refused) == (BURST if limit else 0)
        assert all(answer["text"] == TOO_FAST for answer in refused)
        assert await other.say("안녕하세요"), "nobody else is held back"
        assert await count(site, Received, Received.channel == "web") == 2 * BURST + 1 - len(refused)


@pytest.mark.parametrize("limit", [LIMITED, {}], ids=["limited", "the negative control: without the limit"])
async def test_who_floods_telegram_is_told_so_once(towns: Towns, tmp_path: Path, limit: dict[str, float]) -> None:
    async with doors(towns, tmp_path, **limit) as opened:
        for number in range(1, 4 * BURST + 1):
            assert await opened.update({"text": "안녕하세요"}, number) == 200, "Telegram need not send it again"
        said = [shown.text for shown in opened.telegram.user(1001).screen()]
        assert said.count(TOO_FAST["ko"]) == (1 if limit else 0)
        read = await count(opened.site, Received, Received.channel == "telegram")
        assert read == (BURST if limit else 4 * BURST)


async def test_a_page_that_reads_nothing_holds_no_more_than_its_share(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webhooks.chat.MOST_WAITING", 20)
    async with site.visit() as flooder:
        for _ in range(1000):
            await flooder.socket.send_str("{")
        async with asyncio.timeout(WAIT_S):
            while not flooder.socket.closed:
                await flooder.socket.receive()
    async with site.visit() as other:
        assert await other.say("안녕하세요")


async def test_who_sends_a_body_byte_by_byte_is_not_waited_for(open_doors: Doors) -> None:
    async def never(request: web.Request) -> web.Response:
        return web.json_response(len(await whole(request, 1000, longest_s=0.05)))

    app = web.Application()
    app.router.add_post("/", never)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        for sent, status in ((b"x", b"408"), (b"x" * 10, b"200")):
            reader, writer = await asyncio.open_connection("127.0.0.1", runner.addresses[0][1])
            writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n" + sent)
            line = await asyncio.wait_for(reader.readline(), WAIT_S)
            assert status in line
            writer.close()
    finally:
        await runner.cleanup()
    for path in ("/events/sandbox", "/hooks/stripe", "/till/x"):
        assert await open_doors.post(path, b"") in (401, 403)
    assert await count(open_doors.site, Received, Received.channel != "timer") == 0


async def test_many_sockets_of_one_browser_are_one_chat(site: Site) -> None:
    """Each is told the same, and none of them is a way round its line."""
    visits = [site.visit(token="t" * 40) for _ in range(30)]
    pages = [await visit.__aenter__() for visit in visits]
    try:
        for page in pages:
            await page.socket.send_json({"type": "say", "id": "the-same-words", "text": "안녕하세요"})
        for page in pages:
            await page.until(lambda frame: frame.get("id") == "the-same-words")
    finally:
        for visit in visits:
            await visit.__aexit__(None, None, None)
    assert await count(site, Received, Received.channel == "web") == 1
