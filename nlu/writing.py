"""Training data written in Rasa's YAML (3.1)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from nlu.examples import Example, Training
from nlu.marks import write_marks
from nlu.patterns import Pattern
from nlu.understanding import Language

_PLAIN = Pattern(r"[^\W\d][\w/-]*(?: [\w/-]+)*")
_WORDS = frozenset({"yes", "no", "on", "off", "y", "n", "true", "false", "null"})


def written(training: Training, language: Language) -> str:
    """What ``training`` has in one language as a file's content; empty when there is nothing."""
    blocks = [*_intents(one for one in training.examples if one.language == language)]
    for kind, listed in (("synonym", training.synonyms), ("lookup", training.lookups), ("regex", training.regexes)):
        blocks += [_block(kind, one.name, one.words) for one in listed if one.language == language]
    return 'version: "3.1"\n\nnlu:\n' + "".join(blocks) if blocks else ""


def write_training(training: Training, folder: Path, name: str) -> list[Path]:
    """Write ``folder``/ko/``name`` and ``folder``/en/``name``, those that have anything in them; the files written.
    Raises FileExistsError rather than overwriting, and OSError."""
    languages: tuple[Language, ...] = ("ko", "en")
    contents = {folder / language / name: written(training, language) for language in languages}
    for path in contents:
        if path.exists():
            raise FileExistsError(17, "there is such a file already", str(path))
    found = {path: content for path, content in contents.items() if content}
    for path, content in found.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    return list(found)


def _intents(examples: Iterable[Example]) -> Iterator[str]:
    grouped: dict[str, list[str]] = {}
    for one in examples:
        name = f"{one.intent}/{one.retrieval}" if one.retrieval else one.intent
        grouped.setdefault(name, []).append(write_marks(one.text, one.marks))
    return (_block("intent", name, sentences) for name, sentences in grouped.items())


def _block(kind: str, name: str, words: Iterable[str]) -> str:
    safe = _PLAIN.fullmatch(name) and name.lower() not in _WORDS
    shown = name if safe else json.dumps(name, ensure_ascii=False)
    return f"- {kind}: {shown}\n  examples: |\n" + "".join(f"    - {one}\n" for one in words)
