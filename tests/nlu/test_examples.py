"""Rasa's training format: everything it can say is read, and what is wrong is said with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.examples import BadExamples, Training, digest, read_examples, read_training
from nlu.marks import BrokenMark, Mark, read_marks, write_marks

WHOLE = """\
version: "3.1"   # of the format
nlu:
- intent: order_items
  metadata: {author: us}
  # what people say
  examples: |
    - [라떼](item) [두 잔](quantity)
    - [역에서](place:망원역) [라떼]{"entity": "item", "role": "first", "group": "1", "value": "카페라떼"}
    - [합정][{"entity": "place"}, {"entity": "shop", "value": "합정점"}] 가요
- intent: faq/parking
  examples:
  - text: |
      주차 되나요
    metadata:
      sentiment: neutral
  - text: |
      - 차 댈 데 있어요
- synonym: 카페라떼
  examples: |
    - 라떼
    - 우유커피
- lookup: place
  examples: |
    - 망원역
- regex: code
  examples: |
    - [a-z]{4}-\\d{2,3}
"""


def folder_of(root: Path, **files: str) -> Path:
    for name, content in files.items():
        path = root / name.replace("__", "/").replace("_yml", ".yml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    return root


def faults_of(root: Path, content: str) -> list[str]:
    with pytest.raises(BadExamples) as caught:
        read_training(folder_of(root, ko__a_yml=content))
    return [str(fault) for fault in caught.value.faults]


@pytest.fixture
def whole(tmp_path: Path) -> Training:
    return read_training(folder_of(tmp_path, ko__deep__a_yml=WHOLE))


def test_marks_of_every_form_are_read(whole: Training) -> None:
    assert [(one.text, one.intent, one.marks) for one in whole.examples[:3]] == [
        ("라떼 두 잔", "order_items", (Mark("item", 0, 2), Mark("quantity", 3, 6))),
        (
            "역에서 라떼",
            "order_items",
            (Mark("place", 0, 3, "망원역"), Mark("item", 4, 6, "카페라떼", role="first", group="1")),
        ),
        ("합정 가요", "order_items", (Mark("place", 0, 2), Mark("shop", 0, 2, "합정점"))),
    ]
    assert whole.examples[0].entities == (("item", 0, 2), ("quantity", 3, 6))


def test_an_intent_for_retrieval_and_examples_in_a_list_are_read(whole: Training) -> None:
    assert [(one.text, one.intent, one.retrieval) for one in whole.examples[3:]] == [
        ("주차 되나요", "faq", "parking"),
        ("차 댈 데 있어요", "faq", "parking"),
    ]


def test_synonyms_lookups_and_regexes_are_read(whole: Training) -> None:
    assert [(one.name, one.words) for one in whole.synonyms] == [("카페라떼", ("라떼", "우유커피"))]
    assert [(one.name, one.words) for one in whole.lookups] == [("place", ("망원역",))]
    assert [(one.name, one.words) for one in whole.regexes] == [("code", (r"[a-z]{4}-\d{2,3}",))]


def test_each_example_knows_its_file_and_line(whole: Training) -> None:
    assert [(one.file, one.line) for one in whole.examples] == [("ko/deep/a.yml", line) for line in (7, 8, 9, 13, 17)]


def test_every_folder_counts_and_its_language_is_that_of_the_first(tmp_path: Path) -> None:
    content = "nlu:\n- intent: greet\n  examples: |\n    - hi\n"
    folder = folder_of(tmp_path, ko__a_yml=content, en__b__c_yml=content, en__d_yml=content)
    assert [(one.file, one.language) for one in read_examples(folder)] == [
        ("ko/a.yml", "ko"),
        ("en/b/c.yml", "en"),
        ("en/d.yml", "en"),
    ]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("nlu:\n- intent: a\n  examples: |\n    - 하나\n    - [둘](item\n", "ko/a.yml:5: the mark in '[둘](item'"),
        ('nlu:\n- intent: a\n  examples: |\n    - [둘]{"value": 1}\n', "ko/a.yml:4: no entity is named at [둘]"),
        ("nlu:\n- intent: a\n  examples: |\n    - [둘]{entity: item}\n", "ko/a.yml:4: what follows [둘] is no JSON"),
        ('nlu:\n- intent: a\n  examples: |\n    - [둘]{"entity": "a", "x": 1}\n', "ko/a.yml:4: unknown key 'x'"),
        ("nlu:\n- intent: a\n  examples: |\n    - [둘 ](item)\n", "ko/a.yml:4: the mark [둘 ] begins or ends"),
        ("nlu:\n- intent: a\n  examples: |\n    하나\n", "ko/a.yml:4: '하나' is no example"),
        ("nlu:\n- intent: a\n", "ko/a.yml:2: no examples"),
        ("nlu:\n- intent: a\n  example: |\n    - 하나\n", "ko/a.yml:3: unknown key 'example'"),
        ("nlu:\n- examples: |\n    - 하나\n", "ko/a.yml:2: it is not said what this is"),
        ("nlu:\n- intent:\n    a: b\n  examples: |\n    - 하나\n", "ko/a.yml:2: the intent has no name"),
        ("nlu:\n- regex: a\n  examples: |\n    - (\n", "ko/a.yml:4: '(' is no regular expression"),
        ("stories: []\nnlu: []\n", "ko/a.yml:1: unknown key 'stories'"),
        ("version: '9'\nnlu: []\n", "ko/a.yml:1: version '9' is not known"),
        ("nlu: 3\n", "ko/a.yml:1: no list of training data"),
        ("- a\n", "ko/a.yml:1: no training data"),
        ("nlu:\n- intent: a\n  intent: b\n  examples: |\n    - 하나\n", "ko/a.yml:3: 'intent' is given twice"),
        ("nlu:\n  - a: [\n", "ko/a.yml:3: not readable as YAML"),
        ("", "ko/a.yml:1: the file is empty"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_line(tmp_path: Path, content: str, fault: str) -> None:
    told = faults_of(tmp_path, content)
    assert any(one.startswith(fault) for one in told), told
    assert all("; " in one for one in told)


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    content = "nlu:\n- intent: a\n  examples: |\n    - [둘](item\n    - 셋\n    넷\n"
    assert [one.split(":")[1] for one in faults_of(tmp_path, content)] == ["4", "6"]


def test_a_file_that_is_no_text_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "ko").mkdir()
    (tmp_path / "ko" / "a.yml").write_bytes(b"nlu:\n- \xff\n")
    with pytest.raises(BadExamples, match=r"ko/a.yml:2: not UTF-8 text"):
        read_training(tmp_path)


def test_the_digest_follows_the_training_files_and_nothing_else(tmp_path: Path) -> None:
    folder_of(tmp_path, ko__a_yml="nlu: []\n")
    before = digest(tmp_path)
    folder_of(tmp_path, gold__ko__a_yml="gold: []\n", gold__town_yml="town: {}\n")
    assert digest(tmp_path) == before
    folder_of(tmp_path, en__a_yml="nlu: []\n")
    assert digest(tmp_path) != before


WORDS = st.text("가나다 abc", min_size=1, max_size=6).filter(lambda words: words.strip() == words)
NAMED = st.none() | st.text("가나1x", min_size=1, max_size=4)
PARTS = st.lists(st.tuples(WORDS, st.lists(st.tuples(NAMED, NAMED, NAMED), max_size=2)), min_size=1, max_size=5)


@given(PARTS)
def test_marks_that_are_written_are_read_back(
    parts: list[tuple[str, list[tuple[str | None, str | None, str | None]]]],
) -> None:
    text, marks = "", []
    for words, named in parts:
        start = len(text)
        text += words + " "
        marks += [
            Mark(f"e{number}", start, start + len(words), value, role, group)
            for number, (value, role, group) in enumerate(named)
        ]
    assert read_marks(write_marks(text, tuple(marks))) == (text, tuple(marks))


@given(st.text('[](){}:",가 a', max_size=20))
def test_any_text_is_read_or_refused_as_a_broken_mark(text: str) -> None:
    try:
        plain, marks = read_marks(text)
    except BrokenMark:
        return
    assert all(plain[mark.start : mark.end].strip() for mark in marks)
    assert not set("[]{}") & set(plain)
