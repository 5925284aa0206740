"""The measurement of turns gives every figure that its docstring promises."""

from __future__ import annotations

import platformdirs
import pytest
import typer
from typer.testing import CliRunner

from webhooks.bench_turn import measure, turn


async def test_one_run_tells_turns_beside_the_limits() -> None:
    figures = await measure(16, cache=platformdirs.user_cache_path("dangol") / "nlu")
    told = {"turns_per_s", "p50_ms", "p99_ms", "first_answer_s", "cpu_ms", "one_row_per_s", "ratio", "parse_per_s"}
    assert told <= set(figures)
    assert all(figures[name] > 0 for name in told)


@pytest.mark.parametrize("given", ["two", "0", "1,2"])
def test_a_number_of_workers_that_cannot_be_is_named(given: str) -> None:
    app = typer.Typer()
    app.command()(turn)
    result = CliRunner().invoke(app, ["--workers", given])
    assert result.exit_code == 2
    assert "--workers" in result.stderr
