"""Entities by a conditional random field: what no catalogue and no rule knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from nlu.patterns import Pattern

Span = tuple[str, int, int]
"""An entity's name and its half-open span in characters."""
OUT = "O"
_TOKEN = Pattern(r"[가-힣ㄱ-ㅣ]|[a-z0-9]+|[^\s\w]|[^\W\d_]")
_DIGIT = Pattern(r"\d")


@dataclass(frozen=True, slots=True)
class Token:
    """A Korean syllable, a Latin word, or a mark, at ``text[start:end]``."""

    text: str
    start: int
    end: int


def tokens_of(text: str) -> list[Token]:
    """The tokens of a reading text."""
    return [Token(found[0], found.start(), found.end()) for found in _TOKEN.finditer(text)]


def features_of(tokens: Sequence[Token]) -> list[list[str]]:
    """What is seen of each token and around it."""
    words = ["\x02", "\x02", *(_DIGIT.sub("0", token.text) for token in tokens), "\x03", "\x03"]
    apart = [True, *(one.start > before.end for before, one in pairwise(tokens)), True]
    found: list[list[str]] = []
    for i, token in enumerate(tokens):
        back, before, word, after, beyond = words[i : i + 5]
        seen = [
            "w" + word,
            f"-{before}",
            f"+{after}",
            f"-2{back}",
            f"+2{beyond}",
            f"-w{before} {word}",
            f"w+{word} {after}",
            f"-2-{back} {before}",
            f"++2{after} {beyond}",
            f"s{apart[i]:d}{apart[i + 1]:d}",
        ]
        if len(token.text) == 1:
            seen += [f"-2-w{back}{before}{word}", f"w++2{word}{after}{beyond}", f"-w+{before}{word}{after}"]
        else:
            seen += [f"p{word[:2]}", f"p{word[:3]}", f"e{word[-3:]}", f"e{word[-2:]}"]
        found.append(seen)
    return found


def tags_of(tokens: Sequence[Token], spans: Sequence[Span]) -> list[str]:
    """B- and I- tags of the tokens that spans cover, even in part."""
    tags: list[str] = []
    last: Span | None = None
    for token in tokens:
        over = next((span for span in spans if span[1] < token.end and token.start < span[2]), None)
        tags.append(OUT if over is None else f"{'I' if over is last else 'B'}-{over[0]}")
        last = over
    return tags


def spans_of(tokens: Sequence[Token], tags: Sequence[str]) -> list[Span]:
    """The spans that tags mean; an I- without its B- begins one."""
    spans: list[Span] = []
    going = False
    for token, tag in zip(tokens, tags, strict=True):
        kind, _, name = tag.partition("-")
        if kind == "I" and going and spans[-1][0] == name:
            spans[-1] = (name, spans[-1][1], token.end)
        elif kind != OUT:
            spans.append((name, token.start, token.end))
        going = kind != OUT
    return spans


class EntityTagger:
    """Serves a trained field. ``stored`` is its file's content."""

    def __init__(self, stored: bytes) -> None:
        """Raises ValueError when ``stored`` is no such model."""
        from pycrfsuite import Tagger

        self.stored = stored
        self._tagger: Any = Tagger()
        self._tagger.open_inmemory(stored)

    def spans(self, text: str) -> list[Span]:
        """The entities of a reading text, by position."""
        tokens = tokens_of(text)
        return spans_of(tokens, self._tagger.tag(features_of(tokens))) if tokens else []
