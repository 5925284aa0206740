"""What Rasa is given to learn, and what its tags make of an order."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nlu.examples import DATA, Example, Training, read_file, read_training
from nlu.marks import read_marks
from nlu.rasa.carts import cart
from nlu.rasa.lessons import lessons, sliced
from nlu.understanding import Entity
from tests.nlu.conftest import HAND

FILE = """version: "3.1"
nlu:
- intent: order_items
  examples: |
    - [큰 거]{"entity": "choice", "role": "size", "group": "1", "value": "large"} [두 잔](quantity)
- synonym: 아메리카노
  examples: |
    - 아메
- lookup: trade
  examples: |
    - 꽃집
- regex: code
  examples: |
    - [a-z]{8}
"""


def test_everything_that_the_data_say_is_in_rasas_form(tmp_path: Path) -> None:
    (tmp_path / "some.yml").write_text(FILE, "utf-8")
    training = Training()
    read_file(tmp_path / "some.yml", "some.yml", training, "ko")
    assert json.loads(lessons(training))["rasa_nlu_data"] == {
        "common_examples": [
            {
                "text": "큰 거 두 잔",
                "intent": "order_items",
                "entities": [
                    {"start": 0, "end": 3, "value": "large", "entity": "choice", "role": "size", "group": "1"},
                    {"start": 4, "end": 7, "value": "두 잔", "entity": "quantity"},
                ],
            }
        ],
        "entity_synonyms": [{"value": "아메리카노", "synonyms": ["아메"]}],
        "lookup_tables": [{"name": "trade", "elements": ["꽃집"]}],
        "regex_features": [{"name": "code", "pattern": "[a-z]{8}"}],
    }


def test_a_text_with_brackets_stays_as_it_is() -> None:
    training = Training([Example("[후라이드](item)?", "order_items", "ko")])
    [utterance] = json.loads(lessons(training))["rasa_nlu_data"]["common_examples"]
    assert (utterance["text"], utterance["entities"]) == ("[후라이드](item)?", [])


def test_all_of_our_data_are_in_it() -> None:
    training = read_training(DATA)
    utterances = json.loads(lessons(training))["rasa_nlu_data"]["common_examples"]
    assert len(utterances) == len(training.examples)
    for utterance, example in zip(utterances, training.examples, strict=True):
        assert (utterance["text"], utterance["intent"]) == (example.text, example.intent)
        assert [(one["entity"], one["start"], one["end"]) for one in utterance["entities"]] == [*example.entities]


def test_a_slice_has_so_many_of_each_intent_and_language() -> None:
    few = sliced(read_training(DATA), 3).examples
    kinds = {(one.intent, one.language) for one in few}
    assert len(few) == 3 * len(kinds)
    assert kinds == {(one.intent, one.language) for one in read_training(DATA).examples}


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("[후라이드](item) [두 마리](quantity)랑 [콜라](item) [하나](quantity)", [("fried", 2), ("cola", 1)]),
        ("[two](quantity) [cokes](item) and [a](quantity) [Fried  Chicken](item)", [(None, 2), ("fried", 1)]),
        ("[두 마리](quantity) [후라이드](item)", [("fried", 2)]),
        ("[아메](item) [열](quantity)", [(None, 10)]),
        ("[콜라](item) 주세요", [("cola", None)]),
        ("안녕하세요", []),
    ],
)
def test_a_cart_is_what_was_tagged_in_its_order(text: str, lines: list[tuple[str | None, int | None]]) -> None:
    found = cart(*tagged(text), HAND)
    assert [(line.item, line.quantity) for line in found] == lines


@pytest.mark.parametrize(
    "text",
    [
        "[라떼](item) [하나](quantity) [샷 추가](choice) [뜨겁지 않게](note)",
        "[a](quantity) [caffe latte](item) [extra shot](choice) [not hot](note)",
    ],
)
def test_choices_and_notes_go_with_their_dish(text: str) -> None:
    plain, entities = tagged(text)
    [line] = cart(plain, entities, HAND)
    assert (line.item, line.quantity, line.options) == ("latte", 1, ("latte-shot",))
    assert line.note == entities[-1].text


def tagged(marked: str) -> tuple[str, list[Entity]]:
    """A text as Rasa would tag it, if it tagged it so."""
    plain, marks = read_marks(marked)
    return plain, [Entity(one.entity, None, plain[one.start : one.end], one.start, one.end) for one in marks]
