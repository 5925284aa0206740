"""A bot as somebody writes one for Rasa, in several files and every feature that Rasa documents, loaded and walked."""

from pathlib import Path

import pytest

from flows.check import check
from flows.commands import Cancel, SetSlots, StartFlow
from flows.language import Collect
from flows.library import Library
from flows.render import Rendered, render
from tests.flows.town_hall import Talk

FOLDER = Path(__file__).parent / "rasa"
SHED = Library.load(FOLDER)
ACTIONS = ("action_look_up_tool", "action_book_tool", "action_ask_pickup_slot", "action_remember_member")


@pytest.fixture
def talk() -> Talk:
    return Talk(SHED, **SHED.initial)


def asked_who(talk: Talk) -> None:
    """Up to the question who is borrowing."""
    assert talk.hears(StartFlow("lend_tool")) == ["utter_ask_tool"]
    assert talk.hears(SetSlots({"tool": "drill"})) == ["utter_ask_how_long"]
    assert talk.hears(SetSlots({"days": 2})) == []
    assert talk.act == "action_look_up_tool"
    assert talk.acts(tool_state="free") == ["utter_ask_member"]


def shown(response: str, language: str = "en", channel: str = "web", **slots: object) -> Rendered:
    rendered = render(SHED, response, language, slots, channel)
    assert rendered is not None
    return rendered


def test_the_whole_bot_is_sound() -> None:
    assert check(SHED, ACTIONS, ["lend_tool", "ask_hours", "affirm", "deny", "inform"]) == []


def test_it_is_walked_to_the_end(talk: Talk) -> None:
    asked_who(talk)
    assert talk.hears(SetSlots({"member": "Kim"})) == ["utter_ask_phone"]
    assert talk.hears(SetSlots({"phone": "010-1234-5678"})) == []
    assert talk.act == "action_ask_pickup_slot"
    assert talk.acts(says=("utter_pickup_slots",)) == ["utter_pickup_slots"]
    assert talk.asked == "pickup_slot"
    assert talk.hears(SetSlots({"pickup_slot": "MORNING"})) == ["utter_ask_confirmed"]
    assert talk.hears(SetSlots({"confirmed": True})) == []
    assert talk.act == "action_book_tool"
    assert talk.acts(receipt={"number": 7}) == ["utter_booked", "utter_ask_remarks"]
    assert talk.hears(SetSlots({"remarks": "Fine."})) == ["utter_thanks", "utter_anything_else"]
    assert talk.state.stack == ()
    kept = {name: value for name, value in talk.state.slots.items() if value is not None}
    lasting = {"tool": "drill", "member": "Kim", "tool_state": "free", "receipt": {"number": 7}}
    assert kept == {**lasting, "days": 1, "is_member": True}


def test_a_correction_of_a_called_flow_s_answer_is_taken(talk: Talk) -> None:
    asked_who(talk)
    talk.hears(SetSlots({"member": "Kim"}))
    talk.hears(SetSlots({"phone": "010-1234-5678"}))
    talk.acts(says=("utter_pickup_slots",))
    talk.hears(SetSlots({"member": "Lee"}))
    assert talk.act == "action_ask_pickup_slot"
    assert talk.state.slots["member"] == "Lee" and talk.state.slots["phone"] == "010-1234-5678"


def test_a_question_turns_answers_down(talk: Talk) -> None:
    talk.hears(StartFlow("lend_tool", {"tool": "drill"}))
    assert talk.hears(SetSlots({"days": 0})) == ["utter_too_short", "utter_ask_how_long"]
    assert talk.hears(SetSlots({"days": 22})) == ["utter_too_long", "utter_ask_how_long"]


def test_a_slot_s_validation_turns_answers_down_and_asks_in_its_own_words(talk: Talk) -> None:
    asked_who(talk)
    talk.hears(SetSlots({"member": "Kim"}))
    assert talk.hears(SetSlots({"phone": "tomorrow"})) == ["utter_not_a_phone", "utter_ask_phone_again"]
    assert talk.hears(SetSlots({"phone": "010-9999-0000"})) == []


@pytest.mark.parametrize(
    ("state", "free", "says"),
    [
        ("broken", ["drill", "saw"], ["utter_broken", "utter_ask_tool"]),
        ("broken", ["saw"], ["utter_broken", "utter_anything_else"]),
        ("broken", [], ["utter_broken", "utter_anything_else"]),
        ("lent", None, ["utter_lent", "utter_anything_else"]),
    ],
)
def test_each_branch_is_taken_by_its_condition(talk: Talk, state: str, free: object, says: list[str]) -> None:
    talk.hears(StartFlow("lend_tool", {"tool": "drill"}))
    talk.hears(SetSlots({"days": 2}))
    assert talk.acts(tool_state=state, free_tools=free) == says


def test_a_pattern_tells_of_a_flow_given_up(talk: Talk) -> None:
    talk.hears(StartFlow("lend_tool"))
    assert talk.hears(Cancel()) == ["utter_stopped"]
    said = talk.turned.says[0]
    assert render(SHED, said.response, "en", said.slots, "web") == Rendered("Fine, lend a tool is stopped.")
    assert render(SHED, said.response, "ko", said.slots, "web") == Rendered("Fine, 연장 빌리기 is stopped.")


@pytest.mark.parametrize("remarks", ["Where is the map?", "wo seid ihr?"])
def test_a_pattern_of_letters_may_say_that_capitals_do_not_matter(talk: Talk, remarks: str) -> None:
    talk.hears(StartFlow("give_feedback"))
    assert talk.hears(SetSlots({"remarks": remarks}))[0] == "utter_map"


def test_intents_and_guards_start_flows() -> None:
    member = {"is_member": True}
    assert SHED.triggered("lend_tool", "consumer", member) == "lend_tool"
    assert SHED.triggered("smalltalk", "consumer", member) == "lend_tool"
    assert SHED.triggered("greet", "consumer", {}) == "opening-hours"
    assert SHED.triggered("lend_tool", "consumer", {**member, "member": "blocked"}) is None
    assert SHED.triggered("lend_tool", "consumer", {}) is None
    assert not SHED.startable("identify_member", member)


def test_a_mapping_fills_only_for_its_intents_and_flows(talk: Talk) -> None:
    assert set(SHED.named) == {"tool", "days"}
    tool, days = SHED.named["tool"][0], SHED.named["days"][0]
    assert tool.hears("lend_tool") and not tool.hears("smalltalk")
    assert days.hears("inform") and not days.hears("greet")
    asked_who(talk)
    asking = talk.turned.asking
    assert asking is not None and [mapping.entity for mapping in asking.mappings] == ["member"]
    elsewhere = Library.from_bundle({**SHED.files, "more.yml": MORE})
    other = Talk(elsewhere)
    other.hears(StartFlow("also_asks"))
    assert other.turned.asking is not None and other.turned.asking.mappings == ()


MORE = "flows: {also_asks: {description: d, steps: [{collect: member}]}}"


def test_responses_are_chosen_by_channel_and_condition() -> None:
    assert shown("utter_greet", member="Kim").text == "Hello, Kim."
    assert shown("utter_greet", "ko").text == "안녕하세요."
    assert shown("utter_greet", "en").text == "Hello."
    assert shown("utter_greet", channel="slack", member="Kim").text == "Hello on Slack."
    assert shown("utter_ask_confirmed", tool="drill", days=1).text == "The drill for a day?"
    assert shown("utter_ask_confirmed", tool="drill", days=3).text == "The drill for 3 days?"
    assert shown("utter_map").text == "We are behind the town hall."


def test_buttons_set_slots_start_flows_or_say_words() -> None:
    buttons = shown("utter_ask_tool", "ko").buttons
    assert [button.label for button in buttons][:2] == ["드릴", "A ladder for two days"]
    assert [button.payload for button in buttons] == [
        "/SetSlots(tool=drill)",
        "/SetSlots(tool=ladder, days=2)",
        '/ask_hours{"tool": "any"}',
        "Something else, please",
    ]


def test_every_kind_of_step_slot_and_mapping_is_in_these_files() -> None:
    text = "".join(SHED.files.values())
    for feature in ("collect", "action", "set_slots", "link", "call", "noop", "if", "then", "else", "next"):
        assert f"{feature}:" in text
    assert {slot.type for slot in SHED.slots.values()} == {"text", "bool", "categorical", "float", "list", "any"}
    steps = [step for flow in SHED.flows.values() for step in flow.steps.values()]
    assert any(isinstance(step, Collect) and not step.reset_after_flow_ends for step in steps)
