"""The embedded engine: a text and its context to an Understanding."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

import numpy as np

from nlu.examples import DATA, digest, read_examples
from nlu.intents import INTENTS
from nlu.languages import language_of
from nlu.linear import LinearModel
from nlu.understanding import Context, Understanding
from nlu.written import Written, has_hangul


class Engine:
    def __init__(self, model: LinearModel) -> None:
        self._model = model
        self._allowed = {
            role: np.array([INTENTS[label].open_to(role) for label in model.labels])
            for role in ("consumer", "merchant")
        }

    @classmethod
    def open(cls, cache_dir: Path, data: Path = DATA) -> Engine:
        """The engine for ``data``, trained on first use and then kept in ``cache_dir``. Raises BadExamples."""
        path = cache_dir / f"nlu-{_version(data)}.npz"
        try:
            return cls(LinearModel.load(path))
        except (OSError, ValueError, KeyError):
            pass
        from nlu.training import Sample, train

        samples = [
            Sample(Written.of(example.text).text, example.language == "ko", example.intent, source)
            for source, example in enumerate(read_examples(data))
        ]
        model = train(samples)
        model.save(path)
        return cls(model)

    def parse(self, text: str, context: Context, now: datetime) -> Understanding:
        """Understand ``text``. ``now`` is aware and in the town's zone. Never raises on any str."""
        written = Written.of(text)
        margins = self._model.margins(written.text, has_hangul(written.text))
        chances = self._model.probabilities(margins, self._allowed[context.role])
        order = np.argsort(-chances)[:3]
        ranking = tuple((self._model.labels[i], round(float(chances[i]), 4)) for i in order)
        intent, confidence = ranking[0]
        return Understanding(
            text=text,
            language=language_of(written.text, context.language),
            intent=intent,
            confidence=confidence,
            in_scope=intent != "out_of_scope" and float(margins[order[0]]) >= self._model.threshold,
            ranking=ranking,
        )


def _version(data: Path) -> str:
    """A hash of the data and of this room's code."""
    code = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        code.update(path.name.encode() + b"\0" + path.read_bytes())
    return hashlib.sha256((digest(data) + code.hexdigest()).encode()).hexdigest()[:20]
