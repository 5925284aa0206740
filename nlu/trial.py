"""How right and how fast an engine is on a set of texts that it is trained for: any set, not ours alone."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from pydantic import BaseModel, ValidationError

from nlu.linear import OUTSIDE

_OUTSIDE = frozenset({"oos", "ood", "outofscope", "outofdomain", "nonodesdetected", "nlufallback"})
"""What other sets call OUTSIDE, in lower case and without punctuation."""


class Marked(BaseModel):
    """An entity of a line: ``text[start:end]``."""

    entity: str
    value: str = ""
    start: int
    end: int


class Line(BaseModel):
    """A text with what it should be understood as."""

    text: str
    intent: str = OUTSIDE
    entities: list[Marked] | None = None

    @property
    def outside(self) -> bool:
        """Whether it is none of the set's intents."""
        return self.intent == OUTSIDE


@dataclass(frozen=True, slots=True)
class Guess:
    """What an engine makes of a text. ``intent`` is the best one inside the set, even when ``in_scope`` is False;
    ``entities`` are (name, start, end)."""

    intent: str
    confidence: float
    in_scope: bool
    entities: tuple[tuple[str, int, int], ...] = ()


class Trained(Protocol):
    """An engine that has been trained on a set."""

    def predict(self, text: str) -> Guess:
        """Understand one text."""
        ...

    def nanoseconds(self) -> int:
        """The clock that a text is timed by: CPU time of this thread, or the wall's where another process works."""
        ...

    def memory(self) -> float:
        """MB of a process that only serves it."""
        ...


class Learner(Protocol):
    """A way to train an engine."""

    def train(self, lines: Sequence[Line], valid: Sequence[Line]) -> Trained:
        """Learn ``lines``; ``valid``, which may be empty, may help to tell what is outside."""
        ...


class BadLines(ValueError):
    """A file can't be read; the message names the file, the line and what is wrong."""


@dataclass(frozen=True, slots=True)
class Figures:
    """``accuracy``: in-scope lines whose best intent is right. ``oos_recall``: outside lines told to be outside.
    ``in_scope_accuracy_at_threshold``: in-scope lines that are right and told to be inside. ``entity_f1``: by span and
    name. None where the set has no such lines. Times of one text are in microseconds, by the engine's clock."""

    accuracy: float | None
    oos_recall: float | None
    in_scope_accuracy_at_threshold: float | None
    entity_f1: float | None
    train_s: float
    p50_us: float
    p99_us: float
    rss_mb: float


def read_lines(path: Path, *, labelled: bool = True) -> list[Line]:
    """The lines of a JSON-lines file, empty ones left out. Raises BadLines and OSError.

    ``labelled``: each line has to have its intent."""
    lines: list[Line] = []
    for number, raw in enumerate(path.read_text("utf-8-sig").splitlines(), 1):
        if not raw.strip():
            continue
        try:
            line = Line.model_validate(json.loads(raw))
        except ValidationError as error:
            what = error.errors()[0]
            place = ".".join(str(part) for part in what["loc"])
            raise BadLines(f"{path}:{number}: {place}: {what['msg']}") from error
        except ValueError as error:
            raise BadLines(f"{path}:{number}: this is no JSON: {error}. Each line is one object.") from error
        if labelled and "intent" not in line.model_fields_set:
            raise BadLines(f"{path}:{number}: there is no intent. Each line has a text and an intent.")
        plain = re.sub(r"[\W_]+", "", line.intent.lower())
        lines.append(line.model_copy(update={"intent": OUTSIDE}) if plain in _OUTSIDE else line)
    if not lines:
        raise BadLines(f"{path}: there is no line in it.")
    return lines


def measure(
    learner: Learner, train: Sequence[Line], test: Sequence[Line], valid: Sequence[Line] = (), oos: Sequence[Line] = ()
) -> Figures:
    """Train and try. Every line of ``oos`` is outside, whatever its intent says."""
    if len({line.intent for line in train}) < 2:
        raise BadLines("The training lines have one intent only; there is nothing to tell apart.")
    begun = time.perf_counter()
    trained = learner.train(train, valid)
    took = time.perf_counter() - begun
    trained.predict(test[0].text)
    spent: list[int] = []

    def guess(text: str) -> Guess:
        start = trained.nanoseconds()
        found = trained.predict(text)
        spent.append(trained.nanoseconds() - start)
        return found

    inside = [(line, guess(line.text)) for line in test if not line.outside]
    outside = [guess(line.text) for line in [*(line for line in test if line.outside), *oos]]
    micro = np.array(spent) / 1000
    return Figures(
        accuracy=_share([found.intent == line.intent for line, found in inside]),
        oos_recall=_share([not found.in_scope for found in outside]),
        in_scope_accuracy_at_threshold=_share(
            [found.intent == line.intent and found.in_scope for line, found in inside]
        ),
        entity_f1=_entity_f1([(line, found) for line, found in inside if line.entities is not None]),
        train_s=round(took, 2),
        p50_us=round(float(np.quantile(micro, 0.5)), 1),
        p99_us=round(float(np.quantile(micro, 0.99)), 1),
        rss_mb=round(trained.memory(), 1),
    )


def _share(yes: Sequence[bool]) -> float | None:
    return round(sum(yes) / len(yes), 4) if yes else None


def _entity_f1(pairs: Sequence[tuple[Line, Guess]]) -> float | None:
    """Micro-averaged over all lines; None without a single marked entity."""
    wanted = [{(one.entity, one.start, one.end) for one in line.entities or ()} for line, _ in pairs]
    got = [set(found.entities) for _, found in pairs]
    if not any(wanted):
        return None
    hits = sum(len(one & other) for one, other in zip(wanted, got, strict=True))
    return round(2 * hits / (sum(map(len, wanted)) + sum(map(len, got))), 4)
