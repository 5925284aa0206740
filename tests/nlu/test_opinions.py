"""Another engine's opinion ranks the intents; whose they may be, names, amounts and lines stay ours."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.engine import Engine
from nlu.intents import INTENTS
from nlu.understanding import Context, Entity, Opinion, Role, Understanding
from tests.nlu.conftest import AROUND, HAND, NOW

UNCLEAR = "그거 어떻게 좀 해봐요"
ROLES: tuple[Role, ...] = ("consumer", "merchant")


def read(engine: Engine, text: str, opinion: Opinion | None, role: Role = "consumer") -> Understanding:
    return engine.parse(text, Context(role, None, HAND, AROUND, opinion=opinion), NOW)


def test_the_opinion_decides_where_no_rule_does(engine: Engine) -> None:
    for intent in ("complain", "ask_shop", "show_coupons"):
        found = read(engine, UNCLEAR, Opinion(UNCLEAR, ((intent, 0.8), ("thanks", 0.2))))
        assert (found.intent, found.confidence, found.in_scope) == (intent, 0.8, True)
        assert found.ranking == ((intent, 0.8), ("thanks", 0.2))


def test_a_rule_comes_first(engine: Engine) -> None:
    assert read(engine, "처음으로", Opinion("처음으로", (("greet", 1.0),))).intent == "restart"


def test_what_is_plain_in_the_words_comes_first(engine: Engine) -> None:
    said = "후라이드 두 마리 주세요"
    found = read(engine, said, Opinion(said, (("show_menu", 0.5), ("greet", 0.3))))
    assert (found.intent, [(line.item, line.quantity) for line in found.lines]) == ("order_items", [("fried", 2)])


def test_an_opinion_of_another_text_counts_for_nothing(engine: Engine) -> None:
    assert read(engine, "안녕하세요", Opinion("잘 가요", (("goodbye", 1.0),))) == read(engine, "안녕하세요", None)


def test_nobody_has_the_wishes_of_another_role(engine: Engine) -> None:
    opinion = Opinion(UNCLEAR, (("merchant_sales", 0.6), ("operator_today", 0.2), ("complain", 0.15), ("thanks", 0.05)))
    assert read(engine, UNCLEAR, opinion).ranking == (("complain", 0.75), ("thanks", 0.25))
    assert read(engine, UNCLEAR, opinion, "merchant").ranking[0] == ("merchant_sales", 0.9231)
    assert read(engine, UNCLEAR, opinion, "operator").ranking[0] == ("operator_today", 0.8)


def test_where_the_opinion_has_nothing_for_the_role_the_embedded_model_decides(engine: Engine) -> None:
    opinion = Opinion("메뉴판 좀 보여주세요", (("merchant_sales", 1.0),))
    assert read(engine, opinion.text, opinion) == read(engine, opinion.text, None)


@pytest.mark.parametrize(
    "opinion",
    [
        Opinion(UNCLEAR, (("out_of_scope", 0.9), ("complain", 0.1))),
        Opinion(UNCLEAR, (("complain", 0.29), *((name, 0.071) for name in ("thanks", "greet", *list(INTENTS)[3:11])))),
        Opinion(UNCLEAR, (("complain", 0.9), ("thanks", 0.1)), unsure=True),
    ],
    ids=["it says so", "it is torn", "it would rather not say"],
)
def test_out_of_scope_by_the_opinion(engine: Engine, opinion: Opinion) -> None:
    assert not read(engine, UNCLEAR, opinion).in_scope


def test_free_words_that_only_the_opinion_has_are_taken_and_nothing_else(engine: Engine) -> None:
    said = "후라이드 하나, 살짝 눅눅하지 않게요"
    start = said.index("살짝")
    tagged = (
        Entity("note", said[start:], said[start:], start, len(said)),
        Entity("item", "후라이드", "후라이드", 0, 4),
    )
    found = read(engine, said, Opinion(said, (("order_items", 1.0),), tagged))
    plain = read(engine, said, Opinion(said, (("order_items", 1.0),)))
    assert [one for one in found.entities if one not in plain.entities] in ([tagged[0]], [])
    assert found.value("note") is not None
    assert [one.value for one in found.entities if one.entity == "item"] == ["fried"]
    greeting = read(engine, UNCLEAR, Opinion(UNCLEAR, (("greet", 1.0),), (Entity("note", "그거", "그거", 0, 2),)))
    assert greeting.value("note") is None


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["후라이드 두 개요", "망원로 12로 보내줘", "7시까지 되나요", UNCLEAR, "", "🙂", "콜라 빼고요"]),
    st.dictionaries(st.sampled_from(sorted(INTENTS)), st.floats(0, 1), max_size=8),
    st.sampled_from(ROLES),
    st.booleans(),
)
def test_any_opinion_makes_an_understanding_of_that_role(
    engine: Engine, text: str, chances: dict[str, float], role: Role, unsure: bool
) -> None:
    found = read(engine, text, Opinion(text, tuple(chances.items()), unsure=unsure), role)
    assert found.intent in INTENTS
    assert 0 <= found.confidence <= 1
    assert all(INTENTS[name].open_to(role) for name, _ in found.ranking)
