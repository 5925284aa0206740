"""A text with everything found in it, before anybody asks what it wants."""

from __future__ import annotations

import itertools
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from nlu.bare_options import bare_option
from nlu.denied_choices import put_right
from nlu.jamo import squeezed
from nlu.mentions import Mention, find_mentions
from nlu.names import Shelf
from nlu.ngrams import masked
from nlu.normal_forms import find_values
from nlu.noted import clipped, outside_notes
from nlu.notes import find_notes
from nlu.patterns import Pattern
from nlu.proofreading import Proofreader
from nlu.quantities import find_quantities
from nlu.understanding import Context, Entity
from nlu.values import Value, without
from nlu.written import Written, has_hangul

_KINDS = ("item", "choice", "shop", "trade", "place")
_BLANK = "\ue000"
_Placed = TypeVar("_Placed", Value, Mention)
_POINT = Pattern(r"\d{1,2}[.)]\s")
_ALL_OF_IT = Pattern(r"\s(?P<number>둘|셋|넷)\s다(?=\s)")
_HOW_MANY = {"둘": 2, "셋": 3, "넷": 4}
_LONGEST_GAP = 6
_HALF_DOZEN = Pattern(r"\b(?:half (?:an? )?dozen|(?P<whole>a dozen))\b(?: of)?")
_SUCH = Pattern(r"\b(?:wrong|right|same|that last|the last|my last|other|that|this|every(?: single| last)?) $")
_A_THING = Pattern(r"\s(?!at\b|of\b|for\b|please\b|with\b|in\b|too\b|and\b|out\b|off\b)[a-z]")
_OF = Pattern(r"\s(?:of|o')\s")
_UNMASKED = frozenset({"fulfilment", "delivers", "open_now", "asap", "language", "note"})


@dataclass(frozen=True, slots=True)
class Reading:
    """``values`` and ``mentions`` never overlap each other; ``notes`` may overlap both."""

    written: Written
    hangul: bool
    values: tuple[Value, ...]
    mentions: tuple[Mention, ...]
    notes: tuple[Value, ...]
    about: str | None = None
    """The dish whose options are being spoken of."""
    on_street: bool = False
    """No shop is at hand, so that any dish around may be ordered."""
    words: Container[str] = frozenset()
    """Everyday words, which name no dish."""

    @property
    def text(self) -> str:
        """The reading form."""
        return self.written.text

    @property
    def squeezed(self) -> str:
        """The reading form without spaces and punctuation."""
        return squeezed(self.text)[0]

    @property
    def unnamed(self) -> str:
        """The reading form with its names blanked out, so that 곱빼기 is nothing to take out (빼)."""
        text = self.text
        for mention in self.mentions:
            text = text[: mention.start] + _BLANK * (mention.end - mention.start) + text[mention.end :]
        return text

    def has(self, *entities: str) -> bool:
        """Whether a value of any of these entities was found."""
        return any(value.entity in entities for value in self.values)

    def of(self, entity: str) -> list[Value]:
        """The values of one entity, by position."""
        return [value for value in self.values if value.entity == entity]

    def at_hand(self, *kinds: str) -> list[Mention]:
        """Mentions at the shop at hand that can be of these kinds."""
        return [mention for mention in self.mentions if mention.at_hand and mention.of(*kinds)]

    def orderable(self) -> list[Mention]:
        """Dishes and options that an order may name: of the shop at hand, or any around when there is none."""
        return [m for m in self.mentions if m.of("item", "choice") and (m.at_hand or self.on_street)]

    def around(self, *kinds: str) -> list[Mention]:
        """Mentions of what is around."""
        return [mention for mention in self.mentions if not mention.at_hand and mention.of(*kinds)]

    def masked(self) -> str:
        """The text as the model sees it."""
        return masked(
            self.text,
            [(_kind(mention), mention.start, mention.end) for mention in self.mentions]
            + [(value.entity, value.start, value.end) for value in self.values if value.entity not in _UNMASKED],
        )

    def part(self, start: int, end: int) -> Reading:
        """What was found in ``text[start:end]``, as if nothing else had been said. Positions count from ``start``."""
        inside = range(start, end)
        return replace(
            self,
            written=self.written.part(start, end),
            values=tuple(_moved(value, start) for value in self.values if value.start in inside),
            mentions=tuple(_moved(mention, start) for mention in self.mentions if mention.start in inside),
            notes=tuple(_moved(note, start) for note in self.notes if note.start in inside),
        )

    def entity(self, value: Value) -> Entity:
        """A value with its typed words and positions."""
        start, end = self.written.span(value.start, value.end)
        return Entity(value.entity, value.value, self.written.typed[start:end], start, end)

    def entities(self, more: Sequence[Value] = ()) -> tuple[Entity, ...]:
        """All mentions and values as entities, by position."""
        named = [
            Value(kind, self._key(mention, kind), *self._span(mention, kind))
            for mention in self.mentions
            for kind in _kinds(mention)
        ]
        every = sorted([*named, *self.values, *more], key=lambda value: (value.start, value.end))
        return tuple(self.entity(value) for value in every)

    def _span(self, mention: Mention, kind: str) -> tuple[int, int]:
        return bare_option(self.text, mention) if kind == "choice" else (mention.start, mention.end)

    def _key(self, mention: Mention, kind: str) -> str:
        names = mention.of(kind)
        return next((name.key for name in names if name.of == self.about), names[0].key)


def read(
    text: str, context: Context, now: datetime, shelf: Shelf, words: Container[str], proof: Proofreader | None = None
) -> Reading:
    """Find everything in ``text`` as ``proof`` reads it."""
    written = proof.read(text, context) if proof else Written.of(text)
    values = find_values(written.text, now, words, merchant=context.role == "merchant")
    around, at_hand = shelf.ready(context.around, at_hand=False), shelf.ready(context.at_hand, at_hand=True)
    counted = [value for value in values if value.entity not in _UNMASKED]
    mentions = find_mentions(written.text, at_hand, around, counted, words)
    values = [one for one in _by_the_dozen(written.text, values) if not _stands_for(written.text, one)]
    counters = [one for one in mentions if any(_is_counter_of(one, value) for value in values)]
    mentions = [one for one in mentions if one not in counters or _is_vessel_of(written.text, one, mentions)]
    mentions = [one for one in mentions if not any(_within(one, value) for value in values)]
    spans = [Value("", None, mention.start, mention.end) for mention in mentions]
    values = [value for value in values if value.entity != "money" or not any(_is_dish(m, value) for m in mentions)]
    strong = [value for value in values if value.entity in ("address", "phone", "code", "money")]
    mentions = [
        mention for mention, span in zip(mentions, spans, strict=True) if not any(span.meets(v) for v in strong)
    ]
    mentions = put_right(written.text, mentions, context.at_hand)
    about = context.extra.get("item")
    values = [_before_name(written.text, value, mentions) for value in values]
    values += _between_names(written.text, mentions, values)
    values += _all_of_one(written.text, mentions, values)
    values = [value for value in values if not _marks_a_point(written, value)]
    _, notes = outside_notes(mentions, clipped(written.text, find_notes(written.text), mentions))
    notes = [note for note in notes if not any(_begins_in(note, value) for value in values)]
    spans = [Value("", None, mention.start, mention.end) for mention in mentions]
    return Reading(
        written,
        has_hangul(written.text),
        tuple(without(values, spans)),
        tuple(mentions),
        tuple(notes),
        about,
        not context.at_hand,
        words,
    )


def _is_dish(mention: Mention, value: Value) -> bool:
    """Whether the words are the very name of a dish at hand: 이불 is bedding, and no two dollars."""
    return mention.at_hand and mention.sure == 1 and mention.start <= value.start and value.end <= mention.end


def _stands_for(text: str, value: Value) -> bool:
    """Whether "one" stands for a thing and is no number: "the wrong one", "that last one"."""
    one = value.entity == "quantity" and text[value.start : value.end] == "one"
    return one and bool(_SUCH.search(text, 0, value.start)) and not _A_THING.match(text, value.end)


def _begins_in(note: Value, value: Value) -> bool:
    """Whether a note would begin with the counter of a number: "개 빼주세요" of "두 개 빼주세요"."""
    return value.entity == "quantity" and value.start < note.start < value.end


def _is_counter_of(mention: Mention, value: Value) -> bool:
    """Whether a name is here only what something is counted by: 캔 of "두 캔"."""
    return value.entity == "quantity" and value.start < mention.start and mention.end == value.end


def _is_vessel_of(text: str, option: Mention, mentions: Sequence[Mention]) -> bool:
    """Whether what a dish is counted by is an option of it, "a can of lager" where there is draught besides, or is itself
    the dish: "two bouquets"."""
    if not _OF.match(text, option.end):
        return bool(option.of("item")) and option.at_hand and option.sure == 1 and text[option.start].isascii()
    dish = next((one for one in mentions if one.start > option.end), None)
    keys = {name.key for name in dish.of("item")} if dish is not None else set()
    return any(name.of in keys for name in option.of("choice"))


def _within(mention: Mention, value: Value) -> bool:
    """Whether an option is only a piece of a number: "half" of "half a dozen"."""
    return (
        value.entity == "quantity" and value.start <= mention.start < mention.end < value.end and value.value in (6, 12)
    )


def _by_the_dozen(text: str, values: list[Value]) -> list[Value]:
    """With "half a dozen" and "a dozen" as the numbers that they are."""
    if "dozen" not in text:
        return values
    found = [Value("quantity", 12 if m["whole"] else 6, *m.span()) for m in _HALF_DOZEN.finditer(text)]
    return [value for value in values if not any(value.meets(one) for one in found)] + found if found else values


def _before_name(text: str, value: Value, mentions: Sequence[Mention]) -> Value:
    """A number without the counter that belongs to a dish's name: "one" of "one bowl of rice"."""
    inside = [m for m in mentions if value.start < m.start < value.end]
    if value.entity != "quantity" or not inside:
        return value
    before = text[value.start : inside[0].start].rstrip()
    if before in ("a", "an"):
        return Value("quantity", 1, value.start, value.start + len(before))
    number = next(iter(find_quantities(before)), None)
    return value if number is None else Value("quantity", number.value, value.start, value.start + number.end)


def _between_names(text: str, mentions: Sequence[Mention], values: Sequence[Value]) -> list[Value]:
    """Numbers written between two names with no space, which are none elsewhere: 후라이드하나양념둘."""
    found: list[Value] = []
    for one, other in itertools.pairwise(mentions):
        gap = text[one.end : other.start]
        if (
            not 0 < len(gap) <= _LONGEST_GAP
            or gap.isspace()
            or any(v.start < other.start and one.end < v.end for v in values)
        ):
            continue
        for number in find_quantities(gap.strip()):
            start = one.end + len(gap) - len(gap.lstrip()) + number.start
            found.append(Value("quantity", number.value, start, start + number.end - number.start))
    return found


def _all_of_one(text: str, mentions: Sequence[Mention], values: Sequence[Value]) -> list[Value]:
    """The number of the only dish, of which all are to be alike: "에이드 둘 다 얼음 적게"."""
    dishes = [mention for mention in mentions if mention.of("item")]
    match = _ALL_OF_IT.match(text, dishes[0].end) if len(dishes) == 1 else None
    if match is None or any(value.entity == "quantity" for value in values):
        return []
    return [Value("quantity", _HOW_MANY[match["number"]], match.start("number"), match.end("number"))]


def _marks_a_point(written: Written, value: Value) -> bool:
    """Whether the number only marks a point of a list: "1. 라떼 두 잔"."""
    if value.entity != "quantity" or not _POINT.match(written.text, value.start):
        return False
    start, _ = written.span(value.start, value.end)
    return (
        not written.typed[:start].rstrip(" -*").removesuffix("\n").strip()
        or "\n" in written.typed[max(0, start - 3) : start]
    )


def _moved(one: _Placed, start: int) -> _Placed:
    return replace(one, start=one.start - start, end=one.end - start)


def _kinds(mention: Mention) -> list[str]:
    own = {name.kind for name in mention.names}
    return [kind for kind in _KINDS if kind in own]


def _kind(mention: Mention) -> str:
    return _kinds(mention)[0]
