"""Training of the conditional random field."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from nlu.tagging import EntityTagger, Span, features_of, tags_of, tokens_of

PERCEPTRON: Mapping[str, float] = {"max_iterations": 10}
"""The averaged perceptron, so often over the texts; chosen by cross-validation (docs/nlu.md)."""


def fit_tagger(texts: Iterable[tuple[str, Sequence[Span]]]) -> EntityTagger | None:
    """Learn from reading texts with their entities; None when no text has any."""
    from pycrfsuite import Trainer

    trainer = Trainer(algorithm="ap", params=dict(PERCEPTRON), verbose=False)
    any_span = False
    for text, spans in texts:
        tokens = tokens_of(text)
        if tokens:
            any_span = any_span or bool(spans)
            trainer.append(features_of(tokens), tags_of(tokens, spans))
    if not any_span:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "field"
        trainer.train(str(path))
        return EntityTagger(path.read_bytes())
