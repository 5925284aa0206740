"""`dangol nlu`: train the understanding, try it on a text."""

from __future__ import annotations

import typer

from bot.commands import nlu_bench, nlu_evaluate, nlu_import, nlu_lint, nlu_models, nlu_parse, nlu_rasa, nlu_review

app = typer.Typer(no_args_is_help=True, help="Understanding: train it, try it.")
app.command("train")(nlu_models.train)
app.command("review")(nlu_review.review)
app.command("models")(nlu_models.models)
app.command("rollback")(nlu_models.rollback)
app.command("parse")(nlu_parse.parse)
app.command("lint")(nlu_lint.lint_data)
app.command("evaluate")(nlu_evaluate.evaluate)
app.command("import")(nlu_import.import_project)
app.command("bench")(nlu_bench.bench)
app.add_typer(nlu_rasa.app, name="rasa")
