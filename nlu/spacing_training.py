"""Learning where spaces belong, from how the training texts are spaced."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

import numpy as np

from nlu.spacing import Spacing, places
from nlu.written import has_hangul

_WORD = re.compile(r"[a-z']+")
_MOST = 12_000
"""Texts to learn from: more of them teach nothing about spaces."""
_SLIGHT = 0.05
"""A weight that is not worth keeping."""
_SHARE = 0.2
"""The least share of texts with a space: people who never type one teach where none belongs."""


def fit_spacing(texts: Iterable[str]) -> Spacing:
    """Learn from reading texts, Korean and English."""
    every = list(dict.fromkeys(texts))
    korean = [text for text in every if has_hangul(text)][:_MOST]
    counts = Counter(word for text in every if not has_hangul(text) for word in _WORD.findall(text))
    weights, bias = _korean(korean)
    return Spacing(weights, bias, dict(counts))


def _korean(texts: list[str]) -> tuple[dict[str, float], float]:
    columns: dict[str, int] = {}
    found: list[int] = []
    spaces: list[bool] = []
    for text in texts:
        letters, before = _apart(text)
        for i, seen in enumerate(places(letters), 1):
            found += [columns.setdefault(one, len(columns)) for one in seen]
            spaces.append(before[i])
    if not spaces or not 0 < sum(spaces) < len(spaces) or sum(" " in text for text in texts) < _SHARE * len(texts):
        return {}, 0.0
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
    from sklearn.linear_model import LogisticRegression

    each = len(found) // len(spaces)
    ends = np.arange(len(spaces) + 1) * each
    matrix = csr_matrix((np.ones(len(found), dtype=np.float32), found, ends), shape=(len(spaces), len(columns)))
    learnt = LogisticRegression(solver="liblinear", random_state=7).fit(matrix, spaces)
    weights = learnt.coef_[0]
    kept = {
        name: round(float(weights[column]), 3) for name, column in columns.items() if abs(weights[column]) > _SLIGHT
    }
    return kept, float(learnt.intercept_[0])


def _apart(text: str) -> tuple[str, list[bool]]:
    """The letters of a text without its spaces, and for each whether a space stood before it."""
    letters: list[str] = []
    before: list[bool] = []
    gap = False
    for char in text.strip():
        if char == " ":
            gap = True
            continue
        letters.append(char)
        before.append(gap)
        gap = False
    return "".join(letters), before
