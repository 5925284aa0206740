"""A text as typed and as read: composed Hangul, lower case, half-width, with the way back to the typed positions."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST = 1000
"""Characters of a message that are read; the bot acts on none that is longer."""
_SPACES = dict.fromkeys([0x00A0, 0x3000, 0x200B, 0xFEFF, 0x115F, 0x1160, 0x3164, ord("\t"), ord("\n"), ord("\r")], " ")
_QUOTES = {0x2019: "'", 0x2018: "'", 0x201C: '"', 0x201D: '"', 0x2013: "-", 0x2014: "-", 0x301C: "~", 0x223C: "~"}
_FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_PLAIN = _SPACES | _QUOTES | _FULL_WIDTH


@dataclass(frozen=True, slots=True)
class Written:
    """``text`` is the reading form; character i of it comes from ``typed[starts[i]:ends[i]]``.

    ``starts`` and ``ends`` are None when both have the same positions.
    """

    typed: str
    text: str
    starts: tuple[int, ...] | None = None
    ends: tuple[int, ...] | None = None

    @classmethod
    def of(cls, typed: str) -> Written:
        """Read ``typed``; any str will do. Only the beginning of a very long one is read."""
        if len(typed) > LONGEST:
            beginning = cls.of(typed[:LONGEST])
            return cls(typed, beginning.text, beginning.starts, beginning.ends)
        if unicodedata.is_normalized("NFC", typed):
            text = typed.translate(_PLAIN).lower()
            if len(text) == len(typed):
                return cls(typed, text)
        out: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        for start, end in _clusters(typed):
            composed = unicodedata.normalize("NFC", typed[start:end]).translate(_PLAIN)
            for char in composed:
                lower = char.lower()
                out.append(lower if len(lower) == 1 else char)
                starts.append(start)
                ends.append(end)
        return cls(typed, "".join(out), tuple(starts), tuple(ends))

    def part(self, start: int, end: int) -> Written:
        """``text[start:end]`` with the characters it was typed with."""
        first, last = self.span(start, end)
        if self.starts is None or self.ends is None:
            return Written(self.typed[first:last], self.text[start:end])
        return Written(
            self.typed[first:last],
            self.text[start:end],
            tuple(at - first for at in self.starts[start:end]),
            tuple(at - first for at in self.ends[start:end]),
        )

    def with_spaces(self, before: Sequence[int]) -> Written:
        """The same with a space before each of those characters of ``text``, given in order; none of them was typed."""
        out: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        missing = set(before)
        for i, char in enumerate(self.text):
            start, end = (i, i + 1) if self.starts is None or self.ends is None else (self.starts[i], self.ends[i])
            if i in missing:
                out.append(" ")
                starts.append(start)
                ends.append(start)
            out.append(char)
            starts.append(start)
            ends.append(end)
        return Written(self.typed, "".join(out), tuple(starts), tuple(ends))

    def with_words(self, start: int, end: int, words: str) -> Written:
        """The same with ``words`` in the place of ``text[start:end]``. What both begin and end with keeps its positions;
        between, each character is as far along as before."""
        old = self.text[start:end]
        same = next((i for i, (one, other) in enumerate(zip(old, words, strict=False)) if one != other), None)
        first = min(len(old), len(words)) if same is None else same
        rest = min(len(old), len(words)) - first
        last = next((i for i in range(rest) if old[-1 - i] != words[-1 - i]), rest)
        start, end, words = start + first, end - last, words[first : len(words) - last]
        starts = self.starts or tuple(range(len(self.text)))
        ends = self.ends or tuple(range(1, len(self.text) + 1))
        low, high = self.span(start, end)
        edges = [low + (high - low) * i // max(1, len(words)) for i in range(len(words) + 1)]
        return Written(
            self.typed,
            self.text[:start] + words + self.text[end:],
            (*starts[:start], *edges[:-1], *starts[end:]),
            (*ends[:start], *(max(one, low + 1) if high > low else one for one in edges[1:]), *ends[end:]),
        )

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The typed positions of ``text[start:end]``."""
        if self.starts is None or self.ends is None:
            return start, end
        if end <= start:
            at = self.starts[start] if start < len(self.starts) else len(self.typed)
            return at, at
        return self.starts[start], self.ends[end - 1]


def _clusters(typed: str) -> list[tuple[int, int]]:
    """Half-open spans of what composes together: a letter with its marks, a syllable's jamo."""
    spans: list[tuple[int, int]] = []
    start = 0
    for i in range(1, len(typed) + 1):
        if i == len(typed) or not _continues(typed[i]):
            if i > start:
                spans.append((start, i))
            start = i
    return spans


def _continues(char: str) -> bool:
    return "\u1161" <= char <= "\u11ff" or unicodedata.combining(char) != 0


def is_hangul(char: str) -> bool:
    """A composed syllable or a compatibility jamo such as ㅋ."""
    return "가" <= char <= "힣" or "ㄱ" <= char <= "ㅣ"


def has_hangul(text: str) -> bool:
    """Whether any character is Hangul."""
    return not text.isascii() and any(is_hangul(char) for char in text)
