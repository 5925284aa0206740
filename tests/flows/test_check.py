from collections.abc import Mapping

import pytest

from flows.check import check, check_files
from flows.library import Library
from flows.source import FlowError
from tests.flows.town_hall import ACTIONS, FILES, INTENTS, LIBRARY

SOUND = """
flows:
  f:
    description: d
    nlu_trigger: [go]
    steps:
    - id: one
      collect: a
    - id: two
      action: action_do
slots:
  a: {type: text}
  n: {type: float}
responses:
  utter_ask_a: [{text: {ko: 가, en: a}}]
"""


def found(text: str) -> list[tuple[int, str]]:
    return [(defect.line, defect.what) for defect in check_files({"f.yaml": text}, ["action_do"], ["go", "stop"])]


def test_a_wording_for_a_channel_that_is_not_there_is_a_defect() -> None:
    text = SOUND.replace("en: a}}", "en: a}, channel: telegrm}")
    (defect,) = check_files({"f.yaml": text}, ["action_do"], ["go"], {"telegram": 20, "web": 40})
    assert (defect.line, defect.what, defect.mend) == (15, "unknown channel `telegrm`", "Did you mean `telegram`?")


def test_a_sound_library_has_no_defects() -> None:
    assert found(SOUND) == []
    assert check(LIBRARY, ACTIONS, INTENTS) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("collect: a", "collect: b", 8, "unknown slot `b`"),
        ("collect: a", "collect: n", 8, "unknown response `utter_ask_n`"),
        ("action_do", "action_du", 10, "unknown action `action_du`"),
        ("action: action_do", "action: utter_no", 10, "unknown response `utter_no`"),
        (
            "collect: a",
            'collect: a\n      next: [{if: slots.n > "x", then: two}, {else: END}]',
            9,
            "slot `n` never has",
        ),
        ("id: two", "id: END", 9, "`END` is where a flow is over"),
        ("action: action_do", "link: g", 10, "no flow `g`"),
        ("action: action_do", "call: g", 10, "no flow `g`"),
        ("action: action_do", "link: f", 10, "a flow cannot link to itself"),
        ("[go]", "[gone]", 5, "unknown intent `gone`"),
        ("collect: a", "collect: a\n      next: END", 11, "step `two` cannot be reached"),
        ("collect: a", "collect: a\n      next: [{if: slots.z, then: two}, {else: END}]", 9, "unknown slot `z`"),
        ("collect: a", "collect: a\n      next: [{if: context.z, then: two}, {else: END}]", 9, "only patterns have"),
        (
            "  f:",
            "  pattern_cannot_handle:\n    description: d\n    steps: [{noop: true, next: [{if: context.z, then: END}, {else: END}]}]\n  f:",
            5,
            "no pattern has `context.z`",
        ),
        ("collect: a", "collect: a\n      rejections: [{if: slots.a = 1, utter: utter_x}]", 9, "unknown response"),
        ("    description: d", "    description: d\n    if: slots.zz", 5, "unknown slot `zz`"),
        ("    description: d", "    description: d\n    persisted_slots: [zz]", 5, "unknown slot `zz`"),
        ("action: action_do", "set_slots: [{n: many}]", 10, "slot `n` cannot hold `many`"),
        ("en: a}}", 'en: " "}}', 15, "text has no `en` text"),
        ("{text: {ko: 가, en: a}}", 'text: ""', 15, "text is empty"),
        ("en: a}}", "en: a}, buttons: [{title: x, payload: /SetSlots(n=many)}]}", 15, "slot `n` cannot hold `many`"),
        ("action: action_do", "noop: true\n      next: two", 10, "a loop that asks nothing"),
        ("action: action_do", "action: action_do\n      next: two", 10, "a loop that asks nothing"),
        ("  f:", "  pattern_cancel:\n    description: d\n    steps: [{noop: true}]\n  f:", 3, "no pattern is called"),
        (
            "  f:",
            "  g:\n    description: d\n    nlu_trigger: [go]\n    steps: [{noop: true}]\n  f:",
            9,
            "intent `go` starts",
        ),
        ("{ko: 가, en: a}", '{ko: "{z}", en: a}', 15, "unknown slot `z`"),
        ("{type: text}", "{type: text, mappings: [{type: from_intent, intent: no}]}", 12, "unknown intent `no`"),
        ("  n: {", "  n: {mappings: [{type: from_intent, intent: go, value: x}], ", 13, "cannot hold `x`"),
        ("  n: {", "  failures: {type: float}\n  n: {", 13, "a slot cannot be called `failures`"),
        ("en: a}}", "en: a}, buttons: [{title: t, payload: /nope}]}", 15, "unknown intent `nope`"),
        ("en: a}}", "en: a}, buttons: [{title: t, payload: /SetSlots(z=1)}]}", 15, "unknown slot `z`"),
        (
            "en: a}}",
            f"en: a}}, buttons: [{{title: {'t' * 41}, payload: /go}}]}}",
            15,
            "the label `tttttttttttttttt…` is 41 columns wide in `ko`, and a phone shows 40",
        ),
        ("en: a}}", "en: a}, custom: {cards: {each: z, title: t}}}", 15, "unknown slot `z`"),
        ("en: a}}", 'en: a}, custom: {cards: {each: a, title: "{slots.z}"}}}', 15, "unknown slot `z`"),
        # what does not even load
        ("collect: a", "colect: a", 7, "a step needs exactly one kind"),
        ("collect: a", "collect: a\n      askbefore: true", 9, "unknown key `askbefore`"),
        ("collect: a", "collect: a\n      next: three", 9, "no step `three`"),
        ("collect: a", "collect: a\n      next: [{if: slots.a, then: two}]", 9, "the branches have no `else`"),
        ("collect: a", "collect: a\n      next: [{if: slots.a >, then: two}, {else: END}]", 9, "condition `slots.a >`"),
        ("collect: a", "collect: a\n      next: [{if: slots.a, then: [{noop: true}]}, {else: END}]", 9, "needs `next`"),
        ("id: two", "id: one", 9, "two steps have the id `one`"),
        ("    description: d\n", "", 3, "description must be a text"),
        ("    description: d", "    descripton: d", 4, "unknown key `descripton`"),
        ("  n: {type: float}", "  n: {type: number}", 13, "unknown slot type `number`"),
        ("  n: {type: float}", "  n: {type: categorical}", 13, "slot `n` has no values"),
        ("  n: {type: float}", "  n: {type: float, expect: much}", 13, "unknown expect `much`"),
        ("  n: {type: float}", "  n: {type: float, initial_value: x}", 13, "cannot hold its initial_value"),
        ("{ko: 가, en: a}", "{ko: 가}", 15, "text has no `en` text"),
        ("{ko: 가, en: a}", '{ko: 가, en: "{a:monney}"}', 15, "unknown form `monney`"),
        ("{ko: 가, en: a}", '{ko: 가, en: "{a"}', 15, "a brace without its placeholder in `{a`"),
        ("{ko: 가, en: a}", '{ko: "a}", en: "{{a}}"}', 15, "a brace without its placeholder in `a}`"),
        ("{ko: 가, en: a}", '{ko: 가, en: "{ a }"}', 15, "a brace without its placeholder"),
        ("en: a}}", "en: a}, button: []}", 15, "unknown key `button`"),
        ("en: a}}", "en: a}, buttons: [{title: t}]}", 15, "a button does nothing"),
        ("en: a}}", "en: a}, buttons: [{title: t, payload: SetSlots(a=1)}]}", 15, "payload:"),
        ("en: a}}", "en: a}, custom: {asks: money}}", 15, "cannot ask for `money`"),
        ("  utter_ask_a", "  utter_b: []\n  utter_ask_a", 15, "must be a list of variations"),
        ("slots:\n", "slots: [a]\nslots:\n", 12, "`slots` is here twice"),
        ("    steps:", "    steps: []\n    x:", 6, "flow `f` has no steps"),
        ("flows:", "flows: {", 2, "not YAML"),
        ("flows:", "flow:", 2, "unknown key `flow`"),
    ],
)
def test_each_defect_is_named_with_its_line(old: str, new: str, line: int, what: str) -> None:
    assert old in SOUND
    defects = found(SOUND.replace(old, new, 1))
    if what == "not YAML":
        assert [text for _, text in defects if text.startswith(what)]
        return
    assert [one for one in defects if one[0] == line and what in one[1]], defects


def test_a_mistyped_name_is_mended_with_the_nearest_one() -> None:
    defects = check_files({"f.yaml": SOUND.replace("action_do", "action_od")}, ["action_do"], ["go"])
    assert defects[0].mend == "Did you mean `action_do`?"
    assert str(defects[0]).startswith("f.yaml:10: unknown action")


def test_a_categorical_slot_compared_with_what_it_never_is_is_named() -> None:
    choosing = SOUND.replace("n: {type: float}", "n: {type: categorical, values: [pickup, delivery]}")
    asking = "action: action_do\n      next: [{if: 'slots.n = \"%s\" and slots.a is not null', then: END}, {else: END}]"
    assert found(choosing.replace("action: action_do", asking % "pickup")) == []
    mistyped = choosing.replace("action: action_do", asking % "picup")
    defects = check_files({"f.yaml": mistyped}, ["action_do"], ["go"])
    assert [str(one) for one in defects] == ["f.yaml:11: slot `n` never has the value “picup”. Did you mean `pickup`?"]


def test_a_loop_that_an_action_can_end_is_none() -> None:
    looping = "action: action_do\n      next: [{if: slots.a is null, then: two}, {else: END}]"
    assert found(SOUND.replace("action: action_do", looping)) == []


@pytest.mark.parametrize("form", ["", ":day", ":count"])
def test_a_particle_behind_a_word_that_changes_is_found(form: str) -> None:
    flows = SOUND.replace("{ko: 가, en: a}", f'{{ko: "{{n{form}}}은 가", en: a}}')
    assert [what for _, what in found(flows)] == [f"`{{n{form}}}은` has a particle that fits only some names"]


AGAIN = "utter: utter_ask_a\n      next: [{if: slots.a = 1, then: END}, {else: two}]"


@pytest.mark.parametrize(
    ("question", "back", "endless"),
    [
        ("", "noop: true\n      next: one", True),
        (f"\n      {AGAIN}", "action: utter_ask_a\n      next: one", True),
        (f"\n      ask_before_filling: true\n      {AGAIN}", "action: utter_ask_a\n      next: one", False),
        (f"\n      {AGAIN}", "set_slots: [{a: null}]\n      next: one", False),
        (f"\n      {AGAIN}", "action: action_do\n      next: one", False),
        ("", "noop: true\n      next: [{if: slots.a is null, then: one}, {else: END}]", False),
    ],
)
def test_a_loop_whose_question_has_its_answer_asks_nothing(question: str, back: str, endless: bool) -> None:
    flows = SOUND.replace("collect: a", f"collect: a{question}").replace("action: action_do", back)
    assert [line for line, what in found(flows) if "asks nothing the second time" in what] == ([8] if endless else [])


def test_a_loop_over_several_flows_is_found() -> None:
    flows = SOUND.replace("action: action_do", "noop: true\n      next: three\n    - id: three\n      link: g")
    flows = flows.replace(
        "  f:",
        "  g:\n    description: d\n    steps: [{link: h}]\n  h:\n    description: d\n    steps: [{link: g}]\n  f:",
    )
    assert [what for _, what in found(flows) if "loop" in what]


@pytest.mark.parametrize(
    ("first", "second", "endless"),
    [
        ("{call: a}, {collect: s}", "{collect: s}", True),
        ("{call: b}, {collect: s}", "{call: a}", True),
        ("{call: b}, {collect: s}", "{link: a}", True),
        ("{collect: s}, {call: b}", "{call: a}", False),
        ("{call: b}, {collect: s}", "{collect: s}", False),
    ],
)
def test_flows_that_call_one_another_before_anything_is_asked_never_come_back(
    first: str, second: str, endless: bool
) -> None:
    text = f"""
flows:
  a: {{description: d, nlu_trigger: [go], steps: [{first}]}}
  b: {{description: d, nlu_trigger: [stop], steps: [{second}]}}
slots:
  s: {{type: text}}
responses:
  utter_ask_s: [{{text: {{ko: 가, en: a}}}}]
"""
    loops = [what for _, what in found(text) if "asks nothing" in what]
    assert bool(loops) is endless


def test_one_intent_may_start_a_flow_for_each_role_or_guard() -> None:
    other = "  g:\n    description: d\n    role: merchant\n    nlu_trigger: [go]\n    steps: [{noop: true}]\n  f:"
    assert found(SOUND.replace("  f:", other)) == []
    library = Library.from_bundle({"f.yaml": SOUND.replace("  f:", other)})
    assert library.triggered("go", "merchant", {}) == "g"
    assert library.triggered("go", "consumer", {}) == "f"


def test_intents_of_buttons_alone_are_declared_in_the_files() -> None:
    text = SOUND.replace("[go]", "[pressed]")
    assert found(text) and not found(text + "intents: [pressed]\n")


def broken(files: Mapping[str, str]) -> FlowError:
    with pytest.raises(FlowError) as caught:
        Library.from_bundle(files)
    return caught.value


def test_loading_names_every_defect_of_every_file() -> None:
    error = broken({"a.yaml": "flows: {f: {}}", "b.yaml": "slots: {x: {type: y}}"})
    assert {defect.file for defect in error.defects} == {"a.yaml", "b.yaml"}


def test_the_same_name_in_two_files_is_a_defect() -> None:
    error = broken({**FILES, "z.yaml": "slots: {dish: {type: text}}"})
    assert "already in slots.yaml:3" in str(error)
