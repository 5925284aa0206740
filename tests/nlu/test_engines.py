"""The same cases over both engines: whoever ranks the intents, what comes out is one thing."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from nlu.engine import Engine
from nlu.intents import INTENTS
from nlu.rasa.breaker import Breaker
from nlu.rasa.client import NoAnswer, RasaClient
from nlu.understanding import Context, Expect, Opinion, Role, Understanding
from tests.nlu import real_rasa
from tests.nlu.conftest import AROUND, HAND, NOW

PATIENT_S = 60.0


@dataclass(frozen=True)
class Case:
    """What somebody says, and what it is understood as. ``lines``: item, quantity and options."""

    text: str
    intent: str
    values: Mapping[str, Any] = field(default_factory=dict)
    lines: tuple[tuple[str | None, int | None, tuple[str, ...]], ...] = ()
    role: Role = "consumer"
    expect: Expect | None = None
    at_shop: bool = True


CASES = (
    Case("안녕하세요", "greet"),
    Case("안녕", "greet"),
    Case("hello", "greet"),
    Case("고마워요", "thanks"),
    Case("thank you", "thanks"),
    Case("메뉴 보여주세요", "show_menu"),
    Case("메뉴보여주세요", "show_menu"),
    Case("show me the menu", "show_menu"),
    Case("언제 와요?", "order_status"),
    Case("where is my order", "order_status"),
    Case("후라이드 한 마리 주세요", "order_items", lines=(("fried", 1, ()),)),
    Case("후라이드 두마리랑 콜라 세 개요", "order_items", lines=(("fried", 2, ()), ("cola", 3, ()))),
    Case(
        "two iced americanos with an extra shot please", "order_items", lines=(("americano", 2, ("americano-shot",)),)
    ),
    Case("근처 치킨집", "find_shop", {"trade": "chicken"}, at_shop=False),
    Case("망원역 근처 카페 찾아줘", "find_shop", {"place": "mangwon", "trade": "cafe"}, at_shop=False),
    Case("배달로 해주세요", "choose_delivery", {"fulfilment": "delivery"}),
    Case("세 개요", "inform", {"quantity": 3}, expect="quantity"),
    Case("네", "affirm", expect="yesno"),
    Case("처음으로", "restart"),
    Case("15분이요", "merchant_accept", {"minutes": 15}, role="merchant"),
    Case("콜라 다 떨어졌어요", "merchant_sold_out", {"item": "cola"}, role="merchant"),
    Case("we are out of coke", "merchant_sold_out", {"item": "cola"}, role="merchant"),
)
"""Everything that the slice teaches, and what no engine is asked about: rules and answers."""


async def opinions_of_rasa(rasa: str, cases: tuple[Case, ...]) -> dict[str, Opinion]:
    client = RasaClient(rasa, real_rasa.TOKEN, PATIENT_S, Breaker(lambda: 0.0))
    try:
        return {case.text: await client.opinion(case.text) for case in cases}
    finally:
        await client.close()


def understood(engine: Engine, case: Case, opinion: Opinion | None) -> Understanding:
    context = Context(case.role, case.expect, HAND if case.at_shop else (), AROUND, opinion=opinion)
    return engine.parse(case.text, context, NOW)


@pytest.mark.parametrize("which", ["embedded", "rasa"])
async def test_both_engines_understand_the_same(engine: Engine, which: str, tmp_path: Path) -> None:
    opinions: dict[str, Opinion] = {}
    with ExitStack() as stack:
        if which == "rasa":
            server = stack.enter_context(real_rasa.real_rasa(tmp_path / "rasa.log"))
            opinions = await opinions_of_rasa(server.url, CASES)
            with pytest.raises(NoAnswer, match="refused 401"):
                await RasaClient(server.url, "wrong", PATIENT_S, Breaker(lambda: 0.0)).opinion("안녕")
    wrong = []
    for case in CASES:
        found = understood(engine, case, opinions.get(case.text))
        lines = tuple((line.item, line.quantity, line.options) for line in found.lines)
        values = {name: found.value(name) for name in case.values}
        if (found.intent, found.in_scope, values, lines or case.lines) != (
            case.intent,
            True,
            dict(case.values),
            case.lines,
        ):
            wrong.append((case.text, found.intent, found.in_scope, values, lines))
    assert wrong == []
    assert all(INTENTS[intent] for one in opinions.values() for intent, _ in one.ranking)
    if opinions:
        assert {intent for one in opinions.values() for intent, _ in one.ranking} == real_rasa.INTENTS
        log = (tmp_path / "rasa.log").read_text("utf-8", "replace")
        assert not any(case.text in log for case in CASES)
