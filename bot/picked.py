"""Which of the things that the newest message shows a customer's words pick: "두 번째요", "느루로 할게요"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.labels import folded
from bot.messages import Reply
from bot.on_screen import LONGEST_LABEL, Screen
from bot.reading import Reader
from nlu.ordinals import find_ordinals

Picked = tuple[str, Mapping[str, Any] | None]
"""The payload of a button, with the question that it answers."""
FEWEST = 2
_FILLER = re.compile(
    r"(?:이?요|거|걸|것|꺼|으?로|집|가게|곳|데|메뉴|할게요?|갈게요?|볼게요?|골라|해\s?줘|해\s?주세요|보여\s?줘|보여\s?주세요|주세요|부탁\S*"
    r"|the|one|shop|place|option|number|please|thanks|i'll take|[\s.,!~])*"
)
"""What may stand beside "the second" when that is all that is said."""
_NEAREST = re.compile(r"(?:제일|가장)?\s?(?:가까운|가까운데)|the\s+(?:nearest|closest)", re.IGNORECASE)
_BEFORE = re.compile(
    r"(?:(?:음+|아|네|그럼|그냥|저는|전|나는|ok|okay|well|the|i'll (?:take|have|go with|go for)|let's (?:do|go with|go for)|go with|pick)[\s,]+)+",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"(?:\s?(?:거|걸|것|꺼|집|가게))?(?:으?로|이?요|이에요|예요|에서|거기)?\s?(?:할게요?|할래요?|하자|갈게요?|볼게요?|해\s?줘요?|해\s?주세요|주세요|부탁\S*)?[\s.!~]*$"
    r"|(?:\s(?:one|please|pls|thanks|then))*[\s.!~]*$",
    re.IGNORECASE,
)
_SHORTEST = 2


def picked_by(screen: Screen, text: str, reader: Reader) -> Picked | None:
    """The payload of the button, or of the first one of the card, that the text names by its place or by a part of its
    label that no other has. A figure is no place among labels that have figures of their own."""
    if reader.hat != "consumer" or not screen or len(text) > LONGEST_LABEL:
        return None
    reply, asked = screen[0]
    offered = _offered(reply)
    several = len(offered) >= FEWEST
    if not offered or not (reply.cards or (several and reply.text.rstrip().endswith("?"))):
        return None
    at = _by_place(text, [label for label, _ in offered], nearest=bool(reply.cards))
    at = _by_part(text, [label for label, _ in offered]) if at is None and several else at
    if at is None or at >= len(offered) or reader.has_passed(offered[at][1], asked):
        return None
    return offered[at][1], asked


def _offered(reply: Reply) -> list[tuple[str, str]]:
    """What can be picked, with its payload."""
    if not reply.cards:
        return [(button.label, button.payload) for button in reply.buttons if button.payload]
    first = [(card.title, next((one.payload for one in card.buttons if one.payload), None)) for card in reply.cards]
    return [(title, payload) for title, payload in first if payload]


def _by_place(text: str, labels: Sequence[str], *, nearest: bool) -> int | None:
    said = text.casefold()
    near = _NEAREST.search(said) if nearest else None
    if near is not None and _FILLER.fullmatch(f"{said[: near.start()]} {said[near.end() :]}"):
        return 0
    places = find_ordinals(said)
    if len(places) != 1:
        return None
    place = places[0]
    figures = any(map(str.isdigit, said)) and not nearest and any(map(str.isdigit, "".join(labels)))
    if figures or _FILLER.fullmatch(f"{said[: place.start]} {said[place.end :]}") is None:
        return None
    return int(place.value) - 1 if place.value > 0 else len(labels) - 1


def _by_part(text: str, labels: Sequence[str]) -> int | None:
    words = folded(_BEHIND.sub("", _BEFORE.sub("", text.strip(), count=1), count=1))
    if len(words) < _SHORTEST or words.isdigit():
        return None
    named = [at for at, label in enumerate(labels) if words in folded(label)]
    return named[0] if len(named) == 1 else None
