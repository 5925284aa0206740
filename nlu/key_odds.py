"""How likely each key is after those before it: a model of the keys that people hit, Korean and English in one.

Runs of up to ``LONGEST`` keys with the log chance of their last one, in a table that is looked up for very many runs at
once. What the table doesn't have is read by shorter runs, as in Katz's backing off.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from nlu.keystrokes import LEADS, VOWELS, keys_of

Codes = npt.NDArray[np.uint8]
"""Keys by their numbers; 0 stands for none."""
Logs = npt.NDArray[np.float32]
Hashes = npt.NDArray[np.uint64]

LONGEST = 7
"""Keys of a run: two or three syllables."""
BEGIN, END, OTHER, DIGIT = "^", "$", ".", "0"
KEYS = tuple(dict.fromkeys([BEGIN, END, " ", OTHER, DIGIT, "'", *LEADS, *VOWELS, *"abcdefghijklmnopqrstuvwxyz"]))
CODES = {key: code for code, key in enumerate(KEYS, 1)}
_COUNT = len(KEYS) + 1
_SIDE = np.random.default_rng(20261122)
_VALUES = _SIDE.integers(1, 2**63, _COUNT, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
_STEP = [np.uint64(pow(0x9E3779B97F4A7C15, n, 2**64)) for n in range(LONGEST)]
_ORDERS = _SIDE.integers(1, 2**63, LONGEST, dtype=np.uint64)
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_OTHER_PLACE = np.uint64(0x94D049BB133111EB)
_FINE, _LEAST = 15.0, 255 / 15
"""Steps of a log chance that are kept apart, and the least one."""
_FINE_BACK = 32.0
_CHANCES = (np.arange(256, dtype=np.float32) / -_FINE).astype(np.float32)
"""The log chance of each of the 8 bits that stand for one; and what backing off costs, nothing where nothing is known."""
_BACKS = ((np.arange(256, dtype=np.float32) - 1) / -_FINE_BACK).astype(np.float32)
_BACKS[0] = 0
_SIGN, _EIGHT, _BYTE = np.uint32(16), np.uint32(8), np.uint32(255)


@lru_cache(maxsize=8192)
def codes_of(char: str) -> tuple[int, ...]:
    """The keys of one character of a reading text."""
    if char.isdigit():
        return (CODES[DIGIT],)
    return tuple(CODES.get(key, CODES[OTHER]) for key in keys_of(char))


def stream(text: str) -> tuple[list[int], list[int]]:
    """The keys of a reading text between BEGIN and END, as if a space stood on either side, and for each key the
    place of its character (-1 and the text's length for what was added)."""
    keys, places = [CODES[BEGIN], CODES[" "]], [-1, -1]
    for at, char in enumerate(text):
        found = codes_of(char)
        keys += found
        places += [at] * len(found)
    return [*keys, CODES[" "], CODES[END]], [*places, len(text), len(text)]


def run_hashes(keys: Codes, longest: int = LONGEST, first: int = 0) -> Hashes:
    """For rows of keys the hash of the run of 2, 3, … ``longest`` keys that ends at each from the ``first`` on:
    (orders, …, keys - first)."""
    values = _VALUES[keys]
    total = values[..., first:].copy()
    out = np.empty((longest - 1, *total.shape), dtype=np.uint64)
    for back in range(1, longest):
        total[..., max(0, back - first) :] += values[..., max(0, first - back) : -back] * _STEP[back]
        np.add(total, _ORDERS[back], out=out[back - 1])
    return out


@dataclass(frozen=True, slots=True, eq=False)
class KeyOdds:
    """``single`` and ``single_back`` are log chances of keys by themselves and what backing off to them costs;
    ``table`` holds of longer runs 16 bits of their hash, 8 of the log chance, 8 of the backing off."""

    single: Logs
    single_back: Logs
    table: npt.NDArray[np.uint32]

    def triples(self) -> Logs:
        """The log chance of each key after each two."""
        every = np.arange(_COUNT, dtype=np.uint8)
        keys = np.stack(np.broadcast_arrays(every[:, None, None], every[:, None], every), axis=-1)
        return np.ascontiguousarray(self.logs(keys, mixed(run_hashes(keys, 3)))[..., 2])

    @classmethod
    def of(cls, single: Logs, single_back: Logs, hashes: Hashes, chances: Logs, backs: Logs) -> KeyOdds:
        """Put runs into a table at most two thirds full; the few that find no place are left out."""
        bits = max(8, int(np.ceil(np.log2(max(1, len(hashes)) * 1.5))))
        table = np.zeros(1 << bits, dtype=np.uint32)
        stirred = mixed(hashes)
        entries = (stirred & np.uint64(0xFFFF)).astype(np.uint32) << np.uint32(16)
        entries |= np.clip(np.rint(-chances * _FINE), 0, 255).astype(np.uint32) << np.uint32(8)
        entries |= np.clip(np.rint(-backs * _FINE_BACK), 0, 254).astype(np.uint32) + np.uint32(1)
        waiting = np.arange(len(hashes))
        for slots in _slots(stirred, bits):
            free = waiting[table[slots[waiting]] == 0]
            places, first = np.unique(slots[free], return_index=True)
            table[places] = entries[free[first]]
            waiting = np.setdiff1d(waiting, free[first], assume_unique=True)
        return cls(single, single_back, table)

    def logs(self, keys: Codes, stirred: Hashes) -> Logs:
        """Log chance of each key of ``keys`` (…, keys) after those before it. ``stirred`` are its ``run_hashes``, mixed."""
        found: Logs = logs_of([self], keys, stirred)[0]
        return found

    def stored(self) -> dict[str, npt.NDArray[Any]]:
        """Its arrays by name."""
        return {"keys": self.single, "keys_back": self.single_back, "keys_table": self.table}

    @classmethod
    def restored(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> KeyOdds:
        """What ``stored`` gave. Raises KeyError when it is not that."""
        return cls(arrays["keys"], arrays["keys_back"], arrays["keys_table"])


def logs_of(every: Sequence[KeyOdds], keys: Codes, stirred: Hashes) -> Logs:
    """The ``logs`` of several in one go: (odds, …, keys). Almost all of the time is that of each step, however much it is
    done to."""
    one = np.empty((len(every), *stirred.shape), dtype=np.uint32)
    entry = np.empty_like(one)
    for at, odds in enumerate(every):
        first, second = _slots(stirred, len(odds.table).bit_length() - 1)
        odds.table.take(first, out=one[at], mode="clip")
        odds.table.take(second, out=entry[at], mode="clip")
    sign = stirred.astype(np.uint16)
    np.copyto(entry, one, where=one >> _SIGN == sign)
    known = (entry >> _SIGN == sign) & (entry != 0)
    entry *= known
    chance = _CHANCES.take((entry >> _EIGHT) & _BYTE)
    back = _BACKS.take(entry & _BYTE)
    total: Logs = np.empty((len(every), *keys.shape), dtype=np.float32)
    before = np.empty_like(total)
    for at, odds in enumerate(every):
        odds.single.take(keys, out=total[at], mode="clip")
        odds.single_back.take(keys, out=before[at], mode="clip")
    for order in range(stirred.shape[0]):
        total[..., 1:] += before[..., :-1]
        np.copyto(total, chance[:, order], where=known[:, order])
        before = back[:, order]
    return total


def mixed(hashes: Hashes) -> Hashes:
    """The hashes with all their bits stirred, as a table is looked up by."""
    found = hashes ^ (hashes >> np.uint64(31))
    found *= _MIX
    found ^= found >> np.uint64(29)
    return found


def _slots(stirred: Hashes, bits: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The two places where a run may be."""
    shift = np.uint64(64 - bits)
    return (stirred >> shift).view(np.int64), ((stirred * _OTHER_PLACE) >> shift).view(np.int64)


def learnt(streams: Iterable[Sequence[int]], off: float = 0.75) -> KeyOdds:
    """Learn from rows of keys, as Kneser and Ney do: ``off`` is taken from each count and goes to the shorter runs, in
    which not texts but different keys before are counted."""
    flat: list[int] = []
    for row in streams:
        flat.append(0)
        flat += row
    keys = np.array(flat or [0], dtype=np.uint8)
    hashes = run_hashes(keys)
    runs = [_Runs.of(keys.astype(np.uint64), keys != 0)]
    for order in range(LONGEST - 1):
        runs.append(_Runs.of(hashes[order], _whole(keys, order + 2)))
    counts = [runs[order].kinds(runs[order + 1]) for order in range(LONGEST - 1)]
    counts.append(np.bincount(runs[-1].number[runs[-1].at], minlength=len(runs[-1].hashes)).astype(np.float64))
    chances = counts[0] / counts[0].sum()
    single = np.full(_COUNT, -_LEAST)
    single[runs[0].hashes.astype(np.int64)] = np.log(chances)
    kept: list[tuple[Hashes, Any, Any]] = []
    for order in range(1, LONGEST):
        here, below = runs[order], runs[order - 1]
        context, shorter = below.number[here.first - 1], below.number[here.first]
        total = np.bincount(context, counts[order], minlength=len(below.hashes))
        kinds = np.bincount(context, minlength=len(below.hashes))
        backs = np.where(total > 0, off * kinds / np.maximum(total, 1), 1.0)
        if order == 1:
            single_back = np.zeros(_COUNT)
            single_back[below.hashes.astype(np.int64)] = np.log(backs)
        else:
            kept.append((below.hashes, np.log(chances), np.log(backs)))
        chances = np.maximum(counts[order] - off, 0) / total[context] + backs[context] * chances[shorter]
    kept.append((here.hashes, np.log(chances), np.zeros(len(chances))))
    return KeyOdds.of(
        single.astype(np.float32),
        single_back.astype(np.float32),
        np.concatenate([one[0] for one in kept]),
        np.concatenate([one[1] for one in kept]).astype(np.float32),
        np.concatenate([one[2] for one in kept]).astype(np.float32),
    )


def _whole(keys: Codes, length: int) -> npt.NDArray[np.bool_]:
    """Where a run of that many keys ends that has no 0 in it."""
    sound = keys != 0
    whole: npt.NDArray[np.bool_] = sound.copy()
    for back in range(1, length):
        whole[back:] &= sound[:-back]
    whole[: length - 1] = False
    return whole


@dataclass(frozen=True, slots=True)
class _Runs:
    """The different runs of one length: their ``hashes``, where each is ``first`` met, ``at`` which places there are any,
    and the ``number`` of the run at each place (-1 where there is none)."""

    hashes: Hashes
    first: npt.NDArray[np.int64]
    at: npt.NDArray[np.int64]
    number: npt.NDArray[np.int64]

    @classmethod
    def of(cls, hashes: Hashes, whole: npt.NDArray[np.bool_]) -> _Runs:
        at = np.flatnonzero(whole)
        found, first, inverse = np.unique(hashes[at], return_index=True, return_inverse=True)
        number = np.full(len(hashes), -1)
        number[at] = inverse
        return cls(found, at[first], at, number)

    def kinds(self, longer: _Runs) -> npt.NDArray[np.float64]:
        """How many different keys stand before each run; the beginning of a text is one more."""
        counts = np.bincount(self.number[longer.first], minlength=len(self.hashes)).astype(np.float64)
        begun = self.at[longer.number[self.at] < 0]
        counts[np.unique(self.number[begun])] += 1
        return counts
