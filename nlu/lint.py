"""What is wrong with training data though it can be read: findings with file, line, what and how to mend it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from nlu.examples import BadExamples, Example, Training, read_file, training_files
from nlu.gold import ENTITIES, read_gold
from nlu.intents import INTENTS
from nlu.lint_copies import is_long, near_copies, one_template
from nlu.lint_values import unannotated
from nlu.understanding import Language, Role

Kind = Literal["broken", "unknown", "double", "two_intents", "near_copy", "template", "unannotated", "thin", "in_gold"]
LEAST = 60
"""Different utterances that an intent should have in each language."""
UNTRAINED = frozenset({"inform"})
"""What follows from the question asked, not from examples."""
_LANGUAGES: tuple[Language, ...] = get_args(Language)
_ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """``what`` is wrong at a line of a file, and how to ``mend`` it."""

    file: str
    line: int
    kind: Kind
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}; {self.mend}"


def lint(folder: Path) -> list[Finding]:
    """All findings in ``folder``/ko and ``folder``/en, by file and line; the gold set in ``folder``/gold must not
    share a text with them, but for what is too short to be said in another way."""
    training = Training()
    for path, language in training_files(folder):
        read_file(path, str(path.relative_to(folder)), training, language)
    kept: set[str] = set()
    try:
        kept = {alike(one.text) for one in read_gold(folder / "gold")}
    except FileNotFoundError:
        pass
    except BadExamples as bad:
        training.faults += bad.faults
    found = [Finding(fault.file, fault.line, "broken", fault.what, fault.mend) for fault in training.faults]
    return sorted([*found, *findings(training.examples, kept)])


def findings(examples: Sequence[Example], kept: set[str] | frozenset[str] = frozenset()) -> Iterator[Finding]:
    """Findings among ``examples``. ``kept`` are texts (as ``alike`` has them) that are kept for judging."""
    yield from _unknown(examples)
    yield from _doubles(examples)
    for example in examples:
        if is_long(example.text) and alike(example.text) in kept:
            yield _at(example, "in_gold", "this utterance is in the gold set too", "say it in another way here")
    yield from _thin(examples)
    for language in _LANGUAGES:
        own = [one for one in examples if one.language == language]
        for example, other, likeness in near_copies(own):
            what = f"{example.text!r} is nearly {_where(other)} ({likeness:.0%} the same letters)"
            yield _at(example, "near_copy", what, "say it in quite another way, or leave it out")
        for example, template, others in one_template(own):
            what = f"{example.text!r} is {template!r} once more, after {others} others"
            yield _at(example, "template", what, "say it in other words, not with other nouns")
        for example, entity, words, why in unannotated(own):
            yield _at(example, "unannotated", f"{words!r} is not annotated; {why}", f"write [{words}]({entity})")


def alike(text: str) -> str:
    """What is left of a text without case, spaces and punctuation, or the text itself where nothing is."""
    return re.sub(r"[\W_]", "", text.lower()) or text


def _unknown(examples: Iterable[Example]) -> Iterator[Finding]:
    told: set[str] = set()
    for example in examples:
        if example.intent not in INTENTS and example.intent not in told:
            told.add(example.intent)
            what = f"unknown intent {example.intent!r}"
            yield _at(
                example,
                "unknown",
                what,
                "take one of docs/intents.md; a new one is a change of the program (nlu/intents.py)",
            )
        for name in sorted({name for name, _, _ in example.entities} - ENTITIES):
            what = f"unknown entity {name!r} in {example.text!r}"
            yield _at(example, "unknown", what, f"one of {', '.join(sorted(ENTITIES))}")


def _doubles(examples: Iterable[Example]) -> Iterator[Finding]:
    """The same letters twice: under one intent in one language, or under two that one person may mean."""
    seen: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        key = alike(example.text)
        for other in seen[key]:
            if other.intent == example.intent and other.language == example.language:
                yield _at(example, "double", f"{example.text!r} is written already, {_where(other)}", "leave it out")
                break
            if other.intent != example.intent and _meet(other.intent, example.intent):
                what = f"{example.text!r} is {example.intent} here and {other.intent} {_where(other)}"
                yield _at(example, "two_intents", what, "keep it where docs/intents.md puts it")
                break
        seen[key].append(example)


def _meet(one: str, other: str) -> bool:
    """Whether somebody may mean either."""
    if one not in INTENTS or other not in INTENTS:
        return True
    return any(INTENTS[one].open_to(role) and INTENTS[other].open_to(role) for role in _ROLES)


def _thin(examples: Sequence[Example]) -> Iterator[Finding]:
    texts: dict[tuple[Language, str], set[str]] = defaultdict(set)
    last: dict[tuple[Language, str], Example] = {}
    for example in examples:
        texts[example.language, example.intent].add(alike(example.text))
        last[example.language, example.intent] = example
    for language in _LANGUAGES:
        for intent in INTENTS:
            count = len(texts[language, intent])
            if intent in UNTRAINED or count >= LEAST:
                continue
            what = f"{intent} has {count} different utterances in {language}, not {LEAST}"
            end = last.get((language, intent))
            mend = f"write {LEAST - count} more, in other words each"
            yield Finding(end.file if end else language, end.line if end else 1, "thin", what, mend)


def _at(example: Example, kind: Kind, what: str, mend: str) -> Finding:
    return Finding(example.file, example.line, kind, what, mend)


def _where(other: Example) -> str:
    return f"{other.text!r} on {other.file}:{other.line}"
