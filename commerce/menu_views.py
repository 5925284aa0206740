"""A menu as it is read: items with their options and choices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
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


@dataclass(slots=True)
class _Growing:
    item: ItemView
    options: dict[str, OptionView] = field(default_factory=dict)
    choices: dict[str, list[ChoiceView]] = field(default_factory=dict)

    def done(self) -> ItemView:
        options = (replace(option, choices=tuple(self.choices[id_])) for id_, option in self.options.items())
        return replace(self.item, options=tuple(options))


def menu_from_rows(rows: Iterable[Sequence[Any]]) -> Menu:
    """Put together rows of item, option and choice columns; the last two parts are None where there is none."""
    growing: dict[str, _Growing] = {}
    for row in rows:
        item, option, choice = row[:9], row[9:13], row[13:]
        one = growing.get(item[0])
        if one is None:
            one = growing[item[0]] = _Growing(_item(item))
        if option[0] is None:
            continue
        if option[0] not in one.options:
            one.options[option[0]] = OptionView(*option)
            one.choices[option[0]] = []
        if choice[0] is not None:
            one.choices[option[0]].append(ChoiceView(*choice))
    return Menu(tuple(one.done() for one in growing.values()))


def _item(columns: Sequence[Any]) -> ItemView:
    id_, shop, name, aliases, price, stock, held, sold, marked = columns
    free = None if stock is None else stock - held - sold
    return ItemView(id_, shop, name, aliases, price, free, marked or free == 0)
