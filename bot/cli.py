"""The `dangol` command."""

from __future__ import annotations

import typer

from bot.commands import bench, chat, check, doctor, nlu, run, shops

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Dangol: chat commerce for the shops around you.")
app.command("run")(run.run)
app.command("chat")(chat.chat)
app.command("doctor")(doctor.doctor)
app.command("audit")(check.audit)
app.add_typer(shops.app, name="shops")
app.add_typer(nlu.app, name="nlu")
app.add_typer(check.flows_app, name="flows")
app.add_typer(bench.app, name="bench")


def main() -> None:
    """The console script."""
    app()
