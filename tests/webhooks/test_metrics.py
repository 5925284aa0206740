"""What Prometheus reads, and who else may."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event

from bot.jobs import Job
from bot.metrics import MOST_KINDS, Metrics, intent_label
from commerce.database import Database
from tests.webhooks.visiting import FRIDAY_NOON, Site
from webhooks.metrics import Scrape

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


async def scrape(site: Site) -> Samples:
    async with site.session.get(f"{site.url}/metrics") as answer:
        assert answer.status == 200
        assert answer.content_type == "text/plain"
        families = list(text_string_to_metric_families(await answer.text()))
    return {(sample.name, frozenset(sample.labels.items())): sample.value for one in families for sample in one.samples}


def value(samples: Samples, name: str, **labels: str) -> float:
    return samples.get((name, frozenset(labels.items())), 0.0)


async def test_a_turn_is_counted_with_how_it_was_understood(site: Site) -> None:
    before = await scrape(site)
    async with site.visit() as visitor:
        await visitor.say("근처 치킨집")
    after = await scrape(site)

    def grown(name: str, **labels: str) -> float:
        return value(after, name, **labels) - value(before, name, **labels)

    assert grown("dangol_turns_total", channel="web", kind="text", outcome="done") == 1
    assert grown("dangol_turn_seconds_count", channel="web") == 1
    assert grown("dangol_understood_total", intent="find_shop", in_scope="yes") == 1
    assert grown("dangol_understanding_confidence_count") == 1
    assert grown("dangol_understanding_seconds_count") >= 1


async def test_a_repeat_is_counted_as_one(site: Site) -> None:
    before = await scrape(site)
    async with site.visit() as visitor:
        for _ in range(2):
            await visitor.act({"type": "say", "text": "안녕"}, number="the-same-again")
    after = await scrape(site)
    for outcome in ("done", "repeat"):
        labels = {"channel": "web", "kind": "text", "outcome": outcome}
        assert value(after, "dangol_turns_total", **labels) - value(before, "dangol_turns_total", **labels) == 1


async def test_the_queues_age_is_asked_of_the_database(site: Site) -> None:
    async with site.application.database.transaction() as session:
        session.add(Job(key="k1", name="nothing", subject="x", due_at=FRIDAY_NOON, stuck="refused"))
        session.add(Job(key="k2", name="nothing", subject="x", due_at=FRIDAY_NOON + timedelta(days=1)))
    samples = await scrape(site)
    assert value(samples, "dangol_jobs_stuck") == 1
    for name in ("jobs_due", "oldest_due_job_seconds", "messages_unsent", "oldest_unsent_seconds"):
        assert (f"dangol_{name}", frozenset()) in samples


async def test_scrapes_side_by_side_ask_the_database_once(site: Site) -> None:
    asked: list[str] = []
    event.listen(
        site.application.database.engine.sync_engine,
        "before_cursor_execute",
        lambda _c, _u, sql, *_rest: asked.append(sql),
    )
    showing = Scrape(site.application)
    found = await asyncio.gather(*(showing.measured() for _ in range(5)))
    assert all(one is found[0] for one in found)
    assert len([sql for sql in asked if "outgoing.created_at" in sql]) == 1


async def test_without_a_database_there_is_no_number_rather_than_an_old_one(site: Site) -> None:
    site.application.database = Database("sqlite+aiosqlite:////nowhere/at/all.db")
    samples = await scrape(site)
    assert ("dangol_jobs_stuck", frozenset()) not in samples
    assert any(name == "dangol_sockets_open" for name, _ in samples)


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
async def test_through_a_proxy_there_is_no_such_page(site: Site, name: str) -> None:
    async with site.session.get(f"{site.url}/metrics", headers={name: "203.0.113.7"}) as answer:
        assert answer.status == 404


def test_labels_are_bounded() -> None:
    from prometheus_client import CollectorRegistry

    assert intent_label("find_shop") == "find_shop"
    assert intent_label("김치찌개") == intent_label(None) == "other"
    metrics = Metrics(CollectorRegistry())
    kinds = {metrics.kind(f"charge.{number}") for number in range(1000)}
    assert len(kinds) == MOST_KINDS + 1
    assert metrics.kind("charge.0") == "charge.0"


WORKERS = """
import os, sys
from pathlib import Path
from bot.metrics import metrics, prepare, worker_gone
prepare(Path(sys.argv[1]))
ended = []
for number in (1, 2):
    worker = os.fork()
    if worker == 0:
        metrics().turns.labels("web", "text", "done").inc(number)
        metrics().sockets.inc(number)
        os._exit(0)
    os.waitpid(worker, 0)
    ended.append(worker)
worker_gone(ended[0])
from bot.waiting import Waiting
from webhooks.metrics import _page
sys.stdout.buffer.write(_page(Waiting(3, 1.5, 0, 0.0, 0))[0])
"""


async def test_any_worker_tells_what_all_counted(tmp_path: Path) -> None:
    (tmp_path / "counter_1.db").write_bytes(b"left by those before")
    environment = {name: kept for name, kept in os.environ.items() if name != "PROMETHEUS_MULTIPROC_DIR"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WORKERS, str(tmp_path), stdout=asyncio.subprocess.PIPE, env=environment
    )
    told, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0
    lines = told.decode().splitlines()
    assert 'dangol_turns_total{channel="web",kind="text",outcome="done"} 3.0' in lines
    assert "dangol_sockets_open 2.0" in lines, "a dead worker holds no sockets"
    assert "dangol_messages_unsent 3.0" in lines
