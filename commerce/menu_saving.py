"""Bringing a shop's menu to what its file or its owner says, without losing the day's stock."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, insert, select, update

from commerce.folding import fold
from commerce.menu import ItemSpec, MenuChoice, MenuItem, MenuOption, add_options, item_row
from commerce.work import Work


async def save_menu(work: Work, shop_id: str, specs: Sequence[ItemSpec]) -> None:
    """Make ``specs`` the shop's menu. An item is known again by its name in any language.

    What is no longer listed leaves the menu but not the table, since orders point at it. A counted stock goes on
    counting from where it is, one newly counted starts free, and sold-out marks stay.
    """
    known = await _known(work, shop_id)
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
    await _clear(work, shop_id)
    if added:
        await work.session.execute(insert(MenuItem), added)
    if changed:
        await work.session.execute(update(MenuItem), changed)
    await add_options(work, options)


async def _known(work: Work, shop_id: str) -> dict[str, MenuItem]:
    items = await work.session.scalars(
        select(MenuItem).where(MenuItem.shop_id == shop_id).execution_options(populate_existing=True)
    )
    return {fold(name): item for item in items for name in item.name.values()}


async def _clear(work: Work, shop_id: str) -> None:
    """Take every item off the menu and drop its options; what is listed comes back."""
    items = select(MenuItem.id).where(MenuItem.shop_id == shop_id)
    options = select(MenuOption.id).where(MenuOption.item_id.in_(items))
    quiet = {"synchronize_session": False}
    await work.session.execute(delete(MenuChoice).where(MenuChoice.option_id.in_(options)), execution_options=quiet)
    await work.session.execute(delete(MenuOption).where(MenuOption.item_id.in_(items)), execution_options=quiet)
    await work.session.execute(
        update(MenuItem).where(MenuItem.shop_id == shop_id).values(on_menu=False), execution_options=quiet
    )


def _stock(before: MenuItem, stated: int | None) -> int | None:
    if stated is None or before.stock is not None:
        return None if stated is None else before.stock
    return before.held + before.sold + stated
