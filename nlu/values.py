"""A normal form found in a text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Value:
    """``entity`` with its normal form ``value`` at ``start``..``end`` (half-open) of the reading text."""

    entity: str
    value: Any
    start: int
    end: int

    def meets(self, other: Value) -> bool:
        """Whether the two share a character."""
        return self.start < other.end and other.start < self.end


def without(values: Iterable[Value], taken: Iterable[Value]) -> list[Value]:
    """Those of ``values`` that share no character with ``taken``."""
    taken = tuple(taken)
    return [value for value in values if not any(value.meets(other) for other in taken)]
