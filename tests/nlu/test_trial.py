"""An engine tried on any set of texts: what each figure counts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from nlu.trial import BadLines, Guess, Line, Marked, measure, read_lines


@dataclass(frozen=True)
class Parrot:
    """Says what it was told to say of each text."""

    guesses: dict[str, Guess]

    def train(self, lines: Sequence[Line], valid: Sequence[Line]) -> Parrot:
        return self

    def predict(self, text: str) -> Guess:
        return self.guesses[text]

    def nanoseconds(self) -> int:
        return 0

    def memory(self) -> float:
        return 12.3


TRAIN = [Line(text="a", intent="x"), Line(text="b", intent="y")]


def test_each_figure_counts_what_it_says() -> None:
    parrot = Parrot(
        {
            "right": Guess("x", 0.9, True, (("item", 0, 2),)),
            "right but refused": Guess("x", 0.4, False),
            "wrong": Guess("y", 0.9, True, (("item", 0, 1),)),
            "outside": Guess("x", 0.2, False),
            "outside, taken": Guess("x", 0.9, True),
        }
    )
    test = [
        Line(text="right", intent="x", entities=[Marked(entity="item", start=0, end=2)]),
        Line(text="right but refused", intent="x", entities=[]),
        Line(text="wrong", intent="x", entities=[Marked(entity="item", start=0, end=2)]),
        Line(text="outside", intent="out_of_scope"),
    ]
    found = asdict(measure(parrot, TRAIN, test, oos=[Line(text="outside, taken", intent="x")]))
    assert list(found) == [
        *("accuracy", "oos_recall", "in_scope_accuracy_at_threshold", "entity_f1"),
        *("train_s", "p50_us", "p99_us", "rss_mb"),
    ]
    assert (found["accuracy"], found["oos_recall"]) == (0.6667, 0.5)
    assert (found["in_scope_accuracy_at_threshold"], found["entity_f1"], found["rss_mb"]) == (0.3333, 0.5, 12.3)


def test_a_set_without_entities_and_outside_lines_has_no_such_figures() -> None:
    found = measure(Parrot({"t": Guess("x", 0.9, True)}), TRAIN, [Line(text="t", intent="x")])
    assert (found.oos_recall, found.entity_f1) == (None, None)


@pytest.mark.parametrize("name", ["oos", "OOS", "out-of-scope", "out_of_scope", "NO_NODES_DETECTED"])
def test_other_names_for_outside_are_known(tmp_path: Path, name: str) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps({"text": "t", "intent": name}) + "\n\n", "utf-8")
    assert [line.outside for line in read_lines(path)] == [True]


def test_lines_outside_need_no_intent_but_others_do(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text('{"text": "t"}\n', "utf-8")
    assert read_lines(path, labelled=False)[0].outside
    with pytest.raises(BadLines, match=r"set\.jsonl:1: there is no intent"):
        read_lines(path)


@pytest.mark.parametrize(("raw", "what"), [("{", "no JSON"), ('{"intent": "x"}', "text"), ("", "no line")])
def test_a_line_that_cannot_be_read_is_said_with_its_place(tmp_path: Path, raw: str, what: str) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(raw, "utf-8")
    with pytest.raises(BadLines, match=what):
        read_lines(path)


def test_one_intent_alone_cannot_be_learnt() -> None:
    with pytest.raises(BadLines, match="one intent"):
        measure(Parrot({}), TRAIN[:1], TRAIN)
