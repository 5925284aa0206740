"""The embedded engine's model on any set of texts: no catalogue and no rules, only what it learns."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nlu.model import Model
from nlu.training import Sample, train
from nlu.trial import Guess, Line
from nlu.written import Written, has_hangul

_TEXTS = 300
"""So many training texts are read by the process whose memory is measured."""


@dataclass(frozen=True, slots=True)
class EmbeddedTrained:
    """A model, and some texts of the set it was trained on."""

    model: Model
    texts: tuple[str, ...]

    def predict(self, text: str) -> Guess:
        """What ``nlu.trial.Trained`` asks for."""
        return guess(self.model, text)

    def nanoseconds(self) -> int:
        """CPU time of this thread."""
        return time.thread_time_ns()

    def memory(self) -> float:
        """Peak MB of a process that imports and loads what serving needs, and reads some texts of the set."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.npz"
            self.model.save(path)
            done = subprocess.run(
                [sys.executable, "-m", "bot.bench.model_memory", str(path)],
                input="\n".join(" ".join(text.split()) for text in self.texts),
                env={**os.environ, "PYTHONIOENCODING": "utf-8"},
                encoding="utf-8",
                capture_output=True,
                check=True,
            )
        return float(done.stdout)


class EmbeddedLearner:
    """Trains the embedded engine's model."""

    def train(self, lines: Sequence[Line], valid: Sequence[Line]) -> EmbeddedTrained:
        """What ``nlu.trial.Learner`` asks for."""
        samples = [_sample(line, source) for source, line in enumerate(lines)]
        marked = any(line.entities for line in lines)
        model = train(samples, tagged=[_tagged(line) for line in lines if line.entities is not None] if marked else ())
        return EmbeddedTrained(model, tuple(line.text for line in lines[:: max(1, len(lines) // _TEXTS)]))


def guess(model: Model, text: str) -> Guess:
    """Read one text by the model alone."""
    written = model.spacing.respaced(Written.of(text))
    plain = written.text
    judged = model.judge(plain, plain, has_hangul(plain))
    best = int((judged.chances * model.inside).argmax())
    return Guess(model.labels[best], float(judged.chances[best]), judged.in_scope, _entities(model, written))


def _entities(model: Model, written: Written) -> tuple[tuple[str, int, int], ...]:
    found = model.tagger.spans(written.text) if model.tagger is not None else ()
    return tuple((name, *written.span(start, end)) for name, start, end in found)


def _tagged(line: Line) -> tuple[str, list[tuple[str, int, int]]]:
    """The reading text with its entities; a text whose positions move in reading is given as it stands."""
    text = Written.of(line.text).text
    if len(text) != len(line.text):
        text = line.text
    return text, [(one.entity, one.start, one.end) for one in line.entities or ()]


def _sample(line: Line, source: int) -> Sample:
    plain = Written.of(line.text).text
    return Sample(plain, has_hangul(plain), line.intent, source, plain)
