"""What people say of a placed order becomes edits of it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.wished_edits import Wish, edits_of
from commerce.alteration_lines import Add, Choose, Count, Draft, Edit, Line, Note
from commerce.cart_views import Chosen
from commerce.menu_views import ChoiceView, ItemView, Menu, OptionView


def both(word: str) -> dict[str, str]:
    return {"ko": word, "en": word}


def option(item: str, name: str, at_most: int, *choices: str) -> OptionView:
    taken = tuple(ChoiceView(f"{item} {choice}", both(choice), {}, 500, False) for choice in choices)
    return OptionView(f"{item} {name}", both(name), 0, at_most, taken)


def dish(name: str, *options: OptionView) -> ItemView:
    return ItemView(name, "shop", both(name), {}, 4000, None, False, options)


LATTE = dish("latte", option("latte", "shots", 1, "shot"), option("latte", "size", 1, "small", "large"))
TEA = dish("tea", option("tea", "shots", 1, "shot"))
SCONE = dish("scone")
MENU = Menu((LATTE, TEA, SCONE))


def line(item: str, quantity: int = 1, *choices: str) -> Line:
    chosen = tuple(Chosen(f"{item} {choice}", both(choice), 500) for choice in choices)
    return Line(f"the {item}", item, both(item), chosen, None, quantity, 4000, False, True)


def said(item: str | None, **more: Any) -> dict[str, Any]:
    return {"item": item, "text": item, "quantity": None, "options": [], "note": None} | more


def edits(verb: str, lines: list[dict[str, Any]], *order: Line, **bare: Any) -> list[Edit]:
    wish = Wish(
        verb, tuple(lines), bare.get("quantity"), bare.get("choice"), bare.get("note"), bare.get("names", frozenset())
    )
    draft = Draft(order, "pickup", None, None, None)
    return list(edits_of(wish, draft, MENU).edits)


@pytest.mark.parametrize(
    ("verb", "lines", "meant"),
    [
        ("order_items", [said("scone", quantity=2)], [Add("scone", 2)]),
        ("order_items", [said("latte", options=["latte shot"])], [Add("latte", 1, ("latte shot",))]),
        ("remove_item", [said("latte")], [Count("the latte", 0)]),
        ("remove_item", [said("latte", quantity=1)], [Count("the latte", 2)]),
        ("remove_item", [said("latte", quantity=9)], [Count("the latte", 0)]),
        ("remove_item", [said("scone")], []),
        ("change_item", [said("latte", quantity=5)], [Count("the latte", 5)]),
        ("change_item", [said("latte", options=["latte large"])], [Choose("the latte", ("latte shot", "latte large"))]),
        (
            "change_item",
            [said("latte", options=["latte large"], quantity=1)],
            [Count("the latte", 2), Add("latte", 1, ("latte shot", "latte large"))],
        ),
        ("change_item", [said("scone", quantity=1)], [Add("scone", 1)]),
        ("change_item", [said("latte"), said("scone")], [Count("the latte", 0), Add("scone", 3)]),
        ("add_note", [said("latte", note="hot")], [Note("the latte", "hot")]),
        ("change_item", [said(None, text="pancake")], []),
    ],
)
def test_a_dish_is_named(verb: str, lines: list[dict[str, Any]], meant: list[Edit]) -> None:
    assert edits(verb, lines, line("latte", 3, "shot"), line("tea")) == meant


def test_without_a_dish_the_only_one_is_meant() -> None:
    latte = line("latte", 3)
    assert edits("change_item", [], latte, quantity=2) == [Count("the latte", 2)]
    assert edits("order_items", [], latte, quantity=1) == [Count("the latte", 4)]
    assert edits("remove_item", [], latte, quantity=1) == [Count("the latte", 2)]
    assert edits("change_item", [], latte, line("tea"), quantity=2) == []
    assert edits("add_note", [], latte, line("tea"), note="quick") == [Note("the tea", "quick")]


def test_a_choice_alone_is_of_the_last_dish_that_has_one_of_that_name() -> None:
    order = (line("tea"), line("latte", 2), line("scone"))
    assert edits("change_item", [], *order, choice="tea shot") == [Choose("the tea", ("tea shot",))]
    named = frozenset({"shot"})
    assert edits("change_item", [], *order, choice="mocha shot", names=named) == [Choose("the latte", ("latte shot",))]
    assert edits("change_item", [], *order, choice="mocha cream") == []


def test_what_is_not_on_the_menu_is_named() -> None:
    wish = Wish("order_items", (said("pancake"), said("scone")), None, None, None)
    meant = edits_of(wish, Draft((line("latte"),), "pickup", None, None, None), MENU)
    assert (meant.edits, meant.unknown) == ((Add("scone"),), ("pancake",))
