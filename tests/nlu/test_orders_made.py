"""Orders made up from menus: whatever dishes, numbers, options, joiners, endings and spacing, the cart comes back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.engine import Engine
from nlu.understanding import Context
from tests.nlu.conftest import NOW
from tests.nlu.test_orders_said import menu_of

DISHES = {
    "아메리카노 / Americano": "잔", "바닐라라떼 / Vanilla latte": "잔", "후라이드치킨 / Fried chicken": "마리",
    "양념치킨 / Seasoned chicken": "마리", "페퍼로니피자 / Pepperoni pizza": "판", "김치찌개 / Kimchi stew": "인분",
    "참치김밥 / Tuna gimbap": "줄", "소금빵 / Salt bread": "개", "튤립 / Tulip": "송이", "와이셔츠 / Dress shirt": "장",
}  # fmt: skip
CHOICES = ("라지 / large", "아이스 / iced", "디카페인 / decaf", "순살 / boneless")
NATIVE = {1: "한", 2: "두", 3: "세", 4: "네", 5: "다섯", 10: "열"}
ENGLISH = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 10: "ten"}
JOINERS = {"ko": ("이랑 ", " 그리고 ", ", ", "하고 "), "en": (" and ", ", ", " and also ", " plus ")}
ENDINGS = {
    "ko": ("", " 주세요", "요", " 부탁드려요", " 주이소", " 할게요", " 시킬게요"),
    "en": ("", " please", " pls", ", thanks"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One line as somebody wants it."""

    dish: str
    number: int
    choices: tuple[str, ...]

    def korean(self, *, spaced: bool) -> str:
        words = [self.dish.split(" / ")[0], *(choice.split(" / ")[0] + "로" for choice in self.choices)]
        said = " ".join([*words, f"{NATIVE[self.number]} {DISHES[self.dish]}"])
        return said if spaced else said.replace(" ", "")

    def english(self) -> str:
        before = [choice.split(" / ")[1] for choice in self.choices]
        return " ".join([ENGLISH[self.number], *before, self.dish.split(" / ")[1].lower()])


def lines() -> st.SearchStrategy[list[Wanted]]:
    choices = st.lists(st.sampled_from(CHOICES), max_size=2, unique=True).map(tuple)
    line = st.builds(Wanted, st.sampled_from(sorted(DISHES)), st.sampled_from(sorted(NATIVE)), choices)
    return st.lists(line, min_size=1, max_size=4, unique_by=lambda one: one.dish)


Cart = Counter[tuple[str | None, int | None, frozenset[str]]]
MENU = menu_of(dict.fromkeys(DISHES, CHOICES))


def meant(wanted: list[Wanted]) -> Cart:
    """The cart by the keys of the menu."""
    found: Cart = Counter()
    for line in wanted:
        dish = line.dish.split(" / ")[0]
        found[dish, line.number, frozenset(f"{dish}: {choice.split(' / ')[0]}" for choice in line.choices)] += 1
    return found


def cart_of(engine: Engine, text: str) -> Cart:
    found = engine.parse(text, Context(at_hand=MENU), NOW)
    return Counter((line.item, line.quantity, frozenset(line.options)) for line in found.lines)


@settings(max_examples=150, deadline=None)
@given(lines(), st.sampled_from(JOINERS["ko"]), st.sampled_from(ENDINGS["ko"]), st.booleans())
def test_korean_orders_come_back_as_they_were_meant(
    engine: Engine, wanted: list[Wanted], joiner: str, ending: str, spaced: bool
) -> None:
    text = joiner.join(line.korean(spaced=spaced) for line in wanted) + ending
    assert cart_of(engine, text) == meant(wanted), text


@settings(max_examples=100, deadline=None)
@given(lines(), st.sampled_from(JOINERS["en"]), st.sampled_from(ENDINGS["en"]))
def test_english_orders_come_back_as_they_were_meant(
    engine: Engine, wanted: list[Wanted], joiner: str, ending: str
) -> None:
    text = joiner.join(line.english() for line in wanted) + ending
    assert cart_of(engine, text) == meant(wanted), text
