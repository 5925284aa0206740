"""Rasa trained as a process of its own."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from bot.rasa.environment import PIPELINE, RASA, Environment, RasaTrouble
from nlu.file_lock import held

EPOCHS: Final = 100
"""What counts as fully trained."""
_CONFIG: Final = PIPELINE / "config.yml"
_EPOCHS: Final = re.compile(r"^  epochs: \d+$", re.MULTILINE)
_FEW: Final = 10
"""So few epochs that TensorFlow's preparing of a graph would take longer than they do without one."""
_SELDOM: Final = re.compile(r"^  min_df: \d+$", re.MULTILINE)
_SMALL: Final = 5000
"""Utterances; of fewer, n-grams that come up only once or twice are learnt too."""
_EPOCH: Final = re.compile(r"(\d+)/(\d+) \[[^\]]*i_acc=([\d.]+)")
_LAST_LINES: Final = 12


@dataclass(frozen=True, slots=True)
class Course:
    """What is learnt (``nlu.rasa.lessons``) and for how many epochs. The same course makes the same model."""

    lessons: bytes
    epochs: int

    def config(self) -> str:
        """The pipeline as Rasa is given it."""
        faster = f"  epochs: {self.epochs}" + ("\n  run_eagerly: true" if self.epochs <= _FEW else "")
        config = _EPOCHS.sub(faster, _CONFIG.read_text("utf-8"), count=1)
        small = len(json.loads(self.lessons)["rasa_nlu_data"].get("common_examples", ())) < _SMALL
        return _SELDOM.sub("  min_df: 1", config) if small else config

    @property
    def version(self) -> str:
        """A hash of the data, the pipeline and Rasa's version."""
        sha = hashlib.sha256(f"{RASA}\0{self.config()}\0".encode())
        for path in sorted(PIPELINE.glob("*.py")):
            sha.update(path.read_bytes() + b"\0")
        return hashlib.sha256(sha.digest() + self.lessons).hexdigest()[:12]

    def model_in(self, folder: Path) -> Path:
        """Where its model is kept."""
        return folder / f"rasa-{self.version}-{self.epochs}-epochs.tar.gz"


def train(where: Environment, course: Course, folder: Path, tell: Callable[[int, int, float], None]) -> Path:
    """The course's model in ``folder``: the one that is there, else a new one. ``tell`` hears of each epoch: its
    number, how many there will be, and the share of training texts it gets right. Raises RasaTrouble."""
    model = course.model_in(folder)
    if model.exists():
        return model
    where.needed()
    folder.mkdir(parents=True, exist_ok=True)
    with held(folder):
        if not model.exists():
            _make(where, course, model, tell)
    return model


def _make(where: Environment, course: Course, model: Path, tell: Callable[[int, int, float], None]) -> None:
    folder = model.parent
    for left in folder.glob("training-*/"):
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(dir=folder, prefix="training-") as name:
        room = Path(name)
        (room / "lessons.json").write_bytes(course.lessons)
        (room / "config.yml").write_text(course.config(), "utf-8")
        command = ["-m", "rasa", "train", "nlu", "--nlu", "lessons.json", "--config", "config.yml"]
        last = _run([str(where.python), *command, "--out", ".", "--fixed-model-name", "made"], room, where, tell)
        made = room / "made.tar.gz"
        if not made.exists():
            kept = folder / "training.log"
            (room / "log").replace(kept)
            raise RasaTrouble(f"Rasa could not be trained. All it said is in {kept}; its last words: {last}")
        made.replace(model)


def _run(command: list[str], room: Path, where: Environment, tell: Callable[[int, int, float], None]) -> str:
    """Rasa's last words. All of them are written to ``room``/log."""
    lines: list[str] = []
    with (
        (room / "log").open("w", encoding="utf-8") as log,
        subprocess.Popen(
            command, cwd=room, env=where.variables(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as process,
    ):
        try:
            assert process.stdout is not None  # noqa: S101 - it was asked for
            done = 0
            for line in _lines(process.stdout):
                log.write(line + "\n")
                log.flush()
                lines = [*lines, line][-_LAST_LINES:]
                epoch = _EPOCH.search(line)
                if epoch is not None and int(epoch[1]) > done:
                    done = int(epoch[1])
                    tell(done, int(epoch[2]), float(epoch[3]))
        except BaseException:
            process.terminate()
            raise
    return " | ".join(lines[-3:]) or f"none, it ended with {process.returncode}"


def _lines(stream: IO[bytes]) -> io.TextIOWrapper:
    """Lines as they come; a progress bar's each count."""
    return io.TextIOWrapper(stream, "utf-8", errors="replace", newline=None)
