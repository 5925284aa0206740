"""Training examples, read from Rasa's YAML (3.1)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from nlu.understanding import Language

DATA = Path(__file__).parent / "data"
_LANGUAGES: tuple[Language, ...] = ("ko", "en")
_MARKED = re.compile(r"\[(?P<text>[^\]]+)\](?:\((?P<plain>[^)]+)\)|(?P<full>\{[^}]*\}))")


@dataclass(frozen=True, slots=True)
class Example:
    """An utterance with its intent and its entities as (name, start, end)."""

    text: str
    intent: str
    language: Language
    entities: tuple[tuple[str, int, int], ...] = ()


class BadExamples(ValueError):
    """The training data can't be read; the message names the file and what is wrong."""


def read_examples(folder: Path) -> list[Example]:
    """All examples of ``folder``/ko and ``folder``/en. Raises BadExamples."""
    found: list[Example] = []
    for language in _LANGUAGES:
        for path in sorted((folder / language).rglob("*.yml")):
            found.extend(_read_file(path, language))
    return found


def digest(folder: Path) -> str:
    """A hash of every training file's name and content; what else lies in the folder does not count."""
    sha = hashlib.sha256()
    for path in sorted(path for language in _LANGUAGES for path in (folder / language).rglob("*.yml")):
        sha.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    return sha.hexdigest()


def parse_marked(marked: str) -> tuple[str, tuple[tuple[str, int, int], ...]]:
    """Rasa's ``[후라이드](item) 둘`` to the plain text and its entities. Raises ValueError on a broken mark."""
    out: list[str] = []
    entities: list[tuple[str, int, int]] = []
    at = length = 0
    for mark in _MARKED.finditer(marked):
        before = marked[at : mark.start()]
        length += len(before)
        name = mark["plain"].partition(":")[0] if mark["plain"] else str(json.loads(mark["full"])["entity"])
        entities.append((name.strip(), length, length + len(mark["text"])))
        out += [before, mark["text"]]
        length += len(mark["text"])
        at = mark.end()
    out.append(marked[at:])
    return "".join(out), tuple(entities)


def _read_file(path: Path, language: Language) -> Iterator[Example]:
    try:
        document: Any = YAML(typ="safe", pure=True).load(path.read_text("utf-8"))
        for block in document["nlu"]:
            if "intent" not in block:
                continue
            for line in str(block["examples"]).splitlines():
                marked = line.strip().removeprefix("-").strip()
                if marked:
                    text, entities = parse_marked(marked)
                    yield Example(text, str(block["intent"]), language, entities)
    except (KeyError, TypeError, ValueError) as error:
        raise BadExamples(f"{path.name}: {type(error).__name__}: {error}") from error
    except Exception as error:
        if type(error).__module__.startswith("ruamel"):
            raise BadExamples(f"{path.name}: {error}") from error
        raise
