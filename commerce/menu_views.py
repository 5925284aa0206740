"""A menu as it is read: items with their options and choices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """``price`` is what the choice adds, in minor units."""

    id: str
    name: Mapping[str, str]
    aliases: Mapping[str, Sequence[str]]
    price: int
    sold_out: bool


@dataclass(frozen=True, slots=True)
class OptionView:
    """Between ``at_least`` and ``at_most`` of the choices are taken."""

    id: str
    name: Mapping[str, str]
    at_least: int
    at_most: int
    choices: tuple[ChoiceView, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemView:
    """``price`` in minor units. ``available`` is how many are free, None when not counted;
    ``sold_out`` when the shop marked it so or none is free."""

    id: str
    shop: str
    name: Mapping[str, str]
    aliases: Mapping[str, Sequence[str]]
    price: int
    available: int | None
    sold_out: bool
    options: tuple[OptionView, ...] = ()


@dataclass(frozen=True, slots=True)
class Menu:
    """A shop's items, in its order."""

    items: tuple[ItemView, ...] = ()

    def item(self, item_id: str) -> ItemView | None:
        """The item of that id, or None."""
        return next((item for item in self.items if item.id == item_id), None)


def menu_from_rows(rows: Iterable[Sequence[Any]]) -> Menu:
    """Put together rows of item, option and choice columns; the last two parts are None where there is none."""
    growing: dict[str, tuple[Sequence[Any], list[Sequence[Any]]]] = {}
    for row in rows:
        _, options = growing.setdefault(row[0], (row[:9], []))
        if row[9] is not None:
            options.append(row[9:])
    return Menu(tuple(_item(item, options_from_rows(options)) for item, options in growing.values()))


def options_from_rows(rows: Iterable[Sequence[Any]]) -> tuple[OptionView, ...]:
    """Put together one item's rows of option and choice columns; the last part is None where there is none."""
    growing: dict[str, tuple[Sequence[Any], list[ChoiceView]]] = {}
    for row in rows:
        _, choices = growing.setdefault(row[0], (row[:4], []))
        if row[4] is not None:
            choices.append(ChoiceView(*row[4:]))
    return tuple(OptionView(*(*option, tuple(choices))) for option, choices in growing.values())


def _item(columns: Sequence[Any], options: tuple[OptionView, ...]) -> ItemView:
    id_, shop, name, aliases, price, stock, held, sold, marked = columns
    free = None if stock is None else stock - held - sold
    return ItemView(id_, shop, name, aliases, price, free, marked or free == 0, options)
