"""The console script: the command of bot.cli, with what serves HTTP."""

from __future__ import annotations

from bot.cli import app
from bot.commands import bench
from webhooks.bench_flows import flows
from webhooks.bench_turn import turn
from webhooks.run import run

app.command("run")(run)
bench.app.command("turn")(turn)
bench.app.command("flows")(flows)


def main() -> None:
    """Run the command."""
    app()
