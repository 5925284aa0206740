"""Hangul taken apart, so that one wrong vowel is one difference and not a whole syllable."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from nlu.written import Written

_SQUEEZED_OUT = set(" .,·'\"()[]&-_/~!?*+:;|")


def jamo(text: str) -> str:
    """``text`` with its syllables decomposed (NFD); Latin stays as it is."""
    return text if text.isascii() else unicodedata.normalize("NFD", text)


@lru_cache(maxsize=256)
def squeezed(text: str) -> tuple[str, tuple[int, ...]]:
    """``text`` without spaces and punctuation, and where each kept character stood."""
    kept = [i for i, char in enumerate(text) if char not in _SQUEEZED_OUT]
    return "".join([text[i] for i in kept]), tuple(kept)


@lru_cache(maxsize=8192)
def run_together(name: str) -> str:
    """The reading form of a name without spaces and punctuation. Menus are the same from text to text."""
    return squeezed(Written.of(name).text)[0]


def slips(letters: int) -> int:
    """How many jamo or letters may differ in a name of that many before it is another name."""
    if letters < 5:
        return 0
    if letters <= 8:
        return 1
    return 2 if letters <= 13 else 3
