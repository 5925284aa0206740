"""The published JSON Schema: of all keys that are read, true of the library, and as strict as the readers."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from flows import keys, response_keys
from flows.check import check_files
from flows.library import Library
from flows.schema import schema
from flows.source import Defects, read_yaml
from tests.flows.test_rasa_syntax import RASA
from tests.flows.town_hall import FILES

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / "flows" / "library"
KEPT = ROOT / "flows" / "flows.schema.json"
VALIDATOR = Draft7Validator(schema())


def errors(text: str) -> list[str]:
    root = read_yaml("f.yaml", text, Defects())
    assert root is not None
    return [error.message for error in VALIDATOR.iter_errors(root.plain())]


def test_it_is_a_schema() -> None:
    Draft7Validator.check_schema(schema())


def test_the_kept_file_is_current() -> None:
    """Made by: dangol flows schema > flows/flows.schema.json"""
    assert json.loads(KEPT.read_text(encoding="utf-8")) == schema()


@pytest.mark.parametrize("path", sorted(LIBRARY.rglob("*.yaml")), ids=lambda path: path.name)
def test_the_library_is_valid_and_names_its_schema(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=../flows.schema.json\n")
    assert (path.parent / "../flows.schema.json").resolve() == KEPT
    assert errors(text) == []


def test_other_bots_are_valid_too() -> None:
    rasa = Library.read(Path(__file__).parent / "rasa")
    for text in (*FILES.values(), RASA, *rasa.values()):
        assert errors(text) == []


TABLES = [
    keys.FILE,
    keys.FLOW,
    keys.FLOW_TRANSLATION,
    keys.TRIGGER,
    keys.TRIGGER_INTENT,
    keys.BRANCH,
    keys.OTHERWISE,
    keys.REJECTION,
    keys.SLOT,
    keys.VALIDATION,
    keys.MAPPING_CONDITION,
    *({**keys.SHARED, **step} for step in keys.STEPS.values()),
    *keys.MAPPINGS.values(),
    *response_keys.PARTS.values(),
]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: "-".join(list(table)[:3]))
def test_every_key_that_is_read_is_in_it_and_described(table: keys.Keys) -> None:
    mappings = [one for one in _mappings(schema()) if set(one["properties"]) == set(table)]
    assert mappings
    for name in table:
        assert all(one["properties"][name]["description"] for one in mappings)


def _mappings(shape: Any) -> list[dict[str, Any]]:
    """Every mapping with keys in the schema."""
    if isinstance(shape, list):
        return [found for one in shape for found in _mappings(one)]
    if not isinstance(shape, dict):
        return []
    own = [shape] if shape.get("additionalProperties") is False else []
    return own + [found for one in shape.values() for found in _mappings(one)]


SOUND = """
flows:
  f:
    description: d
    nlu_trigger: [go]
    steps:
    - id: one
      collect: a
      rejections: [{if: slots.a = 1, utter: utter_no}]
      next:
      - if: slots.a = 2
        then: two
      - else: END
    - id: two
      action: action_do
slots:
  a: {type: text, mappings: [{type: from_entity, entity: e}], validation: {rejections: [{if: slots.a, utter: utter_no}]}}
  n: {type: float}
responses:
  utter_ask_a: [{text: {ko: 가, en: a}, buttons: [{title: t, payload: /go}], custom: {cards: {each: a, title: t}}}]
  utter_no: [{text: no, condition: [{type: slot, name: a, value: 1}], custom: {lines: {each: a, text: t}}}]
"""


def test_the_sound_one_is_sound() -> None:
    assert errors(SOUND) == [] and check_files({"f.yaml": SOUND}, ["action_do"], ["go"]) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("flows:", "flow:"),
        ("  f:", "  f g:"),
        ("    description: d\n", ""),
        ("description: d", "description: 3"),
        ("description: d", "descripton: d"),
        ("description: d", "description: d\n    role: boss"),
        ("description: d", "description: d\n    if: [a]"),
        ("description: d", "description: d\n    persisted_slots: a"),
        ("description: d", "description: d\n    run_pattern_completed: maybe"),
        ("description: d", "description: d\n    name: {ko: 가}"),
        ("description: d", "description: d\n    name: {ko: 가, en: a, fr: a}"),
        ("[go]", "[{intend: go}]"),
        ("[go]", "[{intent: {nam: go}}]"),
        ("collect: a", "colect: a"),
        ("collect: a", "collect: a\n      action: action_do"),
        ("collect: a", "collect: a\n      commits: true"),
        ("collect: a", "collect: a\n      ask_before_filling: perhaps"),
        ("action: action_do", "utter: utter_no"),
        ("action: action_do", "noop: false"),
        ("action: action_do", "noop:\n      - else: END"),
        ("action: action_do", "link: g\n      next: one"),
        ("action: action_do", "set_slots: 3"),
        ("action: action_do", "action: []"),
        ("action: action_do", "action: action_do\n      next: []"),
        ("[{if: slots.a = 1, utter: utter_no}]\n      next", "[{if: slots.a = 1}]\n      next"),
        ("[{if: slots.a = 1, utter: utter_no}]\n      next", "[{utter: utter_no}]\n      next"),
        ("      - else: END\n", ""),
        ("        then: two\n", ""),
        ("then: two", "thenn: two"),
        ("{type: float}", "{type: number}"),
        ("{type: float}", "{}"),
        ("{type: float}", "{type: categorical}"),
        ("{type: float}", "{type: categorical, values: []}"),
        ("{type: float}", "{type: float, expect: much}"),
        ("{type: float}", "{type: float, initial: 1}"),
        ("{type: from_entity, entity: e}", "{type: from_entity}"),
        ("{type: from_entity, entity: e}", "{type: from_intent}"),
        ("{type: from_entity, entity: e}", "{type: from_heart}"),
        ("{type: from_entity, entity: e}", "{type: from_text, entity: e}"),
        ("{type: from_entity, entity: e}", "{type: from_entity, entity: e, conditions: [{active_lop: f}]}"),
        ("validation: {rejections", "validation: {rejection"),
        ("{ko: 가, en: a}", "{ko: 가}"),
        ("{ko: 가, en: a}", "[a]"),
        ("{title: t, payload: /go}", "{title: t}"),
        ("{title: t, payload: /go}", "{payload: /go}"),
        ("{title: t, payload: /go}", "{title: t, payload: /go, colour: red}"),
        ("custom: {cards", "custom: {asks: money, cards"),
        ("{each: a, title: t}", "{title: t}"),
        ("{each: a, title: t}", "{each: a, title: t, label: t}"),
        ("custom: {lines: {each: a, text: t}}", "custom: {lines: {each: a, txt: t}}"),
        ("type: slot", "type: thing"),
        ("[{type: slot, name: a, value: 1}]", "[{type: slot, nam: a}]"),
        ("[{text: no, condition", "[{condition"),
        ("  utter_no: [{", "  utter_b: []\n  utter_no: [{"),
        ("  utter_no: [{", "  utter_b: a\n  utter_no: [{"),
    ],
)
def test_what_the_reader_refuses_for_its_form_the_schema_refuses(old: str, new: str) -> None:
    assert old in SOUND
    broken = SOUND.replace(old, new, 1)
    assert check_files({"f.yaml": broken}, ["action_do"], ["go"])
    assert errors(broken)
