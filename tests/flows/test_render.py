from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from flows.library import Library
from flows.render import Rendered, RenderedButton, RenderedCard, render
from tests.flows.test_condition import VALUES

LIBRARY = Library.from_bundle(
    {
        "responses.yaml": """
responses:
  utter_cart:
  - text:
      ko: "{shop.name:은} {distance:distance} 거리예요.\\n{lines}\\n{offers}\\n할인 {discount:money}\\n메모: {note}\\n합계 {total:money}"
      en: "{shop.name} is {distance:distance} away.\\n{lines}\\n{offers}\\nDiscount {discount:money}\\nNote: {note}\\nTotal {total:money}"
    buttons:
    - {title: {ko: 결제, en: Pay}, payload: "/pay", if: slots.total > 0}
    - {title: {ko: 메뉴, en: Menu}, payload: '/show_menu{"shop": "{shop.id}"}'}
    - {title: {ko: 전화, en: Call}, url: "tel:{shop.phone}"}
    custom:
      lines:
        lines: {each: lines, text: {ko: "{index}. {name} {quantity}개 {total:money}", en: "{quantity} × {name} {total:money}"}}
        offers: {each: offers, text: ["{it}", "{slots.shop.name}"], if: it != "old"}
      buttons: {each: lines, title: {ko: "{name} 빼기", en: "Remove {name}"}, payload: "/SetSlots(line={id})", if: not kept}
      key: "cart-{shop.id}"
      edits: true
      alert: true
      asks: location
      payment: due
  utter_cards:
  - text: 가게
    custom:
      cards:
        each: shops
        title: "{name}"
        subtitle: ["{distance:distance}", {ko: "{until:clock}까지", en: "until {until:clock}"}, "★ {rating}"]
        buttons: [{title: {ko: 고르기, en: Choose}, payload: "/SetSlots(shop={id})", if: open}]
        if: not hidden
  utter_varied:
  - text: plain
  - text: plain too
  - text: for telegram
    channel: telegram
  - text: when rich
    condition: [{type: slot, name: rich, value: true}]
  - text: when many
    if: slots.n > 3
  utter_braces: [{text: "{{not a slot}} {{}} {x}"}]
"""
    }
)
CART: dict[str, Any] = {
    "shop": {"id": "hana", "name": {"ko": "하나치킨", "en": "Hana Chicken"}, "phone": "02-000-0000"},
    "distance": 1234,
    "lines": [
        {"id": 1, "name": {"ko": "후라이드", "en": "Fried"}, "quantity": 2, "total": 36000},
        {"id": 2, "name": {"ko": "콜라", "en": "Cola"}, "quantity": 1, "total": 2000, "kept": True},
    ],
    "offers": ["old", "쿠폰"],
    "total": 38000,
    "due": {"amount": 38000},
}


def show(response: str, language: str, slots: dict[str, Any], channel: str = "web", pick: int = 0) -> Rendered:
    rendered = render(LIBRARY, response, language, slots, channel, pick)
    assert rendered is not None
    return rendered


def test_a_text_with_lines_and_without_the_lines_that_have_nothing_to_say() -> None:
    assert show("utter_cart", "ko", CART).text == (
        "하나치킨은 1.2km 거리예요.\n1. 후라이드 2개 36,000원\n2. 콜라 1개 2,000원\n쿠폰 · 하나치킨\n합계 38,000원"
    )
    assert show("utter_cart", "en", CART | {"note": "No onion", "discount": 0}).text == (
        "Hana Chicken is 1.2km away.\n2 × Fried ₩36,000\n1 × Cola ₩2,000\n쿠폰 · Hana Chicken\nDiscount ₩0\nNote: No onion\nTotal ₩38,000"
    )


def test_buttons_fixed_and_for_each_element() -> None:
    assert show("utter_cart", "ko", CART).buttons == (
        RenderedButton("결제", "/pay"),
        RenderedButton("메뉴", '/show_menu{"shop": "hana"}'),
        RenderedButton("전화", "", "tel:02-000-0000"),
        RenderedButton("후라이드 빼기", "/SetSlots(line=1)"),
    )
    assert show("utter_cart", "en", CART | {"total": 0}).buttons[0].label == "Menu"


def test_what_a_channel_is_told_besides() -> None:
    rendered = show("utter_cart", "ko", CART)
    assert (rendered.key, rendered.edits, rendered.alert, rendered.asks) == ("cart-hana", True, True, "location")
    assert rendered.payment == {"amount": 38000}


def test_cards_leave_out_parts_with_nothing_to_say() -> None:
    shops = [
        {
            "id": "a",
            "name": {"ko": "가", "en": "A"},
            "distance": 90,
            "until": "2026-11-20T14:30:00+00:00",
            "open": True,
        },
        {"id": "b", "name": {"ko": "나", "en": "B"}, "distance": 2345, "rating": 4.5, "open": False},
        {"id": "c", "name": "hidden", "hidden": True},
    ]
    rendered = render(LIBRARY, "utter_cards", "ko", {"shops": shops}, "web", zone=ZoneInfo("Asia/Seoul"))
    assert rendered is not None
    assert rendered.cards == (
        RenderedCard("가", "90m · 오후 11:30까지", (RenderedButton("고르기", "/SetSlots(shop=a)"),)),
        RenderedCard("나", "2.3km · ★ 4.5"),
    )


def test_amounts_take_the_currency_of_what_they_belong_to() -> None:
    slots = CART | {"currency": "USD", "lines": [{"name": "Fried", "quantity": 1, "total": 250, "currency": "EUR"}]}
    text = show("utter_cart", "en", slots).text
    assert "€2.50" in text and "Total $380.00" in text


def test_wordings_are_chosen_by_condition_then_channel_then_turn() -> None:
    assert [show("utter_varied", "ko", {}, pick=pick).text for pick in range(3)] == ["plain", "plain too", "plain"]
    assert show("utter_varied", "ko", {}, channel="telegram").text == "for telegram"
    assert show("utter_varied", "ko", {"rich": True}).text == "when rich"
    assert show("utter_varied", "ko", {"n": 4}).text == "when many"


def test_doubled_braces_are_braces_and_a_lone_line_stays_even_when_empty() -> None:
    assert show("utter_braces", "ko", {}).text == "{not a slot} {} "


def test_an_unknown_response_is_none_and_an_unknown_language_is_said_in_the_first() -> None:
    assert render(LIBRARY, "utter_nothing", "ko", {}, "web") is None
    assert show("utter_cart", "fr", CART).text == show("utter_cart", "ko", CART).text


@given(
    st.sampled_from(sorted(LIBRARY.responses)),
    st.sampled_from(["ko", "en"]),
    st.dictionaries(
        st.sampled_from(
            [
                "shop",
                "distance",
                "lines",
                "offers",
                "discount",
                "note",
                "total",
                "due",
                "shops",
                "n",
                "rich",
                "currency",
            ]
        ),
        VALUES
        | st.lists(st.dictionaries(st.sampled_from(["id", "name", "total", "until", "distance", "open"]), VALUES)),
    ),
    st.integers(),
)
def test_whatever_the_slots_hold_a_response_can_be_shown(
    response: str, language: str, slots: dict[str, Any], pick: int
) -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    rendered = render(LIBRARY, response, language, slots, "web", pick, zone=ZoneInfo("Asia/Seoul"), now=now)
    assert rendered is not None and isinstance(rendered.text, str)
