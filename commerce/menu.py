"""What a shop sells: items, their options and choices, and the counted stock of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    String,
    Text,
    Update,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from commerce.database import Base, table
from commerce.folding import fold, fold_all
from commerce.known import known_from
from commerce.menu_views import ChoiceView, ItemView, Menu, OptionView, menu_from_rows
from commerce.refusals import Refusal
from commerce.work import Work

__all__ = [
    "ChoiceSpec",
    "ChoiceView",
    "ItemSpec",
    "ItemView",
    "Menu",
    "MenuChoice",
    "MenuItem",
    "MenuOption",
    "OptionSpec",
    "OptionView",
    "add_item",
    "item",
    "mark_available",
    "mark_sold_out",
    "menu",
    "set_price",
]


OptionKey = tuple[str, ...]


class MenuItem(Base):
    """An item. ``stock`` None means not counted; else free = stock - held - sold, none of them negative."""

    __tablename__ = "menu_items"
    __table_args__ = (
        CheckConstraint("price >= 0", name="price"),
        CheckConstraint("held >= 0 AND sold >= 0", name="counts"),
        CheckConstraint("stock IS NULL OR held + sold <= stock", name="stock"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    shop_id: Mapped[str] = mapped_column(ForeignKey("shops.id"), index=True)
    position: Mapped[int]
    name: Mapped[dict[str, str]] = mapped_column(JSON)
    aliases: Mapped[dict[str, list[str]]] = mapped_column(JSON, default=dict)
    words: Mapped[str] = mapped_column(Text, default="")
    """Every name folded (commerce.folding), for search."""
    price: Mapped[int]
    stock: Mapped[int | None]
    held: Mapped[int] = mapped_column(default=0)
    sold: Mapped[int] = mapped_column(default=0)
    sold_out: Mapped[bool] = mapped_column(default=False)
    """Marked by the shop, whatever is counted."""
    on_menu: Mapped[bool] = mapped_column(default=True)


class MenuOption(Base):
    """A question asked of an item, such as its size; between ``at_least`` and ``at_most`` choices are taken."""

    __tablename__ = "menu_options"
    __table_args__ = (CheckConstraint("at_least >= 0 AND at_most >= at_least", name="choose"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    item_id: Mapped[str] = mapped_column(ForeignKey("menu_items.id"), index=True)
    position: Mapped[int]
    name: Mapped[dict[str, str]] = mapped_column(JSON)
    at_least: Mapped[int]
    at_most: Mapped[int]


class MenuChoice(Base):
    """One answer to an option, with what it adds to the price."""

    __tablename__ = "menu_choices"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    option_id: Mapped[str] = mapped_column(ForeignKey("menu_options.id"), index=True)
    position: Mapped[int]
    name: Mapped[dict[str, str]] = mapped_column(JSON)
    aliases: Mapped[dict[str, list[str]]] = mapped_column(JSON, default=dict)
    price: Mapped[int]
    sold_out: Mapped[bool] = mapped_column(default=False)


_I, _O, _C = table(MenuItem).c, table(MenuOption).c, table(MenuChoice).c
_MENU = (
    select(
        *(_I.id, _I.shop_id, _I.name, _I.aliases, _I.price, _I.stock, _I.held, _I.sold, _I.sold_out),
        *(_O.id, _O.name, _O.at_least, _O.at_most),
        *(_C.id, _C.name, _C.aliases, _C.price, _C.sold_out),
    )
    .outerjoin(table(MenuOption), _O.item_id == _I.id)
    .outerjoin(table(MenuChoice), _C.option_id == _O.id)
    .where(_I.on_menu, _I.shop_id == bindparam("shop"))
    .order_by(_I.position, _I.id, _O.position, _C.position)
)


@dataclass(frozen=True, slots=True)
class ChoiceSpec:
    """A choice to save. ``price`` is what it adds, in minor units."""

    name: Mapping[str, str]
    price: int = 0
    aliases: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OptionSpec:
    """An option to save: between ``at_least`` and ``at_most`` of its choices are taken."""

    name: Mapping[str, str]
    choices: tuple[ChoiceSpec, ...]
    at_least: int = 0
    at_most: int = 1


@dataclass(frozen=True, slots=True)
class ItemSpec:
    """An item to save. ``price`` in minor units; ``stock`` None is not counted, ``sold_out`` is what it
    begins with."""

    name: Mapping[str, str]
    price: int
    stock: int | None = None
    aliases: Mapping[str, Sequence[str]] = field(default_factory=dict)
    options: tuple[OptionSpec, ...] = ()
    sold_out: bool = False


@known_from(MenuItem, MenuOption, MenuChoice)
async def menu(work: Work, shop_id: str) -> Menu:
    """What the shop sells now, in the order it gave; empty for a shop without a menu."""
    return menu_from_rows((await work.session.execute(_MENU, {"shop": shop_id})).all())


async def item(work: Work, shop_id: str, item_id: str) -> ItemView | None:
    """One item of that shop's menu, or None."""
    return (await menu(work, shop_id)).item(item_id)


async def choice_name(work: Work, choice_id: str) -> dict[str, str] | None:
    """What a choice is called, on whichever dish it is."""
    name: dict[str, str] | None = await work.session.scalar(select(MenuChoice.name).where(MenuChoice.id == choice_id))
    return name


async def mark_sold_out(work: Work, shop_id: str, item_id: str) -> None:
    """Take the item off sale until the shop says it is back. Raises ``Refusal("not_on_menu")``."""
    await _change(work, shop_id, item_id, sold_out=True)


async def mark_available(work: Work, shop_id: str, item_id: str) -> None:
    """Put the item on sale again. Raises ``Refusal("not_on_menu")``.

    When its counted stock had run out the count was evidently wrong, so it is counted no longer.
    """
    await _change(work, shop_id, item_id, sold_out=False)
    spent = MenuItem.stock <= MenuItem.held + MenuItem.sold
    await work.session.execute(_at(shop_id, item_id).where(spent).values(stock=None))


async def set_left(work: Work, shop_id: str, item_id: str, left: int) -> None:
    """Count the item from now on: so many are left beside those held and sold. Raises ``Refusal("not_on_menu")``."""
    await _change(work, shop_id, item_id, sold_out=False, stock=MenuItem.held + MenuItem.sold + left)


async def set_price(work: Work, shop_id: str, item_id: str, price: int, was: int | None = None) -> None:
    """Change the price, in minor units; orders already placed keep theirs. ``was`` is the price it must still have.

    Raises ``Refusal("not_on_menu")``, and "price_moved" when it has another than ``was`` by now.
    """
    if was is None:
        await _change(work, shop_id, item_id, price=price)
        return
    changed = await work.session.execute(_at(shop_id, item_id).where(MenuItem.price == was).values(price=price))
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise Refusal("price_moved", item=item_id)


async def add_item(work: Work, shop_id: str, spec: ItemSpec) -> str:
    """Put one more item at the end of the menu; its id."""
    last = await work.session.scalar(select(func.max(MenuItem.position)).where(MenuItem.shop_id == shop_id))
    item_id = work.ids.new("item")
    row = item_row(shop_id, 0 if last is None else last + 1, spec)
    await work.session.execute(
        insert(MenuItem), [row | {"id": item_id, "stock": spec.stock, "sold_out": spec.sold_out}]
    )
    await add_options(work, [(item_id, spec.options)])
    return item_id


def item_row(shop_id: str, position: int, spec: ItemSpec) -> dict[str, object]:
    """The columns of an item that come from its spec, all but its id and stock."""
    aliases = {language: list(names) for language, names in spec.aliases.items()}
    names = [*spec.name.values(), *(name for some in aliases.values() for name in some)]
    return {
        "shop_id": shop_id,
        "position": position,
        "name": dict(spec.name),
        "aliases": aliases,
        "words": fold_all(names),
        "price": spec.price,
        "on_menu": True,
    }


async def add_options(
    work: Work, options_of: Sequence[tuple[str, Sequence[OptionSpec]]], known: Mapping[OptionKey, str] | None = None
) -> None:
    """Add the options, with their choices, of each (item id, options). ``known`` are ids to use again."""
    # Taken out once used: of two with one name the second is another.
    ids = dict(known or {})
    options: list[dict[str, object]] = []
    choices: list[dict[str, object]] = []
    for item_id, specs in options_of:
        for place, spec in enumerate(specs):
            option_id = ids.pop(option_key(item_id, spec.name), None) or work.ids.new("opt")
            options.append(_option_row(option_id, item_id, place, spec))
            for at, choice in enumerate(spec.choices):
                choice_id = ids.pop(option_key(item_id, spec.name, choice.name), None) or work.ids.new("ch")
                choices.append(_choice_row(choice_id, option_id, at, choice))
    if options:
        await work.session.execute(insert(MenuOption), options)
    if choices:
        await work.session.execute(insert(MenuChoice), choices)


def option_key(item_id: str, *names: Mapping[str, str]) -> OptionKey:
    """What an option, or a choice of it, is known by when its menu is saved again."""
    return (item_id, *(fold(next(iter(name.values()), "")) for name in names))


def _option_row(option_id: str, item_id: str, position: int, spec: OptionSpec) -> dict[str, object]:
    return {
        "id": option_id,
        "item_id": item_id,
        "position": position,
        "name": dict(spec.name),
        "at_least": spec.at_least,
        "at_most": spec.at_most,
    }


def _choice_row(choice_id: str, option_id: str, position: int, spec: ChoiceSpec) -> dict[str, object]:
    return {
        "id": choice_id,
        "option_id": option_id,
        "position": position,
        "name": dict(spec.name),
        "aliases": {language: list(names) for language, names in spec.aliases.items()},
        "price": spec.price,
    }


def _at(shop_id: str, item_id: str) -> Update:
    # Core, not the session's objects: rows are read as columns everywhere, so there is nothing to keep in step.
    return (
        update(MenuItem)
        .where(MenuItem.id == item_id, MenuItem.shop_id == shop_id, MenuItem.on_menu)
        .execution_options(synchronize_session=False)
    )


async def _change(work: Work, shop_id: str, item_id: str, **values: object) -> None:
    result = await work.session.execute(_at(shop_id, item_id).values(**values))
    if result.rowcount != 1:  # type: ignore[attr-defined]
        raise Refusal("not_on_menu", item=item_id)
