"""YAML read into plain data that remembers the line of everything in it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Path = tuple[str | int, ...]

DEEPEST = 40
MOST = 500_000
"""Nodes read at most, each use of an anchor counted: a small file must not unfold into a huge one."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a file, with its line from 1, what is wrong and what to do about it."""

    file: str
    line: int
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}; {self.mend}"


class LinedError(Exception):
    """The file is no readable YAML."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


@dataclass(slots=True)
class Lined:
    """``data`` of dicts, lists, NFC strings and None: what a plain scalar means is for its reader to say.

    ``lines`` has the line of each value by its path, and under ``path + ("",)`` that of its key.
    """

    file: str
    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """The line of ``path``, or of the nearest thing around it."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 1)

    def key_line(self, path: Path) -> int:
        """The line of the key of ``path``."""
        return self.lines.get((*path, ""), 0) or self.line(path)


def read_lined(text: str, file: str) -> Lined:
    """Read one YAML document. Raises ``LinedError``."""
    lined = Lined(file)
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        what = f"not readable as YAML: {error.problem or error.context}"
        raise LinedError(Fault(file, line, what, "check the indentation, quotes and brackets here")) from error
    except YAMLError as error:
        what = f"not readable as YAML: {' '.join(str(error).split())}"
        raise LinedError(Fault(file, 1, what, "save the file as plain UTF-8 text")) from error
    if root is not None:
        lined.data = _value(lined, root, ())
    return lined


def _value(lined: Lined, node: Node, path: Path) -> Any:
    if len(path) > DEEPEST or len(lined.lines) > MOST:
        raise LinedError(Fault(lined.file, _line(node), "nested too deep or too large", "write it without anchors"))
    lined.lines[path] = _line(node)
    if isinstance(node, MappingNode):
        return _mapping(lined, node, path)
    if isinstance(node, SequenceNode):
        return [_value(lined, one, (*path, at)) for at, one in enumerate(node.value)]
    assert isinstance(node, ScalarNode)  # noqa: S101 - YAML has no fourth kind
    return None if str(node.tag).endswith(":null") else unicodedata.normalize("NFC", node.value)


def _mapping(lined: Lined, node: MappingNode, path: Path) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key, ScalarNode):
            raise LinedError(Fault(lined.file, _line(key), "a key must be one word", "write `key: value`"))
        word = unicodedata.normalize("NFC", key.value)
        if word in data:
            raise LinedError(Fault(lined.file, _line(key), f"{word!r} is given twice", "keep one of them"))
        lined.lines[*path, word, ""] = _line(key)
        data[word] = _value(lined, value, (*path, word))
    return data


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1
