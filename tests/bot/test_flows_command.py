"""`dangol flows`: what an operator reads on the screen, sentence by sentence."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.commands.flows import app

SOUND = """
flows:
  tell:
    description: d
    nlu_trigger: [greet]
    steps:
    - id: ask
      collect: stars
    - id: thank
      action: utter_thanks
slots:
  stars: {type: float, mappings: [{type: from_entity, entity: stars}]}
responses:
  utter_ask_stars: [{text: {ko: 별은요?, en: Stars?}, buttons: [{title: 다섯, payload: /SetSlots(stars=5)}]}]
  utter_thanks: [{text: {ko: 고마워요., en: Thank you.}}]
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def checked(folder: Path, text: str, *options: str) -> Result:
    (folder / "f.yaml").write_text(text, encoding="utf-8")
    return run("check", str(folder), *options)


def test_a_sound_folder(tmp_path: Path) -> None:
    ended = checked(tmp_path, SOUND)
    assert (ended.exit_code, ended.output) == (0, "1 file, no defect.\n")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "collect: stars",
            "collect: stars\n      next: END",
            "f.yaml:11: step `thank` cannot be reached. Name it in a `next`, or take it out",
        ),
        (
            "collect: stars",
            "collect: stars\n      next:\n      - if: slots.stars > 3\n        then: thank",
            "f.yaml:9: the branches have no `else`. Add `- else: …` as the last one",
        ),
        ("collect: stars", "collect: star", "f.yaml:8: unknown slot `star`. Did you mean `stars`?"),
        (
            "utter_thanks\n",
            "action_view_cat\n",
            "f.yaml:10: unknown action `action_view_cat`. Did you mean `action_view_cart`?",
        ),
        ("utter_thanks\n", "utter_thank\n", "f.yaml:10: unknown response `utter_thank`. Did you mean `utter_thanks`?"),
        ("action: utter_thanks", "link: tel", "f.yaml:10: no flow `tel`. Did you mean `tell`?"),
        ("action: utter_thanks", "call: nowhere", "f.yaml:10: no flow `nowhere`. Write that flow"),
        ("{ko: 고마워요., en: Thank you.}", "{ko: 고마워요.}", "f.yaml:15: text has no `en` text. Add `en: …`"),
        (
            "title: 다섯",
            "title: 별 다섯 개를 드릴 만큼 아주 많이 좋았어요",
            "f.yaml:14: the label `별 다섯 개를 드릴 만큼 아주…` is 41 columns wide in `ko`, and telegram shows 36. "
            "Shorten it; a Hangul syllable is two columns wide",
        ),
        (
            "utter_thanks\n",
            "utter_thanks\n      next: thank\n",
            "f.yaml:10: a loop that asks nothing goes through step `thank` of flow `tell`. "
            "Put a `collect` in it, or lead one branch out to END",
        ),
        (
            "  tell:",
            "  also:\n    description: d\n    nlu_trigger: [greet]\n    steps: [{action: utter_thanks}]\n  tell:",
            "f.yaml:9: intent `greet` starts `also` as well as `tell`. "
            "Take it from one of them, or give them different roles or guards",
        ),
        (
            "en: Stars?",
            'en: "Stars, {stars?"',
            "f.yaml:14: text: a brace without its placeholder in `Stars, {stars?`; a brace itself is `{{` or `}}`. "
            "Write {name} or {name:form};",
        ),
        (
            "payload: /SetSlots(stars=5)",
            'payload: "/SetSlots(stars=\\"{five\\")"',
            "f.yaml:14: payload: a brace without its placeholder in `{five`; a brace itself is `{{` or `}}`. "
            'Write /SetSlots(slot=value) or /intent{"slot": "value"}',
        ),
        (
            "ko: 고마워요.",
            'ko: "{stars}을 받았어요."',
            "f.yaml:15: `{stars}을` has a particle that fits only some names. Write `{stars:을}`",
        ),
        (
            "    nlu_trigger: [greet]",
            "    persisted_slots: [other]\n    nlu_trigger: [greet]",
            "f.yaml:5: slot `other` is persisted, but flow `tell` neither collects nor sets it. "
            "Take it out: what an action sets stays anyway",
        ),
        (
            "utter_thanks\n",
            "utter_thanks\n      next: [{if: slots.stars, then: END}, {if: slots.stars, then: ask}, {else: END}]\n",
            "f.yaml:11: a branch has the condition of one above it. Change one of them, or take it out",
        ),
        (
            "  tell:",
            "  pattern_user_silence:\n    description: d\n    steps: [{action: utter_thanks}]\n  tell:",
            "f.yaml:3: no pattern is called `pattern_user_silence`. Take it out: Rasa has it, but nothing here calls for it",
        ),
        (
            "    description: d",
            "    descripton: d",
            "f.yaml:4: unknown key `descripton` in flow `tell`. Did you mean `description`?",
        ),
        (
            "collect: stars",
            "noop:\n      - else: END",
            "f.yaml:8: `noop` must be true. Write `noop: true`, with the branches under `next`",
        ),
        (
            "action: utter_thanks",
            "next: [{else: END}]",
            "f.yaml:9: a step needs exactly one kind. Add `noop: true` for a step that only branches",
        ),
        (
            "{text: {ko: 고마워요., en: Thank you.}}",
            "{text: \"{{ slots.stars|join(', ') }}\", metadata: {template: jinja}}",
            "f.yaml:15: `{{ slots.stars|join(', ') }}` is more Jinja than is understood. "
            "Write {name}, {context.name} or {name:form}; a list in it is joined by commas",
        ),
    ],
)
def test_each_defect_is_one_line_with_file_line_and_mend(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    assert old in SOUND
    other = "  other: {type: text}\nresponses:"
    ended = checked(tmp_path, SOUND.replace(old, new, 1).replace("responses:", other, 1 if "other" in new else 0))
    assert ended.exit_code == 1
    assert sentence in ended.output


def test_defects_as_json(tmp_path: Path) -> None:
    ended = checked(tmp_path, SOUND.replace("collect: stars", "collect: star"), "--json")
    assert ended.exit_code == 1
    first = json.loads(ended.stdout)[0]
    assert first == {
        "file": "f.yaml",
        "line": 8,
        "what": "unknown response `utter_ask_star`",
        "mend": "Did you mean `utter_ask_stars`?",
    }
    ended = checked(tmp_path, SOUND, "--json")
    assert (ended.exit_code, json.loads(ended.stdout)) == (0, [])


def test_a_file_in_another_encoding_is_a_defect_too(tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_bytes(SOUND.encode("cp949"))
    ended = run("check", str(tmp_path))
    assert ended.exit_code == 1
    assert ended.output.startswith("f.yaml:1: not UTF-8 text. Save the file as UTF-8\n")


def test_a_folder_without_flows(tmp_path: Path) -> None:
    assert run("check", str(tmp_path)).exit_code == 2


def test_the_schema_is_printed() -> None:
    printed = json.loads(run("schema").stdout)
    assert printed["title"] == "Flows" and set(printed["properties"]) >= {"flows", "slots", "responses"}


def test_a_flow_is_drawn_into_a_file_or_onto_the_screen(tmp_path: Path) -> None:
    to = tmp_path / "cart.svg"
    ended = run("graph", "show_cart", "--out", str(to))
    assert ended.exit_code == 0 and "cart.svg: 6 boxes, 5 arrows." in ended.output.replace("\n", "")
    assert to.read_text(encoding="utf-8").startswith("<svg ")
    ended = run("graph", "show_cart", "--mermaid", "--language", "en")
    assert "flowchart TD" in ended.stdout and "See cart" not in ended.stdout
    assert "<svg " in run("graph").stdout


def test_what_cannot_be_drawn_is_told(tmp_path: Path) -> None:
    ended = run("graph", "show_cat")
    assert ended.exit_code == 2 and "Did you mean `show_cart`?" in ended.output.replace("\n", " ")
    assert run("graph", "show_cart", "--language", "fr").exit_code == 2
    (tmp_path / "f.yaml").write_text("flows: {f: {}}", encoding="utf-8")
    ended = run("graph", "--folder", str(tmp_path))
    assert ended.exit_code == 2 and "f.yaml:1: flow `f` has no steps" in ended.output
