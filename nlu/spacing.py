"""Where the spaces belong in a text that was typed without any.

Korean: a logistic regression over the letters around each place, learnt from how the training texts are spaced.
English, also a stretch of it between Korean: the likeliest row of words (``word_rows.py``), by how often training texts
and people in general use each, and which of them stand side by side. Live names count as words of both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from nlu.named_words import NamedWords
from nlu.patterns import Pattern
from nlu.word_rows import BEGINNING, BREAK, END, UNITS, WordRows
from nlu.written import Written, has_hangul

_LEAST, _FEW = 3, 5
"""Letters of a text that may lack a space, and under how many it must be between two words that often stand together."""
_SURE = -0.3
"""How likely a space must be, in log odds: one too many costs less than one that is missing."""
_RECOGNISED, _RECOGNISED_OF_MANY, _MANY = 0.5, 0.25, 12
"""The share of the letters that must be in known words of two letters and more: a code has no words. A
lesser share will do from so many letters on, of which no word is made."""
_RUN = Pattern(r"[a-z0-9'\u00df-\u00f6\u00f8-\u00ff\u0153]+")
_LETTERS = Pattern(r"[a-z']+")
_STOP = frozenset(",.!?;:")
_BREAK = Pattern(
    r"(?<=[^\W\d_])[,.!?;:]+(?=\w)|(?<=\d)(?:[,.!?;:]+|%)(?=[^\W\d_])|[\u2600-\u27bf\ufe0f\U0001f300-\U0001faff](?=\w)"
)
_HALF_DAY = Pattern(r"(?<=\d)[ap]\.m\b")
_SIGN = Pattern(r"(?<=[^\W\d_])-(?=\d)|(?<=\w)(?:[+&]|[-=]?>)(?=\w)|(?<=\d)/(?=[^\W\d_])|(?<=[^\W\d_])/(?=\w)")
_WITH = Pattern(r"w/")
_LISTED = Pattern(r"one|two|three|four|five|six|seven|eight|nine|ten|half|the")
_TENS = Pattern(r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|one|two)-$")
"""What a dash stands before, and what it joins to a number."""
_LONG_WORD = 5
_COMMON = 15.84
"""What the 30,000th of the everyday words costs: a rarer one may as well be a slip."""
_OFFSETS = ((-2, -1, 0, 1), (-2, -1, 0), (-1, 0, 1), (-1, 0), (-2, -1), (0, 1), (-3, -2, -1), (0, 1, 2), (-1,), (0,))
"""Which letters are seen together, counted from the one behind a place."""
BITS = 19
_SALT = np.random.default_rng(20261122).integers(1, 2**63, (len(_OFFSETS), 5), dtype=np.uint64) | np.uint64(1)
_BEGINS, _ENDS, _INSIDE = 2.0, 1.5, -3.0
"""What a live name adds to the log odds of a space before it, behind it and inside it."""


def places(letters: str) -> npt.NDArray[np.int64]:
    """For each place between two letters the numbers of what is seen around it: (letters - 1, kinds)."""
    codes = np.frombuffer(letters.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    padded = np.concatenate([np.zeros(3, np.uint64), codes, np.zeros(3, np.uint64)])
    count = max(0, len(letters) - 1)
    seen = np.empty((count, len(_OFFSETS)), dtype=np.uint64)
    for kind, offsets in enumerate(_OFFSETS):
        total = np.full(count, _SALT[kind, 4])
        for offset, salt in zip(offsets, _SALT[kind], strict=False):
            total += padded[4 + offset : 4 + offset + count] * salt
        seen[:, kind] = total
    seen ^= seen >> np.uint64(31)
    seen *= np.uint64(0xBF58476D1CE4E5B9)
    return (seen >> np.uint64(64 - BITS)).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Spacing:
    """``weights`` of what is seen around a place and ``bias`` of any place; ``words`` are English."""

    weights: npt.NDArray[np.float16] = field(default_factory=lambda: np.zeros(0, dtype=np.float16))
    bias: float = 0.0
    words: WordRows = field(default_factory=WordRows)

    def stored(self) -> dict[str, npt.NDArray[Any]]:
        """Its arrays by name."""
        return {"space_weights": self.weights, "space_bias": np.array(self.bias), **self.words.stored()}

    @classmethod
    def restored(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> Spacing:
        """What ``stored`` gave. Raises KeyError or ValueError when it is not that."""
        return cls(arrays["space_weights"], float(arrays["space_bias"]), WordRows.restored(arrays))

    def lacking(self, text: str) -> bool:
        """Whether a reading text seems to have been typed without its spaces."""
        bare = text.strip()
        return len(bare) >= _LEAST and " " not in bare and bare not in self.words.costs

    def knows(self, word: str) -> bool:
        """Whether it is an English word, and so long that a slip in another one has seldom made it."""
        return len(word) >= _LONG_WORD and self.words.knows(word, _COMMON)

    def respaced(self, written: Written, named: Sequence[NamedWords] = ()) -> Written:
        """``written`` with spaces where they are likely, if it has none; positions still lead to what was typed."""
        if not self.lacking(written.text):
            return written
        gaps = self._gaps(written.text, named)
        return written.with_spaces(gaps) if gaps else written

    def _gaps(self, text: str, named: Sequence[NamedWords]) -> list[int]:
        """Before which characters a space is missing, in order."""
        gaps: set[int] = set()
        sure = False
        if self.words.costs:
            latin, sure = self._latin(text, named)
            if len(text) < _FEW:
                return [at for at in latin if self.words.side_by_side(text[:at], text[at:])]
            if not has_hangul(text) and not sure:
                return []
            gaps.update(latin)
        if has_hangul(text) and len(self.weights):
            gaps.update(self._korean(text, named))
        if gaps or sure:
            gaps.update(found.end() for found in _BREAK.finditer(text))
            gaps.update(place for found in _SIGN.finditer(text) for place in found.span())
            gaps -= {found.end() - 1 for found in _HALF_DAY.finditer(text)}
            gaps -= {found.start() + 1 for found in _WITH.finditer(text) if found.start() in (0, *gaps)}
        return sorted(gaps)

    def _korean(self, text: str, named: Sequence[NamedWords]) -> list[int]:
        odds = self.weights[places(text)].sum(axis=1, dtype=np.float32) + self.bias
        for names in named:
            _weigh_names(text, names, odds)
        return [
            at
            for at in (np.flatnonzero(odds > _SURE) + 1).tolist()
            if text[at].isalnum() and not (_plain(text[at - 1]) and _plain(text[at]))
        ]

    def _latin(self, text: str, named: Sequence[NamedWords]) -> tuple[list[int], bool]:
        """Spaces in and before English words, and whether they are words at all."""
        gaps: list[int] = []
        letters = known = 0
        mixed = has_hangul(text)
        for part in (_LETTERS if mixed else _RUN).finditer(text):
            (begin, end), run = part.span(), part[0]
            row = self.words.row(run, named, _before(text, begin), _after(text, end))
            plain = sum(not char.isdigit() for char in run)
            letters += plain
            known += row.known
            if mixed and (len(run) < 2 or run in UNITS or row.known < _RECOGNISED * len(run)):
                continue
            gaps += [begin + at for at in row.gaps]
            if begin and text[begin - 1].isalnum():
                gaps.append(begin)
            first = run[: row.gaps[0]] if row.gaps else run
            if text[begin - 1 : begin] == "-" and _LISTED.fullmatch(first) and not _TENS.search(text, 0, begin):
                gaps += (begin - 1, begin)
        return gaps, known >= (_RECOGNISED if letters < _MANY else _RECOGNISED_OF_MANY) * letters


def _before(text: str, begin: int) -> str:
    return BEGINNING if not begin else BREAK if text[begin - 1] in _STOP else ""


def _after(text: str, end: int) -> str:
    return END if end == len(text) or text[end] in _STOP else ""


AS_TYPED = Spacing()
"""Leaves every text as it is."""


def _weigh_names(text: str, names: NamedWords, odds: npt.NDArray[np.float32]) -> None:
    at = 0
    while at < len(text) - 1:
        length = next((one for one in names.lengths if text[at : at + one] in names.gaps), 0)
        if not length:
            at += 1
            continue
        end = at + length
        odds[at : end - 1] += _INSIDE
        for gap in names.gaps[text[at:end]]:
            odds[at + gap - 1] -= 2 * _INSIDE
        if at:
            odds[at - 1] += _BEGINS
        if end < len(text):
            odds[end - 1] += _ENDS
        at = end


def _plain(char: str) -> bool:
    return char.isascii() and char.isalnum()
