"""Training texts as sparse matrices of n-grams, counted once and weighed anew for each part that is learnt from."""

from __future__ import annotations

import gc
import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from nlu.linear import Floats
from nlu.ngrams import BLOCKS, blocks

RARE = (1, 2, 1, 2)
"""In how many texts an n-gram of each block must occur at least."""
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Counted:
    """``names`` are each block's n-grams in order, ``present`` its scipy CSR matrix of ones, texts by n-grams."""

    names: tuple[tuple[str, ...], ...]
    present: tuple[Any, ...]

    @classmethod
    def of(cls, texts: Sequence[tuple[str, bool]]) -> Counted:
        """Count texts, each with whether it is Korean."""
        with _without_collecting():
            found = [blocks(text, hangul) for text, hangul in texts]
            return cls(*zip(*(_counted([of_text[block] for of_text in found]) for block in range(BLOCKS)), strict=True))


@dataclass(frozen=True, slots=True)
class Weighing:
    """Which n-grams of each block count (``kept``: their columns), and for how much (``idf``)."""

    kept: tuple[Numbers, ...]
    idf: tuple[Floats, ...]

    @classmethod
    def of(cls, counted: Counted, texts: Numbers) -> Weighing:
        """What those of the counted texts have often enough; the rarer the heavier."""
        kept: list[Numbers] = []
        idf: list[Floats] = []
        for present, least in zip(counted.present, RARE, strict=True):
            counts = np.asarray(present[texts].sum(axis=0)).ravel()
            kept.append(np.flatnonzero(counts >= least))
            idf.append((np.log((1 + len(texts)) / (1 + counts[kept[-1]])) + 1).astype(np.float32))
        return cls(tuple(kept), tuple(idf))

    def matrix(self, counted: Counted, texts: Numbers) -> Any:
        """Those texts by n-grams as scipy CSR, each block of a row of length 1."""
        from scipy.sparse import diags, hstack  # type: ignore[import-untyped]

        parts = []
        for present, kept, idf in zip(counted.present, self.kept, self.idf, strict=True):
            part = present[texts][:, kept] @ diags(idf.astype(np.float64))
            length = np.sqrt(np.asarray(part.multiply(part).sum(axis=1)).ravel())
            parts.append(diags(1 / np.where(length > 0, length, 1)) @ part)
        return hstack(parts, format="csr")

    def rows(self, counted: Counted) -> tuple[dict[str, int], ...]:
        """For each block its n-grams' rows in the model."""
        number = itertools.count()
        return tuple(
            {names[column]: next(number) for column in kept.tolist()}
            for names, kept in zip(counted.names, self.kept, strict=True)
        )


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Without looking for garbage, again and again, among the many sets that are all needed: a third of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _counted(grams: Sequence[set[str]]) -> tuple[tuple[str, ...], Any]:
    from scipy.sparse import csr_matrix

    names = tuple(sorted(set().union(*grams)))
    column = dict(zip(names, range(len(names)), strict=True))
    columns = np.array([column[gram] for of_text in grams for gram in of_text], dtype=np.int32)
    ends = np.cumsum([0, *map(len, grams)], dtype=np.int32)
    present = csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(grams), len(names)))
    present.sort_indices()
    return names, present
