"""YAML read so that every value still knows its line, and the faults found on the way."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.nodes import Node as RawNode

Scalar = str | int | float | bool | None
_DEEPEST = 30
_MOST = 1_000_000
"""Values read at most, each use of an anchor counted: a small file must not unfold into a huge one."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Something wrong in a file, with its line from 1, ``what`` is wrong and how to ``mend`` it."""

    file: str
    line: int
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}; {self.mend}"


class BadExamples(ValueError):
    """Files of examples that cannot be read, with every fault found, in the order of their lines."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(map(str, self.faults)))


@dataclass(frozen=True, slots=True)
class Node:
    """A YAML value with its line: a scalar, a tuple of nodes, or a dict of nodes by key.

    ``block`` is set for text in block form (``|``), whose first line is the one after ``line``.
    """

    value: Scalar | tuple[Node, ...] | dict[str, Node]
    line: int
    block: bool = False

    def get(self, key: str) -> Node | None:
        """What stands under ``key``; None when there is no such key or this is no mapping."""
        return self.value.get(key) if isinstance(self.value, dict) else None

    def items(self) -> tuple[Node, ...]:
        """The nodes of a list; nothing when this is no list."""
        return self.value if isinstance(self.value, tuple) else ()

    def entries(self) -> Iterator[tuple[str, Node]]:
        """Keys and values; nothing when this is no mapping."""
        return iter(self.value.items() if isinstance(self.value, dict) else ())

    def lines(self) -> Iterator[tuple[int, str]]:
        """The lines of a text, each with its line in the file."""
        first = self.line + 1 if self.block else self.line
        return iter(enumerate(self.value.split("\n"), first)) if isinstance(self.value, str) else iter(())


@dataclass(slots=True)
class Source:
    """One file with the faults found in it. ``name`` is what the file is called in them."""

    name: str
    faults: list[Fault] = field(default_factory=list)
    nodes: int = 0

    def add(self, line: int, what: str, mend: str) -> None:
        """A fault at ``line``."""
        self.faults.append(Fault(self.name, line, what, mend))

    def read(self, raw: bytes) -> Node | None:
        """The file's one document; None, with the fault added, when it cannot be read or is empty."""
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            self.add(raw[: error.start].count(b"\n") + 1, "not UTF-8 text", "save the file as UTF-8")
            return None
        try:
            root = YAML(typ="safe", pure=True).compose(text)
            if root is None:
                self.add(1, "the file is empty", "write its content, or delete the file")
                return None
            return self._node(root, 0)
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            what = f"not readable as YAML: {error.problem or error.context}"
            self.add(mark.line + 1 if mark else 1, what, "check the indentation, quotes and brackets here")
        except (YAMLError, ValueError) as error:
            self.add(1, f"not readable as YAML: {' '.join(str(error).split())}", "save the file as plain UTF-8 text")
        except RecursionError:
            self.add(1, "nested too deep or too large", "write it flat and without anchors")
        return None

    def _node(self, raw: RawNode, depth: int) -> Node:
        self.nodes += 1
        if depth > _DEEPEST or self.nodes > _MOST:
            raise RecursionError
        line = raw.start_mark.line + 1
        if isinstance(raw, MappingNode):
            return Node(self._mapping(raw, depth), line)
        if isinstance(raw, SequenceNode):
            return Node(tuple([self._node(child, depth + 1) for child in raw.value]), line)
        assert isinstance(raw, ScalarNode)  # noqa: S101 - YAML has no fourth kind
        return Node(_scalar(raw), line, raw.style in ("|", ">"))

    def _mapping(self, raw: MappingNode, depth: int) -> dict[str, Node]:
        found: dict[str, Node] = {}
        for key, value in raw.value:
            word = _word(key)
            if word in found:
                self.add(key.start_mark.line + 1, f"{word!r} is given twice", "keep one of them")
            # A list or mapping begins below its key, which is where a person looks for it.
            node = self._node(value, depth + 1)
            found[word] = replace(node, line=key.start_mark.line + 1)
        return found


def read_source(path: Path, name: str) -> tuple[Node | None, Source]:
    """The document of ``path`` and its faults so far. Raises OSError when there is no such file."""
    source = Source(name)
    return source.read(path.read_bytes()), source


def _word(key: RawNode) -> str:
    return unicodedata.normalize("NFC", str(key.value)) if isinstance(key, ScalarNode) else ""


def _scalar(raw: ScalarNode) -> Scalar:
    kind = str(raw.tag).rsplit(":", 1)[-1]
    text = unicodedata.normalize("NFC", raw.value)
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() in ("true", "yes", "on")
    if kind == "int":
        try:
            return int(text.replace("_", ""), 0)
        except ValueError:
            return text
    if kind == "float":
        try:
            return float(text.replace("_", ""))
        except ValueError:
            return text
    return text
