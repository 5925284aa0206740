import pytest

from flows.commands import SetSlots, StartFlow
from flows.engine import advance, asking, resume
from flows.state import State
from tests.flows.town_hall import LIBRARY, Talk, small


def ordered_until_confirmation() -> Talk:
    talk = Talk()
    talk.hears(StartFlow("order", {"dish": "콜라", "quantity": 2, "fulfilment": "pickup"}))
    talk.acts(total=4000)
    assert talk.asked == "confirmed"
    return talk


def test_a_flow_asks_for_each_missing_slot_then_acts() -> None:
    talk = Talk()
    assert talk.hears(StartFlow("order")) == ["utter_ask_dish"]
    assert talk.hears(SetSlots({"dish": "콜라"})) == ["utter_ask_quantity"]
    assert talk.hears(SetSlots({"quantity": 2})) == ["utter_ask_fulfilment"]
    assert talk.hears(SetSlots({"fulfilment": "pickup"})) == []
    assert talk.act == "action_quote"


def test_the_question_says_how_its_answer_is_read_and_where_it_stands() -> None:
    talk = Talk()
    talk.hears(StartFlow("order", {"dish": "콜라"}))
    question = talk.turned.asking
    assert question is not None
    assert (question.flow, question.slot, question.expect) == ("order", "quantity", "quantity")
    assert question.mappings[0].entity == "quantity"
    assert question.version == LIBRARY.version
    assert asking(LIBRARY, talk.state) == question


def test_one_answer_may_fill_several_slots_ahead() -> None:
    talk = Talk()
    talk.hears(StartFlow("order"))
    assert talk.hears(SetSlots({"dish": "콜라", "quantity": 3})) == ["utter_ask_fulfilment"]


def test_an_answer_to_something_else_is_kept_and_the_question_asked_again() -> None:
    talk = Talk()
    talk.hears(StartFlow("order"))
    assert talk.hears(SetSlots({"fulfilment": "pickup"})) == ["utter_ask_dish"]
    assert talk.hears(SetSlots({"dish": "콜라", "quantity": 1})) == []
    assert talk.act == "action_quote"


def test_a_rejected_answer_is_explained_and_asked_again_and_can_be_left() -> None:
    talk = Talk()
    talk.hears(StartFlow("order", {"dish": "콜라"}))
    for _ in range(3):
        assert talk.hears(SetSlots({"quantity": 0})) == ["utter_too_few", "utter_ask_quantity"]
    assert talk.hears(SetSlots({"quantity": 1})) == ["utter_ask_fulfilment"]


def test_a_value_given_at_the_start_is_checked_too() -> None:
    talk = Talk()
    said = talk.hears(StartFlow("order", {"dish": "콜라", "quantity": -1}))
    assert said == ["utter_too_few", "utter_ask_quantity"]


def test_ask_before_filling_asks_although_the_value_is_known() -> None:
    talk = Talk(confirmed=True)
    talk.hears(StartFlow("order", {"dish": "콜라", "quantity": 2, "fulfilment": "pickup"}))
    assert talk.acts(total=4000) == ["utter_ask_confirmed"]
    assert talk.turned.says[0].slots["total"] == 4000


def test_a_called_flow_comes_back_to_its_caller() -> None:
    talk = Talk()
    said = talk.hears(StartFlow("order", {"dish": "콜라", "quantity": 2, "fulfilment": "delivery"}))
    assert said == ["utter_ask_address"]
    assert talk.hears(SetSlots({"address": "시험로 12"})) == ["utter_ask_door"]
    assert talk.hears(SetSlots({"door": "101호"})) == []
    assert talk.act == "action_quote"
    assert talk.state.slots["address"] == "시험로 12"


def test_slots_return_to_their_former_value_unless_they_persist() -> None:
    talk = Talk(dish="사이다")
    talk.hears(StartFlow("order", {"dish": "콜라", "quantity": 2, "fulfilment": "delivery"}))
    talk.hears(SetSlots({"address": "시험로 12", "door": "1"}))
    talk.acts(total=4000)
    talk.hears(SetSlots({"confirmed": True}))
    assert talk.acts() == ["utter_ordered", "utter_anything_else"]
    slots = talk.state.slots
    assert (slots["dish"], slots["quantity"], slots["address"], slots["door"]) == ("사이다", None, None, None)
    assert slots["shop"] == "closed"
    assert slots["total"] == 4000
    assert talk.state.stack == ()


def test_initial_values_are_there_and_come_back() -> None:
    library = small(
        "  f:\n    description: d\n    steps: [{set_slots: [{a: 9}]}]", slots="a: {type: float, initial_value: 5}"
    )
    turned = advance(library, State(), [])
    assert turned.state.slots == {"a": 5}
    assert advance(library, State(), [StartFlow("f")]).state.slots == {"a": 5}


def test_reset_after_flow_ends_false_keeps_the_value() -> None:
    library = small("  f:\n    description: d\n    steps: [{collect: a, reset_after_flow_ends: false}, {collect: b}]")
    turned = advance(library, State(), [StartFlow("f", {"a": 1, "b": 2})])
    assert turned.state.slots == {"a": 1, "b": None}


def test_link_leaves_the_flow_for_another() -> None:
    talk = Talk(shop="hana")
    talk.hears(StartFlow("rate"))
    assert talk.hears(SetSlots({"stars": 5})) == ["utter_hours", "utter_anything_else"]
    assert talk.state.slots["stars"] is None


def test_a_called_flow_that_links_still_comes_back() -> None:
    library = small(
        "  f:\n    description: d\n    steps: [{call: g}, {collect: c}]\n"
        "  g:\n    description: d\n    steps: [{collect: a}, {link: h}]\n"
        "  h:\n    description: d\n    steps: [{collect: b}]"
    )
    talk = Talk(library)
    talk.hears(StartFlow("f"))
    assert talk.hears(SetSlots({"a": 1})) == ["utter_ask_b"]
    assert talk.hears(SetSlots({"b": 1})) == ["utter_ask_c"]


def test_an_action_sets_slots_speaks_and_may_start_a_flow() -> None:
    talk = Talk()
    talk.hears(StartFlow("order", {"dish": "콜라", "quantity": 2, "fulfilment": "pickup"}))
    turned = resume(LIBRARY, talk.state, {"total": 4000}, says=["utter_hours"], start=StartFlow("take_address"))
    assert [say.response for say in turned.says] == ["utter_hours", "utter_ask_address"]
    turned = advance(LIBRARY, turned.state, [SetSlots({"address": "x", "door": "y"})])
    assert [say.response for say in turned.says] == ["utter_back_to", "utter_ask_confirmed"]


def test_what_an_action_sets_takes_the_type_of_the_slot() -> None:
    talk = Talk()
    talk.hears(StartFlow("order", {"dish": "콜라", "quantity": 2, "fulfilment": "pickup"}))
    talk.acts(total="4000")
    assert talk.state.slots["total"] == 4000


def test_nothing_to_resume_is_an_error() -> None:
    with pytest.raises(ValueError, match="no action"):
        resume(LIBRARY, State(), {})


def test_nothing_heard_says_nothing_and_keeps_the_question() -> None:
    talk = ordered_until_confirmation()
    assert talk.hears() == []
    assert talk.asked == "confirmed"


def test_a_loop_without_a_question_ends_with_a_fault_not_for_ever() -> None:
    library = small(
        "  f:\n    description: d\n    steps: [{id: x, noop: true, next: y}, {id: y, noop: true, next: x}]\n"
        "  pattern_internal_error:\n    description: d\n    steps: [{action: utter_ask_a}]"
    )
    turned = advance(library, State(), [StartFlow("f")])
    assert turned.fault is not None and "`f`" in turned.fault and "step `" in turned.fault
    assert [say.response for say in turned.says] == ["utter_ask_a"]
    assert turned.state.stack == ()


def test_a_loop_through_an_action_ends_with_a_fault_too() -> None:
    library = small("  f:\n    description: d\n    steps: [{id: x, action: action_x, next: x}]")
    turned = advance(library, State(), [StartFlow("f")])
    for _ in range(1000):
        if turned.act is None:
            break
        turned = resume(library, turned.state, {})
    assert turned.fault is not None and "`x`" in turned.fault


def test_a_flow_that_calls_itself_for_ever_ends_with_a_fault() -> None:
    library = small("  f:\n    description: d\n    steps: [{call: f}]")
    assert advance(library, State(), [StartFlow("f")]).fault is not None


def test_a_step_that_the_library_no_longer_has_is_a_fault_and_not_an_exception() -> None:
    talk = ordered_until_confirmation()
    other = small("  order:\n    description: d\n    steps: [{collect: a}]")
    turned = advance(other, talk.state, [SetSlots({"a": 1})])
    assert turned.fault is not None and turned.state.stack == ()


def test_frames_carry_the_version_they_began_with() -> None:
    assert ordered_until_confirmation().state.version == LIBRARY.version
    assert State().version is None
