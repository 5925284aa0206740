"""Checks of what people see: labels that a channel cuts off, particles that fit only some names."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from flows.language import ButtonSpec, CardsEach, Variation
from flows.source import Spot
from flows.template import Field, Text

Found = Iterator[tuple[Spot, str, str]]
"""Where, what is wrong, how to mend it."""
_BARE_PARTICLES = re.compile(r"(은|는|이|가|을|를|와|과|으로|로)(?![가-힣])")


def buttons_of(variation: Variation) -> tuple[ButtonSpec, ...]:
    """Every button of a wording, also those of its lists and cards."""
    of_lists = [each.button for each in variation.each_buttons]
    return (*variation.buttons, *of_lists, *(button for cards in variation.cards for button in cards.buttons))


def texts_of(variation: Variation) -> Iterator[Text]:
    yield variation.text
    for block in variation.lines:
        yield from block.parts
    for cards in variation.cards:
        yield from _texts_of_card(cards)
    for button in buttons_of(variation):
        yield button.title


def _texts_of_card(cards: CardsEach) -> Iterator[Text]:
    yield cards.title
    yield from cards.subtitle


def columns(text: str) -> int:
    """How wide ``text`` stands on a screen: Hangul and emoji take two columns."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def long_labels(variation: Variation, labels: Mapping[str, int]) -> Found:
    """Labels whose fixed part alone is wider than a channel shows. ``labels``: the columns of each channel."""
    only = variation.channel
    own = {only: labels[only]} if only is not None and only in labels else labels
    for button in buttons_of(variation):
        for language, lines in button.title.lines.items():
            fixed = "".join(piece for line in lines for piece in line if isinstance(piece, str))
            width = columns(fixed)
            narrow = {channel: limit for channel, limit in own.items() if width > limit}
            if narrow:
                channel, limit = min(narrow.items(), key=lambda one: one[1])
                what = f"the label `{fixed[:16]}…` is {width} columns wide in `{language}`, and {channel} shows {limit}"
                yield button.at, what, "Shorten it; a Hangul syllable is two columns wide"


def bare_particles(variation: Variation) -> Found:
    """A particle written behind a placeholder is right for one half of all names."""
    for text in texts_of(variation):
        for line in text.lines.get("ko", ()):
            for placeholder, after in _neighbours(line):
                found = _BARE_PARTICLES.match(after)
                if found is not None and placeholder.specs in ((), ("day",), ("count",)):
                    name = ":".join((".".join(placeholder.path), *placeholder.specs))
                    what = f"`{{{name}}}{found[1]}` has a particle that fits only some names"
                    yield text.at, what, f"Write `{{{name}:{found[1]}}}`"


def _neighbours(line: Sequence[str | Field]) -> Iterator[tuple[Field, str]]:
    """Each placeholder with the words right behind it."""
    for piece, after in itertools.pairwise(line):
        if isinstance(piece, Field) and isinstance(after, str):
            yield piece, after
