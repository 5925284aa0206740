"""The checker finds what is planted: each kind of loss, each kind of doubling, and nothing where all is well."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from tests.soak.checker import Charge, Finding, Kept, Told, compare
from tests.soak.witness import Act, Taken, Witness

MINJI, JUN = "visitor:minji", "1001"
TAP, UPDATE = Act("web", "visitor:minji:1"), Act("telegram", "7")


def witness() -> Witness:
    return Witness(
        acts={TAP: "tap", UPDATE: "say"},
        placed=Counter({MINJI: 2}),
        pieces=Counter({MINJI: 3}),
        claimed=Counter({MINJI: 1}),
        charged={"cs_1": 18000, "cs_2": 4000},
        refunded={"cs_2": 4000},
        shown={MINJI: {1, 2}},
        taken={JUN: [Taken("101", "어디세요?", 3.0), Taken("102", "메뉴예요", 4.0)]},
    )


KEPT = Kept(
    received=frozenset({TAP, UPDATE}),
    orders={MINJI: 2},
    pieces={MINJI: 3},
    paid_orders={MINJI: 2},
    thanked={MINJI: 2},
    uses={MINJI: 1},
    charges={"cs_1": Charge(18000, 0), "cs_2": Charge(4000, 4000)},
    messages={
        MINJI: [Told(1, "안녕하세요"), Told(2, "메뉴예요")],
        JUN: [Told(3, "어디세요?", "101"), Told(4, "메뉴예요", "102")],
    },
)


def found(saw: Witness, kept: Kept) -> list[tuple[str, str]]:
    return [(finding.kind, finding.what) for finding in compare(saw, kept).findings]


def test_nothing_is_found_where_all_is_well() -> None:
    assert found(witness(), KEPT) == []
    assert compare(witness(), KEPT).again == ()


@pytest.mark.parametrize(
    ("kept", "finding"),
    [
        (replace(KEPT, received=frozenset({TAP})), ("lost", "act")),
        (replace(KEPT, orders={MINJI: 1}), ("lost", "order")),
        (replace(KEPT, orders={MINJI: 3}), ("doubled", "order")),
        (replace(KEPT, orders={MINJI: 2, "visitor:nobody": 1}), ("doubled", "order")),
        (replace(KEPT, pieces={MINJI: 4}), ("doubled", "piece of an order")),
        (replace(KEPT, pieces={MINJI: 2}), ("lost", "piece of an order")),
        (replace(KEPT, uses={}), ("lost", "coupon use")),
        (replace(KEPT, uses={MINJI: 2}), ("doubled", "coupon use")),
        (replace(KEPT, thanked={MINJI: 1}), ("lost", "thanks for a payment")),
        (replace(KEPT, thanked={MINJI: 3}), ("doubled", "thanks for a payment")),
        (replace(KEPT, charges={"cs_2": Charge(4000, 4000)}), ("lost", "charge")),
        (replace(KEPT, charges={**KEPT.charges, "cs_3": Charge(100, 0)}), ("invented", "charge")),
        (replace(KEPT, charges={**KEPT.charges, "cs_2": Charge(4000, 0)}), ("lost", "refund")),
        (
            replace(KEPT, messages={**KEPT.messages, MINJI: [Told(1, ""), Told(2, ""), Told(5, "")]}),
            ("lost", "message"),
        ),
        (replace(KEPT, messages={**KEPT.messages, MINJI: [Told(1, "")]}), ("invented", "message")),
        (
            replace(KEPT, messages={**KEPT.messages, JUN: [Told(3, "어디세요?", "101", sent=False)]}),
            ("lost", "message"),
        ),
        (replace(KEPT, messages={**KEPT.messages, JUN: [Told(3, "어디세요?", "100")]}), ("lost", "message")),
        (replace(KEPT, waiting={"refund": 1}), ("unsound", "waiting")),
        (replace(KEPT, faults=("stock never oversold",)), ("unsound", "audit")),
    ],
)
def test_each_planted_fault_is_found(kept: Kept, finding: tuple[str, str]) -> None:
    assert finding in found(witness(), kept)


def test_more_refunded_than_charged_is_found() -> None:
    saw = witness()
    saw.refunded["cs_2"] = 8000
    kept = replace(KEPT, charges={**KEPT.charges, "cs_2": Charge(4000, 8000)})
    assert found(saw, kept) == [("doubled", "refund")]


def test_an_order_that_nobody_heard_of_may_be_there_or_not() -> None:
    saw = witness()
    saw.is_unsure(MINJI, 2)
    assert found(saw, replace(KEPT, orders={MINJI: 3}, pieces={MINJI: 5})) == []
    assert found(saw, KEPT) == []
    assert found(saw, replace(KEPT, orders={MINJI: 4})) == [("doubled", "order")]


def test_what_nobody_ever_acknowledged_is_found() -> None:
    saw = witness()
    saw.stuck.append("a tap")
    assert found(saw, KEPT) == [("lost", "answer")]


def test_a_message_that_came_twice_needs_a_reason() -> None:
    saw = witness()
    saw.taken[JUN].insert(0, Taken("100", "어디세요?", 1.0))
    findings = compare(saw, KEPT).findings
    assert [(finding.kind, finding.what) for finding in findings] == [("doubled", "message")]
    saw.disruptions.append((2.0, "a worker was killed"))
    verdict = compare(saw, KEPT)
    assert verdict.findings == ()
    assert len(verdict.again) == 1


def test_a_message_of_several_parts_is_no_repetition() -> None:
    saw = witness()
    saw.taken[JUN].insert(0, Taken("100", "The first part of a long message", 1.0))
    assert compare(saw, KEPT).findings == ()


def test_a_dropped_message_is_nobodys_loss() -> None:
    kept = replace(KEPT, messages={**KEPT.messages, JUN: [Told(9, "gone", None, sent=False, dropped=True)]})
    assert [finding for finding in compare(witness(), kept).findings if finding.what == "message"] == []


def test_findings_name_what_they_are_about() -> None:
    lost = compare(witness(), replace(KEPT, received=frozenset({UPDATE}))).findings
    assert lost == (Finding("lost", "act", "tap (web visitor:minji:1)"),)
