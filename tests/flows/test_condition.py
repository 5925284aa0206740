import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.condition import ConditionError, evaluate, names, parse_condition

SLOTS = {
    "n": 5,
    "x": "chicken",
    "none": None,
    "on": True,
    "off": False,
    "list": ["a", "b"],
    "empty": "",
    "quote": {"problem": "closed", "total": 18000},
    "context": {"kind": "weather"},
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("slots.n > 3", True),
        ("slots.n >= 5 and slots.n <= 5", True),
        ("slots.n < 3 or slots.x = 'chicken'", True),
        ("slots.n < 3 or slots.n > 4 and slots.off", False),
        ("(slots.n < 3 or slots.n > 4) and slots.on", True),
        ('slots.x == "chicken"', True),
        ('slots.x != "chicken"', False),
        ('slots.x is "chicken"', True),
        ('slots.x is not "fish"', True),
        ("slots.none is null", True),
        ("slots.none is undefined", True),
        ("slots.missing is null", True),
        ("slots.n is not null", True),
        ("slots.none is not null", False),
        ("slots.empty is empty", True),
        ("slots.none is empty", True),
        ("slots.x is not empty", True),
        ("slots.on", True),
        ("not slots.on", False),
        ("not not slots.on", True),
        ("slots.on is true", True),
        ("slots.off = false", True),
        ("slots.n is true", False),
        ("slots.x contains 'chick'", True),
        ("slots.list contains 'a'", True),
        ("slots.list not contains 'a'", False),
        ('{"fish", "chicken"} contains slots.x', True),
        ('{"fish"} contains slots.x', False),
        ('slots.x matches "^chi.*n$"', True),
        ('slots.n matches "5"', False),
        ("slots.quote.problem = 'closed'", True),
        ("slots.quote.total >= 15000", True),
        ("slots.quote.missing.deeper is null", True),
        ("context.kind = 'weather'", True),
        ("n > 3", True),
        ("slots.n > -1", True),
        ("slots.n > 4.5", True),
        ("slots.none > 3", False),
        ("slots.x > 3", False),
        ("slots.on > 0", True),
        ("slots.none < 3 or slots.none >= 3", False),
        ("slots.n AND slots.on", True),
        ("true", True),
        ("slots.x = '치킨'", False),
    ],
)
def test_conditions_hold_as_written(text: str, expected: bool) -> None:
    assert bool(evaluate(parse_condition(text), SLOTS)) is expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "slots.n >",
        "> 3",
        "slots.n ! 3",
        "(slots.n",
        "slots.n)",
        "slots.x matches slots.y",
        'slots.x matches "("',
        "slots.a slots.b",
        "{slots.a} contains 1",
        "{1 contains 2",
        "and",
        "slots.n = not",
        "'open",
        "((" * 100 + "1",
    ],
)
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(ConditionError):
        parse_condition(text)


def test_in_an_each_bare_names_are_fields_before_slots() -> None:
    condition = parse_condition("n = 1 and slots.n = 5 and x = 'chicken'")
    assert evaluate(condition, SLOTS, {"n": 1}) is True


def test_names_lists_every_value_read() -> None:
    found = names(parse_condition("slots.a > 3 and not (context.b.c is null or {1} contains d)"))
    assert found == (("slots", "a"), ("context", "b", "c"), ("d",))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(ConditionError):
        evaluate(parse_condition(text), SLOTS)


@settings(deadline=None)
@given(VALUES, VALUES, st.sampled_from(["=", "!=", ">", ">=", "<", "<=", "contains", "is", "is not"]))
def test_no_values_make_a_comparison_fail(left: object, right: object, operator: str) -> None:
    condition = parse_condition(f"slots.a {operator} slots.b")
    assert evaluate(condition, {"a": left, "b": right}) in (True, False)
