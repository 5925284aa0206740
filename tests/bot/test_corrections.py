"""How a message becomes commands: several wishes, what is taken back, what may mean two things."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.app import LIBRARY as FOLDER
from bot.corrections import beside_the_question, exact, undoes, unit_in
from bot.reading import Reader
from bot.wishes import each_wish, together
from flows.commands import CannotHandle, Clarify, StartFlow
from flows.library import Library
from flows.state import State
from flows.turned import Asking, Say, Turned
from nlu.understanding import Entity, OrderLine, Understanding, Wish

LIBRARY = Library.load(FOLDER)
SUMMARY = Asking("checkout", "summary", LIBRARY.version, "confirmed", "utter_ask_confirmed", "yesno")
WHERE = Asking("checkout", "where", LIBRARY.version, "address", "utter_ask_address", "address")
CART = {"cart": {"lines": [{"item": "latte"}, {"item": "scone"}]}}


def meant(intent: str, text: str = "말", **more: Any) -> Understanding:
    return replace(Understanding(text, "ko", intent, 0.9), **more)


def reader(asking: Asking | None = None, **slots: Any) -> Reader:
    return Reader(LIBRARY, "consumer", slots, asking)


def part(intent: str, start: int, end: int, *entities: Entity, lines: tuple[OrderLine, ...] = ()) -> Wish:
    return Wish(intent, lines, entities, start, end)


def test_each_wish_has_its_own_words_dishes_and_values() -> None:
    text = "라떼 빼고 결제할게요"
    latte = OrderLine("latte", None)
    whole = meant("remove_item", text, parts=(part("remove_item", 0, 6, lines=(latte,)), part("checkout", 6, 11)))
    first, second = each_wish(whole)
    assert (first.intent, first.text, first.lines) == ("remove_item", "라떼 빼고", (latte,))
    assert (second.intent, second.text, second.lines) == ("checkout", "결제할게요", ())


def test_how_and_where_to_belong_to_the_order_that_they_were_said_with() -> None:
    to = Entity("address", "시험로 1", "시험로 1", 6, 11)
    how = Entity("fulfilment", "delivery", "배달", 12, 14)
    parts = (part("order_items", 0, 5), part("give_address", 6, 11, to), part("choose_delivery", 12, 14, how))
    whole = meant("order_items", "라떼 하나 시험로 1로 배달", parts=parts)
    assert each_wish(whole) == (whole,)


def test_a_greeting_is_no_wish_of_its_own() -> None:
    whole = meant("show_menu", "안녕 메뉴", parts=(part("greet", 0, 2), part("show_menu", 3, 5)))
    assert each_wish(whole) == (whole,)


def test_a_question_that_every_wish_comes_back_to_is_put_once_and_last() -> None:
    first = Turned(State(), (Say("utter_hours", {}), Say("utter_ask_confirmed", {})), asking=SUMMARY)
    second = Turned(State(), (Say("utter_menu", {}), Say("utter_ask_confirmed", {})), asking=SUMMARY)
    said = [say.response for say in together([first, second]).says]
    assert said == ["utter_hours", "utter_menu", "utter_ask_confirmed"]


def test_a_question_is_not_lost_when_the_last_wish_says_nothing_of_it() -> None:
    first = Turned(State(), (Say("utter_ask_confirmed", {}),), asking=SUMMARY)
    second = Turned(State(), (Say("utter_menu", {}),), asking=SUMMARY)
    assert [say.response for say in together([first, second]).says] == ["utter_menu", "utter_ask_confirmed"]


@pytest.mark.parametrize("text", ["actually two lattes", "아니, 라떼 두 잔", "sorry, two lattes"])
def test_so_many_of_what_is_in_the_cart_taken_back_is_the_new_number(text: str) -> None:
    two = (OrderLine("latte", 2),)
    assert exact(meant("order_items", text, lines=two), None, CART).intent == "change_item"
    assert exact(meant("order_items", text, lines=(OrderLine("cake", 2),)), None, CART).intent == "order_items"
    assert exact(meant("order_items", "라떼 두 잔 더", lines=two), None, CART).intent == "order_items"


@pytest.mark.parametrize(
    ("text", "intent", "wish"),
    [
        ("주소 잘못 말했어", "give_address", "change_address"),
        ("아 주소 잘못 썼다", "ask_location", "change_address"),
        ("no wait, wrong address", "deny", "change_address"),
        ("시간 잘못 말했어요", "out_of_scope", "change_time"),
    ],
)
def test_something_missaid_is_asked_again(text: str, intent: str, wish: str) -> None:
    assert exact(meant(intent, text), SUMMARY, {}).intent == wish
    later = wish if intent == "give_address" else intent
    assert exact(meant(intent, text), None, {}).intent == later  # of an order that has been placed


def test_a_floor_without_a_street_adds_to_the_address() -> None:
    assert unit_in(meant("give_address", "주소는 2층이고")) == "2층"
    assert exact(meant("give_address", "주소는 2층이고"), SUMMARY, {}).intent == "give_address"
    assert unit_in(meant("give_address", "2호선 쪽이요")) is None


def test_thanks_are_no_address_and_a_street_is() -> None:
    assert beside_the_question(meant("thanks", "고마워요"), WHERE)
    assert not beside_the_question(meant("give_address", "시험로 1"), WHERE)
    assert not beside_the_question(meant("thanks", "고마워요"), SUMMARY)


@pytest.mark.parametrize(
    "text", ["방금 거 취소", "방금 거 취소해줘", "실수로 눌렀어요", "undo that", "아까 누른 거 되돌려줘"]
)
def test_what_a_shop_takes_back(text: str) -> None:
    assert undoes(text)


@pytest.mark.parametrize("text", ["취소", "주문 취소해 주세요", "방금 출발했어요", "cancel the order"])
def test_what_a_shop_does_not_take_back(text: str) -> None:
    assert not undoes(text)


def test_two_likely_readings_are_asked_about_with_what_was_said() -> None:
    unsure = replace(meant("checkout", "돈"), confidence=0.5, ranking=(("checkout", 0.5), ("ask_payment", 0.4)))
    command = reader().words(unsure)
    assert isinstance(command, Clarify)
    assert dict(zip(command.flows, command.intents, strict=True)) == {
        "checkout": "checkout",
        "ask_payment": "ask_payment",
        "something_else": "something_else",
    }


def test_one_flow_by_two_names_or_a_sure_reading_is_done() -> None:
    same = replace(meant("change_item"), confidence=0.5, ranking=(("change_item", 0.5), ("remove_item", 0.4)))
    assert isinstance(reader().words(same), StartFlow)
    sure = replace(meant("checkout"), confidence=0.7, ranking=(("checkout", 0.7), ("ask_payment", 0.6)))
    assert isinstance(reader().words(sure), StartFlow)
    lost = replace(meant("checkout"), confidence=0.2, ranking=(("checkout", 0.2), ("ask_payment", 0.2)))
    assert isinstance(reader().words(lost), CannotHandle)
