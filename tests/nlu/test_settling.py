"""What was found in a text, against what a model might think of it and how sure it is."""

from __future__ import annotations

import pytest

from nlu.names import Shelf
from nlu.reading import Reading, read
from nlu.settling import settle
from nlu.stance import is_counted, is_known, is_question
from nlu.understanding import Context, Role
from tests.nlu.conftest import AROUND, HAND, NOW

SURE, UNSURE = 0.95, 0.5


def _read(text: str, role: Role = "consumer", *, at_shop: bool = True) -> tuple[Reading, Context]:
    context = Context(role, None, HAND if at_shop else (), AROUND)
    return read(text, context, NOW, Shelf(), frozenset()), context


def _settled(text: str, guess: str, chance: float, *, at_shop: bool = True) -> str:
    reading, context = _read(text, at_shop=at_shop)
    return settle(reading, context, guess, chance)[0]


@pytest.mark.parametrize(
    "text",
    [
        "is the fried chicken hot",
        "how big is the latte",
        "are the colas cold",
        "is there milk in the latte",
        "fried chicken, does it have bones",
        "so what's in the tuna gimbap",
    ],
)
def test_a_question_about_a_dish_is_no_order_of_it(text: str) -> None:
    assert is_question(text)
    assert _settled(text, "ask_dish", SURE) == "ask_dish"


@pytest.mark.parametrize(
    "text", ["is there any chance of a latte", "could i have a cola", "what i want is a latte", "how about a cola"]
)
def test_a_request_in_the_form_of_a_question_is_none(text: str) -> None:
    assert not is_question(text)


@pytest.mark.parametrize(
    "text",
    [
        "sorry i meant cola not latte",
        "one latte is enough actually",
        "콜라 세 병으로 고쳐주세요",
        "라떼 하나는 디카페인으로 될까요",
        "두 개로 늘리자 콜라",
    ],
)
def test_a_model_sure_of_a_change_keeps_its_word(text: str) -> None:
    assert _settled(text, "change_item", SURE) == "change_item"


@pytest.mark.parametrize(
    "text",
    ["latte two, actually make that three", "라떼 두 잔인데 한 잔만 디카페인", "two lattes, one decaf, and one cola"],
)
def test_dishes_ordered_in_the_same_breath_are_no_change_however_sure_a_model_is(text: str) -> None:
    assert _settled(text, "change_item", SURE) == "order_items"


def test_a_note_on_a_dish_of_the_cart_stays_one_and_on_a_counted_dish_it_is_ordered_with_it() -> None:
    assert _settled("the latte with less foam please", "add_note", SURE) == "add_note"
    assert _settled("라떼는 너무 달지 않게 부탁드려요", "add_note", SURE) == "add_note"
    assert _settled("라떼에 얼음 넉넉히 부탁드려요", "add_note", SURE) == "add_note"
    assert _settled("one latte with less foam please", "add_note", SURE) == "order_items"


@pytest.mark.parametrize(
    "text", ["decaf for the latte", "extra shot on my latte please", "large for the caffe latte instead"]
)
def test_an_option_put_on_a_dish_of_the_cart_changes_it(text: str) -> None:
    assert _settled(text, "order_items", SURE) == "change_item"


@pytest.mark.parametrize(
    "text", ["cut the tuna gimbap in two", "could you warm the gimbap up", "can they wrap my cola well"]
)
def test_what_the_kitchen_is_to_do_with_a_dish_of_the_cart_is_a_note(text: str) -> None:
    assert _settled(text, "order_items", UNSURE) == "add_note"


def test_a_dish_alone_is_ordered_where_a_model_only_half_believes_in_a_change() -> None:
    assert _settled("오늘 점심은 라떼로 할게요", "change_item", UNSURE) == "order_items"
    assert _settled("라떼로 바꿔주세요", "change_item", UNSURE) == "change_item"


def test_names_of_the_street_settle_nothing_against_a_model_that_is_sure() -> None:
    assert _settled("can we do it in korean", "change_language", SURE, at_shop=False) == "change_language"
    assert _settled("chicken", "find_shop", UNSURE, at_shop=False) == "find_shop"
    assert _settled("i'm at 12 mangwon-ro, bring it there", "give_address", SURE) == "give_address"


def test_a_dish_is_known_by_its_article_or_particle_and_counted_by_its_number() -> None:
    for text, known, counted in (
        ("the latte large", True, False),
        ("my iced americano with a shot", True, False),
        ("a latte please", False, True),
        ("two lattes", False, True),
        ("latte with no sugar", False, False),
        ("라떼는 샷 추가", True, False),
        ("라떼 두 잔", False, True),
    ):
        reading, _ = _read(text)
        dish = reading.at_hand("item")[0]
        assert (is_known(reading, dish), is_counted(reading)) == (known, counted), text


@pytest.mark.parametrize("text", ["one cola less please", "콜라 한 병만 덜어내 주세요", "the cola from my basket"])
def test_a_model_sure_of_a_removal_keeps_its_word(text: str) -> None:
    assert _settled(text, "remove_item", SURE) == "remove_item"


@pytest.mark.parametrize(
    "text", ["라떼 큰 사이즈 말고 디카페인으로 둘", "4 lattes, scratch that, 3", "아니 그냥 콜라 하나 추가요"]
)
def test_a_model_sure_of_counted_dishes_keeps_its_word_unless_a_verb_says_otherwise(text: str) -> None:
    assert _settled(text, "order_items", SURE) == "order_items"
    assert _settled("change the latte to two", "order_items", SURE) == "change_item"


def test_what_was_said_in_an_earlier_message_is_not_taken_back_in_this_one() -> None:
    assert _settled("i said latte but i meant cola", "change_item", SURE) == "change_item"
    assert _settled("the latte is actually a large", "change_item", SURE) == "change_item"


def test_a_topic_with_a_note_is_a_note_on_the_dish_of_the_cart() -> None:
    assert _settled("라떼는 거품 빼고 해주세요", "order_items", UNSURE) == "add_note"
    assert _settled("라떼는 안 마실래요 빼줘요", "remove_item", SURE) == "remove_item"
    assert _settled("후라이드 바싹 튀겨달라고 해줘", "order_items", UNSURE) == "add_note"


def test_a_language_to_speak_is_no_kind_of_shop() -> None:
    assert _settled("switch to korean please", "find_shop", SURE, at_shop=False) == "change_language"
    assert _settled("switch to a korean restaurant", "find_shop", SURE, at_shop=False) == "find_shop"


def test_a_shop_that_surely_pauses_or_tells_something_gives_no_minutes_and_closes_at_no_time() -> None:
    for text, guess in (
        ("give us half an hour without orders", "merchant_pause"),
        ("snooze us till 3", "merchant_pause"),
        ("tell her the latte is out of foam", "merchant_tell"),
    ):
        reading, context = _read(text, "merchant")
        assert settle(reading, context, guess, SURE)[0] == guess


def test_a_number_that_a_dish_is_to_come_to_changes_it() -> None:
    for text in (
        "latte to two",
        "bring the cola down to one",
        "one cola, not two",
        "only one latte after all",
        "make that two lattes",
    ):
        assert _settled(text, "order_items", SURE) == "change_item", text


def test_dishes_asked_for_outright_are_ordered_whatever_a_model_thinks() -> None:
    assert _settled("i'm having the tuna gimbap", "remove_item", SURE) == "order_items"
    assert _settled("any chance of a latte", "ask_dish", SURE) == "order_items"
    assert _settled("can i have the latte removed", "remove_item", SURE) == "remove_item"


def test_several_dishes_go_where_a_verb_of_removal_is_before_them_or_the_cart_is_named() -> None:
    assert _settled("scratch the latte and the tuna gimbap", "order_items", UNSURE) == "remove_item"
    assert _settled("pull the latte and the cola from the cart", "order_items", UNSURE) == "remove_item"


def test_words_for_the_rider_are_a_note_and_no_wish_to_speak_to_somebody() -> None:
    assert _settled("ring my mobile once you're at the gate", "ask_phone", UNSURE, at_shop=False) == "add_note"
    assert _settled("call me back", "ask_phone", UNSURE, at_shop=False) == "ask_phone"
