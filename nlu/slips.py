"""Slips of the finger mended before anything else is read, with the way back to what was typed.

A text is a row of keys. Where one is unlikely after those before it (``key_odds.py``), every single slip that could have
led there is undone, and what is likelier by far is taken: a neighbouring key, one left out or hit twice, two swapped,
shift, a letter written as it sounds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from nlu.addresses import find_addresses
from nlu.counters import COUNTERS_KO
from nlu.key_odds import LONGEST, Codes, KeyOdds, Logs, logs_of, mixed, run_hashes, stream
from nlu.patterns import Pattern
from nlu.quantities import is_amount
from nlu.repairs import Repairs, every_repair, retyped
from nlu.written import Written

_BEFORE, _AFTER = LONGEST - 1, LONGEST - 1
"""Keys around a slip by which it is judged."""
_WIDTH = _BEFORE + 2 + _AFTER
_ODD = -3.5
"""The log chance under which a key is looked at."""
_REACH = 2
"""A slip is at most so many keys before the one that it makes unlikely."""
_LEAD = 1.5
"""By how much a repair must be likelier than what was typed, in log odds, beside the cost of its kind."""
_MOST = 3
"""Slips that are mended in one text."""
_CLOSE = 8
"""Repairs that are looked at one by one."""
_STRANGE = 4.0
"""By how much more likely what is no known word must be."""
_WORD = Pattern(r"[^\s.,!?~/+&()'\"]+")
_EDGES = frozenset(" .,!?~/+&()'\"")
_COUNTED = Pattern(
    rf"(?<![^\s,.])(?P<number>[가-힣])\s(?:{'|'.join(sorted(COUNTERS_KO, key=len, reverse=True))})"
    r"(?:이|요|랑|하고|만|은|씩|도|로|으로|인데|더|$|[^가-힣])"
)
"""A syllable before a counter, where a number should be."""
_CODE = Pattern(r"[a-z0-9]*[a-z][0-9][a-z0-9]*")
_ODDEST = 32
"""Keys that are looked at in one text."""
_TRIED = 64
"""Repairs that are judged by more than three keys around them."""
_NAMED, _GENERAL = float(np.log(0.2)), float(np.log(0.8))
"""How much names and everything else count, in logs."""


def _strange(text: str, known: Callable[[str], bool]) -> list[tuple[int, int]]:
    """Where words stand in which there may be a slip; half of an address is names that nobody knows."""
    found = [
        word.span()
        for word in _WORD.finditer(text)
        if not word[0].isdigit() and not known(word[0]) and not _CODE.fullmatch(word[0])
    ]
    if not text.isascii():
        found += [word.span("number") for word in _COUNTED.finditer(text) if not is_amount(word["number"])]
    own = find_addresses(text) if found else ()
    return [span for span in found if not any(value.start < span[1] and span[0] < value.end for value in own)]


def _loose(words: str) -> int:
    """How many letters of them make no syllable."""
    return sum("ㄱ" <= char <= "ㅣ" for char in words)


def _becomes(text: str, start: int, end: int, words: str) -> str:
    """The word that a repair makes."""
    low, high = start, end
    while low > 0 and text[low - 1] not in _EDGES:
        low -= 1
    while high < len(text) and text[high] not in _EDGES:
        high += 1
    return text[low:start] + words + text[end:high]


@dataclass(frozen=True, slots=True, eq=False)
class Slips:
    """``odds`` of keys in general, and from them those of each key after each two; None: nothing is known, and nothing
    mended."""

    odds: KeyOdds | None = None
    triples: Logs = field(default_factory=lambda: np.empty(0, np.float32), repr=False)

    @classmethod
    def of(cls, odds: KeyOdds) -> Slips:
        """From the odds alone."""
        return cls(odds, odds.triples())

    def stored(self) -> dict[str, npt.NDArray[Any]]:
        """Its arrays by name."""
        return {} if self.odds is None else {**self.odds.stored(), "keys_triples": self.triples.astype(np.float16)}

    @classmethod
    def restored(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> Slips:
        """What ``stored`` gave. Raises KeyError when it is not that."""
        if "keys_table" not in arrays:
            return cls()
        return cls(KeyOdds.restored(arrays), arrays["keys_triples"].astype(np.float32))

    def mended(self, written: Written, known: Callable[[str], bool], named: Sequence[KeyOdds] = ()) -> Written:
        """``written`` without the slips that are plain: never in a word that is ``known``, in an address or a code.
        ``named`` are the odds of keys in live names."""
        if self.odds is None:
            return written
        for _ in range(_MOST):
            repair = self._repair(self.odds, written.text, known, named)
            if repair is None:
                break
            written = written.with_words(*repair)
        return written

    def _repair(
        self, odds: KeyOdds, text: str, known: Callable[[str], bool], named: Sequence[KeyOdds]
    ) -> tuple[int, int, str] | None:
        """Where there is a slip (half-open), and what was meant; None without any."""
        strange = _strange(text, known)
        if not strange:
            return None
        found, places = stream(text)
        keys = np.array([0] * _BEFORE + found + [0] * (_AFTER + 2), dtype=np.uint8)
        logs = _logs(keys, odds, named)
        logs[keys == 0] = 0
        odd = np.flatnonzero(logs < _ODD)
        odd = odd[odd > _BEFORE + 1]
        if not len(odd):
            return None
        odd = odd[np.argsort(logs[odd])[:_ODDEST]]
        close = np.zeros(len(keys) + 1, dtype=bool)
        for back in range(-1, _REACH + 1):
            close[odd - back] = True
        near = np.flatnonzero(close[: _BEFORE + len(found) - 1])
        near = near[near >= _BEFORE + 2]
        standing = np.array(places)[near - _BEFORE]
        near = near[np.any([(standing >= low) & (standing <= high) for low, high in strange], axis=0)]
        repairs = every_repair(keys, near)
        if not len(repairs.at):
            return None
        repairs = self._promising(keys, repairs)
        sums = np.concatenate([[0.0], np.cumsum(logs)])
        until = repairs.at + repairs.fewer() + (_WIDTH - _BEFORE)
        before = sums[np.minimum(until, len(keys))] - sums[repairs.at]
        gain = _chance(keys, repairs, odds, named) - before - repairs.cost
        made = None
        most = _LEAD
        for best in np.argsort(-gain)[:_CLOSE].tolist():
            if gain[best] < most:
                break
            at, gone = int(repairs.at[best]) - _BEFORE, int(repairs.gone[best])
            one = retyped(text, places, at, gone, repairs.keys(best))
            if one is None or _loose(one[2]) > _loose(text[one[0] : one[1]]):
                continue
            word = _becomes(text, *one)
            if not word:
                continue
            lead = float(gain[best]) - (0.0 if known(word) else _STRANGE)
            if lead >= most:
                most, made = lead, one
        return made

    def _promising(self, keys: Codes, repairs: Repairs) -> Repairs:
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
        return repairs.some(np.argpartition(-gain, _TRIED)[:_TRIED])


AS_HIT = Slips()
"""Mends nothing."""


def _logs(keys: Codes, odds: KeyOdds, named: Sequence[KeyOdds], first: int = 0) -> Logs:
    """The log chance of each key from the ``first`` on, of which only what backing off from it costs is meant."""
    every = logs_of([odds, *named], keys[..., first:], mixed(run_hashes(keys, first=first)))
    logs: Logs = every[0]
    for other in every[1:]:
        logs = np.logaddexp(logs + _GENERAL, other + _NAMED)
    return logs


def _chance(keys: Codes, repairs: Repairs, odds: KeyOdds, named: Sequence[KeyOdds]) -> Logs:
    """The log chance of what stands from each repair on when it is made, so far as ``_WIDTH`` keys go."""
    places = repairs.at[:, None] + np.arange(-_BEFORE, _WIDTH - _BEFORE)
    places[:, _BEFORE:] += repairs.fewer()[:, None]
    rows = keys[np.minimum(places, len(keys) - 1)]
    made = rows[:, _BEFORE : _BEFORE + 2]
    np.copyto(made, repairs.new, where=repairs.new != 0)
    logs = _logs(rows, odds, named, _BEFORE - 1)[:, 1:]
    total: Logs = np.where(rows[:, _BEFORE:] == 0, np.float32(0), logs).sum(axis=1)
    return total
