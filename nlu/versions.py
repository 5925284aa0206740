"""Names for what a model comes from: its data, the code that makes it of them, and the code that reads with it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from nlu.examples import digest
from nlu.patterns import Pattern

_IMPORTED = Pattern(r"^\s*from nlu\.(\w+) import", re.MULTILINE)


def made_of(folders: Sequence[Path]) -> str:
    """A hash of all training data in the folders and of the code that training imports, and no more. A folder that is
    missing or empty does not count."""
    empty = hashlib.sha256().hexdigest()
    data = "".join(found for found in map(digest, folders) if found != empty)
    return hashlib.sha256((data + _code("samples")).encode()).hexdigest()


def reader() -> str:
    """A hash of the code that a stored model is read with. One made for other code may count its n-grams differently,
    and would be wrong without any error."""
    return _code("model")


@cache
def _code(module: str) -> str:
    sha = hashlib.sha256()
    for path in sorted(_behind(module, set())):
        sha.update(path.name.encode() + b"\0" + path.read_bytes())
    return sha.hexdigest()


def _behind(module: str, seen: set[str]) -> Iterator[Path]:
    """The files of a module of this room and of all that it imports from here."""
    if module not in seen:
        seen.add(module)
        path = Path(__file__).with_name(f"{module}.py")
        yield path
        for name in _IMPORTED.findall(path.read_text("utf-8")):
            yield from _behind(name, seen)
