import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.commands import SetSlots
from flows.library import Library
from flows.payloads import Trigger, parse_payload
from flows.render import render


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("/SetSlots(a=1)", {"a": 1}),
        ("/SetSlots(a=true, b=False, c=null)", {"a": True, "b": False, "c": None}),
        ("/SetSlots(a=hana-chicken)", {"a": "hana-chicken"}),
        ("/SetSlots(a=후라이드 치킨)", {"a": "후라이드 치킨"}),
        ('/SetSlots(a="x, y) =", b=2)', {"a": "x, y) =", "b": 2}),
        ('/SetSlots(a="1")', {"a": "1"}),
        ("/SetSlots(a=[1, 2], b={})", {"a": [1, 2], "b": {}}),
        ("/SetSlots(a=)", {"a": ""}),
        ("/SetSlots( a = 1 , b = 2 )", {"a": 1, "b": 2}),
    ],
)
def test_set_slots_is_read(text: str, slots: dict[str, object]) -> None:
    assert parse_payload(text) == SetSlots(slots)


def test_a_trigger_is_read() -> None:
    assert parse_payload("/show_menu") == Trigger("show_menu")
    assert parse_payload('/show_menu{"shop": "hana", "n": 2}') == Trigger("show_menu", {"shop": "hana", "n": 2})


@pytest.mark.parametrize("text", ["", "hello", "/", "/ x", "/SetSlots()", "/SetSlots(a)", '/x{"a"', "/x{]}", "/x[1]"])
def test_anything_else_is_no_payload(text: str) -> None:
    assert parse_payload(text) is None


@given(st.text(max_size=40), st.sampled_from(["", "/", "/SetSlots(", "/x{"]))
def test_any_text_is_read_or_left(text: str, before: str) -> None:
    parse_payload(before + text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=1, max_size=3), inner, max_size=3),
    max_leaves=5,
)
LIBRARY = Library.from_bundle(
    {
        "a.yaml": json.dumps(
            {
                "responses": {
                    "utter_x": [
                        {
                            "text": "t",
                            "buttons": [
                                {"title": "set", "payload": "/SetSlots(a={value}, b={number})"},
                                {
                                    "title": "start",
                                    "payload": '/go{"a": {value}, "deep": {"list": [{number}, "{word}!"]}}',
                                },
                            ],
                        }
                    ]
                }
            }
        )
    }
)


@given(JSON, st.integers(-99, 99), st.text(max_size=8))
def test_what_a_button_carries_comes_back_as_it_was(value: Any, number: int, word: str) -> None:
    rendered = render(LIBRARY, "utter_x", "ko", {"value": value, "number": number, "word": word}, "web")
    assert rendered is not None
    setting, starting = rendered.buttons
    assert parse_payload(setting.payload) == SetSlots({"a": value, "b": number})
    deep = {"list": [number, f"{word}!"]}
    assert parse_payload(starting.payload) == Trigger("go", {"a": value, "deep": deep})
