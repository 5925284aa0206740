"""A dialogue file as YAML: expected kinds of values, and errors that name file, line and mend."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.lined import Lined, LinedError, read_lined
from bot.lined import Path as Where
from bot.rehearsal.script import FRIDAY_NOON, BadDialogue, shown_path
from flows.reading import nearest


class Sheet:
    """The file's values, each by its place in it. Whatever is wrong raises BadDialogue."""

    def __init__(self, path: Path, lined: Lined, shown: Path | None = None) -> None:
        self.path = path
        self.lined = lined
        self.name = shown_path(shown or path)

    @classmethod
    def of(cls, path: Path) -> Sheet:
        try:
            return cls.of_text(path, path.read_text("utf-8"), path)
        except UnicodeDecodeError as error:
            raise BadDialogue(f"{shown_path(path)}:1: not readable; save the file as plain UTF-8 text") from error

    @classmethod
    def of_text(cls, path: Path, text: str, shown: Path) -> Sheet:
        """Of what the file at ``path`` would hold; faults are told of the file ``shown``."""
        try:
            return cls(path, read_lined(text, shown_path(shown)), shown)
        except LinedError as error:
            raise BadDialogue(str(error)) from error

    def line(self, at: Where) -> int:
        return self.lined.line(at)

    def bad(self, at: Where, what: str) -> BadDialogue:
        return BadDialogue(f"{self.name}:{self.lined.line(at)}: {what}")

    def text(self, value: Any, at: Where) -> str:
        if not isinstance(value, str) or not value:
            raise self.bad(at, "a text is missing here")
        return value

    def texts(self, value: Any, at: Where) -> tuple[str, ...]:
        return tuple(self.text(one, at) for one in self.list(value, at)) if value is not None else ()

    def number(self, value: Any, at: Where) -> int | None:
        if value is None:
            return None
        if not isinstance(value, str) or not value.isdigit():
            raise self.bad(at, f"{value!r} is no whole number")
        return int(value)

    def time(self, value: Any, at: Where) -> datetime:
        try:
            time = datetime.fromisoformat(str(value))
        except ValueError:
            time = None
        if time is None or time.tzinfo is None:
            raise self.bad(at, f"`at` is a time with its zone, such as {FRIDAY_NOON}")
        return time

    def list(self, value: Any, at: Where) -> list[Any]:
        if not isinstance(value, list) or not value:
            raise self.bad(at, "a list is expected here")
        return value

    def mapping(
        self, value: Any, at: Where, known: Collection[str], needed: Collection[str] = frozenset()
    ) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.bad(at, f"keys are expected here: {', '.join(sorted(known))}")
        self.only(value, known, at)
        for key in sorted(set(needed) - set(value)):
            raise self.bad(at, f"{key!r} is missing")
        return value

    def pair(self, value: Any, at: Where) -> tuple[str, Any]:
        """A mapping of one key."""
        if not isinstance(value, dict) or len(value) != 1:
            raise self.bad(at, "one `name: value` is expected here")
        return next(iter(value.items()))

    def only(self, given: Mapping[str, Any], known: Collection[str], at: Where) -> None:
        for key in given:
            if key not in known:
                may = f"; known here: {', '.join(sorted(known))}" if known else "; take it out"
                close = nearest(key, known, "")
                where = f"{self.name}:{self.lined.key_line((*at, key))}"
                raise BadDialogue(f"{where}: {key!r} is not known{may}{'. ' + close if close else ''}")
