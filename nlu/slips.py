"""Slips of the finger mended before anything else is read, with the way back to what was typed.

A text is a row of keys. Where one is unlikely after those before it (``key_odds.py``), every single slip that could have
led there is undone, and what is likelier by far is taken: a neighbouring key, one left out or hit twice, two swapped,
shift, a letter written as it sounds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from nlu.key_odds import CODES, KEYS, LONGEST, Codes, KeyOdds, Logs, run_hashes, stream
from nlu.keystrokes import LEADS, VOWELS, keys_of, typed
from nlu.written import Written, is_hangul

_HANGUL_ROWS = ("ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ", "ㅁㄴㅇㄹㅎㅗㅓㅏㅣ", "ㅋㅌㅊㅍㅠㅜㅡ")
_LATIN_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_PAIRS = ("ㅂㅃ", "ㅈㅉ", "ㄷㄸ", "ㄱㄲ", "ㅅㅆ", "ㅐㅒ", "ㅔㅖ", "ㅐㅔ", "ㅈㅅ", "ㄷㅅ", "ㅌㅅ", "ㅊㅅ", "ㅎㅅ", "ㅍㅂ", "ㅋㄱ")
"""Keys with and without shift, and letters that sound alike."""
_NEAR, _DROPPED, _DOUBLED, _SWAPPED, _EXTRA = 2.6, 1.8, 2.0, 2.0, 5.0
"""What a kind of slip costs, in log odds, beside that there is one at all."""
_BEFORE, _AFTER = LONGEST - 1, 7
"""Keys around a slip by which it is judged."""
_WIDTH = _BEFORE + 2 + _AFTER
_ODD = -3.0
"""The log chance under which a key is looked at."""
_REACH = 2
"""A slip is at most so many keys before the one that it makes unlikely."""
_LEAD = 5.0
"""By how much a repair must be likelier than what was typed, in log odds, beside the cost of its kind."""
_MOST = 3
_TRIED = 64
_WEIGHT = float(np.log(0.2)), float(np.log(0.8))
Numbers = npt.NDArray[np.int64]


def _by_rows(rows: Sequence[str]) -> dict[str, set[str]]:
    near: dict[str, set[str]] = {}
    for up, row in enumerate(rows):
        for at, key in enumerate(row):
            close = [row[i] for i in (at - 1, at + 1) if 0 <= i < len(row)]
            close += [rows[up - 1][i] for i in (at, at + 1) if up and i < len(rows[up - 1])]
            close += [rows[up + 1][i] for i in (at - 1, at) if up + 1 < len(rows) and 0 <= i < len(rows[up + 1])]
            near[key] = set(close)
    return near


def _meant() -> Codes:
    """For each key those that may have been meant by it, and 0 for no more."""
    near = _by_rows(_HANGUL_ROWS) | _by_rows(_LATIN_ROWS)
    for pair in _PAIRS:
        one, other = tuple(pair)
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
class _Repairs:
    """Of each repair: the keys from ``at`` on, ``gone`` of them, give way to those of ``new`` (0: none); ``cost``."""

    at: Numbers
    gone: Numbers
    new: Codes
    cost: Logs


def _none(_: str) -> Sequence[tuple[int, int]]:
    return ()


@dataclass(frozen=True, slots=True)
class Slips:
    """``odds`` of keys in general; None: nothing is known, and nothing mended."""

    odds: KeyOdds | None = None
    triples: Logs = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "triples", np.empty(0, np.float32) if self.odds is None else self.odds.triples())

    def mended(
        self, written: Written, named: Sequence[KeyOdds] = (), kept: Callable[[str], Sequence[tuple[int, int]]] = _none
    ) -> Written:
        """``written`` without the slips that are plain. ``named`` are the odds of keys in live names; what ``kept``
        gives of the text is not touched."""
        if self.odds is None:
            return written
        for _ in range(_MOST):
            repair = self._repair(self.odds, written.text, named, kept)
            if repair is None:
                break
            written = written.with_words(*repair)
        return written

    def _repair(
        self, odds: KeyOdds, text: str, named: Sequence[KeyOdds], kept: Callable[[str], Sequence[tuple[int, int]]]
    ) -> tuple[int, int, str] | None:
        """Where there is a slip (half-open), and what stood there; None without any."""
        found, places = stream(text)
        keys = np.array([0] * _BEFORE + found + [0] * (_AFTER + 2), dtype=np.uint8)
        logs = _logs(keys, odds, named)
        logs[keys == 0] = 0
        odd = np.flatnonzero(logs < _ODD)
        odd = odd[odd > _BEFORE + 1]
        if not len(odd):
            return None
        near = np.unique(np.concatenate([odd - back for back in range(-1, _REACH + 1)]))
        near = near[(near >= _BEFORE + 2) & (near < _BEFORE + len(found) - 1)]
        own = kept(text)
        if own:
            near = np.array(
                [at for at in near if not any(low <= places[at - _BEFORE] < high for low, high in own)], int
            )
        repairs = _repairs(keys, near)
        if not len(repairs.at):
            return None
        repairs = self._promising(keys, repairs)
        sums = np.concatenate([[0.0], np.cumsum(logs)])
        before = sums[np.minimum(repairs.at + repairs.gone + _AFTER, len(keys))] - sums[repairs.at]
        gain = _chance(keys, repairs, odds, named) - before - repairs.cost
        best = int(np.argmax(gain))
        if gain[best] < _LEAD:
            return None
        at = int(repairs.at[best]) - _BEFORE
        new = [KEYS[code - 1] for code in repairs.new[best].tolist() if code]
        return _retyped(text, found, places, at, int(repairs.gone[best]), new)

    def _promising(self, keys: Codes, repairs: _Repairs) -> _Repairs:
        """Those repairs that are the best as far as runs of three keys tell."""
        if len(repairs.at) <= _TRIED:
            return repairs
        triples = self.triples
        at, stop = repairs.at, repairs.at + repairs.gone
        two, one, here, then = keys[at - 2], keys[at - 1], keys[stop], keys[stop + 1]
        first, second = repairs.new[:, 0], repairs.new[:, 1]
        none, some, both = first == 0, (first != 0) & (second == 0), second != 0
        sums = np.concatenate([[0.0], np.cumsum(triples[keys[:-2], keys[1:-1], keys[2:]], dtype=np.float32)])
        gain = sums[at - 2] - sums[stop] - repairs.cost
        gain += np.where(none, triples[two, one, here] + triples[one, here, then], triples[two, one, first])
        gain += np.where(some, triples[one, first, here] + triples[first, here, then], np.float32(0))
        gain += np.where(
            both,
            triples[one, first, second] + triples[first, second, here] + triples[second, here, then],
            np.float32(0),
        )
        best = np.argpartition(-gain, _TRIED)[:_TRIED]
        return _Repairs(at[best], repairs.gone[best], repairs.new[best], repairs.cost[best])


AS_HIT = Slips()
"""Mends nothing."""


def _logs(keys: Codes, odds: KeyOdds, named: Sequence[KeyOdds]) -> Logs:
    hashes = run_hashes(keys)
    logs = odds.logs(keys, hashes)
    for one in named:
        logs = np.logaddexp(logs + _WEIGHT[1], one.logs(keys, hashes) + _WEIGHT[0])
    return logs


def _chance(keys: Codes, repairs: _Repairs, odds: KeyOdds, named: Sequence[KeyOdds]) -> Logs:
    """The log chance of what stands from each repair on when it is made."""
    rows = np.zeros((len(repairs.at), _WIDTH), dtype=np.uint8)
    rows[:, :_BEFORE] = keys[repairs.at[:, None] + np.arange(-_BEFORE, 0)]
    many = (repairs.new != 0).sum(axis=1)
    for count in range(3):
        some = np.flatnonzero(many == count)
        if len(some):
            rows[some[:, None], _BEFORE + np.arange(count)] = repairs.new[some, :count]
            after = (repairs.at + repairs.gone)[some, None] + np.arange(_AFTER)
            rows[some[:, None], _BEFORE + count + np.arange(_AFTER)] = keys[np.minimum(after, len(keys) - 1)]
    logs = _logs(rows, odds, named)[:, _BEFORE:]
    total: Logs = np.where(rows[:, _BEFORE:] == 0, np.float32(0), logs).sum(axis=1)
    return total


def _repairs(keys: Codes, at: Numbers) -> _Repairs:
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
    return _Repairs(
        at[np.concatenate([wrong, lost, turned, extra])],
        np.repeat(np.array([1, 0, 2, 1]), sizes),
        new,
        np.concatenate([*cost, doubled]),
    )


def _retyped(
    text: str, keys: Sequence[int], places: Sequence[int], at: int, gone: int, new: Sequence[str]
) -> tuple[int, int, str] | None:
    """The letters around a repair typed anew: where they stand (half-open) and what they become."""
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
