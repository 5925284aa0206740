"""Cross-validation: each training utterance read by an engine that never saw it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal

from nlu.engine import Engine
from nlu.examples import Example
from nlu.gold import ENTITIES, Gold
from nlu.intents import INTENTS
from nlu.samples import train_on
from nlu.scoring import Judged
from nlu.understanding import Context, Name, Role

HAND: tuple[Literal["item", "choice"], ...] = ("item", "choice")
AROUND: tuple[Literal["shop", "place", "trade"], ...] = ("shop", "place", "trade")


def crossed(examples: Sequence[Example], folds: int, now: datetime) -> Iterator[Judged]:
    """Every example judged, in folds of every ``folds``-th one. The names that stand in an utterance are known when it
    is read, as the live catalogue knows a town's; nothing else is. Needs two folds or more."""
    for fold in range(folds):
        engine = Engine(train_on([one for at, one in enumerate(examples) if at % folds != fold]))
        for example in examples[fold::folds]:
            found = engine.parse(example.text, context_of(example), now)
            yield Judged(as_gold(example), "none", example.text, found, ())


def as_gold(example: Example) -> Gold:
    """What is known to be right about a training utterance."""
    return Gold(
        example.text,
        example.intent,
        example.language,
        example.file,
        example.line,
        role_of(example.intent),
        entities=frozenset(one for one in example.entities if one[0] in ENTITIES),
    )


def role_of(intent: str) -> Role:
    """Who says it; a consumer what anybody may say."""
    speaker = INTENTS[intent].speaker if intent in INTENTS else "any"
    return "consumer" if speaker == "any" else speaker


def context_of(example: Example) -> Context:
    """Dishes and choices at hand, shops, places and trades around: those that the utterance names."""
    said = sorted({(name, example.text[start:end]) for name, start, end in example.entities})
    hand = tuple(Name(kind, words, (words,)) for kind in HAND for name, words in said if name == kind)
    around = tuple(Name(kind, words, (words,)) for kind in AROUND for name, words in said if name == kind)
    return Context(role_of(example.intent), None, hand, around)
