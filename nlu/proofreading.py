"""A text before anything is found in it: with the spaces it lacks, and without slips of the finger."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Container, Sequence
from dataclasses import dataclass

from nlu.key_odds import KeyOdds, learnt, stream
from nlu.named_words import NamedWords
from nlu.patterns import Pattern
from nlu.quantities import is_amount
from nlu.slips import AS_HIT, Slips
from nlu.spacing import AS_TYPED, Spacing
from nlu.understanding import Context, Name
from nlu.written import Written

_KEPT = 64
_PARTICLE = Pattern(r"(?<=[가-힣])(?:으로|로|은|는|을|를|이랑|랑|하고|도|만|이요|요)$")
"""What may stand right behind a name or a counter."""
_OF_MONEY = Pattern(r"[일이삼사오육륙칠팔구십백천만]*[십백천만][일이삼사오육륙칠팔구십백천만]*원")
"""A price in words: another figure is another price, and no slip."""
_UNTOUCHED = frozenset({"text", "name", "hours", "dishes", "address"})
"""Answers in people's own words, which nobody can know."""


@dataclass(frozen=True, slots=True)
class _Named:
    """Live names as they are typed: the odds of their keys, their words, and how they are spaced."""

    odds: KeyOdds
    words: frozenset[str]
    spaced: NamedWords

    @classmethod
    def of(cls, names: tuple[Name, ...]) -> _Named:
        said = list(dict.fromkeys(Written.of(words).text for name in names for words in name.names))
        # Nothing stands before a name but a space, and behind it there may be anything.
        odds = learnt(stream(words)[0][1:-2] for words in said)
        return cls(odds, frozenset(word for words in said for word in words.split()), NamedWords.of(said))


class Proofreader:
    """``spacing`` and ``slips`` as learnt, ``words`` are everyday ones. Keeps how live names are typed; safe to share
    within a thread."""

    def __init__(self, spacing: Spacing = AS_TYPED, slips: Slips = AS_HIT, words: Container[str] = frozenset()) -> None:
        self._spacing = spacing
        self._slips = slips
        self._words = words
        self._by_id: OrderedDict[int, tuple[tuple[Name, ...], _Named]] = OrderedDict()
        self._by_content: OrderedDict[tuple[Name, ...], _Named] = OrderedDict()

    def read(self, text: str, context: Context) -> Written:
        """The reading form of ``text`` as it was meant; positions lead to what was typed."""
        named = [self._named(names) for names in (context.at_hand, context.around) if names]
        written = self._spacing.respaced(Written.of(text), [one.spaced for one in named])
        if context.expect in _UNTOUCHED:
            return written

        def known(word: str) -> bool:
            if _OF_MONEY.match(word):
                return True
            return word in self._words or self._spacing.knows(word) or is_amount(word) or _is_counted(word, named)

        return self._slips.mended(written, known, [one.odds for one in named])

    def _named(self, names: tuple[Name, ...]) -> _Named:
        """Found again by identity or else by content."""
        kept = self._by_id.get(id(names))
        if kept is not None and kept[0] is names:
            return kept[1]
        named = self._by_content.get(names) or _Named.of(names)
        self._by_content[names] = named
        self._by_id[id(names)] = (names, named)
        for shelf in (self._by_content, self._by_id):
            if len(shelf) > _KEPT:
                shelf.popitem(last=False)
        return named


def _is_counted(word: str, named: Sequence[_Named]) -> bool:
    """Whether a word is a name, a number or a counter, or a name with its number, and at most a particle behind it."""
    for bare in (word, _PARTICLE.sub("", word)):
        if is_amount(bare) or any(bare in one.words for one in named):
            return True
        for end in range(2, len(bare)):
            if any(bare[:end] in one.words for one in named) and is_amount(bare[end:]):
                return True
    return False
