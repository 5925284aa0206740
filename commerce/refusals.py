"""What commerce says no to, and why: expected, told to the person, never a fault of the program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class Refusal(Exception):
    """Commerce refuses. ``code`` is a machine word such as "sold_out"; ``facts`` are JSON values for the text."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts: dict[str, Any] = facts

    def __str__(self) -> str:
        return f"{self.code} {self.facts}" if self.facts else self.code


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal that is only announced so far: what placing this cart would be refused for."""

    code: str
    facts: dict[str, Any]

    def refusal(self) -> Refusal:
        return Refusal(self.code, **self.facts)
