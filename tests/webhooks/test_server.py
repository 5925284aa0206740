"""What every page carries, and what stands beside the pages."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests import databases
from tests.dialogues.stage import Towns
from tests.webhooks.visiting import Site, opened
from webhooks.server import PAGE

PATHS = [
    "/",
    "/shop/hana-chicken?key=x",
    "/api/site",
    "/healthz",
    "/readyz",
    "/metrics",
    "/till/none",
    "/socket",
    "/nowhere",
    "/assets/none.js",
]


@pytest.mark.parametrize("path", PATHS)
async def test_every_answer_says_what_a_page_may_do(site: Site, path: str) -> None:
    async with site.session.get(site.url + path) as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy or "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'self'" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Referrer-Policy" in answer.headers


@pytest.mark.skipif(not (PAGE / "index.html").exists(), reason="the web part is not built")
async def test_the_page_and_a_shops_page_are_the_same(site: Site) -> None:
    pages = []
    for path in ("/", "/shop/hana-chicken"):
        async with site.session.get(site.url + path) as answer:
            assert answer.status == 200
            assert answer.content_type == "text/html"
            pages.append(await answer.text())
    assert pages[0] == pages[1]


async def test_whoever_answers_is_alive(site: Site) -> None:
    async with site.session.get(f"{site.url}/healthz") as answer:
        assert (answer.status, await answer.json()) == (200, {"ok": True})


def exchange(folder: Path, file: Path) -> None:
    """Put ``folder`` in the place of ``file``, however often somebody makes the file anew meanwhile."""
    for _ in range(1000):
        file.unlink(missing_ok=True)
        try:
            folder.rename(file)
        except NotADirectoryError:
            continue
        return
    raise AssertionError(f"{file} keeps coming back")


async def test_a_missing_database_makes_it_unready_and_not_dead(towns: Towns, tmp_path: Path) -> None:
    async with opened(towns, tmp_path) as site:
        await site.application.database.close()
        if databases.on_postgresql():
            databases.forget()
        else:
            (tmp_path / "aside").mkdir()
            exchange(tmp_path / "aside", tmp_path / "chat.db")
        async with site.session.get(f"{site.url}/readyz") as answer:
            assert (answer.status, (await answer.json())["parts"]["database"]["state"]) == (503, "failing")
        async with site.session.get(f"{site.url}/healthz") as answer:
            assert (answer.status, await answer.json()) == (200, {"ok": True})


async def test_a_body_too_large_is_refused(site: Site) -> None:
    for path in ("/till/none", "/events/sandbox"):
        async with site.session.post(site.url + path, data=b"x" * 300_000) as answer:
            assert answer.status == 413


async def test_a_till_event_that_is_not_the_tills_is_refused(site: Site) -> None:
    async with site.session.post(f"{site.url}/events/sandbox", data=b"{}") as answer:
        assert answer.status == 401


async def test_no_telegram_door_without_telegram(site: Site) -> None:
    async with site.session.post(f"{site.url}/hooks/telegram", json={"update_id": 1}) as answer:
        assert answer.status == 404


async def test_the_server_closes_while_browsers_are_still_connected(towns: Towns, tmp_path: Path) -> None:
    async with asyncio.timeout(15), opened(towns, tmp_path) as site:
        socket = await site.session.ws_connect(f"{site.url}/socket")
        await socket.send_json({"type": "hello"})
        await socket.receive_json(timeout=5)
