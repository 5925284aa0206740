"""Which button a typed text names."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache


def same_label(text: str, labels: Sequence[str]) -> int | None:
    """Which button a typed text names, ignoring case, spaces, emoji and punctuation."""
    wanted = folded(text)
    if not wanted:
        return None
    return next((index for index, label in enumerate(labels) if folded(label) == wanted), None)


@lru_cache(4096)
def folded(text: str) -> str:
    """Letters and figures alone, without case."""
    composed = unicodedata.normalize("NFC", text).casefold()
    return "".join(letter for letter in composed if letter.isalnum())
