"""Orders as people say them, on menus of many kinds: what is said, and the cart it must become.

The cases are ``orders/*.yml``. A menu names each dish with all its names ("아메리카노 / Americano / 아메") and, below, its
choices; those of which a dish takes only one stand in a list. A cart is written as its lines: ``아메리카노 2 (아이스, 라지) + 카페라떼 -``. A number is how many, ``-`` that none
was said; in brackets the choices, in braces a note, after ``!`` an option that the dish lacks, after ``?`` words that are
not on the menu. An intent other than order_items stands before a colon. Several wishes are parted by semicolons.
``*`` is anything that puts nothing into the cart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from nlu.engine import Engine
from nlu.understanding import Context, Name, OrderLine, Understanding, Wish
from tests.nlu.conftest import AROUND, NOW

CASES = Path(__file__).parent / "orders"
_WITH_LINES = ("order_items", "remove_item", "change_item")


def menu_of(written: Mapping[str, Sequence[str | Sequence[str]]]) -> tuple[Name, ...]:
    """The live names of a menu; keys are the first names, a choice's with its dish before it."""
    names: list[Name] = []
    for dish, choices in written.items():
        called = tuple(dish.split(" / "))
        names.append(Name("item", called[0], called, "shop"))
        for number, choice in enumerate(choices):
            for one in [choice] if isinstance(choice, str) else choice:
                also = tuple(one.split(" / "))
                option = None if isinstance(choice, str) else f"{called[0]}: {number}"
                names.append(Name("choice", f"{called[0]}: {also[0]}", also, called[0], option))
    return tuple(names)


def cases() -> Iterator[Any]:
    for path in sorted(CASES.glob("*.yml")):
        document = YAML(typ="safe").load(path.read_text("utf-8"))
        menus = document.get("menus") or {path.stem: document["menu"]}
        said = document["say"] if "menus" in document else {path.stem: document["say"]}
        for kind, menu in menus.items():
            names = menu_of(menu)
            for text, cart in said[kind].items():
                yield pytest.param(names, text, cart, id=f"{kind}: {text}")


def written(understood: Understanding) -> str:
    """What was understood, as the cases write it."""
    return " ; ".join(_wish(part, first=number == 0) for number, part in enumerate(understood.parts))


def _wish(part: Wish, *, first: bool) -> str:
    lines = " + ".join(sorted(map(_line, part.lines))) if part.intent in _WITH_LINES else ""
    if part.intent == "order_items" and first:
        return lines
    return f"{part.intent}: {lines}".strip() if lines or first else part.intent


def _line(line: OrderLine) -> str:
    name = line.item or (f"? {line.text}" if line.text else "")
    number = "-" if line.quantity is None else str(line.quantity)
    options = ", ".join(sorted({option.split(": ")[1] for option in line.options}))
    said = f"{name} {number}".strip() + (f" ({options})" if options else "")
    return said + (f" {{{line.note}}}" if line.note else "") + "".join(f" !{words}" for words in line.unknown_options)


def _in_order(cart: str) -> str:
    """A cart with its lines and their choices sorted, as ``written`` has them."""
    sorted_choices = re.sub(r"\(([^)]*)\)", lambda match: "(" + ", ".join(sorted(match[1].split(", "))) + ")", cart)
    wishes = []
    for wish in sorted_choices.split(" ; "):
        intent, _, lines = wish.rpartition(": ")
        wishes.append((f"{intent}: " if intent else "") + " + ".join(sorted(lines.split(" + "))))
    return " ; ".join(wishes)


@pytest.mark.parametrize(("names", "text", "cart"), list(cases()))
def test_what_is_said_becomes_the_cart(engine: Engine, names: tuple[Name, ...], text: str, cart: str) -> None:
    understood = engine.parse(text, Context(at_hand=names, around=AROUND), NOW)
    if cart == "*":
        assert understood.intent not in _WITH_LINES
    else:
        assert written(understood) == _in_order(cart)
