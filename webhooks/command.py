"""The console script: the command of bot.cli, with what serves HTTP."""

from __future__ import annotations

import gc

import typer


def main() -> None:
    """Run the command."""
    # What is imported stays: looking through it for what may be thrown away is a seventh of a start.
    gc.disable()
    whole = command()
    gc.freeze()
    gc.enable()
    whole()


def command() -> typer.Typer:
    """The command with all that belongs to it."""
    from bot.cli import app
    from bot.commands import bench
    from webhooks.bench_flows import flows
    from webhooks.bench_turn import turn
    from webhooks.run import run

    app.command("run")(run)
    bench.app.command("turn")(turn)
    bench.app.command("flows")(flows)
    return app
