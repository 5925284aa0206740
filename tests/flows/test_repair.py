from flows.commands import (
    Cancel,
    CannotHandle,
    ChitChat,
    Clarify,
    Handoff,
    Repeat,
    Restart,
    SetSlots,
    Skip,
    StartFlow,
)
from flows.engine import advance, put_whole
from flows.library import Library
from flows.render import render
from flows.state import State
from tests.flows.town_hall import FILES, LIBRARY, Talk, small


def at_confirmation(library: Library = LIBRARY) -> Talk:
    talk = Talk(library)
    talk.hears(StartFlow("order", {"dish": "콜라", "quantity": 2, "fulfilment": "delivery"}))
    talk.hears(SetSlots({"address": "시험로 12", "door": "1"}))
    talk.acts(total=4000)
    return talk


def text(talk: Talk, number: int, language: str = "ko") -> str:
    say = talk.turned.says[number]
    rendered = render(LIBRARY, say.response, language, say.slots, "web")
    return rendered.text if rendered else ""


def test_a_correction_changes_that_slot_runs_the_pattern_and_prices_again() -> None:
    talk = at_confirmation()
    assert talk.hears(SetSlots({"quantity": 3})) == ["utter_corrected"]
    assert talk.act == "action_quote"
    assert talk.acts(total=6000) == ["utter_ask_confirmed"]
    assert text(talk, 0) == "6,000원을 낼까요?"
    assert talk.state.slots["address"] == "시험로 12"


def test_a_correction_decides_the_branches_again() -> None:
    talk = Talk()
    talk.hears(StartFlow("order", {"dish": "콜라", "quantity": 2, "fulfilment": "delivery"}))
    assert talk.asked == "address"
    assert talk.hears(SetSlots({"fulfilment": "pickup"})) == ["utter_corrected"]
    assert talk.act == "action_quote"


def test_several_corrections_in_one_message() -> None:
    talk = at_confirmation()
    assert talk.hears(SetSlots({"quantity": 3, "dish": "사이다"})) == ["utter_corrected"]
    talk.acts(total=6000)
    slots = talk.state.slots
    assert (slots["dish"], slots["quantity"]) == ("사이다", 3)


def test_an_answer_and_a_correction_in_one_message() -> None:
    talk = at_confirmation()
    talk.hears(SetSlots({"quantity": 3, "confirmed": True}))
    assert talk.acts(total=6000) == []
    assert talk.act == "action_place"


def test_a_corrected_value_is_checked_like_any_other() -> None:
    talk = at_confirmation()
    assert talk.hears(SetSlots({"quantity": 0})) == ["utter_corrected", "utter_too_few", "utter_ask_quantity"]


def test_a_slot_that_is_emptied_is_asked_again_and_the_rest_is_kept() -> None:
    talk = at_confirmation()
    assert talk.hears(SetSlots({"door": None})) == ["utter_corrected", "utter_ask_door"]
    assert talk.hears(SetSlots({"door": "2"})) == []
    assert talk.act == "action_quote"


def test_what_was_collected_in_a_called_flow_can_be_corrected() -> None:
    talk = at_confirmation()
    talk.hears(SetSlots({"address": "다른로 1"}))
    assert talk.state.slots["address"] == "다른로 1"
    talk.acts(total=4000)
    assert talk.asked == "confirmed"


def test_saying_the_same_again_is_no_correction() -> None:
    talk = at_confirmation()
    assert talk.hears(SetSlots({"quantity": 2})) == ["utter_ask_confirmed"]


def test_a_committed_action_does_not_run_again() -> None:
    flows = "  f:\n    description: d\n    steps: [{collect: a}, {action: action_add, commits: true}, {collect: b}]"
    talk = Talk(small(flows))
    talk.hears(StartFlow("f", {"a": 1}))
    talk.acts()
    assert talk.hears(SetSlots({"a": 2})) == ["utter_ask_b"]
    assert talk.act is None


def test_a_digression_is_answered_and_the_flow_goes_on() -> None:
    talk = at_confirmation()
    assert talk.hears(StartFlow("hours")) == ["utter_hours", "utter_back_to", "utter_ask_confirmed"]
    assert text(talk, 1) == "주문하기로 돌아가요"
    assert text(talk, 1, "en") == "Back to Order"


def test_two_wishes_are_done_in_turn() -> None:
    talk = Talk(shop="hana")
    assert talk.hears(StartFlow("rate"), StartFlow("take_address")) == ["utter_ask_stars"]
    assert talk.hears(SetSlots({"stars": 5})) == ["utter_hours", "utter_ask_address"]
    assert talk.hears(StartFlow("hours"), StartFlow("rate")) == ["utter_hours", "utter_ask_stars"]


def test_starting_a_flow_under_way_begins_it_anew() -> None:
    talk = at_confirmation()
    talk.hears(StartFlow("rate", {}))
    assert talk.hears(StartFlow("order")) == ["utter_ask_dish"]
    assert [frame.flow for frame in talk.state.stack] == ["order"]
    assert talk.state.slots["quantity"] is None


def test_cancel_drops_the_flow_with_its_callers_and_gives_slots_back() -> None:
    talk = Talk()
    talk.hears(StartFlow("order", {"dish": "콜라", "quantity": 2, "fulfilment": "delivery"}))
    assert talk.hears(Cancel()) == ["utter_cancelled"]
    assert text(talk, 0) == "주문하기를 그만둘게요"
    assert talk.state.stack == ()
    assert talk.state.slots["dish"] is None


def test_cancelling_a_digression_returns_to_what_waits() -> None:
    talk = Talk(shop="hana")
    talk.hears(StartFlow("order"))
    talk.hears(StartFlow("rate"))
    assert talk.hears(Cancel()) == ["utter_cancelled", "utter_back_to", "utter_ask_dish"]


def test_cancel_with_nothing_under_way_is_answered() -> None:
    assert Talk().hears(Cancel()) == ["utter_cancelled"]


def test_restart_drops_everything_and_keeps_slots_of_no_flow() -> None:
    talk = Talk(shop="hana")
    talk.hears(StartFlow("order", {"dish": "콜라"}))
    talk.hears(StartFlow("rate"))
    assert talk.hears(Restart()) == ["utter_welcome"]
    assert talk.state.stack == ()
    assert (talk.state.slots["shop"], talk.state.slots["dish"]) == ("hana", None)


def test_failures_are_counted_until_something_is_understood() -> None:
    talk = at_confirmation()
    assert talk.hears(CannotHandle()) == ["utter_rephrase", "utter_ask_confirmed"]
    assert talk.hears(CannotHandle()) == ["utter_human", "utter_ask_confirmed"]
    assert talk.state.failures == 2
    talk.hears(ChitChat("weather"))
    assert talk.state.failures == 0
    assert "failures" not in talk.state.slots


def test_a_value_of_the_wrong_kind_counts_as_not_understood() -> None:
    talk = Talk()
    talk.hears(StartFlow("order", {"dish": "콜라"}))
    assert talk.hears(SetSlots({"quantity": "많이"})) == ["utter_rephrase", "utter_ask_quantity"]


def test_a_flow_whose_guard_does_not_hold_cannot_be_started() -> None:
    assert Talk().hears(StartFlow("rate")) == ["utter_rephrase"]
    assert Talk().hears(StartFlow("no_such_flow")) == ["utter_rephrase"]
    assert Talk(shop="hana").hears(StartFlow("rate")) == ["utter_ask_stars"]


def test_clarification_offers_the_likely_flows_and_counts_as_a_failure() -> None:
    talk = Talk()
    assert talk.hears(Clarify(("order", "hours", "rate"))) == ["utter_which"]
    say = talk.turned.says[0]
    rendered = render(LIBRARY, say.response, "ko", say.slots, "web")
    assert rendered is not None
    assert [(button.label, button.payload) for button in rendered.buttons] == [
        ("주문하기", "/order_items"),
        ("영업시간", "/ask_hours"),
    ]
    assert talk.hears(CannotHandle()) == ["utter_human"]


def test_chitchat_and_skip_are_answered_and_the_question_asked_again() -> None:
    talk = at_confirmation()
    assert talk.hears(ChitChat("weather")) == ["utter_chat", "utter_ask_confirmed"]
    assert text(talk, 0) == "하하 weather"
    assert talk.hears(Skip()) == ["utter_needed", "utter_ask_confirmed"]


def shortly() -> Library:
    """The library with a short form of the question whether it is to be ordered."""
    flows = FILES["flows.yaml"].replace(
        "collect: confirmed\n", "collect: confirmed\n      utter_again: utter_shortly\n"
    )
    texts = FILES["texts/responses.yaml"] + "  utter_shortly: [{text: {ko: 낼까요?, en: Pay?}}]\n"
    return Library.from_bundle({**FILES, "flows.yaml": flows, "texts/responses.yaml": texts})


def test_what_was_said_in_between_is_answered_and_the_question_put_shortly() -> None:
    talk = at_confirmation(shortly())
    assert talk.hears(ChitChat("weather")) == ["utter_chat", "utter_shortly"]
    assert talk.asked == "confirmed"
    assert talk.hears(StartFlow("hours")) == ["utter_hours", "utter_back_to", "utter_shortly"]
    assert talk.hears(SetSlots({"confirmed": True})) == []
    assert talk.act == "action_place"


def test_a_repeat_a_correction_and_a_wish_to_see_it_put_the_question_whole() -> None:
    talk = at_confirmation(shortly())
    talk.hears(ChitChat("weather"))
    assert talk.hears(Repeat()) == ["utter_chat", "utter_ask_confirmed"]
    talk.hears(ChitChat("weather"))
    assert talk.hears(SetSlots({"confirmed": None})) == ["utter_ask_confirmed"]
    talk.hears(ChitChat("weather"))
    assert talk.hears(SetSlots({"quantity": 3})) == ["utter_corrected"]
    assert talk.acts(total=6000) == ["utter_ask_confirmed"]


def test_somebody_who_has_not_seen_the_question_gets_it_whole() -> None:
    library = shortly()
    talk = at_confirmation(library)
    talk.hears(ChitChat("weather"))
    whole = put_whole(library, talk.turned)
    assert [say.response for say in whole.says] == ["utter_chat", "utter_ask_confirmed"]
    assert whole.says[-1].slots["total"] == 4000
    assert put_whole(library, whole) == whole


def test_repeat_says_the_last_messages_once_more_with_what_they_held_then() -> None:
    talk = at_confirmation()
    assert talk.hears(Repeat()) == ["utter_ask_confirmed"]
    talk.hears(SetSlots({"confirmed": True}))
    talk.acts()
    assert text(talk, 0) == "콜라 2개 주문했어요"
    for _ in range(2):
        assert talk.hears(Repeat()) == ["utter_ordered", "utter_anything_else"]
        assert text(talk, 0) == "콜라 2개 주문했어요"


def test_repeat_keeps_the_question_open() -> None:
    talk = at_confirmation()
    talk.hears(Repeat())
    assert talk.asked == "confirmed"
    talk.hears(SetSlots({"confirmed": True}))
    assert talk.act == "action_place"


def test_handoff_asks_and_an_answer_to_the_flow_below_leaves_it() -> None:
    talk = at_confirmation()
    assert talk.hears(Handoff()) == ["utter_ask_wants_call"]
    assert talk.hears(SetSlots({"confirmed": True})) == []
    assert talk.act == "action_place"


def test_cancelling_a_pattern_leaves_the_flow_below() -> None:
    talk = at_confirmation()
    talk.hears(Handoff())
    assert talk.hears(Cancel())[-1] == "utter_ask_confirmed"


def test_the_same_pattern_never_piles_up() -> None:
    talk = at_confirmation()
    for _ in range(20):
        talk.hears(Handoff())
    assert [frame.flow for frame in talk.state.stack] == ["order", "pattern_human_handoff"]


def test_without_patterns_the_question_is_simply_asked_again() -> None:
    files = {**FILES, "flows.yaml": FILES["flows.yaml"].split("  pattern_cancel_flow:")[0]}
    library = Library.from_bundle(files)
    talk = Talk(library)
    talk.hears(StartFlow("order"))
    for command in (CannotHandle(), ChitChat(), Skip(), Handoff(), Clarify(("hours",)), Repeat()):
        assert talk.hears(command) == ["utter_ask_dish"]
    assert talk.hears(StartFlow("hours")) == ["utter_hours", "utter_ask_dish"]
    assert talk.hears(Restart()) == []
    assert advance(library, State(), [Cancel()]).says == ()


def test_a_stray_answer_does_not_wait_for_a_later_flow() -> None:
    talk = Talk(shop="hana")
    talk.hears(StartFlow("rate"))
    talk.hears(SetSlots({"quantity": 3}))
    talk.hears(SetSlots({"stars": 5}))
    assert talk.state.slots["quantity"] is None


def test_starting_a_called_flow_anew_keeps_its_caller() -> None:
    talk = Talk()
    talk.hears(StartFlow("order", {"dish": "콜라", "quantity": 2, "fulfilment": "delivery"}))
    talk.hears(SetSlots({"address": "시험로 12"}))
    assert talk.hears(StartFlow("take_address")) == ["utter_ask_address"]
    assert talk.hears(SetSlots({"address": "다른로 1", "door": "2"})) == []
    assert talk.act == "action_quote"


def test_what_lay_on_a_branch_left_behind_is_no_longer_corrected() -> None:
    talk = at_confirmation()
    talk.hears(SetSlots({"fulfilment": "pickup"}))
    talk.acts(total=4000)
    assert talk.hears(SetSlots({"address": "다른로 1"})) == ["utter_ask_confirmed"]


def test_a_correction_does_not_repeat_what_a_called_flow_always_asks() -> None:
    talk = Talk(
        small(
            "  f:\n    description: d\n    steps: [{collect: a}, {call: g}, {collect: c}]\n"
            "  g:\n    description: d\n    steps: [{collect: b, ask_before_filling: true}]"
        )
    )
    talk.hears(StartFlow("f", {"a": 1}))
    talk.hears(SetSlots({"b": 1}))
    assert talk.hears(SetSlots({"a": 2})) == ["utter_ask_c"]


LOOP = (
    "  f:\n    description: d\n    steps: [{id: first, collect: a, ask_before_filling: true},"
    " {collect: b, ask_before_filling: true}, {collect: c, ask_before_filling: true, next: first}]"
)


def test_after_a_correction_a_loop_asks_again() -> None:
    talk = Talk(small(LOOP))
    talk.hears(StartFlow("f"))
    for slot in ("a", "b"):
        talk.hears(SetSlots({slot: 1}))
    assert talk.hears(SetSlots({"a": 2, "c": 1})) == ["utter_ask_a"]


def test_after_an_emptied_slot_is_answered_the_rest_is_not_asked_again() -> None:
    talk = Talk(small(LOOP))
    talk.hears(StartFlow("f"))
    for slot in ("a", "b"):
        talk.hears(SetSlots({slot: 1}))
    assert talk.hears(SetSlots({"a": None})) == ["utter_ask_a"]
    assert talk.hears(SetSlots({"a": 3})) == ["utter_ask_c"]


def test_a_move_tells_which_repairs_it_called_for() -> None:
    talk = at_confirmation()
    called: list[tuple[str, ...]] = []
    talk.hears(SetSlots({"quantity": 3}))
    called.append(talk.turned.patterns)
    talk.acts(total=6000)
    called.append(talk.turned.patterns)
    talk.hears(CannotHandle())
    called.append(talk.turned.patterns[:1])
    assert called == [("pattern_correction",), (), ("pattern_cannot_handle",)]
    bare = small("  greet: {description: Hello., steps: [{action: utter_ask_a}]}")
    turned = advance(bare, State(), [Handoff()])
    assert turned.patterns == ("pattern_human_handoff",), "the library has none"


def test_a_flow_begun_anew_by_what_was_put_on_it_asks_only_what_it_always_asks() -> None:
    flows = """
  order:
    description: o
    nlu_trigger: [order]
    steps: [{collect: a}, {collect: b, ask_before_filling: true}, {collect: c}]
  change:
    description: c
    nlu_trigger: [change]
    steps: [{set_slots: [{a: 2}]}, {link: order}]
"""
    talk = Talk(small(flows))
    talk.hears(StartFlow("order"))
    talk.hears(SetSlots({"a": 1}))
    talk.hears(SetSlots({"b": 1}))
    assert talk.asked == "c"
    assert talk.hears(StartFlow("change")) == ["utter_ask_b"]
    assert talk.hears(SetSlots({"b": 2})) == ["utter_ask_c"]
    assert talk.hears(StartFlow("order")) == ["utter_ask_a"], "asked for, it begins anew"
