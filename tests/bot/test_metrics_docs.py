"""What is counted and what operators read of it are the same."""

from __future__ import annotations

import re
from pathlib import Path

from prometheus_client import CollectorRegistry

from bot.metrics import Metrics
from bot.waiting import Waiting
from webhooks.metrics import Gauges

PAGE = Path(__file__).parent.parent.parent / "docs" / "operators.md"


def names() -> set[str]:
    """As they are scraped."""
    registry = CollectorRegistry()
    Metrics(registry)
    counted = {f"{one.name}_total" if one.type == "counter" else one.name for one in registry.collect()}
    return counted | {one.name for one in Gauges(Waiting(0, 0.0, 0, 0.0, 0)).collect()}


def test_every_metric_is_explained() -> None:
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `dangol_")]
    assert set(re.findall(r"`(dangol_\w+)`", "\n".join(rows))) == names()


def test_the_rules_ask_for_what_there_is() -> None:
    rules = PAGE.read_text("utf-8").split("```yaml")[1].split("```")[0]
    asked = {name.removesuffix("_bucket") for name in re.findall(r"\bdangol_\w+", rules)}
    assert asked <= names()
    assert {"dangol_oldest_unsent_seconds", "dangol_jobs_stuck", "dangol_refunds_failed_total"} <= asked
