"""Every single slip of the keys that may have led to what was typed, undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlu.key_odds import CODES, KEYS, Codes, Logs
from nlu.keystrokes import HANGUL_ROWS, LATIN_ROWS, LEADS, SHIFTED, VOWELS, keys_of, neighbours, typed
from nlu.written import is_hangul

Numbers = npt.NDArray[np.int64]
_SOUND_ALIKE = {"ㅐ": "ㅔ", "ㅈ": "ㅅ", "ㄷ": "ㅅ", "ㅌ": "ㅅ", "ㅊ": "ㅅ", "ㅎ": "ㅅ", "ㅍ": "ㅂ", "ㅋ": "ㄱ"}
_NEAR, _DROPPED, _DOUBLED, _SWAPPED, _EXTRA = 2.6, 1.8, 2.0, 2.0, 7.0
"""What a kind of slip costs, in log odds, beside that there is one at all."""


def _meant() -> Codes:
    """For each key those that may have been meant by it, and 0 for no more."""
    near = {key: set(close) for rows in (HANGUL_ROWS, LATIN_ROWS) for key, close in neighbours(rows).items()}
    for one, other in (*SHIFTED.items(), *_SOUND_ALIKE.items()):
        near.setdefault(one, set()).add(other)
        near.setdefault(other, set()).add(one)
    meant = np.zeros((len(KEYS) + 1, max(map(len, near.values()))), dtype=np.uint8)
    for key, close in near.items():
        meant[CODES[key], : len(close)] = sorted(CODES[other] for other in close)
    return meant


_MEANT = _meant()
_HANGUL = [CODES[key] for key in (*LEADS, *VOWELS)]
_LATIN = [CODES[key] for key in "abcdefghijklmnopqrstuvwxyz"]
_KIND = np.zeros(len(KEYS) + 1, dtype=np.int64)
_KIND[_HANGUL], _KIND[_LATIN] = 2, 1
_LETTER = _KIND > 0
_SIDE = np.zeros((3, len(_HANGUL)), dtype=np.uint8)
"""What may have been left out beside a key of no script, a Latin one, a Korean one."""
_SIDE[1, : len(_LATIN)], _SIDE[2] = _LATIN, _HANGUL


@dataclass(frozen=True, slots=True)
class Repairs:
    """Of each repair: the keys from ``at`` on, ``gone`` of them, give way to those of ``new`` (0: none); ``cost``."""

    at: Numbers
    gone: Numbers
    new: Codes
    cost: Logs

    def some(self, which: Numbers) -> Repairs:
        """Only those."""
        return Repairs(self.at[which], self.gone[which], self.new[which], self.cost[which])

    def fewer(self) -> Numbers:
        """How many keys each makes it fewer."""
        difference: Numbers = self.gone - np.count_nonzero(self.new, axis=1)
        return difference

    def keys(self, which: int) -> list[str]:
        """The new keys of one."""
        return [KEYS[code - 1] for code in self.new[which].tolist() if code]


def every_repair(keys: Codes, at: Numbers) -> Repairs:
    """Every single slip undone at these places."""
    here, last, following = keys[at], keys[at - 1], keys[at + 1]
    letter = _LETTER[here]
    meant = _MEANT[here]
    wrong, which = np.nonzero(meant)
    side = _SIDE[np.maximum(_KIND[here], _KIND[last])]
    lost, what = np.nonzero(side)
    turned = np.flatnonzero(letter & _LETTER[following] & (following != here))
    extra = np.flatnonzero(letter)
    sizes = len(wrong), len(lost), len(turned), len(extra)
    new = np.zeros((sum(sizes), 2), dtype=np.uint8)
    new[: sizes[0], 0] = meant[wrong, which]
    new[sizes[0] : sizes[0] + sizes[1], 0] = side[lost, what]
    new[sizes[0] + sizes[1] : sum(sizes[:3]), 0] = following[turned]
    new[sizes[0] + sizes[1] : sum(sizes[:3]), 1] = here[turned]
    doubled = np.where(here[extra] == last[extra], np.float32(_DOUBLED), np.float32(_EXTRA))
    costs = (_NEAR, _DROPPED, _SWAPPED)
    cost = [np.full(size, price, dtype=np.float32) for size, price in zip(sizes, costs, strict=False)]
    return Repairs(
        at[np.concatenate([wrong, lost, turned, extra])],
        np.repeat(np.array([1, 0, 2, 1]), sizes),
        new,
        np.concatenate([*cost, doubled]),
    )


def retyped(text: str, places: Sequence[int], at: int, gone: int, new: Sequence[str]) -> tuple[int, int, str] | None:
    """The letters around a repair typed anew: where they stand (half-open) and what they become. ``places`` are those of
    the characters that the keys of ``text`` belong to; from ``at`` on ``gone`` of them give way to ``new``."""
    touched = {places[i] for i in range(at, at + max(gone, 1))} | ({places[at - 1]} if not gone else set())
    touched = {i for i in touched if 0 <= i < len(text) and (text[i].isalpha())}
    if not touched:
        return None
    start, end = min(touched), max(touched) + 1
    if is_hangul(text[start]):
        low, high = start, end
        while low > 0 and is_hangul(text[low - 1]):
            low -= 1
        while high < len(text) and is_hangul(text[high]):
            high += 1
        if typed(keys_of(text[low:high])) == text[low:high]:
            start, end = low, high
    first = places.index(start)
    old = keys_of(text[start:end])
    offset = at - first
    made = [*old[:offset], *new, *old[offset + gone :]]
    return start, end, typed(made)
