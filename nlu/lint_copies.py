"""Utterances that say the same once more: with a letter changed, or one template with the nouns changed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from rapidfuzz.distance import OSA

from nlu.examples import Example
from nlu.jamo import jamo, squeezed
from nlu.patterns import Pattern

NEAR = 0.92
"""From this likeness of their letters two utterances are one."""
SHORTEST = 14
"""Jamo or letters under which a single one may be all the difference there is: 네, 넵, 넹."""
OFTEN = 3
"""How many utterances of an intent may be the same but for what is annotated in them, or for one word."""
BARE = 8
"""How many may consist of annotated words alone, such as a dish and a number."""
_NOUNS = frozenset(
    ["item", "choice", "shop", "place", "trade", "quantity", "minutes", "money", "stars", "code", "phone"]
)
"""Entities whose words are put in like nouns; a time or an address has wordings of its own."""
_TOKEN = Pattern(r"[^\s.,!?~]+")


def is_long(text: str) -> bool:
    """Whether a text is long enough to be said in another way."""
    return len(jamo(squeezed(text.lower())[0])) >= SHORTEST


def near_copies(examples: Sequence[Example]) -> Iterator[tuple[Example, Example, float]]:
    """Each utterance with an earlier one of its intent that is nearly the same, and their likeness (0 to 1)."""
    seen: dict[str, list[tuple[str, Example]]] = defaultdict(list)
    for example in examples:
        letters = jamo(squeezed(example.text.lower())[0])
        for other_letters, other in seen[example.intent]:
            if min(len(letters), len(other_letters)) < SHORTEST or letters == other_letters:
                continue
            likeness = OSA.normalized_similarity(letters, other_letters, score_cutoff=NEAR)
            if likeness >= NEAR and not _differs_in_marks_alone(example, other):
                yield example, other, likeness
                break
        seen[example.intent].append((letters, example))


def one_template(examples: Sequence[Example]) -> Iterator[tuple[Example, str, int]]:
    """Each utterance that is one template too often, the template, and how many were so before it."""
    seen: dict[tuple[str, str], int] = defaultdict(int)
    for example in examples:
        for template in _templates(example):
            key = example.intent, squeezed(template)[0]
            most = BARE if not re.sub(r"\{\w+\}|\W", "", template) else OFTEN
            seen[key] += 1
            if seen[key] > most:
                yield example, template, seen[key] - 1
                break


def _templates(example: Example) -> Iterator[str]:
    """The text with its annotated words masked; and, of four words or more, with each single word left open."""
    masked = _masked(example)
    if masked != example.text:
        yield masked
    words = [word[0].lower() for word in _TOKEN.finditer(masked)]
    if len(words) >= 4:
        for at in range(len(words)):
            yield " ".join([*words[:at], "…", *words[at + 1 :]])


def _masked(example: Example) -> str:
    text = example.text
    nouns = {one for one in example.entities if one[0] in _NOUNS}
    for name, start, end in sorted(nouns, key=lambda one: one[1], reverse=True):
        text = f"{text[:start]}{{{name}}}{text[end:]}"
    return text


def _differs_in_marks_alone(one: Example, other: Example) -> bool:
    """Whether the two are the same but for annotated words: that is for ``one_template`` to say."""
    return bool(one.entities) and squeezed(_masked(one))[0] == squeezed(_masked(other))[0]
