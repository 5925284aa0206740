"""A response as a person will see it: wording chosen, placeholders filled, cards and buttons made."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any

from flows.condition import Condition, evaluate
from flows.language import ButtonSpec, CardsEach, LinesEach, Response, Variation
from flows.library import Library
from flows.template import Field, PayloadTemplate, Template, Text
from flows.values import lookup
from flows.wording import LANGUAGES, Manner, plain, say

BETWEEN_PARTS = " · "
_WORDS_OF_VALUES = frozenset({"true", "false", "null", "none", "undefined"})


@dataclass(frozen=True, slots=True)
class RenderedButton:
    """``payload`` in the flows' payload syntax, or ``url``."""

    label: str
    payload: str = ""
    url: str | None = None


@dataclass(frozen=True, slots=True)
class RenderedCard:
    title: str
    subtitle: str = ""
    buttons: tuple[RenderedButton, ...] = ()


@dataclass(frozen=True, slots=True)
class Rendered:
    """``asks`` is location or contact. ``key`` names a message that a later one with ``edits`` replaces. ``payment`` is
    the value of the slot that the response named."""

    text: str
    buttons: tuple[RenderedButton, ...] = ()
    cards: tuple[RenderedCard, ...] = ()
    asks: str | None = None
    key: str | None = None
    edits: bool = False
    alert: bool = False
    payment: Any = None
    once: str | None = None
    """Of the messages of one turn that have the same one here, only the last is said."""


def render(
    library: Library,
    response: str,
    language: str,
    slots: Mapping[str, Any],
    channel: str,
    pick: int = 0,
    *,
    zone: tzinfo | None = None,
    now: datetime | None = None,
) -> Rendered | None:
    """The response in ``language`` for ``channel``; None when it is unknown or has no wording that fits.

    ``pick`` chooses among the wordings that fit, any number will do. ``zone`` is the shop's, for clock and day, and
    ``now`` makes a near day "today". Never raises, whatever the slots hold.
    """
    found = library.responses.get(response)
    variation = None if found is None else choose(found, slots, channel, pick)
    if variation is None:
        return None
    language = language if language in LANGUAGES else LANGUAGES[0]
    currency = slots.get("currency")
    manner = Manner(language, zone, now, currency if isinstance(currency, str) else "KRW")
    return _Page(slots, manner).show(variation)


def choose(response: Response, slots: Mapping[str, Any], channel: str, pick: int) -> Variation | None:
    """Of the wordings that fit now, those for this very channel go first, then those with a condition."""
    fitting = [one for one in response.variations if _fits(one, slots, channel)]
    fitting = [one for one in fitting if one.channel is not None] or fitting
    fitting = [one for one in fitting if one.requires or one.condition is not None] or fitting
    return fitting[pick % len(fitting)] if fitting else None


def _fits(variation: Variation, slots: Mapping[str, Any], channel: str) -> bool:
    if variation.channel is not None and variation.channel != channel:
        return False
    if any(slots.get(slot) != value for slot, value in variation.requires):
        return False
    return variation.condition is None or bool(evaluate(variation.condition, slots))


@dataclass(frozen=True, slots=True)
class _Page:
    """Fills in one variation. ``element`` is the thing at hand in an ``each``."""

    slots: Mapping[str, Any]
    manner: Manner
    element: Mapping[str, Any] | None = None

    def show(self, variation: Variation) -> Rendered:
        blocks = {block.name: self.block(block) for block in variation.lines}
        buttons = [made for button in variation.buttons for made in self.button(button)]
        for each in variation.each_buttons:
            for page in self.over(each.each, None):
                buttons += page.button(each.button)
        key = self.text(variation.key) if variation.key is not None else ""
        once = self.text(variation.once) if variation.once is not None else ""
        return Rendered(
            text=self.text(variation.text, blocks),
            buttons=tuple(buttons),
            cards=tuple(card for cards in variation.cards for card in self.cards(cards)),
            asks=variation.asks,
            key=key or None,
            edits=variation.edits,
            alert=variation.alert,
            payment=self.value(variation.payment) if variation.payment else None,
            once=once or None,
        )

    def value(self, path: tuple[str, ...]) -> Any:
        return lookup(path, self.slots, self.element)

    def holds(self, condition: Condition | None) -> bool:
        return condition is None or bool(evaluate(condition, self.slots, self.element))

    def over(self, path: tuple[str, ...], condition: Condition | None) -> Iterator[_Page]:
        """A page for each element of the list at ``path`` that meets the condition; a single mapping is a list of one."""
        value = self.value(path)
        items = value if isinstance(value, (list, tuple)) else [] if value is None else [value]
        for number, item in enumerate(items, start=1):
            fields = item if isinstance(item, Mapping) else {}
            page = _Page(self.slots, self.manner, {"index": number, **fields, "it": item})
            if page.holds(condition):
                yield page

    def text(self, text: Text, blocks: Mapping[str, str] | None = None) -> str:
        """The text, without the lines all of whose placeholders came out empty."""
        lines = [self.line(line, blocks or {}) for line in self.lines(text)]
        kept = [said for said, empty in lines if not empty]
        return "\n".join(kept or [said for said, _ in lines])

    def lines(self, text: Text) -> tuple[Template, ...]:
        return text.lines.get(self.manner.language) or next(iter(text.lines.values()), ())

    def line(self, line: Template, blocks: Mapping[str, str]) -> tuple[str, bool]:
        """The line, and whether it had placeholders and all of them came out empty."""
        said, fields, filled = self.filling(line, blocks)
        return said, fields > 0 and filled == 0

    def filling(self, line: Template, blocks: Mapping[str, str]) -> tuple[str, int, int]:
        """The line, how many placeholders it had and how many of them came out with something."""
        said, fields, filled = "", 0, 0
        for piece in line:
            if isinstance(piece, str):
                said += piece
                continue
            block = blocks.get(piece.path[0]) if len(piece.path) == 1 else None
            words = block if block is not None else self.field(piece)
            if block is None and not words.isprintable() and isinstance(self.value(piece.path), str):
                words = " ".join(words.split())  # somebody's words stay on the line that shows them
            said += words
            fields += 1
            filled += bool(words)
        return said, fields, filled

    def field(self, field: Field) -> str:
        value = self.value(field.path)
        if value is None:
            return ""
        return say(value, field.specs, self.in_currency(field)) if field.specs else plain(value, self.manner)

    def in_currency(self, field: Field) -> Manner:
        """With the currency of the object that the amount belongs to, if it has one."""
        if "money" not in field.specs:
            return self.manner
        owner = self.value(field.path[:-1]) if len(field.path) > 1 else self.element
        currency = owner.get("currency") if isinstance(owner, Mapping) else None
        if not isinstance(currency, str) or currency == self.manner.currency:
            return self.manner
        return replace(self.manner, currency=currency)

    def parts(self, texts: tuple[Text, ...]) -> str:
        """The texts joined, those left out in which a placeholder came out empty."""
        said = []
        for text in texts:
            lines = [self.filling(line, {}) for line in self.lines(text)]
            if all(fields == filled for _, fields, filled in lines):
                said.append("\n".join(line for line, _, _ in lines))
        return BETWEEN_PARTS.join(one for one in said if one)

    def block(self, block: LinesEach) -> str:
        said = []
        for page in self.over(block.each, block.condition):
            said.append(page.text(block.parts[0]) if len(block.parts) == 1 else page.parts(block.parts))
        return "\n".join(line for line in said if line)

    def cards(self, cards: CardsEach) -> Iterator[RenderedCard]:
        for page in self.over(cards.each, cards.condition):
            buttons = tuple(made for button in cards.buttons for made in page.button(button))
            yield RenderedCard(page.text(cards.title), page.parts(cards.subtitle), buttons)

    def button(self, button: ButtonSpec) -> list[RenderedButton]:
        """The button, or nothing when its condition does not hold or it has no label."""
        label = self.text(button.title) if self.holds(button.condition) else ""
        if not label:
            return []
        url = self.text(button.url) if button.url is not None else None
        return [RenderedButton(label, self.payload(button.payload) if button.payload else "", url or None)]

    def payload(self, payload: PayloadTemplate) -> str:
        if payload.whole is not None:
            return plain(self.value(payload.whole.path), self.manner)
        if payload.words is not None:
            return self.filling(payload.words, {})[0].lstrip("/ ")
        values = {slot: self.filled(value) for slot, value in payload.slots}
        if payload.intent is None:
            return f"/SetSlots({', '.join(f'{slot}={_written(value)}' for slot, value in values.items())})"
        intent = "".join(piece if isinstance(piece, str) else self.field(piece) for piece in payload.intent)
        return f"/{intent}{_json(values) if values else ''}"

    def filled(self, value: Any) -> Any:
        """A payload's value with its placeholders filled: alone the value itself, within a text its words."""
        if isinstance(value, Field):
            return say(self.value(value.path), value.specs, self.manner) if value.specs else self.value(value.path)
        if isinstance(value, tuple):
            return "".join(piece if isinstance(piece, str) else self.field(piece) for piece in value)
        if isinstance(value, Mapping):
            return {name: self.filled(one) for name, one in value.items()}
        return [self.filled(one) for one in value] if isinstance(value, list) else value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _written(value: Any) -> str:
    """A value in /SetSlots(…), so written that it is read back as it was."""
    bare = isinstance(value, str) and value.isidentifier() and value.lower() not in _WORDS_OF_VALUES
    return value if bare else _json(value)
