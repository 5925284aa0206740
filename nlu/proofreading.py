"""A text before anything is found in it: with the spaces it lacks, and without slips of the finger."""

from __future__ import annotations

import re
from collections import OrderedDict

from nlu.addresses import find_addresses
from nlu.key_odds import KeyOdds, learnt, stream
from nlu.slips import AS_HIT, Slips
from nlu.spacing import AS_TYPED, Spacing
from nlu.understanding import Context, Name
from nlu.written import Written

_KEPT = 64
_CODE = re.compile(r"\b[a-z0-9]*[a-z][0-9][a-z0-9]*\b")
_UNTOUCHED = frozenset({"text", "name", "hours", "dishes", "address"})
"""Answers in people's own words, which nobody can know."""


class Proofreader:
    """``spacing`` and ``slips`` as learnt. Keeps how live names are typed; safe to share within a thread."""

    def __init__(self, spacing: Spacing = AS_TYPED, slips: Slips = AS_HIT) -> None:
        self._spacing = spacing
        self._slips = slips
        self._named: OrderedDict[int, tuple[tuple[Name, ...], KeyOdds]] = OrderedDict()

    def read(self, text: str, context: Context) -> Written:
        """The reading form of ``text`` as it was meant; positions lead to what was typed."""
        names = (name.casefold() for live in (*context.at_hand, *context.around) for name in live.names)
        written = self._spacing.respaced(Written.of(text), names)
        if self._slips.odds is None or context.expect in _UNTOUCHED:
            return written
        named = [self._odds(names) for names in (context.at_hand, context.around) if names]
        return self._slips.mended(written, named, _own_words)

    def _odds(self, names: tuple[Name, ...]) -> KeyOdds:
        """How the names are typed, with no more in front of them than a space; found again by identity."""
        known = self._named.get(id(names))
        if known is not None and known[0] is names:
            return known[1]
        odds = learnt(stream(Written.of(said).text)[0][1:-2] for name in names for said in name.names)
        self._named[id(names)] = (names, odds)
        if len(self._named) > _KEPT:
            self._named.popitem(last=False)
        return odds


def _own_words(text: str) -> list[tuple[int, int]]:
    """Where addresses and codes stand: half of them is names that nobody knows."""
    addresses = [(value.start, value.end) for value in find_addresses(text)]
    return addresses + [found.span() for found in _CODE.finditer(text)]
