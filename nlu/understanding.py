"""What a text was understood to mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Language = Literal["ko", "en"]
Expect = Literal["quantity", "address", "yesno", "eta", "time", "place", "choice", "text", "name", "hours", "dishes"]
Role = Literal["consumer", "merchant", "operator"]


@dataclass(frozen=True, slots=True)
class Entity:
    """A value found in the text. ``value`` is the normal form (docs/nlu.md), ``text`` the words,
    ``start`` and ``end`` their half-open span in characters."""

    entity: str
    value: Any
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line of an order as said. ``item`` is a catalogue key, or None when the words name nothing on the menu.

    ``options`` are catalogue keys of choices; ``unknown_options`` words that sounded like an option but match none.
    """

    item: str | None
    quantity: int | None
    options: tuple[str, ...] = ()
    note: str | None = None
    text: str = ""
    unknown_options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """One of the things that a message wants, with what was said for it: ``start``..``end`` are its words, half-open."""

    intent: str
    lines: tuple[OrderLine, ...] = ()
    entities: tuple[Entity, ...] = ()
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Understanding:
    """``intent`` with its ``confidence`` in 0..1, the next best readings in ``ranking``, entities by position,
    and for orders the lines. ``parts`` are all wishes as said, each with its own lines and entities, ``wishes`` their
    intents, that of the message first. ``in_scope`` is False when the text is likely none of the bot's business."""

    text: str
    language: Language
    intent: str
    confidence: float
    in_scope: bool = True
    entities: tuple[Entity, ...] = ()
    lines: tuple[OrderLine, ...] = ()
    wishes: tuple[str, ...] = ()
    ranking: tuple[tuple[str, float], ...] = ()
    parts: tuple[Wish, ...] = ()

    def value(self, entity: str) -> Any | None:
        """The first value of that entity, or None; a dish that no menu has is none."""
        return next((one.value for one in self.entities if one.entity == entity and one.value is not None), None)

    def values(self) -> Mapping[str, Any]:
        """The first value of each entity."""
        first: dict[str, Any] = {}
        for found in self.entities:
            if found.value is not None:
                first.setdefault(found.entity, found.value)
        return first


@dataclass(frozen=True, slots=True)
class Opinion:
    """What another engine makes of ``text``, whoever says it: every intent it knows with its confidence, best first,
    and what it tagged. ``unsure``: it would rather not say."""

    text: str
    ranking: tuple[tuple[str, float], ...]
    entities: tuple[Entity, ...] = ()
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Name:
    """One thing of the live catalogue: a shop, dish, option choice, place or trade, with every name it goes by."""

    kind: Literal["shop", "item", "choice", "place", "trade"]
    key: str
    names: tuple[str, ...]
    of: str | None = None
    """For a choice the item's key, for an item the shop's key."""
    one_of: str | None = None
    """For a choice beside which its dish takes no other of the same option: that option's key."""


@dataclass(frozen=True, slots=True)
class Context:
    """What is known when a text is read: what is being asked, who speaks, which names are live.

    ``at_hand`` are the names of the shop at hand (its items and choices), ``around`` those nearby and in town.
    """

    role: Role = "consumer"
    expect: Expect | None = None
    at_hand: tuple[Name, ...] = ()
    around: tuple[Name, ...] = ()
    language: Language | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    opinion: Opinion | None = None
    """Another engine's, which then ranks the intents instead of the model; one of another text counts for nothing."""
