"""Hangul taken apart, so that one wrong vowel is one difference and not a whole syllable."""

from __future__ import annotations

import unicodedata

_SQUEEZED_OUT = set(" .,·'\"()[]&-_/~!?*+:;|")


def jamo(text: str) -> str:
    """``text`` with its syllables decomposed (NFD); Latin stays as it is."""
    return text if text.isascii() else unicodedata.normalize("NFD", text)


def squeezed(text: str) -> tuple[str, list[int]]:
    """``text`` without spaces and punctuation, and where each kept character stood."""
    kept = [i for i, char in enumerate(text) if char not in _SQUEEZED_OUT]
    return "".join([text[i] for i in kept]), kept


def slips(letters: int) -> int:
    """How many jamo or letters may differ in a name of that many before it is another name."""
    if letters < 5:
        return 0
    if letters <= 8:
        return 1
    return 2 if letters <= 13 else 3
