"""YAML read so that every value still knows its file and line, and the defects found on the way."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeGuard

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """A place in a file; ``line`` counts from 1."""

    file: str
    line: int


READ_FILES = 64
"""Files whose trees are kept: a version is checked, compiled and compared, each time from the same texts."""
_TEXT_TAG = "tag:yaml.org,2002:str"
NOWHERE = Spot("", 0)


@dataclass(frozen=True, slots=True, order=True)
class Defect:
    """Something wrong in a flow file: where, ``what`` is wrong and how to ``mend`` it."""

    file: str
    line: int
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}. {self.mend}"


class FlowError(Exception):
    """Flow files that cannot be loaded, with every defect found."""

    def __init__(self, defects: Iterable[Defect]) -> None:
        self.defects = tuple(sorted(set(defects)))
        super().__init__("\n".join(str(defect) for defect in self.defects))


@dataclass(slots=True)
class Defects:
    """Collects defects while reading, so that one run names them all."""

    found: list[Defect] = field(default_factory=list)

    def add(self, spot: Spot, what: str, mend: str) -> None:
        self.found.append(Defect(spot.file, spot.line, what, mend))


@dataclass(frozen=True, slots=True)
class Node:
    """A YAML value with its place. ``value`` is a scalar, a tuple of nodes, or a dict of nodes by key."""

    value: Scalar | tuple[Node, ...] | dict[str, Node]
    spot: Spot

    def get(self, key: str) -> Node | None:
        return self.value.get(key) if isinstance(self.value, dict) else None

    def entries(self) -> Iterator[tuple[str, Node]]:
        """Key and value pairs; nothing when this is no mapping."""
        return iter(self.value.items() if isinstance(self.value, dict) else ())

    def items(self) -> tuple[Node, ...]:
        """The list's nodes; a value that is no list counts as a list of itself."""
        return self.value if isinstance(self.value, tuple) else (self,)

    def plain(self) -> Any:
        """The value as ordinary lists, dicts and scalars."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, tuple):
            return [node.plain() for node in self.value]
        return self.value


def is_text(node: Node | None) -> TypeGuard[Node]:
    return node is not None and isinstance(node.value, str)


class _Reader:
    def __init__(self, file: str, defects: Defects) -> None:
        self.file = file
        self.defects = defects
        self.yaml = YAML(typ="safe", pure=True)

    def read(self, text: str) -> Node | None:
        try:
            root = self.yaml.compose(text)
            return None if root is None else self.node(root)
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = 1 if mark is None else mark.line + 1
            self.defects.add(Spot(self.file, line), f"not YAML: {error.problem}", "Mind indentation, quotes and colons")
        except (YAMLError, ValueError) as error:
            first = str(error).splitlines()[0] if str(error) else type(error).__name__
            self.defects.add(Spot(self.file, 1), f"not YAML: {first}", "Save the file as plain UTF-8 text")
        except RecursionError:
            self.defects.add(Spot(self.file, 1), "values nested too deep", "Give steps an id and name it in `next`")
        return None

    def node(self, raw: Any) -> Node:
        spot = Spot(self.file, raw.start_mark.line + 1)
        if isinstance(raw, MappingNode):
            return Node(self.mapping(raw), spot)
        if isinstance(raw, SequenceNode):
            return Node(tuple([self.node(child) for child in raw.value]), spot)
        return Node(self.scalar(raw), spot)

    def mapping(self, raw: MappingNode) -> dict[str, Node]:
        found: dict[str, Node] = {}
        for key, value in raw.value:
            name = str(key.value) if isinstance(key, ScalarNode) else "?"
            if name in found:
                spot = Spot(self.file, key.start_mark.line + 1)
                self.defects.add(spot, f"`{name}` is here twice", "Keep one of them")
            node = self.node(value)
            found[name] = Node(node.value, Spot(self.file, key.start_mark.line + 1))
        return found

    def scalar(self, raw: ScalarNode) -> Scalar:
        tag = str(raw.tag)
        value = raw.value if tag == _TEXT_TAG else self.yaml.constructor.construct_object(raw, deep=True)
        if isinstance(value, str):
            return unicodedata.normalize("NFC", value)
        if value is None or isinstance(value, (bool, int, float)):
            return value
        return str(raw.value)


def read_yaml(file: str, text: str, defects: Defects) -> Node | None:
    """The document's root; None when it is empty or, with the defect noted, broken. A key's node has the key's line.
    What was read is shared by all who read the same: nobody changes it."""
    root, found = _read(file, text)
    defects.found += found
    return root


@lru_cache(READ_FILES)
def _read(file: str, text: str) -> tuple[Node | None, tuple[Defect, ...]]:
    defects = Defects()
    return _Reader(file, defects).read(text), tuple(defects.found)
