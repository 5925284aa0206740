"""Values by their path, in the slots or in the element of a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

HOMES = ("slots", "context")


def lookup(path: tuple[str, ...], slots: Mapping[str, Any], element: Mapping[str, Any] | None = None) -> Any:
    """The value at ``path``, None when there is none.

    ``slots.…`` is a slot. In an ``each``, ``element`` is the element (with ``it`` and ``index``), and a bare name is
    its field if it has one; any other bare name is a slot. ``slots`` holds a pattern's ``context`` under that name.
    """
    first = path[0]
    value: Any
    if first == "slots" and len(path) > 1:
        value, rest = slots.get(path[1]), path[2:]
    elif element is not None and first in element:
        value, rest = element[first], path[1:]
    else:
        value, rest = slots.get(first), path[1:]
    for part in rest:
        value = _field(value, part)
    return value


def _field(value: Any, part: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(part)
    if isinstance(value, (list, tuple)) and part.isascii() and part.isdigit() and int(part) < len(value):
        return value[int(part)]
    return None
