"""What a message comes to: its one wish, or each of several with its own lines and entities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from nlu.details import details_of
from nlu.reading import Reading
from nlu.understanding import Entity, OrderLine, Wish
from nlu.values import Value
from nlu.wishes import Piece, changes_something

_SAID_BY: dict[str, tuple[str, ...]] = {
    "choose_delivery": ("fulfilment",),
    "choose_pickup": ("fulfilment",),
    "give_time": ("time", "date", "asap"),
    "give_address": ("address",),
    "add_note": ("note",),
}
"""The entities that carry a wish which goes along with another."""

_GIVEN = frozenset({"give_time", "give_address"})
"""Wishes that the way to get it may be said before."""


@dataclass(frozen=True, slots=True)
class Told:
    """``parts`` are the wishes in the order said; ``intent``, ``lines`` and the first of ``wishes`` are those of the
    first that changes something."""

    intent: str
    entities: tuple[Entity, ...]
    lines: tuple[OrderLine, ...]
    wishes: tuple[str, ...]
    parts: tuple[Wish, ...]


def told(reading: Reading, intent: str, more: Sequence[Value], found: Sequence[Piece]) -> Told:
    """All wishes of a reading. ``more`` are values of an expected answer; ``found`` the pieces, where there are
    several."""
    parts: list[Wish] = []
    for piece in found or [Piece(intent, 0, len(reading.text))]:
        part = reading.part(piece.start, piece.end) if found else reading
        parts += _wishes(reading, part, piece, more)
    main = next((part for part in parts if changes_something(part.intent)), parts[0])
    entities = {entity: None for part in parts for entity in part.entities}
    return Told(
        main.intent,
        tuple(sorted(entities, key=lambda entity: (entity.start, entity.end))),
        main.lines,
        tuple(dict.fromkeys([main.intent, *(part.intent for part in parts)])),
        tuple(parts),
    )


def _wishes(reading: Reading, part: Reading, piece: Piece, more: Sequence[Value]) -> list[Wish]:
    """The wish of one piece, and those that go along with it: how, when and where to get it."""
    details = details_of(part, piece.intent, more)
    start, end = reading.written.span(piece.start, piece.end)
    entities = details.entities
    if start:
        entities = tuple(replace(one, start=one.start + start, end=one.end + start) for one in entities)
    first = Wish(piece.intent, details.lines, entities, start, end)
    along = [_along(intent, entities, first) for intent in details.wishes[1:]]
    if piece.intent in _GIVEN and along and along[0].entities and along[0].start < _begin(first, piece.intent):
        return [along[0], first, *along[1:]]
    return [first, *along]


def _begin(wish: Wish, intent: str) -> int:
    """Where what a wish gives is said."""
    return min((one.start for one in wish.entities if one.entity in _SAID_BY[intent]), default=wish.start)


def _along(intent: str, entities: Sequence[Entity], first: Wish) -> Wish:
    own = tuple(entity for entity in entities if entity.entity in _SAID_BY.get(intent, ()))
    if not own:
        return Wish(intent, start=first.start, end=first.end)
    return Wish(intent, (), own, min(entity.start for entity in own), max(entity.end for entity in own))
