"""Order lines of what Rasa tagged, by the plainest reading there is: for measuring Rasa alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from nlu.jamo import squeezed
from nlu.quantities import find_quantities
from nlu.understanding import Entity, Name, OrderLine
from nlu.written import Written, has_hangul


def cart(text: str, entities: Sequence[Entity], at_hand: Sequence[Name]) -> tuple[OrderLine, ...]:
    """A line for each dish tagged. Its amount, choices and note are those tagged after it in Korean; in English those
    between it and the dish before. Names are looked up as they are on the menu, in whichever case and spacing; amounts
    are read by our numbers, as Rasa's users have Duckling do it."""
    dishes = {_plain(name): one.key for one in at_hand if one.kind == "item" for name in one.names}
    choices = {(one.of, _plain(name)): one.key for one in at_hand if one.kind == "choice" for name in one.names}
    ordered = sorted(entities, key=lambda one: one.start)
    lines: list[OrderLine] = []
    waiting: list[Entity] = []
    for one in ordered:
        if one.entity == "item":
            line = OrderLine(dishes.get(_plain(one.text)), None, text=one.text)
            for before in waiting:
                line = _with(line, before, choices)
            waiting = []
            lines.append(line)
        elif lines and (has_hangul(text) or not _dish_follows(one, ordered)):
            lines[-1] = _with(lines[-1], one, choices)
        else:
            waiting.append(one)
    return tuple(lines)


def _dish_follows(one: Entity, ordered: Sequence[Entity]) -> bool:
    return any(other.entity == "item" and other.start > one.start for other in ordered)


def _with(line: OrderLine, one: Entity, choices: Mapping[tuple[str | None, str], str]) -> OrderLine:
    if one.entity == "quantity" and line.quantity is None:
        amount = next((found.value for found in find_quantities(Written.of(one.text).text)), None)
        return replace(line, quantity=amount if amount is not None else _plain_amount(one.text))
    if one.entity == "choice":
        key = choices.get((line.item, _plain(one.text)))
        return line if key is None else replace(line, options=(*line.options, key))
    return replace(line, note=one.text) if one.entity == "note" else line


def _plain_amount(text: str) -> int | None:
    if text.lower() in ("a", "an"):
        return 1
    return int(text) if text.isascii() and text.isdigit() else None


def _plain(text: str) -> str:
    return squeezed(Written.of(text).text)[0]
