"""What somebody says of their placed order, as edits of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.cart_words import line_meant
from bot.left_out import taken_back
from commerce.alteration_lines import Add, Choose, Count, Draft, Edit, Line, Note
from commerce.menu_views import ItemView, Menu

Said = Mapping[str, Any]
"""A line as it was said: item, quantity, options, note, text."""


@dataclass(frozen=True, slots=True)
class Wish:
    """``verb`` is an intent: order_items, change_item, remove_item or add_note. ``lines`` are those with a dish;
    ``quantity``, ``choice`` and ``note`` were said without one."""

    verb: str
    lines: tuple[Said, ...]
    quantity: int | None
    choice: str | None
    note: str | None
    choice_names: frozenset[str] = frozenset()
    """What ``choice`` is called."""


@dataclass(frozen=True, slots=True)
class Meant:
    """``edits``, and the words for what is neither in the order nor on the menu."""

    edits: tuple[Edit, ...]
    unknown: tuple[str, ...] = ()


def edits_of(wish: Wish, draft: Draft, on_menu: Menu) -> Meant:
    """What is meant; nothing when it cannot be told which dish is."""
    items = {item.id: item for item in on_menu.items}
    swap = _swap(wish, draft, items)
    if swap:
        return Meant(swap)
    if not wish.lines:
        return Meant(tuple(_about_one(wish, draft, items)))
    some = _some_into(wish, draft, items)
    if some:
        return Meant(some)
    edits: list[Edit] = []
    unknown: list[str] = []
    for said in wish.lines:
        item = items.get(str(said.get("item")))
        found = [] if item is None else list(_of_dish(wish.verb, said, item, draft))
        edits += found
        if not found:
            unknown.append(str(said.get("text") or ""))
    return Meant(tuple(edits), tuple(words for words in unknown if words))


def _swap(wish: Wish, draft: Draft, items: Mapping[str, ItemView]) -> tuple[Edit, ...]:
    """ "Fritters instead of the gimbap": one of the two is in the order, and no number is said."""
    named = [str(said.get("item")) for said in wish.lines if not said.get("quantity")]
    if wish.verb != "change_item" or len(named) != 2 or len(wish.lines) != 2:
        return ()
    held = [line for line in draft.lines if line.item == named[0]]
    new = items.get(named[1])
    if len(held) != 1 or new is None or any(line.item == new.id for line in draft.lines):
        return ()
    chosen = tuple(one for one in wish.lines[1].get("options") or () if one in _choices(new))
    return Count(held[0].id, 0), Add(new.id, held[0].quantity, chosen)


def _some_into(wish: Wish, draft: Draft, items: Mapping[str, ItemView]) -> tuple[Edit, ...]:
    """ "One of them as an americano", with two lattes and nothing else in the order."""
    said = wish.lines[0]
    item, number, line = items.get(str(said.get("item"))), int(said.get("quantity") or 0), draft.lines[0]
    alone = len(wish.lines) == len(draft.lines) == 1 and wish.verb == "change_item"
    if not alone or item is None or item.id == line.item or not 0 < number <= line.quantity:
        return ()
    chosen = tuple(one for one in said.get("options") or () if one in _choices(item))
    return Count(line.id, line.quantity - number), Add(item.id, number, chosen)


def _of_dish(verb: str, said: Said, item: ItemView, draft: Draft) -> Iterator[Edit]:
    held = [line for line in draft.lines if line.item == item.id]
    number, note = int(said.get("quantity") or 0), said.get("note")
    options = [one for one in said.get("options") or () if one in _choices(item)]
    if verb == "order_items" or (not held and verb == "change_item"):
        yield Add(item.id, max(1, number), tuple(options), str(note) if note else None)
        return
    if not held:
        return
    line = line_meant(held, said, verb)
    if verb == "change_item" and said.get("quantity") == 0:
        yield Count(line.id, 0)
        return
    if verb == "remove_item":
        yield Count(line.id, line.quantity - number if 0 < number < line.quantity else 0)
        return
    yield from _changes(line, item, options, number if verb == "change_item" else 0, note)


def _about_one(wish: Wish, draft: Draft, items: Mapping[str, ItemView]) -> Iterator[Edit]:
    """No dish is named: the only one, or the last that has such a choice."""
    line = draft.lines[0] if len(draft.lines) == 1 else None
    choice = None
    if wish.choice is not None:
        having = ((one, _own(items[one.item], wish)) for one in reversed(draft.lines) if one.item in items)
        line, choice = next(((one, own) for one, own in having if own is not None), (None, None))
    if line is None and wish.verb == "add_note":
        line = draft.lines[-1]
    if line is None:
        return
    if wish.verb == "order_items" and wish.quantity and wish.choice is None:
        yield Count(line.id, line.quantity + wish.quantity)
        return
    if wish.verb == "remove_item":
        fewer = line.quantity - wish.quantity if wish.quantity and wish.quantity < line.quantity else 0
        yield Count(line.id, fewer)
        return
    item = items.get(line.item)
    yield from _changes(line, item, [choice] if choice else [], wish.quantity or 0, wish.note)


def _changes(line: Line, item: ItemView | None, options: Sequence[str], number: int, note: Any) -> Iterator[Edit]:
    chosen_before = tuple(choice.id for choice in line.choices)
    left_out = taken_back(str(note), chosen_before, item.options) if note and item is not None else None
    if left_out is not None:
        yield Choose(line.id, tuple(one for one in chosen_before if one != left_out))
        return
    if options and item is not None:
        chosen = _swapped(line, item, options)
        if 0 < number < line.quantity:  # "one of them with an extra shot"
            yield Count(line.id, line.quantity - number)
            yield Add(line.item, number, chosen, line.note)
            return
        yield Choose(line.id, chosen)
    if number:
        yield Count(line.id, number)
    if note:
        yield Note(line.id, str(note))


def _swapped(line: Line, item: ItemView, wanted: Sequence[str]) -> tuple[str, ...]:
    """The line's choices with the wanted ones: a new size takes the place of the old."""
    of = {choice.id: option for option in item.options for choice in option.choices}
    replaced = {of[choice].id for choice in wanted if of[choice].at_most == 1}
    kept = [choice.id for choice in line.choices if choice.id in of and of[choice.id].id not in replaced]
    return tuple(dict.fromkeys([*kept, *wanted]))


def _own(item: ItemView, wish: Wish) -> str | None:
    """The choice itself, or this dish's of the same name: "extra shot" is another row for every coffee."""
    every = [choice for option in item.options for choice in option.choices]
    if any(choice.id == wish.choice for choice in every):
        return wish.choice
    return next((choice.id for choice in every if wish.choice_names & set(choice.name.values())), None)


def _choices(item: ItemView) -> set[str]:
    return {choice.id for option in item.options for choice in option.choices}
