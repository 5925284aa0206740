"""`dangol nlu lint`: what is wrong with training data."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from nlu.examples import DATA
from nlu.lint import Finding, lint


def lint_data(
    folder: Annotated[
        Path, typer.Argument(help="A folder with ko and en in it; the program's own data unless given.", exists=True)
    ] = DATA,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Find duplicates, near-copies, values that are not annotated, thin intents. The exit code is 1 if there are any."""
    found = lint(folder)
    counts = Counter(one.kind for one in found)
    if as_json:
        typer.echo(json.dumps({"findings": [asdict(one) for one in found], "counts": counts}, ensure_ascii=False))
    else:
        typer.echo("\n".join([*map(str, found), summary(found)]))
    raise typer.Exit(1 if found else 0)


def summary(found: list[Finding]) -> str:
    """How many findings of each kind, in one line."""
    counts = Counter(one.kind for one in found)
    if not counts:
        return "Nothing to mend."
    kinds = ", ".join(f"{kind} {count}" for kind, count in counts.most_common())
    return f"{len(found)} to mend: {kinds}"
