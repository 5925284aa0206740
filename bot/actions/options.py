"""The choices that a dish comes with, and what is said of one that it lacks."""

from __future__ import annotations

from collections.abc import Mapping

from bot import views
from bot.actions.doing import Doing
from commerce import menu
from commerce.cart_views import LineView
from commerce.menu_views import OptionView


async def own_choice(doing: Doing, options: tuple[OptionView, ...], choice: str) -> str | None:
    """The choice itself, or this dish's choice of the same name: "extra shot" is another row for every coffee."""
    every = [one for option in options for one in option.choices]
    if any(one.id == choice for one in every):
        return choice
    name = await menu.choice_name(doing.work, choice)
    return next((one.id for one in every if name and set(one.name.values()) & set(name.values())), None)


def swapped(line: LineView, wanted: list[str]) -> list[str]:
    """The line's choices with the wanted ones: a new size takes the place of the old."""
    of = {choice.id: option for option in line.options for choice in option.choices}
    replaced = {of[choice].id for choice in wanted if choice in of and of[choice].at_most == 1}
    kept = [choice.id for choice in line.choices if choice.id in of and of[choice.id].id not in replaced]
    return [*dict.fromkeys([*kept, *(choice for choice in wanted if choice in of)])]


def no_such_option(name: Mapping[str, str], words: str | None = None) -> dict[str, str]:
    ko, en = views.each_language(name, "ko"), views.each_language(name, "en")
    if words:
        return views.both(f"‘{ko}’에는 ‘{words}’ 선택이 없어요.", f"{en} has no option “{words}”.")
    return views.both(f"‘{ko}’에는 그 선택이 없어요.", f"{en} does not come with that.")
