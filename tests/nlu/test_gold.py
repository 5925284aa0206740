"""Sets with everything right about an utterance: how they are read, and how an engine is judged by them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from nlu.gold import Gold, GoldLine, read_gold
from nlu.live_names import LiveNames
from nlu.scoring import Judged, faults, judge, score
from nlu.sources import BadExamples
from nlu.understanding import Context, Entity, Name, OrderLine, Understanding
from tests.nlu.conftest import NOW
from tests.nlu.test_examples import folder_of

ORDER = """\
version: "3.1"
gold:
- intent: order_items
  shop: moss
  expect: quantity
  say: "[아아](item) [두 잔](quantity)이랑 유니콘, [라떼](item)는 연하게"
  lines:
  - {item: 아메리카노, quantity: 2, options: [아이스]}
  - {item: null, text: 유니콘}
  - {item: 카페라떼, note: 연하게}
  wishes: [order_items, choose_delivery]
- {intent: merchant_accept, expect: eta, say: "[15분](minutes)이요"}
- {intent: out_of_scope, say: 내일 비 오나}
"""


def test_an_utterance_is_read_with_all_that_is_right_about_it(tmp_path: Path) -> None:
    order, accepted, outside = read_gold(folder_of(tmp_path, ko__a_yml=ORDER))
    assert order.text == "아아 두 잔이랑 유니콘, 라떼는 연하게"
    assert order.entities == {("item", 0, 2), ("quantity", 3, 6), ("item", 14, 16)}
    assert (order.shop, order.expect, order.role, order.line) == ("moss", "quantity", "consumer", 3)
    assert order.lines == (
        GoldLine("아메리카노", 2, frozenset({"아이스"})),
        GoldLine(None, text="유니콘"),
        GoldLine("카페라떼", note="연하게"),
    )
    assert order.wishes == ("order_items", "choose_delivery")
    assert (accepted.role, accepted.lines, accepted.wishes) == ("merchant", None, ())
    assert (order.inside, outside.inside) == (True, False)


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ("{intent: fly, say: 가}", "unknown intent 'fly'"),
        ("{intent: merchant_done, say: 가}", "a consumer cannot mean 'merchant_done'"),
        ("{intent: greet}", "no 'say'"),
        ("{say: 안녕}", "no 'intent'"),
        ("{intent: greet, say: '[안녕](hello)'}", "unknown entity 'hello'"),
        ("{intent: greet, say: '[안녕](item'}", "the mark in"),
        ("{intent: greet, say: ' 안녕'}", "the words begin or end with a space"),
        ("{intent: greet, say: 안녕, expect: joy}", "nothing asks for 'joy'"),
        ("{intent: greet, say: 안녕, role: queen}", "nobody is 'queen'"),
        ("{intent: greet, say: 안녕, colour: red}", "unknown key 'colour'"),
        ("{intent: greet, say: 안녕, wishes: [greet]}", "wishes are two or more"),
        ("{intent: greet, say: 안녕, wishes: [greet, fly]}", "unknown intent 'fly'"),
        ("{intent: order_items, say: 라떼, lines: 라떼}", "not a list"),
        ("{intent: order_items, say: 라떼, lines: [라떼]}", "not a mapping"),
        ("{intent: order_items, say: 라떼, lines: [{quantity: 1}]}", "a line without item"),
        ("{intent: order_items, say: 라떼, lines: [{item: 라떼, quantity: 둘}]}", "quantity '둘' is no whole number"),
        ("{intent: order_items, say: 라떼, lines: [{item: 라떼, options: 샷}]}", "options are no list"),
        ("{intent: order_items, say: 라떼, lines: [{item: 라떼, size: 큰}]}", "unknown key 'size'"),
    ],
)
def test_what_is_wrong_in_a_set_is_said_with_file_and_line(tmp_path: Path, entry: str, fault: str) -> None:
    folder = folder_of(tmp_path, en__a_yml=f"gold:\n- {{intent: greet, say: hi}}\n- {entry}\n")
    with pytest.raises(BadExamples) as caught:
        read_gold(folder)
    told = [str(one) for one in caught.value.faults]
    assert any(one.startswith(f"{folder / 'en' / 'a.yml'}:3: {fault}") for one in told), told


def test_a_set_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_gold(tmp_path / "nowhere")


# -- judging

HAND = (Name("item", "i1", ("아메리카노",)), Name("choice", "c1", ("아이스",), "i1"))
NAMES = LiveNames(NOW, (), {"moss": HAND}, {"i1": "아메리카노", "c1": "아이스"})


class Told:
    """Understands what it was told to, by the text."""

    def __init__(self, *found: Understanding) -> None:
        self.found = {one.text: one for one in found}

    def parse(self, text: str, context: Context, now: datetime) -> Understanding:
        return self.found[text]


def gold(text: str, intent: str = "order_items", **more: object) -> Gold:
    return Gold(text, intent, "ko", "a.yml", 1, **more)  # type: ignore[arg-type]


def judged(wanted: Gold, found: Understanding) -> Judged:
    (one,) = judge(Told(found), [wanted], NAMES)
    return one


def ordered(*lines: OrderLine, text: str = "주문") -> Understanding:
    return Understanding(text, "ko", "order_items", 0.9, lines=lines, wishes=("order_items",))


def test_a_cart_is_right_in_any_order_by_the_menus_names() -> None:
    wanted = gold(
        "주문", lines=(GoldLine(None, 1, text="유니콘 파이"), GoldLine("아메리카노", 2, frozenset({"아이스"})))
    )
    right = ordered(OrderLine("i1", 2, ("c1",), text="아아"), OrderLine(None, 1, text="유니콘파이"))
    assert judged(wanted, right).cart_right
    assert faults(judged(wanted, right)) == []


@pytest.mark.parametrize(
    "line",
    [
        OrderLine("i1", None),
        OrderLine("i1", 2),
        OrderLine("i1", 1, ("c1",)),
        OrderLine("i1", 1, note="연하게"),
        OrderLine("i2", 1),
        OrderLine(None, 1, text="아메리카노"),
    ],
)
def test_a_cart_with_anything_else_in_it_is_wrong(line: OrderLine) -> None:
    wanted = gold("주문", lines=(GoldLine("아메리카노", 1),))
    assert judged(wanted, ordered(OrderLine("i1", 1))).cart_right
    assert not judged(wanted, ordered(line)).cart_right
    assert not judged(wanted, ordered(OrderLine("i1", 1), line)).cart_right
    assert not judged(wanted, ordered()).cart_right
    assert faults(judged(wanted, ordered(line)))


def test_no_number_is_right_only_where_none_was_said() -> None:
    wanted = gold("주문", lines=(GoldLine("아메리카노"),))
    assert judged(wanted, ordered(OrderLine("i1", None))).cart_right
    assert not judged(wanted, ordered(OrderLine("i1", 1))).cart_right


def test_an_intent_that_is_refused_counts_as_wrong_but_is_told_apart() -> None:
    refused = Understanding("안녕", "ko", "greet", 0.2, in_scope=False, wishes=("greet",))
    figures = score([judged(gold("안녕", "greet"), refused)])
    assert (figures.intent, figures.intent_any, figures.outside) == (0.0, 1.0, None)


def test_what_is_outside_is_seen_by_either_way_of_saying_so() -> None:
    outside = gold("비 오나", "out_of_scope")
    by_intent = Understanding("비 오나", "ko", "out_of_scope", 0.9, wishes=("out_of_scope",))
    by_scope = Understanding("비 오나", "ko", "greet", 0.9, in_scope=False)
    taken = Understanding("비 오나", "ko", "greet", 0.9)
    assert score([judged(outside, one) for one in (by_intent, by_scope, taken, taken)]).outside == 0.5


def test_spans_count_by_name_start_and_end_and_only_those_that_are_annotated() -> None:
    wanted = gold("라떼 두 잔", entities=frozenset({("item", 0, 2), ("quantity", 3, 6)}))
    spans = (
        Entity("item", "i1", "라떼", 0, 2),
        Entity("quantity", 2, "두", 3, 4),
        Entity("text", "", "라떼 두 잔", 0, 6),
    )
    found = Understanding("라떼 두 잔", "ko", "order_items", 0.9, entities=spans, wishes=("order_items",))
    assert score([judged(wanted, found)]).entities == 0.5


def test_several_wishes_are_right_together_or_not_at_all() -> None:
    wanted = gold("배달", wishes=("order_items", "choose_delivery"))
    both = Understanding("배달", "ko", "order_items", 0.9, wishes=("order_items", "choose_delivery"))
    one = Understanding("배달", "ko", "order_items", 0.9, wishes=("order_items",))
    single = gold("배달")
    assert score([judged(wanted, both), judged(wanted, one), judged(single, one)]).wishes == 0.5
    assert score([judged(single, both), judged(single, one)]).wishes_made_up == 0.5


def test_a_shop_that_the_town_has_not_is_an_error() -> None:
    with pytest.raises(KeyError):
        judge(Told(), [gold("안녕", shop="nowhere")], NAMES)
