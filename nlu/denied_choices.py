"""A choice that is named to be turned down: "안 매운 거" wants the other one, and no heat."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from nlu.alike import alike
from nlu.jamo import squeezed
from nlu.mentions import Mention
from nlu.patterns import Pattern
from nlu.understanding import Name
from nlu.written import Written

_DENIED = Pattern(r"(?:^|(?<=[\s,.]))(?P<how>안|덜)\s?$")
_MILD = frozenset(alike("순한맛") + alike("안맵게"))


def put_right(text: str, mentions: Sequence[Mention], names: Iterable[Name]) -> list[Mention]:
    """The mentions, with what is turned down as the other choice of its option; left out where that is none for sure."""
    denied = {id(one): found for one in mentions if (found := _denied(text, one)) is not None}
    if not denied:
        return [*mentions]
    every = [name for name in names if name.kind == "choice" and name.one_of is not None]
    return [one for mention in mentions for one in _other(mention, denied.get(id(mention)), every)]


def _denied(text: str, mention: Mention) -> tuple[int, str] | None:
    """Where the words begin that turn it down, and which they are; a choice that is itself called so is meant."""
    if not mention.at_hand or not mention.of("choice") or mention.of("item"):
        return None
    found = _DENIED.search(text, 0, mention.start)
    return None if found is None else (found.start(), found["how"])


def _other(mention: Mention, denied: tuple[int, str] | None, every: Sequence[Name]) -> Iterator[Mention]:
    if denied is None:
        yield mention
        return
    start, how = denied
    others = [other for name in mention.names for other in _instead(name, how, every)]
    if others:
        yield replace(mention, names=tuple(others), start=start)


def _instead(name: Name, how: str, every: Sequence[Name]) -> list[Name]:
    others = [one for one in every if one.one_of == name.one_of and one.of == name.of and one.key != name.key]
    if len(others) > 1 and how == "안":
        others = [
            one for one in others if not _MILD.isdisjoint(squeezed(Written.of(word).text)[0] for word in one.names)
        ]
    return others if len(others) == 1 else []
