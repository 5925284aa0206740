"""The n-grams that the linear model sees.

Four blocks, each normalised on its own. Hangul: characters 1-3 and jamo (NFD) 2-5, both with spaces removed, so that
missing spaces cost nothing. Latin: words 1-2, the first and the last of them, and characters 2-4 within words.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from operator import add, eq

from nlu.patterns import Pattern

MASKS = {
    name: chr(0xE000 + i)
    for i, name in enumerate(
        [
            "item", "shop", "place", "trade", "choice", "quantity", "minutes", "time", "date",
            "phone", "money", "code", "stars", "address",
        ]
    )
}  # fmt: skip
"""One private character stands for each kind of thing, whichever thing it is."""

BLOCKS = 4
LETTERS, JAMO, _WITHIN = (1, 3), (2, 5), (2, 4)
"""Of how many characters the shortest stretches are, and the longest."""
_WORDS = Pattern(r"[a-z0-9']+|[\ue000-\ue0ff]|[?!]")
_KEPT = Pattern(r"[^\w?!\ue000-\ue0ff]+")
_WORDS_KEPT = 4096
"""Words whose n-grams are kept: the same few thousand are most of what people write."""
_TWICE = b"\1\1"
"""Two letters, one after the other, that are each the same as the next one."""
_LONG_RUN = Pattern(r"(.)\1{2,}")


def masked(text: str, spans: list[tuple[str, int, int]]) -> str:
    """``text`` with each (kind, start, end) replaced by its kind's character; overlapping later ones are ignored."""
    if not spans:
        return text
    out: list[str] = []
    at = 0
    for kind, start, end in sorted(spans, key=lambda span: (span[1], -span[2])):
        if start < at or kind not in MASKS:
            continue
        out.append(text[at:start])
        out.append(MASKS[kind])
        at = end
    out.append(text[at:])
    return "".join(out)


def blocks(text: str, hangul: bool) -> tuple[set[str], ...]:
    """The n-grams of a reading text, by block. ``hangul``: the text was Korean before masking."""
    letters, jamo, words = parts_of(text, hangul)
    return (
        set(runs_of(letters, *LETTERS)),
        set(runs_of(jamo, *JAMO)),
        words_of(words),
        set().union(*map(within, words)),
    )


def parts_of(text: str, hangul: bool) -> tuple[str, str, list[str]]:
    """What the n-grams of a reading text are stretches of: its letters and its jamo, both between marks and empty unless
    it was Korean before masking (``hangul``), and its Latin words."""
    if _TWICE in bytes(map(eq, text, text[1:])):
        text = _LONG_RUN.sub(r"\1\1", text)
    words = _WORDS.findall(text)
    if not hangul:
        return "", "", words
    letters = f"^{_KEPT.sub('', text)}$"
    latin = [word for word in words if word[0].isascii() and word[0].isalpha() and len(word) > 1]
    return letters, unicodedata.normalize("NFD", letters), latin


def runs_of(text: str, shortest: int, longest: int) -> Iterator[str]:
    """All stretches of a text that are so long, each as often as it stands there."""
    grown: Sequence[str] = text
    runs = [grown] if shortest == 1 else []
    for length in range(2, longest + 1):
        grown = list(map(add, grown, text[length - 1 :]))
        if length >= shortest:
            runs.append(grown)
    return itertools.chain.from_iterable(runs)


def words_of(words: list[str]) -> set[str]:
    """Words, two by two too, and which come first and last."""
    grams = set(words)
    grams.update(f"{first} {second}" for first, second in itertools.pairwise(words))
    if words:
        grams |= {f"^ {words[0]}", f"{words[-1]} $"}
    return grams


@lru_cache(maxsize=_WORDS_KEPT)
def within(word: str) -> frozenset[str]:
    """The stretches of a word."""
    return frozenset(runs_of(f" {word} ", *_WITHIN))
