"""The training data is broad enough, says nothing twice, and its marks are whole."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.town import read_town
from nlu.examples import DATA, Example, parse_marked, read_examples, training_files
from nlu.gold import GOLD, Gold, read_gold
from nlu.intents import INTENTS
from nlu.lint import Kind, lint
from nlu.understanding import Language

DEV = Path(__file__).parent / "dev"
DEV_AFTER = DEV.with_name("dev3")
DEV_ENGLISH = DEV.with_name("dev4")
"""Mostly English, and orders above all: of Korean it has nothing else."""
DEV_LAST = DEV.with_name("dev5")
HELD_OUT = Path(__file__).parent / "heldout.yml"
LANGUAGES: tuple[Language, ...] = ("ko", "en")
ENTITIES = {
    *("quantity", "item", "shop", "place", "trade", "choice", "minutes", "time", "date", "phone", "money", "code"),
    *("stars", "fulfilment", "open_now", "delivers", "address", "reason", "language", "note"),
}
AT_LEAST = {"out_of_scope": 60}
LEAST = 30
MENDED: frozenset[Kind] = frozenset({"broken", "unknown", "double", "two_intents", "near_copy", "thin"})
"""What `dangol nlu lint` must not find in the data; further kinds join as soon as they are mended."""
TRAINED = set(INTENTS) - {"inform"}
"""The intents that are learnt from examples; ``inform`` follows from what was asked."""


def document(path: Path) -> dict[str, Any]:
    loaded = YAML(typ="safe", pure=True).load(path.read_text("utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def marked_lines(path: Path) -> list[str]:
    """The example lines of every intent in the file, with their marks."""
    blocks = [block for block in document(path)["nlu"] if "intent" in block]
    return [line.removeprefix("- ") for block in blocks for line in block["examples"].splitlines()]


def alike(text: str) -> str:
    """What is left of a text without case, spaces and punctuation, or the text itself where nothing is."""
    return re.sub(r"[\W_]", "", text.lower()) or text


def held_out() -> list[tuple[str, str, str]]:
    """Language, intent and plain text of each held-out utterance."""
    return [
        (block["metadata"]["language"], block["intent"], parse_marked(line.removeprefix("- "))[0])
        for block in document(HELD_OUT)["nlu"]
        for line in block["examples"].splitlines()
    ]


@lru_cache
def judged_by(folder: Path) -> list[Gold]:
    """A set to judge by."""
    return read_gold(folder)


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    return read_examples(DATA)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_intent_has_enough_distinct_utterances(examples: list[Example], language: Language) -> None:
    distinct: dict[str, set[str]] = defaultdict(set)
    for example in examples:
        if example.language == language:
            distinct[example.intent].add(alike(example.text))
    assert set(distinct) == TRAINED
    thin = {name: len(texts) for name, texts in distinct.items() if len(texts) < AT_LEAST.get(name, LEAST)}
    assert thin == {}


def test_no_utterance_stands_under_two_intents(examples: list[Example]) -> None:
    intents: dict[str, set[str]] = defaultdict(set)
    for example in examples:
        intents[alike(example.text)].add(example.intent)
    assert {text: names for text, names in intents.items() if len(names) > 1} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_utterance_is_written_twice(examples: list[Example], language: Language) -> None:
    counts = Counter(alike(example.text) for example in examples if example.language == language)
    assert [text for text, count in counts.items() if count > 1] == []


@pytest.mark.parametrize(
    "path", [*(path for path, _ in training_files(DATA)), HELD_OUT], ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_marks_are_whole_and_name_known_entities(path: Path) -> None:
    assert document(path)["version"] == "3.1"
    for line in marked_lines(path):
        text, entities = parse_marked(line)
        assert text == text.strip() != ""
        assert not set("[]{}") & set(text), line
        assert {name for name, _, _ in entities} <= ENTITIES, line
        assert all(text[start:end].strip() == text[start:end] != "" for _, start, end in entities), line


def test_the_training_data_has_nothing_to_mend_of_these_kinds() -> None:
    assert [str(one) for one in lint(DATA) if one.kind in MENDED] == []


def test_the_sets_to_judge_by_cover_every_intent_in_both_languages() -> None:
    for folder in (DEV, DEV_AFTER, DEV_LAST, GOLD):
        covered = {(one.language, one.intent) for one in judged_by(folder)}
        assert {(language, intent) for language in LANGUAGES for intent in TRAINED} <= covered, folder.name


def test_shops_of_the_sets_to_judge_by_are_in_their_towns() -> None:
    for folder in (DEV, DEV_AFTER, DEV_ENGLISH, DEV_LAST, GOLD):
        known = {shop.slug for shop in read_town(folder / "town.yaml").shops}
        assert {one.shop for one in judged_by(folder) if one.shop is not None} <= known, folder.name


def test_held_out_utterances_are_not_in_the_training_data(examples: list[Example]) -> None:
    seen = {alike(example.text) for example in examples}
    assert [text for _, _, text in held_out() if alike(text) in seen] == []
