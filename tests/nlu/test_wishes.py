"""Messages with several wishes, and those that only look like it: what is said, and the wishes it must come to."""

from __future__ import annotations

import pytest

from nlu.engine import Engine
from nlu.understanding import Context
from tests.nlu.conftest import AROUND, HAND, NOW

SEVERAL = {
    # an order and a question behind it
    "라떼 두 잔 카드 되죠?": "order_items ask_payment",
    "후라이드 하나 먹고 싶은데 주차 되나요": "order_items ask_shop",
    "콜라 세 개 배달비는 얼마예요": "order_items ask_delivery",
    "라떼 하나 주문할게요 몇 분 걸려요?": "order_items ask_delivery",
    "two lattes, got parking?": "order_items ask_shop",
    "2 colas and whats my total": "order_items show_cart",
    "is it open now? then one latte": "order_items ask_hours",
    "콜라 빼고 다 해서 얼만지 알려줘요": "remove_item show_cart",
    "콜라 하나 빼고 후라이드 하나 추가해줘": "remove_item order_items",
    "take off the cola and how much is it now": "remove_item show_cart",
    # an order, and how, when and where to get it
    "후라이드 하나, 망원로 12 302호로 배달": "order_items choose_delivery give_address",
    "라떼 하나 지금 바로 포장": "order_items choose_pickup give_time",
    "2 lattes to take away": "order_items choose_pickup",
    "an americano, ready by 8:30 am, ill collect": "order_items choose_pickup give_time",
    "the usual please, to go, ready by noon": "order_again choose_pickup give_time",
    "라떼 하나 더 주시고 주소 바꿀게요": "order_items give_address",
    "콜라 두 개요, 경비실에 맡겨주세요": "order_items add_note",
    "two lattes. leave it with the guard please": "order_items add_note",
    # coupons and paying
    "라떼 하나요 쿠폰 있으면 써주세요": "order_items claim_coupon",
    "use my coupon and then place the order": "claim_coupon checkout",
    "ok that's it, pick up at 7": "checkout choose_pickup give_time",
    # where and when, and a note
    "망원로 12 2층이고요 도착하면 전화주세요": "give_address add_note",
    "pick up please at noon and no cutlery": "choose_pickup give_time add_note",
    "6시까지 배달해주세요 문 앞에 두시면 돼요": "give_time choose_delivery add_note",
    "i'll pick it up, be there at 6": "choose_pickup give_time",
    # two questions in one breath
    "가게가 어디쯤이고 몇 시까지 해요": "ask_location ask_hours",
    "전화번호랑 주소 알려주세요": "ask_phone ask_location",
    "라떼 얼마고 양은 많나요?": "ask_price ask_dish",
    # others
    "장바구니 싹 비우고 족발집 찾아줘": "clear_cart find_shop",
    "별 다섯 개요 지난번이랑 똑같이 또 주문할래요": "rate order_again",
}
ONE = {
    # dishes named first in order to ask about them
    "latte and americano, whats the difference": "ask_dish",
    "the tuna gimbap, how much is it": "ask_price",
    "cheese ramyeon, is it vegetarian": "ask_dish",
    "라떼를 콜라로 바꿔 주실래요?": "change_item",
    "후라이드 순한맛으로 바꿔주세요 애가 먹어서": "change_item",
    "콜라는 됐어요 집에 있어요": "remove_item",
    "remove the cola, i have some at home": "remove_item",
    "a latte and a cola, it's for my son": "order_items",
    "국물이 끝내줬어요 최고": "rate",
    "후라이드 되나요? 되면 하나": "order_items",
    "라떼 하나요. 감사합니다": "order_items",
    "고마워요 라떼 하나만 더 주세요": "order_items",
    "배달비 얼마고 얼마나 걸려요": "ask_delivery",
    "라떼 두 잔 얼마예요": "ask_price",
    "총 얼마예요?": "show_cart",
    "무슨 빵 있어요": "show_menu",
    "what breads are there": "show_menu",
}


@pytest.mark.parametrize(("text", "wishes"), [*SEVERAL.items(), *ONE.items()])
def test_a_message_has_these_wishes_the_main_one_first(engine: Engine, text: str, wishes: str) -> None:
    found = engine.parse(text, Context(at_hand=HAND, around=AROUND), NOW)
    main, *others = wishes.split()
    assert (found.intent, found.wishes[0], sorted(found.wishes[1:])) == (main, main, sorted(others))
    assert found.in_scope


def test_an_order_with_a_question_has_its_lines(engine: Engine) -> None:
    found = engine.parse("라떼 두 잔 라지로 카드 결제 되죠?", Context(at_hand=HAND, around=AROUND), NOW)
    assert [(line.item, line.quantity, line.options) for line in found.lines] == [("latte", 2, ("latte-large",))]


def test_a_shop_that_thanks_and_tells_how_long_has_taken_the_order(engine: Engine) -> None:
    found = engine.parse("주문 감사합니다. 20분 걸려요", Context(role="merchant", at_hand=HAND), NOW)
    assert found.wishes == ("merchant_accept",)


@pytest.mark.parametrize("text", ["딱히 없어요", "특별히 없습니다", "nothing in particular"])
def test_who_has_nothing_to_say_skips_the_question(engine: Engine, text: str) -> None:
    assert engine.parse(text, Context(expect="text"), NOW).intent == "skip"
