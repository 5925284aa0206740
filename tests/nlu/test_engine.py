"""Whole messages in their context: who speaks, what was asked, which shop is at hand."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.engine import Engine
from nlu.intents import INTENTS
from nlu.understanding import Context, Expect, Role
from tests.nlu.conftest import AROUND, HAND, NOW, Understand
from tests.nlu.test_training_data import held_out

EXPECTS: list[Expect | None] = [
    *("quantity", "address", "yesno", "eta", "time", "place", "choice", "text", "name", "hours", "dishes"),
    None,
]
PIECES = [
    "후라이드",
    "콜라",
    "두 개",
    "3시",
    "15분",
    "망원로 12",
    "샷 추가",
    "빼고",
    ",",
    " ",
    "and",
    "x2",
    "망원역",
    "\u1112",
    "하",
]


@pytest.mark.parametrize(
    ("text", "intent", "values"),
    [
        ("치킨집 어디있어요", "find_shop", {"trade": "chicken"}),
        ("근처 치킨집", "find_shop", {"trade": "chicken"}),
        ("근처치킨집", "find_shop", {"trade": "chicken"}),
        ("망원역 근처 카페", "find_shop", {"place": "mangwon", "trade": "cafe"}),
        ("마라탕 먹고 싶어", "find_shop", {"item": "malatang"}),
        ("지금 연 데", "find_shop", {"open_now": True}),
        ("배달 되는 중국집", "find_shop", {"delivers": True, "trade": "chinese"}),
        ("하나치킨", "find_shop", {"shop": "hana"}),
        ("하나치캔 찾아줘", "find_shop", {"shop": "hana"}),
        ("후라이드", "find_shop", {"item": "fried"}),
        ("초밥 먹고 싶어", "find_shop", {"words": "초밥"}),
        ("a chicken place near Mangwon Station", "find_shop", {"trade": "chicken", "place": "mangwon"}),
        ("any pharmacy open now?", "find_shop", {"trade": "pharmacy", "open_now": True}),
        ("배고파", "find_shop", {}),
        ("배고프다ㅠㅠ", "find_shop", {}),
        ("뭐 먹지", "find_shop", {}),
        ("오늘 뭐먹지?", "find_shop", {}),
        ("I'm hungry", "find_shop", {}),
        ("I want some malatang", "find_shop", {"item": "malatang"}),
        ("a malatang", "order_items", {"item": "malatang"}),
        ("I'd like a malatang, delivered to 12 Siheom-ro", "order_items", {"address": "12 siheom-ro"}),
        ("where can I get a malatang", "find_shop", {"item": "malatang"}),
    ],
)
def test_on_the_street_a_dish_or_a_trade_means_finding_a_shop(
    understand: Understand, text: str, intent: str, values: dict[str, object]
) -> None:
    found = understand(text, at_shop=False)
    assert (found.intent, found.in_scope) == (intent, True)
    assert {key: found.value(key) for key in values} == values


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("언제 와요?", "order_status"),
        ("어디쯤이에요", "order_status"),
        ("주문 취소할게요", "cancel_order"),
        ("쿠폰 있어요?", "show_coupons"),
        ("결제할게요", "checkout"),
        ("주문할게요", "checkout"),
        ("라떼는 큰 걸로", "change_item"),
        ("아니요 콜라 말고 라떼요", "change_item"),
        ("빨대 두 개 챙겨주세요", "add_note"),
        ("배달비 얼마예요", "ask_delivery"),
        ("메뉴 보여줘", "show_menu"),
        ("가게 등록", "register_shop"),
        ("취소", "cancel"),
        ("처음으로", "restart"),
        ("도움말", "help"),
        ("상담원", "handoff"),
        ("cancel", "cancel"),
        ("start over", "restart"),
        ("help", "help"),
        ("agent", "handoff"),
        ("콜라 얼마예요", "ask_price"),
        ("단무지 빼주세요", "add_note"),
        ("no pickles", "add_note"),
        ("5점이요", "rate"),
        ("k7m2p9xa", "accept_invitation"),
        ("치킨집 찾아줘", "find_shop"),
        ("내일 저녁 7시에 찾으러 갈게요", "give_time"),
        ("where's my order?", "order_status"),
        ("can you remove the cake", "remove_item"),
        ("drop the burger please", "remove_item"),
        ("can you remove the latte", "remove_item"),
        ("drop the coke please", "remove_item"),
        ("곱빼기로 변경해주세요", "change_item"),
        ("do you deliver to Hapjeong Station", "ask_delivery"),
        ("do you deliver to mangwon", "ask_delivery"),
        ("do you deliver", "ask_delivery"),
        ("배고파", "find_shop"),
        ("커피가 정말 맛있네요", "rate"),
        ("후라이드 한 마리 12시에 포장", "order_items"),
        ("콜라 두 개 3시 배달", "order_items"),
        ("초대 코드 abcd-2345", "accept_invitation"),
        ("checkout", "checkout"),
    ],
)
def test_what_a_customer_wants(understand: Understand, text: str, intent: str) -> None:
    found = understand(text)
    assert (found.intent, found.in_scope) == (intent, True)


@pytest.mark.parametrize(
    ("text", "intent", "values"),
    [
        ("15분이요", "merchant_accept", {"minutes": 15}),
        ("약 20분 걸려요", "merchant_accept", {"minutes": 20}),
        ("half an hour", "merchant_accept", {"minutes": 30}),
        ("10분 더 걸려요", "merchant_delay", {"minutes": 10}),
        ("콜라 떨어졌어요", "merchant_sold_out", {"item": "cola"}),
        ("콜라 없어요", "merchant_sold_out", {"item": "cola"}),
        ("콜라없어요", "merchant_sold_out", {"item": "cola"}),
        ("we're out of coke", "merchant_sold_out", {"item": "cola"}),
        ("콜라 다시 있어요", "merchant_restock", {"item": "cola"}),
        ("coke is back", "merchant_restock", {"item": "cola"}),
        ("coke is no longer sold out", "merchant_restock", {"item": "cola"}),
        ("coke is not sold out anymore", "merchant_restock", {"item": "cola"}),
        ("coke isn't sold out any more", "merchant_restock", {"item": "cola"}),
        ("undo the sold out for coke", "merchant_restock", {"item": "cola"}),
        ("undo the sold out", "merchant_restock", {}),
        ("콜라 품절 아니에요", "merchant_restock", {"item": "cola"}),
        ("콜라 품절 풀어줘", "merchant_restock", {"item": "cola"}),
        ("coke is not available", "merchant_sold_out", {"item": "cola"}),
        ("we have zero coke", "merchant_sold_out", {"item": "cola"}),
        ("we have zero soju", "merchant_sold_out", {}),
        ("라떼 만들고 있어요", "merchant_cooking", {"item": "latte"}),
        ("반 시간이면 됩니더", "merchant_accept", {"minutes": 30}),
        ("10분 더", "merchant_delay", {"minutes": 10}),
        ("오늘 새벽 1시에 닫아요", "merchant_close_at", {"time": "2026-11-21T01:00+09:00"}),
        ("문 닫는 시간 바꿀게요", "merchant_close_at", {}),
        ("못 해요, 재료가 없어요", "merchant_refuse", {"reason": "재료가 없어요"}),
        ("can't do it, we're out of coke", "merchant_refuse", {"reason": "out of coke"}),
        ("콜라 안 돼요", "merchant_sold_out", {"item": "cola"}),
        ("안 돼요 벌써 만들었어요", "merchant_deny_cancel", {}),
        ("no, it is being made", "merchant_deny_cancel", {}),
        ("오늘 9시에 닫아요", "merchant_close_at", {"time": "2026-11-20T21:00+09:00"}),
        ("내일 쉬어요", "merchant_day_off", {"date": "2026-11-21"}),
        ("오늘 주문 보여줘", "merchant_orders_today", {}),
        ("매출", "merchant_sales", {}),
        ("못 해요 재료가 없어요", "merchant_refuse", {"reason": "재료가 없어요"}),
        ("다 됐어요", "merchant_ready", {}),
        ("출발했어요", "merchant_on_the_way", {}),
        ("직원 초대", "merchant_invite", {}),
        ("가게 등록", "register_shop", {}),
        ("ready", "merchant_ready", {}),
        ("on the way", "merchant_on_the_way", {}),
    ],
)
def test_what_a_merchant_says(understand: Understand, text: str, intent: str, values: dict[str, object]) -> None:
    found = understand(text, "merchant")
    assert (found.intent, found.in_scope) == (intent, True)
    assert {key: found.value(key) for key in values} == values


@pytest.mark.parametrize(
    ("text", "expect", "intent", "values"),
    [
        ("세 개요", "quantity", "inform", {"quantity": 3}),
        ("이", "quantity", "inform", {"quantity": 2}),
        ("20", "eta", "merchant_accept", {"minutes": 20}),
        ("이십분", "eta", "merchant_accept", {"minutes": 20}),
        ("네", "yesno", "affirm", {}),
        ("ㅇㅇ", "yesno", "affirm", {}),
        ("네 그렇게 해주세요", "yesno", "affirm", {}),
        ("ㄴㄴ", "yesno", "deny", {}),
        ("아니 됐어요", "yesno", "deny", {}),
        ("sure thing", "yesno", "affirm", {}),
        ("nope", "yesno", "deny", {}),
        ("서울 마포구 망원로 12 302호요", "address", "give_address", {"address": "서울 마포구 망원로 12 302호"}),
        ("회사 앞", "address", "give_address", {"address": "회사 앞"}),
        ("우리집", "address", "give_address", {"address": "우리집"}),
        ("여기요", "address", "give_address", {"address": "여기"}),
        (
            "27 World Cup-ro 13-gil, apartment 302",
            "address",
            "give_address",
            {"address": "27 world cup-ro 13-gil, apartment 302"},
        ),
        ("3", "time", "give_time", {"time": "2026-11-20T15:00+09:00"}),
        ("지금 바로요", "time", "give_time", {"asap": True}),
        ("망원역이요", "place", "inform", {"place": "mangwon"}),
        ("순한맛이요", "choice", "inform", {"choice": "fried-mild"}),
        ("맛있게 잘 먹었어요", "text", "inform", {"text": "맛있게 잘 먹었어요"}),
        ("없어요", "text", "skip", {}),
        ("하나치킨이에요", "name", "inform", {"name": "하나치킨"}),
        ("치킨집이요", "text", "inform", {"trade": "chicken"}),
        ("평일 11시부터 9시", "hours", "inform", {"hours": "평일 11시부터 9시"}),
        ("취소", "text", "cancel", {}),
        ("상담원", "quantity", "handoff", {}),
        ("콜라도 두 개 주세요", "yesno", "order_items", {"item": "cola", "quantity": 2}),
    ],
)
def test_what_was_asked_changes_the_reading(
    understand: Understand, text: str, expect: Expect, intent: str, values: dict[str, object]
) -> None:
    found = understand(text, "merchant" if expect == "eta" else "consumer", expect)
    assert (found.intent, found.in_scope) == (intent, True)
    assert {key: found.value(key) for key in values} == values


def test_on_the_street_an_order_with_numbers_is_an_order_all_the_same(understand: Understand) -> None:
    found = understand("후라이드 한 마리랑 마라탕 두 개 배달해 주세요", at_shop=False)
    assert found.intent == "order_items"
    assert [(line.item, line.quantity) for line in found.lines] == [("fried", 1), ("malatang", 2)]


@pytest.mark.parametrize("text", ["20", "we need 15 more minutes"])
def test_a_number_from_a_merchant_may_be_minutes(understand: Understand, text: str) -> None:
    found = understand(text, "merchant")
    assert found.intent in ("merchant_accept", "merchant_delay")
    assert found.value("minutes") in (20, 15)


def test_the_option_of_the_dish_being_asked_about_is_meant(engine: Engine) -> None:
    context = Context(expect="choice", at_hand=HAND, extra={"item": "sweet"})
    assert engine.parse("순한맛", context, NOW).value("choice") == "sweet-mild"


def test_the_same_words_mean_other_things_to_other_people(understand: Understand) -> None:
    assert understand("콜라 없어요", "merchant").intent == "merchant_sold_out"
    assert not understand("콜라 없어요", "consumer").intent.startswith("merchant")


@pytest.mark.parametrize(
    "text",
    [
        "오늘 날씨 어때",
        "손님한테 미안하다고 해줘요",
        "what's the weather like",
        "비행기표 예약하고 싶어",
        "asdf qwer zxcv",
        "🍕",
        "...",
    ],
)
def test_other_business_is_out_of_scope(understand: Understand, text: str) -> None:
    found = understand(text)
    assert found.intent == "out_of_scope" or not found.in_scope


def test_decomposed_hangul_is_read_and_spans_point_into_what_was_typed(understand: Understand) -> None:
    typed = unicodedata.normalize("NFD", "후라이드 두 마리 주세요")
    found = understand(typed)
    assert [(line.item, line.quantity) for line in found.lines] == [("fried", 2)]
    for entity in found.entities:
        assert typed[entity.start : entity.end] == entity.text


@pytest.mark.parametrize("floor", [("ko", 0.85), ("en", 0.85)])
def test_utterances_never_trained_on_are_mostly_understood(engine: Engine, floor: tuple[str, float]) -> None:
    right = total = 0
    for language, intent, text in held_out():
        if language != floor[0] or intent == "out_of_scope":
            continue
        role: Role = "merchant" if INTENTS[intent].speaker == "merchant" else "consumer"
        total += 1
        right += engine.parse(text, Context(role), NOW).intent == intent
    assert total > 50
    assert right / total >= floor[1]


TEXTS = st.one_of(
    st.text(max_size=60),
    st.text(st.characters(codec=None, exclude_categories=[]), max_size=20),
    st.lists(st.sampled_from(PIECES), max_size=12).map("".join),
)


@settings(max_examples=400, deadline=None)
@given(TEXTS, st.sampled_from(["consumer", "merchant"]), st.sampled_from(EXPECTS), st.booleans())
def test_any_text_is_read_with_spans_inside_it_and_an_intent_of_the_role(
    engine: Engine, text: str, role: Role, expect: Expect | None, at_shop: bool
) -> None:
    found = engine.parse(text, Context(role, expect, HAND if at_shop else (), AROUND), NOW)
    assert found.text == text
    assert INTENTS[found.intent].open_to(role) or found.intent == "give_address" or expect in ("eta", "time")
    assert 0 <= found.confidence <= 1
    for entity in found.entities:
        assert 0 <= entity.start <= entity.end <= len(text)
        assert entity.text == text[entity.start : entity.end]
    for line in found.lines:
        assert line.quantity is None or line.quantity >= 0


def test_a_trained_engine_is_kept_and_a_broken_one_trained_again(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for folder in ("ko", "en"):
        (data / folder).mkdir(parents=True)
    (data / "ko" / "few.yml").write_text(
        'version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - 안녕\n    - 안녕하세요\n    - 반가워\n    - 반갑습니다\n'
        "- intent: order_status\n  examples: |\n    - 언제쯤 오나요\n    - 얼마나 걸려\n    - 어디까지 왔나\n    - 출발했나요\n",
        "utf-8",
    )
    (data / "en" / "few.yml").write_text(
        'version: "3.1"\nnlu:\n- intent: thanks\n  examples: |\n    - thanks a lot\n    - thank you\n    - cheers mate\n    - ta\n',
        "utf-8",
    )
    text, context = "반갑다", Context()
    first = Engine.open(tmp_path / "cache", data).parse(text, context, NOW)
    (kept,) = (tmp_path / "cache").iterdir()
    written = kept.stat().st_mtime_ns
    assert Engine.open(tmp_path / "cache", data).parse(text, context, NOW) == first
    assert kept.stat().st_mtime_ns == written
    kept.write_bytes(b"broken")
    assert Engine.open(tmp_path / "cache", data).parse(text, context, NOW) == first
