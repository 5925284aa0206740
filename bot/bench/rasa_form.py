"""The form trained as a dialogue of Rasa's: rules alone, so it takes seconds and no network."""

from __future__ import annotations

import subprocess
from pathlib import Path

from bot.bench.form import rasas
from bot.rasa.environment import Environment, RasaTrouble


def train_form(where: Environment, room: Path) -> Path:
    """The model's file in the empty folder ``room``. Raises RasaTrouble."""
    for name, text in rasas().items():
        (room / name).write_text(text, "utf-8")
    told = ["--domain", "domain.yml", "--stories", "rules.yml", "--config", "config.yml"]
    command = [
        str(where.needed().python),
        "-m",
        "rasa",
        "train",
        "core",
        *told,
        "--out",
        ".",
        "--fixed-model-name",
        "form",
    ]
    done = subprocess.run(command, cwd=room, env=where.variables(), capture_output=True, text=True, check=False)
    model = room / "form.tar.gz"
    if not model.exists():
        raise RasaTrouble(f"Rasa could not be taught the form: {(done.stderr or done.stdout).strip()[-400:]}")
    return model
