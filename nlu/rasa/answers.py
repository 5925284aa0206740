"""What Rasa's ``/model/parse`` answers, checked."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nlu.intents import INTENTS
from nlu.understanding import Entity, Opinion
from nlu.written import Written

FALLBACK = "nlu_fallback"
"""What Rasa's FallbackClassifier calls a text that it is unsure of."""
_MOST_INTENTS = 1000
_MOST_ENTITIES = 1000

_Share = Annotated[float, Field(ge=0, le=1.0001, allow_inf_nan=False)]
_Word = Annotated[str, Field(max_length=200)]


class MalformedAnswer(ValueError):
    """The answer is not what Rasa 3 answers."""


class _Ranked(BaseModel):
    model_config = ConfigDict(strict=True)

    name: _Word | None
    confidence: _Share


class _Tagged(BaseModel):
    model_config = ConfigDict(strict=True)

    entity: _Word
    start: int = Field(ge=0)
    end: int = Field(ge=1)


class _Answer(BaseModel):
    model_config = ConfigDict(strict=True)

    intent: _Ranked
    intent_ranking: list[_Ranked] = Field(default_factory=list, max_length=_MOST_INTENTS)
    entities: list[_Tagged] = Field(default_factory=list, max_length=_MOST_ENTITIES)


def opinion_from(body: bytes, written: Written) -> Opinion:
    """What Rasa, which was asked about the reading form, makes of the typed text. Raises MalformedAnswer."""
    try:
        answer = _Answer.model_validate_json(body)
    except ValidationError as error:
        raise MalformedAnswer(f"{error.error_count()} things are wrong with it") from error
    if any(not found.start < found.end <= len(written.text) for found in answer.entities):
        raise MalformedAnswer("an entity lies outside the text")
    every = answer.intent_ranking or [answer.intent]
    known = {one.name: min(one.confidence, 1.0) for one in reversed(every) if one.name in INTENTS}
    ranking = sorted(known.items(), key=lambda one: -one[1])
    return Opinion(
        text=written.typed,
        ranking=tuple((str(name), chance) for name, chance in ranking),
        entities=tuple(_entity(found, written) for found in answer.entities),
        unsure=answer.intent.name in (FALLBACK, None),
    )


def _entity(found: _Tagged, written: Written) -> Entity:
    start, end = written.span(found.start, found.end)
    words = written.typed[start:end]
    return Entity(found.entity, words, words, start, end)
