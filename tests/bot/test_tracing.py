"""Traces arrive at a collector when one is named, hang together, and cost nothing else."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import tracing
from bot.correlation import Cause, caused_by, current
from tests.dialogues.stage import Towns
from tests.peers.otlp.server import Collector, Received, collecting
from tests.webhooks.visiting import opened


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    """A collector that the environment names; tracing is on."""
    with collecting() as found:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", found.url)
        assert tracing.begin()
        yield found
        tracing.end()


def below(spans: list[Received], parent: Received) -> set[str]:
    return {span.name for span in spans if span.parent == parent.span}


async def test_a_posted_update_is_one_trace_down_to_its_commit(
    collector: Collector, towns: Towns, tmp_path: Path
) -> None:
    parent = Cause("c3" * 16, "d4" * 8, sampled=True)
    async with opened(towns, tmp_path) as site:
        async with site.visit() as visitor:
            await visitor.say("근처 치킨집")
        async with site.session.get(f"{site.url}/till/none", headers={"traceparent": parent.traceparent}) as answer:
            assert answer.headers["X-Request-Id"] == parent.turn
    await asyncio.to_thread(tracing.end)
    [turn] = [span for span in collector.named("turn") if span.attributes["kind"] == "text"]
    assert {"understand", "commit"} <= below(collector.spans, turn)
    assert {span.trace for span in collector.spans if span.parent == turn.span} == {turn.trace}
    assert turn.service == "dangol"
    [page] = [span for span in collector.named("webhook") if span.trace == parent.turn]
    assert page.parent == parent.span
    assert page.attributes == {"route": "/till/{ref}", "method": "GET"}


async def test_nobodys_words_are_in_a_trace(collector: Collector, towns: Towns, tmp_path: Path) -> None:
    async with opened(towns, tmp_path) as site, site.visit() as visitor:
        await visitor.say("김하늘 010-1234-5678 후라이드 한 마리")
    await asyncio.to_thread(tracing.end)
    assert collector.named("turn")
    said = repr([(span.name, span.attributes, span.service) for span in collector.spans])
    for words in ("김하늘", "1234", "후라이드", "visitor:"):
        assert words not in said


def test_a_step_that_fails_is_marked_without_its_words(collector: Collector) -> None:
    with pytest.raises(ValueError, match="김하늘"), tracing.beginning("turn"):
        raise ValueError("김하늘")
    tracing.end()
    [turn] = collector.spans
    assert turn.failed
    assert "김하늘" not in repr(turn)


def test_what_a_worker_takes_up_belongs_to_the_trace_that_left_it(collector: Collector) -> None:
    with tracing.beginning("turn"):
        left = current()
    assert left is not None
    with tracing.beginning("send", Cause.parse(left.traceparent)):
        pass
    tracing.end()
    [turn, send] = collector.spans
    assert (send.trace, send.parent) == (turn.trace, turn.span)


def test_a_trace_that_is_not_sampled_is_not_sent_and_keeps_its_id(collector: Collector) -> None:
    with tracing.beginning("webhook", Cause("e5" * 16, "f6" * 8, sampled=False)) as cause:
        assert cause.turn == "e5" * 16
    tracing.end()
    assert collector.spans == []


def test_a_collector_that_is_away_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    assert tracing.begin()
    with tracing.beginning("turn"):
        pass
    tracing.end()
    assert tracing.span("x") is tracing.span("y")


def test_without_a_collector_steps_are_nothing_and_ids_still_there() -> None:
    assert tracing.endpoint() is None
    assert not tracing.begin()
    assert tracing.span("understand") is tracing.span("commit")
    with tracing.beginning("turn") as cause:
        assert current() == cause
        with caused_by(None) as same:
            assert same == cause


def test_without_a_collector_nothing_is_imported() -> None:
    code = (
        "import sys; from webhooks.command import command; command()\n"
        "from bot import tracing; assert not tracing.begin()\n"
        "print([name for name in sys.modules if name.startswith(('opentelemetry', 'prometheus_client'))])"
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120, env=kept
    )
    assert done.stdout.strip() == "[]"
