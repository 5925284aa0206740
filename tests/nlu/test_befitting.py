"""Of what was found, only what is part of the wish comes out."""

from __future__ import annotations

import pytest

from nlu.befitting import befits
from nlu.intents import INTENTS
from nlu.meant import meant
from nlu.understanding import Entity


def _found(text: str, *said: tuple[str, str]) -> list[Entity]:
    return [Entity(kind, words, words, text.index(words), text.index(words) + len(words)) for kind, words in said]


@pytest.mark.parametrize(
    ("text", "intent", "said", "left"),
    [
        ("see ya tomorrow", "goodbye", [("date", "tomorrow")], []),
        ("closed tomorrow", "merchant_day_off", [("date", "tomorrow")], ["date"]),
        ("지난 금요일에 먹은 거", "order_again", [("date", "금요일")], []),
        ("do I collect points", "ask_payment", [("fulfilment", "collect")], []),
        ("I collect it", "choose_pickup", [("fulfilment", "collect")], ["fulfilment"]),
        ("둘이 먹기 좋은 거", "recommend", [("quantity", "둘")], []),
        ("소주 한잔 할 데", "find_shop", [("quantity", "한잔")], []),
        ("근처 후라이드 한 마리", "find_shop", [("item", "후라이드"), ("quantity", "한 마리")], ["item", "quantity"]),
        ("ready in 20 minutes", "merchant_accept", [("time", "in 20 minutes"), ("minutes", "20 minutes")], ["minutes"]),
        ("closing in 20 minutes", "merchant_close_at", [("time", "in 20 minutes")], ["time"]),
        ("is the pork Korean", "ask_dish", [("language", "Korean")], []),
        ("in Korean please", "change_language", [("language", "Korean")], ["language"]),
    ],
)
def test_what_is_said_besides_the_wish_is_left_out(
    text: str, intent: str, said: list[tuple[str, str]], left: list[str]
) -> None:
    assert [one.entity for one in meant(_found(text, *said), intent)] == left


def test_every_entity_belongs_to_some_intent() -> None:
    for entity in ("date", "time", "asap", "fulfilment", "quantity", "stars", "open_now", "delivers", "language"):
        assert any(befits(entity, intent, with_dish=False) for intent in INTENTS)
