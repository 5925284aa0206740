"""Values of entities that stand in an utterance without being annotated."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone

from nlu.examples import Example
from nlu.normal_forms import find_values
from nlu.patterns import Pattern
from nlu.samples import everyday_words
from nlu.written import Written, is_hangul

NAMES = frozenset({"item", "choice", "shop", "trade", "place"})
_NOON = datetime(2026, 1, 5, 12, tzinfo=timezone(timedelta(hours=9)))
"""Only the spans of times count here: any moment will do."""
USUAL = 3
"""Utterances of an intent in which an entity is annotated, from which on it is expected to be annotated there."""
MOSTLY = 0.5
"""The share of a word's uses that must be annotated for it to be a name and no everyday word."""
_PARTICLES = Pattern(
    r"(?:이랑|랑|하고|에서|으로|까지|부터|이요|이에요|예요|요|은|는|이|가|을|를|도|만|와|과|로|에|의|좀|집|점)*"
)

Missing = tuple[Example, str, str, str]
"""The utterance, the entity, the words, and how it is known."""


def unannotated(examples: Sequence[Example]) -> Iterator[Missing]:
    """What is missing in utterances of one language."""
    usual = _usual(examples)
    names = _names(examples)
    words = everyday_words(examples)
    for example in examples:
        taken = [(start, end) for _, start, end in example.entities]
        for start, end, entity in sorted(_uses(example.text.lower(), names)):
            if entity in usual[example.intent] and not _met(start, end, taken):
                taken.append((start, end))
                yield example, entity, example.text[start:end], f"elsewhere it is marked as {entity}"
        read = Written.of(example.text)
        if read.starts is not None:
            continue
        for value in find_values(read.text, _NOON, words, merchant=example.intent.startswith("merchant_")):
            if value.entity in usual[example.intent] and not _met(value.start, value.end, taken):
                taken.append((value.start, value.end))
                said = example.text[value.start : value.end]
                yield example, value.entity, said, f"the rules read it as {value.entity} {value.value}"


def _usual(examples: Sequence[Example]) -> dict[str, set[str]]:
    """The entities that are usual in each intent."""
    counts = Counter((one.intent, name) for one in examples for name in {name for name, _, _ in one.entities})
    usual: dict[str, set[str]] = defaultdict(set)
    for (intent, name), count in counts.items():
        if count >= USUAL:
            usual[intent].add(name)
    return usual


def _names(examples: Sequence[Example]) -> dict[str, str]:
    """Words that are mostly annotated where they stand, with the entity that they mostly are."""
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for example in examples:
        for name, start, end in example.entities:
            words = example.text[start:end].lower()
            if name in NAMES and len(words) > 1:
                kinds[words][name] += 1
    uses = Counter(
        example.text[start:end].lower()
        for example in examples
        for start, end, _ in _uses(example.text.lower(), dict.fromkeys(kinds, ""))
    )
    return {
        words: found.most_common(1)[0][0]
        for words, found in kinds.items()
        if found.total() >= max(2, MOSTLY * uses[words])
    }


def _uses(text: str, names: dict[str, str]) -> Iterator[tuple[int, int, str]]:
    """Where names stand as words of their own, the longest at each place."""
    for token in re.finditer(r"\S+", text):
        for last in range(len(text), token.start(), -1):
            words = text[token.start() : last]
            if words in names and _ends(text, last):
                yield token.start(), last, names[words]
                break


def _ends(text: str, end: int) -> bool:
    rest = re.match(r"[^\s.,!?~]*", text[end:])
    behind = rest[0] if rest else ""
    if not behind:
        return True
    return is_hangul(text[end - 1]) and bool(_PARTICLES.fullmatch(behind))


def _met(start: int, end: int, taken: Sequence[tuple[int, int]]) -> bool:
    return any(start < other_end and other_start < end for other_start, other_end in taken)
