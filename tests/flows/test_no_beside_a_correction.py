"""A no that comes with a correction refuses nothing: what was asked about has become something else."""

from __future__ import annotations

from flows.commands import SetSlots, StartFlow
from flows.engine import advance
from flows.library import Library
from flows.state import State

LIBRARY = Library.from_bundle(
    {
        "price.yaml": """\
slots: {price: {type: float}, sure: {type: bool}, name: {type: text}}
flows:
  change:
    description: Changes a price.
    steps:
    - collect: price
    - collect: sure
    - collect: name
    - action: utter_done
responses:
  utter_ask_price: [{text: How much?}]
  utter_ask_sure: [{text: Sure?}]
  utter_ask_name: [{text: Who?}]
  utter_done: [{text: Done.}]
"""
    }
)


def test_the_question_is_put_again() -> None:
    asked = advance(LIBRARY, State(), [StartFlow("change"), SetSlots({"price": 5000})])
    again = advance(LIBRARY, asked.state, [SetSlots({"price": 4800, "sure": False})])
    assert again.asking is not None
    assert again.asking.slot == "sure"
    assert again.state.slots["price"] == 4800


def test_a_no_alone_is_an_answer() -> None:
    asked = advance(LIBRARY, State(), [StartFlow("change"), SetSlots({"price": 5000}), SetSlots({"sure": False})])
    assert asked.asking is not None
    assert asked.asking.slot == "name"


def test_an_answer_in_words_beside_a_correction_counts() -> None:
    asked = advance(LIBRARY, State(), [StartFlow("change"), SetSlots({"price": 5000}), SetSlots({"sure": True})])
    done = advance(LIBRARY, asked.state, [SetSlots({"price": 4800, "name": "Ann"})])
    assert done.asking is None
