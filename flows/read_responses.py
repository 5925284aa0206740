"""From the YAML of ``responses:`` to compiled responses."""

from __future__ import annotations

import difflib
from typing import Any

from flows.condition import All, Condition, names
from flows.keys import Keys
from flows.language import ButtonsEach, ButtonSpec, CardsEach, LinesEach, Response, Variation
from flows.rasa_texts import is_jinja, with_translations, without_jinja
from flows.reading import Reading
from flows.response_keys import (
    ASKS,
    BUTTON,
    BUTTON_TRANSLATION,
    CARDS,
    CUSTOM,
    EACH_BUTTON,
    LINES,
    REQUIREMENT,
    VARIATION,
)
from flows.source import Node, Spot
from flows.template import PayloadTemplate, Text
from flows.values import HOMES

_LIKENESS = 0.75
"""How alike a key must be to one of ours to count as mistyped."""


def read_response(name: str, node: Node, reading: Reading) -> Response | None:
    """Compile one response; None, with the defect noted, when it has no variation."""
    if not isinstance(node.value, tuple) or not node.value:
        reading.bad(node.spot, f"response `{name}` must be a list of variations", "Write `- text: …` under it")
        return None
    variations = tuple(_variation(name, one, reading) for one in node.value)
    reads = frozenset(path[0] for one in variations for path in _paths(one))
    return Response(name, variations, node.spot, reads)


def _variation(name: str, node: Node, reading: Reading) -> Variation:
    of = f"response `{name}`"
    reading.keys(node, VARIATION, of)
    custom = _custom(node, reading)
    text = _words(node, reading)
    silent = text is None and custom.get("cards") is None and custom.get("payment") is None
    if silent and node.get("channel") is None:
        reading.bad(node.spot, f"{of} says nothing", "Add `text: {ko: …, en: …}`")
    channel, key, asks, payment = node.get("channel"), custom.get("key"), custom.get("asks"), custom.get("payment")
    once = custom.get("once")
    if asks is not None and asks.value not in ASKS:
        reading.bad(asks.spot, f"cannot ask for `{asks.value}`", "Write location or contact")
    return Variation(
        text=reading.template(text, "text", node.spot) if text else Text({}, node.spot),
        at=node.spot,
        channel=reading.text(channel, "channel", node.spot) if channel else None,
        condition=_condition(node, reading),
        requires=_requires(node.get("condition"), reading),
        buttons=tuple(_button(one, reading) for one in _list(node.get("buttons"))),
        each_buttons=tuple(_each_button(one, reading) for one in _list(custom.get("buttons"))),
        cards=tuple(_cards(one, reading) for one in _list(custom.get("cards"))),
        lines=_lines(custom.get("lines"), reading),
        asks=str(asks.value) if asks is not None and asks.value in ASKS else None,
        key=reading.template(key, "key", node.spot) if key else None,
        edits=reading.flag(custom.get("edits"), "edits", False),
        once=reading.template(once, "once", node.spot) if once else None,
        alert=reading.flag(custom.get("alert"), "alert", False),
        payment=reading.path(payment, "payment", node.spot) if payment else None,
    )


def _words(node: Node, reading: Reading) -> Node | None:
    """The text in every language, with what stands beside it as `translation`."""
    text, metadata = node.get("text"), node.get("metadata")
    if text is not None and is_jinja(metadata):
        text = without_jinja(text, reading)
    return with_translations(text, node.get("translation"), reading)


def _custom(node: Node, reading: Reading) -> Node:
    """The parts that are known here. A payload of Rasa's for some channel is left out: none of its keys is ours, nor
    nearly so."""
    custom = node.get("custom") or Node({}, node.spot)
    names = [name for name, _ in custom.entries()]
    if names and not any(difflib.get_close_matches(name, CUSTOM, n=1, cutoff=_LIKENESS) for name in names):
        return Node({}, custom.spot)
    reading.keys(custom, CUSTOM, "custom")
    return custom


def _condition(node: Node, reading: Reading) -> Condition | None:
    """`if`, and `condition` where that is a condition in words; both must hold."""
    given = node.get("condition")
    said = reading.condition(given) if given is not None and not isinstance(given.value, (tuple, dict)) else None
    found = [one for one in (reading.condition(node.get("if")), said) if one is not None]
    return All(tuple(found)) if len(found) > 1 else next(iter(found), None)


def _list(node: Node | None) -> tuple[Node, ...]:
    return node.items() if node else ()


def _requires(node: Node | None, reading: Reading) -> tuple[tuple[str, Any], ...]:
    found = []
    for one in _list(node) if node is not None and isinstance(node.value, (tuple, dict)) else ():
        if not reading.keys(one, REQUIREMENT, "condition"):
            continue
        kind = one.get("type")
        if kind is None or kind.value != "slot":
            reading.bad(
                one.spot, "a condition must be of type slot", "Write {type: slot, name: …, value: …}, or use `if:`"
            )
            continue
        value = one.get("value")
        found.append((reading.text(one.get("name"), "name", one.spot), value.plain() if value else None))
    return tuple(found)


def _button(node: Node, reading: Reading, keys: Keys = BUTTON) -> ButtonSpec:
    reading.keys(node, keys, "a button")
    translation = node.get("translation")
    for one in reading.mapping(translation, "translation").values():
        reading.keys(one, BUTTON_TRANSLATION, "a translation")
    title = with_translations(node.get("title"), translation, reading, key="title")
    payload, url = node.get("payload"), node.get("url")
    if payload is None and url is None and isinstance(node.value, dict):
        reading.bad(node.spot, "a button does nothing", "Give it `payload:` or `url:`")
    return ButtonSpec(
        title=reading.template(title, "title", node.spot),
        payload=reading.payload(payload),
        url=reading.template(url, "url", node.spot) if url else None,
        condition=reading.condition(node.get("if")),
        at=node.spot,
    )


def _each_button(node: Node, reading: Reading) -> ButtonsEach:
    button = _button(node, reading, EACH_BUTTON)
    return ButtonsEach(reading.path(node.get("each"), "each", node.spot), button, node.spot)


def _cards(node: Node, reading: Reading) -> CardsEach:
    reading.keys(node, CARDS, "cards")
    return CardsEach(
        each=reading.path(node.get("each"), "each", node.spot),
        title=reading.template(node.get("title"), "title", node.spot),
        subtitle=tuple(reading.template(one, "subtitle", one.spot) for one in _list(node.get("subtitle"))),
        buttons=tuple(_button(one, reading) for one in _list(node.get("buttons"))),
        condition=reading.condition(node.get("if")),
        at=node.spot,
    )


def _lines(node: Node | None, reading: Reading) -> tuple[LinesEach, ...]:
    """One block under the name ``lines``, or several by name."""
    if node is None:
        return ()
    if node.get("each") is not None or not isinstance(node.value, dict):
        return (_block("lines", node, reading),)
    return tuple(_block(name, one, reading) for name, one in node.value.items())


def _block(name: str, node: Node, reading: Reading) -> LinesEach:
    reading.keys(node, LINES, "lines")
    text = node.get("text")
    parts = _list(text) or (None,)
    return LinesEach(
        name=name,
        each=reading.path(node.get("each"), "each", node.spot),
        parts=tuple(reading.template(one, "text", node.spot) for one in parts),
        condition=reading.condition(node.get("if")),
        at=node.spot,
    )


def slot_paths(variation: Variation) -> list[tuple[tuple[str, ...], Spot]]:
    """Every path that must be a slot (or ``context``) with its place: those outside an ``each``, the lists that an
    ``each`` goes over, and what says ``slots.`` anywhere."""
    blocks = {block.name for block in variation.lines}
    outside: list[tuple[tuple[str, ...], Spot]] = [
        (field.path, variation.text.at) for field in variation.text.fields() if field.path[0] not in blocks
    ]
    outside += _in_text(variation.key) + _in_text(variation.once) + _in_condition(variation.condition, variation.at)
    outside += [((slot,), variation.at) for slot, _ in variation.requires]
    outside += [(variation.payment, variation.at)] if variation.payment else []
    for button in variation.buttons:
        outside += _in_button(button)
    inside: list[tuple[tuple[str, ...], Spot]] = []
    for each in _eaches(variation):
        outside.append((each.each, each.at))
        inside += _in_each(each)
    return outside + [(path, at) for path, at in inside if path[0] in HOMES]


def _eaches(variation: Variation) -> tuple[ButtonsEach | CardsEach | LinesEach, ...]:
    return (*variation.each_buttons, *variation.cards, *variation.lines)


def _in_each(each: ButtonsEach | CardsEach | LinesEach) -> list[tuple[tuple[str, ...], Spot]]:
    if isinstance(each, ButtonsEach):
        return _in_button(each.button)
    texts = (each.title, *each.subtitle) if isinstance(each, CardsEach) else each.parts
    found = [one for text in texts for one in _in_text(text)] + _in_condition(each.condition, each.at)
    return found + [
        one for button in (each.buttons if isinstance(each, CardsEach) else ()) for one in _in_button(button)
    ]


def _in_text(text: Text | None) -> list[tuple[tuple[str, ...], Spot]]:
    return [(field.path, text.at) for field in text.fields()] if text else []


def _in_condition(condition: Condition | None, at: Spot) -> list[tuple[tuple[str, ...], Spot]]:
    return [(path, at) for path in names(condition)] if condition else []


def _in_button(button: ButtonSpec) -> list[tuple[tuple[str, ...], Spot]]:
    payload: PayloadTemplate | None = button.payload
    found = _in_text(button.title) + _in_text(button.url) + _in_condition(button.condition, button.at)
    return found + [(field.path, button.at) for field in (payload.fields() if payload else ())]


def _paths(variation: Variation) -> list[tuple[str, ...]]:
    """Every slot that the variation may read, without the ``slots.`` before it; element fields count too, since a bare
    name falls back to a slot."""
    found = [path for path, _ in slot_paths(variation)]
    for each in _eaches(variation):
        found += [path for path, _ in _in_each(each)]
    return [path[1:] if path[0] == "slots" and len(path) > 1 else path for path in [*found, ("currency",)]]
