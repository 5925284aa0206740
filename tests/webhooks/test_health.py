"""Alive is not ready: what each says, and to whom."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import text

from tests.webhooks.visiting import Site
from webhooks.health import HEALTH, STUCK_S, Health, Part, ready


async def parts_of(site: Site, status: int, **headers: str) -> dict[str, Any]:
    async with site.session.get(f"{site.url}/readyz", headers=headers) as answer:
        assert answer.status == status
        body: dict[str, Any] = await answer.json()
        return body


async def test_ready_names_each_part(site: Site) -> None:
    body = await parts_of(site, 200)
    assert body["ready"] is True
    assert {"database", "outbox", "draining"} <= body["parts"].keys()
    assert all(part["state"] == "ok" for part in body["parts"].values())


async def test_from_outside_only_whether_it_is_ready_is_told(site: Site) -> None:
    assert await parts_of(site, 200, **{"X-Forwarded-For": "203.0.113.7"}) == {"ready": True}


async def test_tables_of_an_older_version_are_not_served_from(site: Site) -> None:
    async with site.application.database.transaction() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    database = (await parts_of(site, 503))["parts"]["database"]
    assert database["state"] == "failing"
    assert "dangol migrate" in database["what"]


async def test_tables_of_a_newer_version_are_a_roll_out_under_way(site: Site) -> None:
    async with site.application.database.transaction() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await parts_of(site, 200)


class Held(Health):
    """A worker whose parts are in the test's hands."""

    def __init__(self, **parts: Part) -> None:
        self.given = parts

    async def parts(self) -> dict[str, Part]:
        return self.given


@pytest.mark.parametrize(("state", "status"), [("ok", 200), ("degraded", 200), ("failing", 503)])
async def test_what_only_slows_us_down_keeps_us_serving(aiohttp_client: Any, state: Any, status: int) -> None:
    app = web.Application()
    app[HEALTH] = Held(database=Part("ok"), bus=Part(state, "no answer"))
    app.router.add_get("/readyz", ready)
    client = await aiohttp_client(app)
    async with client.get("/readyz") as answer:
        assert answer.status == status
        assert (await answer.json())["parts"]["bus"] == {"state": state, "what": "no answer"}


async def test_a_worker_that_drains_takes_no_more(site: Site) -> None:
    health = Health(site.application, draining=True)
    assert (await health.parts())["draining"].state == "failing"


async def test_an_outbox_that_ended_is_no_outbox(site: Site) -> None:
    async def nothing() -> None:
        return None

    ended = asyncio.create_task(nothing())
    await ended
    health = Health(site.application, outbox=ended)
    assert (await health.parts())["outbox"] == Part("failing", "ended")
    assert (await Health(site.application).parts())["outbox"] == Part("failing", "not started")


async def test_an_outbox_that_hangs_is_no_outbox(site: Site) -> None:
    outbox = site.application.outbox
    assert outbox.looked_at is not None
    running = asyncio.create_task(asyncio.Event().wait())
    health = Health(site.application, outbox=running)  # type: ignore[arg-type]
    assert (await health.parts())["outbox"].state == "ok"
    outbox.looked_at -= STUCK_S + 1
    assert "nothing of it" in (await health.parts())["outbox"].what
    running.cancel()
