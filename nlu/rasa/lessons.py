"""The training data as one file in Rasa's JSON, in which every text stands as it is, brackets and all."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import Any

from nlu.examples import Example, Training
from nlu.marks import Mark


def lessons(training: Training) -> bytes:
    """What Rasa is to learn, in both languages: utterances with what is marked in them, synonyms, lookups, regexes."""
    return json.dumps(
        {
            "rasa_nlu_data": {
                "common_examples": [_utterance(example) for example in training.examples],
                "entity_synonyms": [{"value": one.name, "synonyms": list(one.words)} for one in training.synonyms],
                "lookup_tables": [{"name": one.name, "elements": list(one.words)} for one in training.lookups],
                "regex_features": [
                    {"name": one.name, "pattern": pattern} for one in training.regexes for pattern in one.words
                ],
            }
        },
        ensure_ascii=False,
        indent=0,
    ).encode()


def sliced(training: Training, most: int) -> Training:
    """Only the first ``most`` utterances of each intent and language."""
    taken: Counter[tuple[str, str]] = Counter()
    kept: list[Example] = []
    for example in training.examples:
        taken[example.intent, example.language] += 1
        if taken[example.intent, example.language] <= most:
            kept.append(example)
    return replace(training, examples=kept)


def _utterance(example: Example) -> dict[str, Any]:
    marks = example.marks or tuple(Mark(name, start, end) for name, start, end in example.entities)
    return {
        "text": example.text,
        "intent": example.intent if example.retrieval is None else f"{example.intent}/{example.retrieval}",
        "entities": [_entity(example.text, mark) for mark in marks],
    }


def _entity(text: str, mark: Mark) -> dict[str, Any]:
    words = text[mark.start : mark.end]
    more = {"role": mark.role, "group": mark.group}
    return {
        "start": mark.start,
        "end": mark.end,
        "value": words if mark.value is None else mark.value,
        "entity": mark.entity,
        **{name: value for name, value in more.items() if value is not None},
    }
