"""A flow that drops the others gives back, at its end, what they held before they began."""

from __future__ import annotations

from flows.commands import StartFlow
from flows.engine import advance
from flows.library import Library
from flows.state import State

FLOWS = """
slots:
  how: {type: text}
  sure: {type: text}
flows:
  checkout:
    description: Drops every other flow, itself under way included.
    nlu_trigger: [checkout]
    steps:
    - action: action_clean_stack
    - collect: sure
  aside:
    description: Leads to checkout.
    nlu_trigger: [aside]
    steps:
    - link: checkout
responses:
  utter_ask_sure:
  - text: {ko: 맞나요?, en: Sure?}
"""


def test_slots_of_the_flow_itself_stay_and_all_are_given_back_at_its_end() -> None:
    library = Library.from_bundle({"flows.yaml": FLOWS})
    state = advance(library, State(slots={"how": None}), [StartFlow("checkout", {"how": "pickup"})]).state
    state = advance(library, state, [StartFlow("aside", {"how": "delivery"})]).state
    assert [frame.flow for frame in state.stack] == ["checkout"]
    state = advance(library, state, [StartFlow("checkout", {"how": "delivery"})]).state
    assert state.slots["how"] == "delivery"
    state = advance(library, state, [StartFlow("checkout", {"sure": "yes"})]).state
    assert state.stack == ()
    assert state.slots["how"] is None
