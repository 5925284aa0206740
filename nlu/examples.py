"""Training data, read from Rasa's YAML (3.1)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from nlu.languages import language_of
from nlu.marks import BrokenMark, Mark, read_marks
from nlu.patterns import Pattern
from nlu.sources import BadExamples, Fault, Node, Source, read_source
from nlu.understanding import Language

__all__ = ["DATA", "BadExamples", "Example", "Training", "digest", "parse_marked", "read_examples", "read_training"]

DATA = Path(__file__).parent / "data"
_LANGUAGES: tuple[Language, ...] = ("ko", "en")
_VERSION = Pattern(r"[23]\.\d+")
_KINDS = ("intent", "synonym", "lookup", "regex")
_TOP = ("version", "nlu")


@dataclass(frozen=True, slots=True)
class Example:
    """An utterance with its intent and its entities as (name, start, end).

    ``marks`` are the same entities with what they stand for, their roles and groups; ``retrieval`` is b of an intent
    written a/b. ``file`` and ``line`` say where it stands.
    """

    text: str
    intent: str
    language: Language
    entities: tuple[tuple[str, int, int], ...] = ()
    marks: tuple[Mark, ...] = field(default=(), compare=False)
    retrieval: str | None = None
    file: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Listed:
    """A synonym with the words that stand for it, a lookup's words, or a regex's patterns."""

    name: str
    words: tuple[str, ...]
    language: Language
    file: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)


@dataclass(slots=True)
class Training:
    """All that training files say, in the order of files and lines."""

    examples: list[Example] = field(default_factory=list)
    synonyms: list[Listed] = field(default_factory=list)
    lookups: list[Listed] = field(default_factory=list)
    regexes: list[Listed] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_training(folder: Path) -> Training:
    """All of ``folder``/ko and ``folder``/en, with whatever folders are in them. Raises BadExamples with every
    fault."""
    training = Training()
    for path, language in training_files(folder):
        read_file(path, str(path.relative_to(folder)), training, language)
    if training.faults:
        raise BadExamples(training.faults)
    return training


def read_examples(folder: Path) -> list[Example]:
    """The utterances of ``folder``/ko and ``folder``/en. Raises BadExamples with every fault."""
    return read_training(folder).examples


def training_files(folder: Path) -> Iterator[tuple[Path, Language]]:
    """Every training file with its language."""
    for language in _LANGUAGES:
        every = (folder / language).rglob("*")
        for path in sorted(path for path in every if path.suffix in (".yml", ".yaml") and path.is_file()):
            yield path, language


def digest(folder: Path) -> str:
    """A hash of every training file's name and content; what else lies in the folder does not count."""
    sha = hashlib.sha256()
    for path, _ in training_files(folder):
        sha.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    return sha.hexdigest()


def parse_marked(marked: str) -> tuple[str, tuple[tuple[str, int, int], ...]]:
    """Rasa's ``[후라이드](item) 둘`` to the plain text and its entities. Raises ValueError on a broken mark."""
    text, marks = read_marks(marked)
    return text, tuple((mark.entity, mark.start, mark.end) for mark in marks)


def read_file(path: Path, name: str, training: Training, language: Language | None = None) -> None:
    """Add what one file says to ``training``, its faults too; ``name`` is what the file is called in them.

    Without a language each text is in that of its letters. Raises OSError when there is no such file."""
    document, source = read_source(path, name)
    if document is not None:
        _File(source, training, language).read(document)
    training.faults += source.faults


def read_blocks(blocks: Node, name: str, training: Training, usual: Language) -> None:
    """Add what stands under `nlu:` in the file called ``name`` to ``training``, its faults too. Each text is in the
    language of its letters, or the ``usual`` one where it has none."""
    source = Source(name)
    _File(source, training, None, usual).blocks(blocks)
    training.faults += source.faults


class _File:
    def __init__(
        self, source: Source, training: Training, language: Language | None, usual: Language | None = None
    ) -> None:
        self.source = source
        self.training = training
        self.language = language
        self.usual = usual

    def read(self, document: Node) -> None:
        if not isinstance(document.value, dict):
            self.source.add(document.line, "no training data", 'write `version: "3.1"` and `nlu:`')
            return
        self._keys(document, _TOP)
        version = document.get("version")
        if version is not None and not _VERSION.fullmatch(str(version.value)):
            self.source.add(version.line, f"version {version.value!r} is not known", 'write version: "3.1"')
        self.blocks(document.get("nlu") or Node(None, document.line))

    def blocks(self, blocks: Node) -> None:
        """What stands under `nlu:`."""
        if not isinstance(blocks.value, tuple):
            self.source.add(blocks.line, "no list of training data", "write it under `nlu:`, each as `- intent: …`")
        for block in blocks.items():
            self._block(block)

    def _keys(self, node: Node, known: tuple[str, ...]) -> None:
        for key, value in node.entries():
            if key not in known:
                self.source.add(value.line, f"unknown key {key!r}", f"known here: {', '.join(known)}")

    def _block(self, block: Node) -> None:
        kinds = [kind for kind in _KINDS if block.get(kind) is not None]
        if len(kinds) != 1:
            self.source.add(block.line, "it is not said what this is", f"write one of `{': …`, `'.join(_KINDS)}: …`")
            return
        self._keys(block, (*_KINDS, "examples", "metadata"))
        named = block.get(kinds[0])
        name = str(named.value).strip() if named is not None and isinstance(named.value, str) else ""
        if not name:
            self.source.add(block.line, f"the {kinds[0]} has no name", f"write `{kinds[0]}: …`")
            return
        examples = list(self._examples(block))
        if not examples and not self.source.faults:
            self.source.add(block.line, f"{kinds[0]} {name!r} has no examples", "write `examples: |` and `- …` lines")
        if kinds[0] == "intent":
            for line, marked in examples:
                self._example(name, line, marked)
        else:
            self._listed(kinds[0], name, block.line, examples)

    def _examples(self, block: Node) -> Iterator[tuple[int, str]]:
        """Each example's line and words: of a text with a dash to each, or of a list."""
        node = block.get("examples")
        if node is not None and isinstance(node.value, tuple):
            for one in node.items():
                text = one.get("text") if isinstance(one.value, dict) else one
                self._keys(one, ("text", "metadata"))
                if text is None or not isinstance(text.value, str):
                    self.source.add(one.line, "an example without text", "write `- text: |` and the words below")
                    continue
                kept = [(line, words.strip()) for line, words in text.lines() if words.strip()]
                if kept:
                    yield kept[0][0], " ".join(words for _, words in kept).removeprefix("- ")
        elif node is not None and isinstance(node.value, str):
            for line, words in node.lines():
                said = words.strip()
                if said.startswith("-") and said != "-":
                    yield line, said.removeprefix("-").strip()
                elif said:
                    self.source.add(line, f"{said[:40]!r} is no example", "begin each example with `- `")
        else:
            self.source.add((node or block).line, "no examples", "write `examples: |` and `- …` lines below")

    def _example(self, name: str, line: int, marked: str) -> None:
        try:
            text, marks = read_marks(marked)
        except BrokenMark as broken:
            self.source.add(line, broken.what, broken.mend)
            return
        intent, _, retrieval = name.partition("/")
        entities = tuple((mark.entity, mark.start, mark.end) for mark in marks)
        language = self.language or language_of(text.lower(), self.usual)
        self.training.examples.append(
            Example(text, intent, language, entities, marks, retrieval or None, self.source.name, line)
        )

    def _listed(self, kind: str, name: str, line: int, examples: list[tuple[int, str]]) -> None:
        if kind == "regex":
            for at, pattern in examples:
                try:
                    re.compile(pattern)
                except re.error as error:
                    self.source.add(at, f"{pattern!r} is no regular expression: {error}", "mend the expression")
        into = {
            "synonym": self.training.synonyms,
            "lookup": self.training.lookups,
            "regex": self.training.regexes,
        }
        words: dict[Language, list[str]] = {}
        for _, said in examples:
            # A pattern is no text of any language.
            own = self.usual or "ko" if kind == "regex" else language_of(said.lower(), self.usual)
            words.setdefault(self.language or own, []).append(said)
        into[kind] += [Listed(name, tuple(some), own, self.source.name, line) for own, some in words.items()]
