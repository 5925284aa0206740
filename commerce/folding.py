"""Text brought to the form in which names are compared."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable


def fold(text: str) -> str:
    """``text`` composed (NFKC), without case, spaces, marks and punctuation: letters and digits only.

    Two spellings of a name that differ only in those fold to the same; nothing left gives "".
    """
    composed = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in composed if letter.isalnum())


def fold_all(names: Iterable[str]) -> str:
    """The folded names, each once and each between newlines, so that SQL finds whole names and parts of them."""
    folded = dict.fromkeys(name for name in map(fold, names) if name)
    return "\n" + "\n".join(folded) + "\n" if folded else ""
