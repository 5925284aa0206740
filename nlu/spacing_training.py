"""Learning where spaces belong, from how the training texts are spaced and which English words there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from itertools import pairwise
from math import exp, log

import numpy as np

from nlu.everyday_words import EverydayWords
from nlu.patterns import Pattern
from nlu.spacing import BITS, Spacing, places
from nlu.word_rows import BEGINNING, BREAK, END, NUMBER, WordRows
from nlu.written import has_hangul

_WORD = Pattern(r"[0-9]+|[a-z']+")
_STOP = frozenset(",.!?;:")
_MOST = 12_000
"""Texts to learn from: more of them teach nothing about spaces."""
_SLIGHT = 0.05
"""A weight that is not worth keeping."""
_STRENGTH, _NEAR = 2.0, 0.02
_SHARE = 0.2
"""The least share of texts with a space: people who never type one teach where none belongs."""
_ELSEWHERE = 2.0
"""How much more such a word costs."""
_JOINED = Pattern(r"(?:n't|'re|'ve|'ll|'d|'s|'m)$")
_CARELESS = 1.0
"""How much more such a word costs without its apostrophe."""
_NONE = frozenset({"'s", "'ve", "'ll", "'d", "'re", "'m", "n't", "'"})
"""What stands behind words and is none."""
_DISCOUNT = 0.75
_GAIN = 1.5
_NEVER = 15.0
"""What a word costs that is no word."""
_LETTER = 2.0
_SPOKEN = frozenset("aiunr")
"""How much more a word of one letter costs, most being the rest of another word, but for those that people write."""


def fit_spacing(texts: Iterable[str], *, everyday: bool = False) -> Spacing:
    """Learn from reading texts, Korean and English. ``everyday``: with the words that English has anyway."""
    every = list(dict.fromkeys(texts))
    korean = [text for text in every if has_hangul(text)][:_MOST]
    weights, bias = _korean(korean)
    return Spacing(weights, bias, _english([text for text in every if not has_hangul(text)], everyday=everyday))


def _english(texts: Sequence[str], *, everyday: bool) -> WordRows:
    rows = [row for text in texts for row in _rows(text)]
    counts = Counter(word for row in rows for word in row if word != BEGINNING and word not in _NONE)
    costs = _costs(counts)
    if not any(word.isalpha() for word in costs):
        return WordRows()
    besides = EverydayWords()
    if everyday:
        costs = _shortened(costs) | costs
        besides = EverydayWords.of({word: cost + _ELSEWHERE for word, cost in _everyday().items() if word not in costs})
    pairs, turns = _pairs(Counter(pair for row in rows for pair in pairwise(row)), costs)
    return WordRows(costs, pairs, turns, besides)


def _rows(text: str) -> Iterator[list[str]]:
    """Words with a space between them and nothing else, with what stands before the first of them and behind the last."""
    row: list[str] = [BEGINNING]
    end = 0
    for word in _WORD.finditer(text):
        between = text[end : word.start()]
        if between.strip() and end:
            stop = between.strip()[0] in _STOP
            yield [*row, END] if stop else row
            row = [BREAK] if stop else []
        elif between.strip():
            row = []
        row.append(NUMBER if word[0].isdigit() else word[0])
        end = word.end()
    yield [*row, END] if not text[end:].strip() or text[end:].strip()[0] in _STOP else row


def _pairs(
    counts: Mapping[tuple[str, str], int], costs: Mapping[str, float]
) -> tuple[dict[str, float], dict[str, float]]:
    """What each pair costs and, for each first word, what another one behind it costs more than anywhere, by absolute
    discounting. Pairs that are hardly likelier than anywhere are left out."""
    said: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for (first, _), count in counts.items():
        said[first] += count
        kinds[first] += 1
    spared = {first: _DISCOUNT * kinds[first] / said[first] for first in said}
    pairs: dict[str, float] = {}
    for (first, word), count in counts.items():
        anywhere = spared[first] * exp(-costs.get(word, _NEVER))
        cost = -log(anywhere + (count - _DISCOUNT) / said[first])
        if -log(anywhere) - cost > _GAIN:
            pairs[f"{first} {word}"] = round(cost, 2)
    return pairs, {first: round(-log(share), 2) for first, share in spared.items()}


def _shortened(costs: Mapping[str, float]) -> dict[str, float]:
    """Words as they are typed without their apostrophe: didnt, theyre."""
    said = {word.replace("'", ""): cost + _CARELESS for word, cost in costs.items() if _JOINED.search(word)}
    return {word: cost for word, cost in said.items() if len(word) > 2}


def _costs(counts: Mapping[str, int]) -> dict[str, float]:
    total = sum(counts.values())
    alone = {word: _LETTER for word in counts if len(word) == 1 and word not in _SPOKEN}
    return {word: round(log(total / count) + alone.get(word, 0.0), 2) for word, count in counts.items()}


def _everyday() -> dict[str, float]:
    listed = files("symspellpy").joinpath("frequency_dictionary_en_82_765.txt").read_text("utf-8-sig").splitlines()
    rows = (line.split() for line in listed)
    return _costs({word: int(count) for word, count in rows if len(word) > 1})


def _korean(texts: list[str]) -> tuple[np.ndarray[tuple[int], np.dtype[np.float16]], float]:
    nothing = Spacing()
    apart = [_apart(text) for text in texts]
    seen = np.concatenate([places(letters) for letters, _ in apart]) if apart else np.empty((0, 1), dtype=np.int64)
    spaces = np.array([gap for _, before in apart for gap in before[1:]], dtype=bool)
    if not 0 < spaces.sum() < len(spaces) or sum(" " in text for text in texts) < _SHARE * len(texts):
        return nothing.weights, 0.0
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
    from sklearn.linear_model import LogisticRegression

    known, columns = np.unique(seen, return_inverse=True)
    ends = np.arange(len(spaces) + 1) * seen.shape[1]
    ones = np.ones(seen.size, dtype=np.float32)
    matrix = csr_matrix((ones, columns.ravel(), ends), shape=(len(spaces), len(known)))
    learnt = LogisticRegression(solver="liblinear", random_state=7, C=_STRENGTH, tol=_NEAR).fit(matrix, spaces)
    weights = np.zeros(1 << BITS, dtype=np.float16)
    weights[known] = np.where(np.abs(learnt.coef_[0]) > _SLIGHT, learnt.coef_[0], 0)
    return weights, float(learnt.intercept_[0])


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
