"""A conversation goes over to a newer version only where both say that this is safe, and takes its answers along."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.commands import SetSlots, StartFlow
from flows.crossing import crossed, let_go
from flows.engine import Turned, advance, asking, failed
from flows.library import Library
from flows.source import FlowError
from flows.state import State

TEXT = """
flows:
  book:
    description: d
    steps:
    - id: who
      safe: true
      collect: name
    - id: where
      safe: true
      call: place
    - id: sure
      collect: confirmed
  place:
    description: d
    steps:
    - id: street
      safe: true
      collect: street
    - id: lit
      collect: lamps
  pattern_internal_error:
    description: d
    steps: [{action: utter_sorry}]
slots:
  name: {type: text}
  street: {type: text}
  lamps: {type: float}
  confirmed: {type: bool}
responses:
  utter_ask_name: [{text: who}]
  utter_ask_street: [{text: street}]
  utter_ask_lamps: [{text: lamps}]
  utter_ask_confirmed: [{text: sure}]
  utter_sorry: [{text: sorry}]
"""
OLD = Library.from_bundle({"f.yaml": TEXT})


def newer(old: str = "who}]", new: str = "whose}]") -> Library:
    assert old in TEXT
    return Library.from_bundle({"f.yaml": TEXT.replace(old, new, 1)})


def at(*answers: dict[str, object]) -> State:
    """Where the answers lead to."""
    state = advance(OLD, State(), [StartFlow("book")]).state
    for answer in answers:
        state = advance(OLD, state, [SetSlots(answer)]).state
    return state


def test_at_a_safe_step_it_goes_on_there_with_its_answers() -> None:
    new = newer()
    over = crossed(OLD, new, at({"name": "suji"}))
    assert over is not None
    open_question = asking(new, over)
    assert open_question is not None
    assert (open_question.flow, open_question.step, open_question.version) == ("place", "street", new.version)
    turned: Turned = advance(new, over, [SetSlots({"street": "Main"})])
    turned = advance(new, turned.state, [SetSlots({"lamps": 2})])
    assert turned.asking is not None
    assert turned.asking.slot == "confirmed"
    assert (turned.state.slots["name"], turned.state.slots["street"]) == ("suji", "Main")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("- id: street\n      safe: true", "- id: street"),
        ("- id: where\n      safe: true", "- id: where"),
        ("collect: street", "collect: name"),
        ("id: street", "id: road"),
        ("call: place", "noop: true"),
        ("  place:\n    description: d", "  spot:\n    description: d"),
    ],
    ids=["not safe any more", "its caller not safe", "asks for something else", "another id", "no call", "no flow"],
)
def test_it_stays_where_the_newer_version_has_no_such_place(old: str, new: str) -> None:
    assert crossed(OLD, newer(old, new), at({"name": "suji"})) is None


def test_it_stays_at_a_step_that_nobody_called_safe() -> None:
    assert crossed(OLD, newer(), at({"name": "suji"}, {"street": "Main"})) is None


def test_what_the_newer_slot_cannot_hold_is_asked_again() -> None:
    state = at({"name": "suji"})
    over = crossed(OLD, newer("name: {type: text}", "name: {type: float}"), state)
    assert over is not None
    assert "name" not in over.slots


def test_nothing_moves_while_an_action_is_under_way() -> None:
    assert crossed(OLD, newer(), replace(at(), acting=True)) is None


def test_let_go_gives_the_slots_back() -> None:
    before = {"name": "before", "street": "there"}
    state = advance(OLD, State(slots=before), [StartFlow("book", {"name": "suji"})]).state
    assert state.slots["name"] == "suji"
    gone = let_go(OLD, state)
    assert (gone.stack, dict(gone.slots)) == ((), before)


def test_an_action_that_there_is_not_is_apologised_for() -> None:
    turned = failed(OLD, at({"name": "suji"}), "no such action")
    assert (turned.fault, turned.state.stack) == ("no such action", ())
    assert [say.response for say in turned.says] == ["utter_sorry"]


def test_a_safe_step_has_an_id() -> None:
    with pytest.raises(FlowError, match=r"f\.yaml:6: a safe step without an `id`\. Give it one"):
        newer("id: who\n      safe", "safe")
