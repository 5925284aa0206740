"""Bringing a shop's menu to what its file or its owner says, without losing the day's stock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update

from commerce.folding import fold
from commerce.guarded import changed as changed_rows
from commerce.menu import ItemSpec, MenuChoice, MenuItem, MenuOption, OptionKey, add_options, item_row, option_key
from commerce.work import Work


async def save_menu(work: Work, shop_id: str, specs: Sequence[ItemSpec]) -> None:
    """Make ``specs`` the shop's menu. Items, options and choices are known again by their names.

    What is no longer listed leaves the menu but not the table, since orders point at it. A counted stock goes on
    counting from where it is, one newly counted starts free, and sold-out marks stay.
    """
    known = await _known(work, shop_id)
    options_known = await _options(work, shop_id) if known else {}
    added: list[dict[str, object]] = []
    changed: list[dict[str, object]] = []
    options = []
    for position, spec in enumerate(specs):
        row = item_row(shop_id, position, spec)
        before = next((known[name] for name in map(fold, spec.name.values()) if name in known), None)
        if before is None:
            item_id = work.ids.new("item")
            added.append(row | {"id": item_id, "stock": spec.stock, "sold_out": spec.sold_out})
        else:
            item_id = before.id
            known = {name: other for name, other in known.items() if other.id != item_id}
            changed.append(row | {"id": item_id, "stock": _stock(before, spec.stock)})
        options.append((item_id, spec.options))
    if changed or known:
        await _clear(work, shop_id)
    if added:
        await work.session.execute(insert(MenuItem), added)
    if changed:
        await work.session.execute(update(MenuItem), changed)
    await add_options(work, options, options_known)


@dataclass(frozen=True, slots=True)
class _Known:
    id: str
    stock: int | None
    held: int
    sold: int


async def _known(work: Work, shop_id: str) -> dict[str, _Known]:
    columns = (MenuItem.name, MenuItem.id, MenuItem.stock, MenuItem.held, MenuItem.sold)
    rows = await work.session.execute(select(*columns).where(MenuItem.shop_id == shop_id))
    return {
        fold(word): _Known(id_, stock, held, sold) for name, id_, stock, held, sold in rows for word in name.values()
    }


async def _options(work: Work, shop_id: str) -> dict[OptionKey, str]:
    rows = await work.session.execute(
        select(MenuOption.item_id, MenuOption.id, MenuOption.name, MenuChoice.id, MenuChoice.name)
        .join(MenuItem, MenuItem.id == MenuOption.item_id)
        .join(MenuChoice, MenuChoice.option_id == MenuOption.id)
        .where(MenuItem.shop_id == shop_id)
    )
    known: dict[OptionKey, str] = {}
    for item_id, option_id, option, choice_id, choice in rows:
        known.setdefault(option_key(item_id, option), option_id)
        known.setdefault(option_key(item_id, option, choice), choice_id)
    return known


async def _clear(work: Work, shop_id: str) -> None:
    """Take every item off the menu and drop its options; what is listed comes back."""
    items = select(MenuItem.id).where(MenuItem.shop_id == shop_id)
    options = select(MenuOption.id).where(MenuOption.item_id.in_(items))
    await changed_rows(work, delete(MenuChoice).where(MenuChoice.option_id.in_(options)))
    await changed_rows(work, delete(MenuOption).where(MenuOption.item_id.in_(items)))
    await changed_rows(work, update(MenuItem).where(MenuItem.shop_id == shop_id).values(on_menu=False))


def _stock(before: _Known, stated: int | None) -> int | None:
    if stated is None or before.stock is not None:
        return None if stated is None else before.stock
    return before.held + before.sold + stated
