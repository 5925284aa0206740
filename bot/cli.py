"""The `dangol` command. What serves HTTP is above this room and joins in webhooks.command."""

from __future__ import annotations

import typer

from bot.commands import audit, bench, chat, doctor, flows, migrate, nlu, people, reconcile, returned, shops

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Dangol: chat commerce for the shops around you.")
app.command("chat")(chat.chat)
app.command("doctor")(doctor.doctor)
app.command("audit")(audit.audit)
app.command("migrate")(migrate.migrate)
app.command("reconcile")(reconcile.reconcile)
app.command("returned")(returned.returned)
app.add_typer(shops.app, name="shops")
app.add_typer(people.app, name="people")
app.add_typer(people.operators, name="operators")
app.add_typer(nlu.app, name="nlu")
app.add_typer(flows.app, name="flows")
app.add_typer(bench.app, name="bench")
