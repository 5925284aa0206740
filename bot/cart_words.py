"""Words for what is in a cart that a menu reads otherwise: a dish that is also an option of it, a part of its name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from commerce import alteration_lines
from commerce.cart_views import CartView, LineView
from commerce.folding import fold
from commerce.menu_views import ChoiceView

Line = Mapping[str, Any]
Held = TypeVar("Held", LineView, alteration_lines.Line)
_LEAVES_OUT = re.compile(
    r"\s*(?P<what>[가-힣]+?)(?:은|는|을|를|이|가)?\s?(?:좀\s)?(?:빼|뺄|제외)\S*(?:\s?(?:줘요?|주세요|주실래요))?[\s.!~]*"
)


def as_choices(cart: CartView, wanted: Sequence[Line]) -> list[Line]:
    """``wanted`` with the dishes that are not in the cart, but go by the name of options of one that is, as those
    options: "간장 말고 양념으로" for half-and-half chicken, where there are 간장치킨 and 양념치킨 besides."""
    held = {line.item for line in cart.lines}
    strange = [one for one in wanted if one.get("item") not in held and one.get("text")]
    if not strange:
        return list(wanted)
    for line in reversed(cart.lines):
        by_name = {fold(name): choice.id for choice in _choices(line) for name in _names(choice)}
        if all(fold(str(one["text"])) in by_name for one in strange):
            wished = [by_name[fold(str(one["text"]))] for one in strange if one.get("quantity") != 0]
            instead: Line = {"item": line.item, "quantity": None, "options": wished, "text": ""}
            return [*(one for one in wanted if one not in strange), instead]
    return list(wanted)


def line_meant(held: Sequence[Held], said: Line, verb: str) -> Held:
    """Of several lines of a dish the one that is counted or taken out by how it is ("아아는 한 잔만" beside a hot one), else
    the last."""
    options = set(said.get("options") or ())
    if verb == "remove_item" or said.get("quantity") is not None:
        such = [line for line in held if options <= {choice.id for choice in line.choices}]
        return such[-1] if such else held[-1]
    return held[-1]


def line_left_out(cart: CartView, words: str) -> LineView | None:
    """The line of the cart that "빵은 빼고" takes out: the only one whose name has that word."""
    said = _LEAVES_OUT.fullmatch(words)
    what = fold(said["what"]) if said is not None else ""
    named = [line for line in cart.lines if what and any(what in fold(name) for name in line.name.values())]
    return named[0] if len(named) == 1 else None


def _choices(line: LineView) -> list[ChoiceView]:
    return [choice for option in line.options for choice in option.choices]


def _names(choice: ChoiceView) -> list[str]:
    return [*choice.name.values(), *(alias for some in choice.aliases.values() for alias in some)]
