"""A Rasa project is read for what can be used, and the rest is told with file and line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from nlu.examples import read_training
from nlu.importing import read_project

PROJECT = {
    "config.yml": """\
recipe: default.v1
assistant_id: street
language: ko
pipeline:
- name: WhitespaceTokenizer
- name: our_own.components.Spelling
- name: DIETClassifier
  epochs: 100
policies:
- name: RulePolicy
""",
    "domain/base.yml": """\
version: "3.1"
intents:
- greet
- order_items:
    use_entities: [item]
- nap
entities:
- item
- size:
    roles: [small, large]
    groups: ["1"]
slots:
  item: {type: text, mappings: [{type: from_entity, entity: item}]}
session_config: {session_expiration_time: 60}
""",
    "domain/words.yml": """\
responses:
  utter_greet:
  - text: 어서 오세요
forms:
  order_form: {required_slots: [item]}
actions: [action_order]
""",
    "data/nlu.yml": """\
version: "3.1"
nlu:
- intent: greet
  metadata: {tone: warm}
  examples: |
    - 안녕하세요
    - hello there
- intent: order_items
  examples:
  - text: |
      [라떼](item) [큰 거]{"entity": "size", "role": "large", "group": "1", "value": "large"}
    metadata: {from: till}
  - text: |
      a [latte](item:카페라떼) please
- intent: faq/parking
  examples: |
    - 주차돼요?
- synonym: 카페라떼
  examples: |
    - 라떼
    - latte
- lookup: item
  examples: |
    - 김밥
- regex: table
  examples: |
    - t-\\d+
- intent: greet
  examples: |
    - [hi](item
    - 12
""",
    "data/deep/stories.yml": """\
version: "3.1"
stories:
- story: happy
  steps:
  - intent: greet
  - action: utter_greet
rules:
- rule: bye
  steps:
  - intent: goodbye
  - action: utter_bye
""",
    "data/odd.yml": "nlu:\n- intent: greet\n  use: often\n  examples: |\n    - 반가워요\nmood: fine\n",
    "data/broken.yml": "nlu:\n- intent: [\n",
    "data/old.md": "## intent:greet\n- hey\n",
    "data/old.json": '{"rasa_nlu_data": {"common_examples": []}}',
    "README.md": "## About\n",
    "actions/actions.py": "class ActionOrder: ...\n",
    "endpoints.yml": "action_endpoint: {url: http://127.0.0.1:5055/webhook}\n",
    "tests/test_stories.yml": "stories: []\n",
    ".rasa/cache.yml": "stories: []\n",
}

UNUSED = {
    "config.yml:6: the component our_own.components.Spelling of your own is not used",
    "config.yml:9: policies (1) are not used",
    "domain/base.yml:5: 'use_entities' of 'order_items' is not used",
    "domain/base.yml:6: the intent 'nap' has no examples",
    "domain/base.yml:12: slots (1) are not used",
    "domain/base.yml:14: session settings (1) are not used",
    "domain/words.yml:1: responses (1) are not used",
    "domain/words.yml:4: forms (1) are not used",
    "domain/words.yml:6: custom actions (1) are not used",
    "actions/actions.py:1: Python code of custom actions",
    "data/broken.yml:3: not readable as YAML",
    "data/deep/stories.yml:2: stories (1) are not used",
    "data/deep/stories.yml:7: rules (1) are not used",
    "data/nlu.yml:4: metadata is not used",
    "data/nlu.yml:12: metadata is not used",
    "data/nlu.yml:11: the entity 'size' is none of Dangol's",
    "data/nlu.yml:17: the intent 'faq' with its 1 examples is none of Dangol's",
    "data/nlu.yml:17: the intent 'faq' is not in the domain",
    "data/nlu.yml:30: the mark in '[hi](item' is not whole",
    "data/odd.yml:3: unknown key 'use'",
    "data/odd.yml:6: the key 'mood' is not known here",
    "data/old.md:1: training data as Markdown, of an older Rasa",
    "data/old.json:1: training data as JSON, of an older Rasa",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "rasa"
    for name, content in PROJECT.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    return folder


def test_what_cannot_be_used_is_told_with_file_and_line(project: Path) -> None:
    told = {str(one).split("; ")[0] for one in read_project(project).unused}
    assert {re.sub(" YAML: .*", " YAML", one) for one in told} == UNUSED


def test_texts_go_to_the_language_of_their_letters(project: Path) -> None:
    found = read_project(project)
    assert [(one.text, one.intent, one.language) for one in found.training.examples] == [
        ("안녕하세요", "greet", "ko"),
        ("hello there", "greet", "en"),
        ("라떼 큰 거", "order_items", "ko"),
        ("a latte please", "order_items", "en"),
        ("주차돼요?", "faq", "ko"),
        ("12", "greet", "ko"),
        ("반가워요", "greet", "ko"),
    ]
    assert [(one.words, one.language) for one in found.training.synonyms] == [(("라떼",), "ko"), (("latte",), "en")]


def test_what_is_written_is_read_back_as_it_was(project: Path, tmp_path: Path) -> None:
    before = read_project(project).training
    ended = CliRunner().invoke(app, ["nlu", "import", str(project), "--into", str(tmp_path / "data")])
    assert ended.exit_code == 0, ended.output
    after = read_training(tmp_path / "data")
    for kind in ("examples", "synonyms", "lookups", "regexes"):
        assert sorted(map(str, map(_content, getattr(after, kind)))) == sorted(
            map(str, map(_content, getattr(before, kind)))
        )


def _content(one: object) -> list[object]:
    names = ("text", "intent", "retrieval", "marks", "language", "name", "words")
    return [getattr(one, name, None) for name in names]


def test_the_command_tells_what_it_made_of_the_project(project: Path, tmp_path: Path) -> None:
    into = tmp_path / "data"
    ended = CliRunner().invoke(app, ["nlu", "import", str(project), "--into", str(into), "--json"])
    told = json.loads(ended.stdout)
    assert told["counts"] | {"unused": 0} == {
        **{"files": 7, "intents": 3, "examples": 7, "ko": 5, "en": 2},
        **{"synonyms": 2, "lookups": 1, "regexes": 1, "unused": 0},
    }
    assert told["counts"]["unused"] == len(told["unused"]) == len(UNUSED)
    assert [Path(one).name for one in told["written"]] == ["imported.yml", "imported.yml"]


def test_nothing_is_overwritten(project: Path, tmp_path: Path) -> None:
    arguments = ["nlu", "import", str(project), "--into", str(tmp_path / "data")]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    again = CliRunner().invoke(app, arguments)
    assert again.exit_code == 2
    assert "imported.yml: this file is there already" in again.output


def test_a_folder_without_examples_is_said_so(tmp_path: Path) -> None:
    ended = CliRunner().invoke(app, ["nlu", "import", str(tmp_path)])
    assert ended.exit_code == 1
    assert "there are no examples to be used" in ended.output
