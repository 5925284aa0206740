"""Dialogue files: who does what, and what everybody is then told. README.md beside this file describes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.lined import Lined, LinedError, read_lined

WHO = r"[^\s]+"
_SAYS = re.compile(rf"({WHO})")
_ACTS = re.compile(rf"({WHO}) (taps|is at|pays|is refunded|disputes)")
_EXPECTS = re.compile(rf"(not to|to|nothing to) ({WHO})")
_BESIDE_TO = {"buttons", "no buttons", "payment", "asks", "times"}
_RESERVED = {"clock", "to", "not", "nothing", "card", *_BESIDE_TO}


FRIDAY_NOON = "2026-11-20T12:00:00+09:00"


class BadDialogue(Exception):
    """A dialogue file that cannot be played; the message names file, line and mend."""


@dataclass(frozen=True, slots=True)
class Act:
    """A line of `dangol chat --json`, and the line of the file it stands on."""

    line: int
    play: Mapping[str, Any]

    def __str__(self) -> str:
        return ", ".join(f"{key} {value}" for key, value in self.play.items())


@dataclass(frozen=True, slots=True)
class Expect:
    """What ``who`` was told since the last act. ``texts`` in this order, or, when ``told`` is false, none of them."""

    line: int
    who: str
    told: bool = True
    texts: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()
    no_buttons: tuple[str, ...] = ()
    payment: int | None = None
    asks: str | None = None
    times: int | None = None
    """How many messages hold the first text."""


Step = Act | Expect


@dataclass(frozen=True, slots=True)
class Case:
    file: Path
    name: str
    line: int
    town: str
    at: datetime
    lang: Mapping[str, str]
    """By person; under "" for everybody not named."""
    steps: tuple[Step, ...]


def read_cases(path: Path) -> list[Case]:
    """The cases of one file. Raises BadDialogue."""
    try:
        lined = read_lined(path.read_text("utf-8"), path.name)
    except LinedError as error:
        raise BadDialogue(str(error)) from error
    return _File(path, lined).cases()


class _File:
    def __init__(self, path: Path, lined: Lined) -> None:
        self.path = path
        self.lined = lined

    def cases(self) -> list[Case]:
        top = self._mapping(self.lined.data, (), {"test_cases"}, needed={"test_cases"})
        found = [
            self._case(one, ("test_cases", at)) for at, one in enumerate(self._list(top["test_cases"], ("test_cases",)))
        ]
        names = [case.name for case in found]
        for case in found:
            if names.count(case.name) > 1:
                raise self._bad(("test_cases", names.index(case.name)), f"two cases are called {case.name!r}")
        return found

    def _case(self, data: Any, path: tuple[str | int, ...]) -> Case:
        given = self._mapping(data, path, {"test_case", "town", "at", "lang", "steps"}, needed={"test_case", "steps"})
        lang = given.get("lang", "ko")
        steps = self._list(given["steps"], (*path, "steps"))
        return Case(
            file=self.path,
            name=str(given["test_case"]),
            line=self.lined.line(path),
            town=given.get("town", "testville"),
            at=self._time(given.get("at", FRIDAY_NOON), path),
            lang=lang if isinstance(lang, dict) else {"": lang},
            steps=tuple(self._step(one, (*path, "steps", at)) for at, one in enumerate(steps)),
        )

    def _step(self, data: Any, path: tuple[str | int, ...]) -> Step:
        line = self.lined.line(path)
        if isinstance(data, str):
            data = {data: None}
        if not isinstance(data, dict) or not data:
            raise self._bad(path, "a step is `minji: …`, `minji taps: …`, `clock: 3m`, `to minji: …` or the like")
        (head, value), beside = next(iter(data.items())), dict(list(data.items())[1:])
        expects = _EXPECTS.fullmatch(head)
        if expects:
            return self._expect(line, expects[1], expects[2], value, beside, path)
        if head == "clock":
            self._only(beside, set(), path)
            return Act(line, {"advance": self._text(value, path)})
        acts = _ACTS.fullmatch(head)
        if acts:
            return self._act(line, acts[1], acts[2], value, beside, path)
        if _SAYS.fullmatch(head) and head not in _RESERVED:
            self._only(beside, set(), path)
            return Act(line, {"as": head, "say": self._text(value, path)})
        raise self._bad(path, f"{head!r} is no step")

    def _act(
        self, line: int, who: str, verb: str, value: Any, beside: Mapping[str, Any], path: tuple[str | int, ...]
    ) -> Act:
        self._only(beside, {"card"} if verb == "taps" else set(), path)
        if verb == "taps":
            return Act(line, {"as": who, "tap": self._text(value, path), **beside})
        if verb == "pays":
            return Act(line, {"as": who, "pay": self._text(value, path)})
        if verb in ("is refunded", "disputes"):
            return Act(line, {"as": who, verb.removeprefix("is "): self._number(value, path)})
        point = self._list(value, path)
        try:
            return Act(line, {"as": who, "location": [float(part) for part in point]})
        except (TypeError, ValueError) as error:
            raise self._bad(path, "a place is [latitude, longitude]") from error

    def _expect(
        self, line: int, kind: str, who: str, value: Any, beside: Mapping[str, Any], path: tuple[str | int, ...]
    ) -> Expect:
        self._only(beside, _BESIDE_TO if kind == "to" else set(), path)
        texts = tuple(value) if isinstance(value, list) else () if value is None else (str(value),)
        if kind == "not to" and not texts:
            raise self._bad(path, f"say what is not told to {who}, or write `nothing to {who}`")
        if kind == "nothing to" and texts:
            raise self._bad(path, f"`nothing to {who}` stands alone")
        return Expect(
            line,
            who,
            told=kind == "to",
            texts=texts,
            buttons=self._texts(beside.get("buttons"), path),
            no_buttons=self._texts(beside.get("no buttons"), path),
            payment=self._number(beside.get("payment"), path),
            asks=beside.get("asks"),
            times=self._number(beside.get("times"), path),
        )

    def _time(self, value: Any, path: tuple[str | int, ...]) -> datetime:
        try:
            at = datetime.fromisoformat(str(value))
        except ValueError:
            at = None
        if at is None or at.tzinfo is None:
            raise self._bad((*path, "at"), f"`at` is a time with its zone, such as {FRIDAY_NOON}")
        return at

    def _text(self, value: Any, path: tuple[str | int, ...]) -> str:
        if not isinstance(value, str) or not value:
            raise self._bad(path, "a text is missing here")
        return value

    def _texts(self, value: Any, path: tuple[str | int, ...]) -> tuple[str, ...]:
        return tuple(self._list(value, path)) if value is not None else ()

    def _number(self, value: Any, path: tuple[str | int, ...]) -> int | None:
        if value is None:
            return None
        if not isinstance(value, str) or not value.isdigit():
            raise self._bad(path, f"{value!r} is no whole number")
        return int(value)

    def _list(self, value: Any, path: tuple[str | int, ...]) -> list[Any]:
        if not isinstance(value, list) or not value:
            raise self._bad(path, "a list is expected here")
        return value

    def _mapping(
        self,
        value: Any,
        path: tuple[str | int, ...],
        known: set[str],
        needed: set[str] = frozenset(),  # type: ignore[assignment]
    ) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self._bad(path, f"keys are expected here: {', '.join(sorted(known))}")
        self._only(value, known, path)
        for key in sorted(needed - set(value)):
            raise self._bad(path, f"{key!r} is missing")
        return value

    def _only(self, given: Mapping[str, Any], known: set[str], path: tuple[str | int, ...]) -> None:
        for key in given:
            if key not in known:
                may = f"; known here: {', '.join(sorted(known))}" if known else ""
                raise BadDialogue(f"{self.path.name}:{self.lined.key_line((*path, key))}: {key!r} is not known{may}")

    def _bad(self, path: tuple[str | int, ...], what: str) -> BadDialogue:
        return BadDialogue(f"{self.path.name}:{self.lined.line(path)}: {what}")
