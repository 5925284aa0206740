"""From annotated utterances to what the linear model is trained on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

from nlu.examples import Example
from nlu.model import Model
from nlu.ngrams import MASKS, masked
from nlu.normal_forms import find_values
from nlu.patterns import Pattern
from nlu.training import Sample, train
from nlu.values import Value
from nlu.written import Written

_NAMED = frozenset({"item", "choice", "shop", "trade", "place"})
_TOKEN = Pattern(r"[^\s.,!?~/+&()'\"]+")
_NOON = datetime(2026, 1, 5, 12, tzinfo=timezone(timedelta(hours=9)))
"""Training needs spans of times, not their values: any moment will do."""


def train_on(examples: Sequence[Example]) -> Model:
    """A model of the examples' intents, with the everyday words among them."""
    words = everyday_words(examples)
    return train(samples_of(examples, words), words, mend=True)


def everyday_words(examples: Sequence[Example]) -> frozenset[str]:
    """The words outside annotated names."""
    words: set[str] = set()
    for example in examples:
        text = Written.of(example.text).text
        names = [(start, end) for name, start, end in example.entities if name in _NAMED or name == "code"]
        for token in _TOKEN.finditer(text):
            if not any(start < token.end() and token.start() < end for start, end in names):
                words.add(token[0])
    return frozenset(words)


def samples_of(examples: Sequence[Example], words: frozenset[str]) -> list[Sample]:
    """Each example twice: with its live names masked, as when the catalogue knows them, and with them written out."""
    samples: list[Sample] = []
    for source, example in enumerate(examples):
        text = Written.of(example.text).text
        hangul = example.language == "ko"
        if len(text) != len(example.text):
            samples.append(Sample(text, hangul, example.intent, source, text))
            continue
        names = [span for span in example.entities if span[0] in _NAMED]
        values = [(v.entity, v.start, v.end) for v in _values(text, words) if v.entity in MASKS]
        apart = [v for v in values if not any(v[1] < end and start < v[2] for _, start, end in names)]
        versions = dict.fromkeys((masked(text, [*names, *apart]), masked(text, values)))
        samples += [Sample(version, hangul, example.intent, source, text) for version in versions]
    return samples


def _values(text: str, words: frozenset[str]) -> list[Value]:
    return find_values(text, _NOON, words)
