"""A label becomes training data: as a change to a file that a person sees before it is made."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.lessons import Lesson
from bot.wiping import stood_in
from nlu.examples import Example, Training, read_file
from nlu.file_lock import held
from nlu.gold import ENTITIES
from nlu.intents import INTENTS
from nlu.lint import UNTRAINED, Finding, findings
from nlu.lint_copies import is_long
from nlu.marks import BrokenMark, Mark, read_marks, write_marks
from nlu.sources import Node, read_source
from nlu.store import write_whole
from nlu.understanding import Language, Role

NAME = "reviewed.yml"
"""The file of a language that labels go into."""
_EMPTY = 'version: "3.1"\n\nnlu:\n'
_IN_THE_WAY = frozenset({"broken", "unknown", "two_intents", "in_gold"})
_BRACKETS = re.compile(r"[\[\]{}]")
_LEFT_OUT = re.compile(r"\{[a-z]+\}")
_SPACES = re.compile(r"\s+")


class BadLabel(ValueError):
    """The label cannot be taken; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Change:
    """``path`` goes from ``before`` to ``after``. ``remarks`` are what lint would say of it. Nothing changes where the
    sentence is there already."""

    path: Path
    before: str
    after: str
    remarks: tuple[str, ...] = ()

    @property
    def diff(self) -> str:
        """As a unified diff."""
        old, new = (text.splitlines(keepends=True) for text in (self.before, self.after))
        return "".join(difflib.unified_diff(old, new, str(self.path), str(self.path)))


def suggested(lesson: Lesson) -> str:
    """The message as training data would have it: marked as it was read, with stand-ins for what was taken out."""
    said = lesson.said
    if _BRACKETS.search(_LEFT_OUT.sub("", said)):
        return _SPACES.sub(" ", _BRACKETS.sub(" ", said)).strip()
    marks: list[Mark] = []
    for entity, start, end in sorted(map(tuple, lesson.marks), key=lambda mark: (mark[1], -mark[2])):
        if entity in ENTITIES and (not marks or start >= marks[-1].end) and said[start:end].strip() == said[start:end]:
            marks.append(Mark(entity, start, end))
    return _SPACES.sub(" ", stood_in(write_marks(said, tuple(marks)), _language(lesson.language))).strip()


def change(
    folder: Path,
    language: str,
    role: str,
    intent: str,
    marked: str,
    known: Sequence[Example],
    kept: Callable[[], Iterable[str]] = tuple,
) -> Change:
    """What ``marked`` (with entities in Rasa's form) as an ``intent`` makes of ``folder``. ``known`` is all training
    data, ``kept`` gives the letters of the gold set. Raises BadLabel."""
    spoken = _language(language)
    _check_intent(intent, role)
    try:
        text, marks = read_marks(_SPACES.sub(" ", marked).strip())
    except BrokenMark as broken:
        raise BadLabel(f"{broken.what}; {broken.mend}") from broken
    if not text:
        raise BadLabel("there are no words to learn")
    path = folder / language / NAME
    before = path.read_text("utf-8") if path.exists() else ""
    spans = tuple((mark.entity, mark.start, mark.end) for mark in marks)
    new = Example(text, intent, spoken, spans, tuple(marks), file=NAME, line=0)
    if any((one.text, one.intent, one.language) == (new.text, new.intent, new.language) for one in known):
        return Change(path, before, before)
    beside = [one for one in known if one.language == spoken]
    letters = frozenset(kept()) if is_long(text) else frozenset()
    found = [one for one in findings([*beside, new], letters) if (one.file, one.line) == (NAME, 0)]
    wrong = [one for one in found if one.kind in _IN_THE_WAY]
    if wrong:
        raise BadLabel("\n".join(map(_said, wrong)))
    after = _with(path, before, intent, write_marks(text, tuple(marks)))
    return Change(path, before, after, tuple(_said(one) for one in found if one.kind != "thin"))


def make(change: Change) -> None:
    """Write it, whole or not at all. Raises BadLabel when the file is no longer what the person saw."""
    change.path.parent.mkdir(parents=True, exist_ok=True)
    with held(change.path.parent):
        now = change.path.read_text("utf-8") if change.path.exists() else ""
        if now != change.before:
            raise BadLabel(f"{change.path} has changed meanwhile; label once more")
        write_whole(change.path, change.after)


def _check_intent(intent: str, role: str) -> None:
    if intent not in INTENTS:
        raise BadLabel(f"unknown intent {intent!r}; take one of docs/intents.md")
    if intent in UNTRAINED:
        raise BadLabel(f"{intent!r} follows from the question asked and is not learnt; ignore it instead")
    who: Role = "merchant" if role == "merchant" else "operator" if role == "operator" else "consumer"
    if not INTENTS[intent].open_to(who):
        raise BadLabel(f"a {who} cannot mean {intent!r}; take an intent of the {who}'s")


def _with(path: Path, before: str, intent: str, sentence: str) -> str:
    """The file with one more line, and every other as it was."""
    lines = (before or _EMPTY).splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    last = _end_of(path, intent) if before else None
    if last is None:
        after = "".join([*lines, f"- intent: {intent}\n  examples: |\n    - {sentence}\n"])
    else:
        indent = lines[last - 1][: len(lines[last - 1]) - len(lines[last - 1].lstrip())]
        after = "".join([*lines[:last], f"{indent}- {sentence}\n", *lines[last:]])
    return after


def _end_of(path: Path, intent: str) -> int | None:
    """The line of the intent's last example, where its examples are written as a block. Raises BadLabel."""
    document, source = read_source(path, str(path))
    training = Training()
    read_file(path, str(path), training)
    if document is None or source.faults or training.faults:
        raise BadLabel("\n".join(map(str, (*source.faults, *training.faults))))
    blocks: Node | None = document.get("nlu")
    for block in blocks.items() if blocks is not None else ():
        name, examples = block.get("intent"), block.get("examples")
        if name is not None and name.value == intent and examples is not None and examples.block:
            written = [line for line, text in examples.lines() if text.strip()]
            if written:
                return written[-1]
    return None


def _said(finding: Finding) -> str:
    return f"{finding.what}; {finding.mend}"


def _language(language: str) -> Language:
    return "en" if language == "en" else "ko"
