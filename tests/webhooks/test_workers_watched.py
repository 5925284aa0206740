"""Two real workers: whichever is asked tells of both, and their lines are one log."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.peers.postgresql import shared
from tests.weather.street import street

LINES = ("근처 치킨집", "메뉴 보여줘", "언제까지 열어요?")


@pytest.fixture
def url() -> Iterator[str]:
    name = f"watched_{os.getpid()}"
    yield shared().create_database(name)
    shared().drop_database(name)


async def scraped(address: str) -> dict[str, float]:
    """On a connection of its own, so that any worker may take it. Texts' turns, open sockets."""
    async with aiohttp.ClientSession() as session, session.get(f"{address}/metrics") as answer:
        assert answer.status == 200
        families = list(text_string_to_metric_families(await answer.text()))
    return {
        one.name: sum(one.value for one in family.samples if one.labels.get("kind", "text") == "text")
        for family in families
        for one in family.samples
    }


async def test_every_worker_tells_of_all_and_says_when_it_is_ready(tmp_path: Path, url: str) -> None:
    (tmp_path / "cache").mkdir()
    async with street(tmp_path, tmp_path / "cache", url) as town:
        server = await town.open("--workers", "2", log="json")
        async with town.browser() as minji, town.browser() as jisu:
            for line in LINES:
                await minji.say(line)
                await jisu.say(line)
            told = [await scraped(server.url) for _ in range(8)]
            assert {one["dangol_turns_total"] for one in told} == {2.0 * len(LINES)}
            assert {one["dangol_sockets_open"] for one in told} == {2.0}
            assert {one["dangol_messages_unsent"] for one in told} == {0.0}
        async with aiohttp.ClientSession() as session, session.get(f"{server.url}/readyz") as answer:
            assert (answer.status, (await answer.json())["ready"]) == (200, True)
        assert await server.stop() == 0
        lines = [json.loads(line) for line in server.log if line.startswith("{")]
        turns = [line for line in lines if line["event"] == "turn" and line["kind"] == "text"]
        assert len(turns) == len({line["turn"] for line in turns}) == 2 * len(LINES)
        assert any(line["logger"] == "gunicorn.error" for line in lines)
        assert not any(word in line for word in LINES for line in server.log)
