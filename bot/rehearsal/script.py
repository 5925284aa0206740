"""What a dialogue file says: cases, each a sequence of acts and of what is expected after them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.rehearsal.assertions import Assertion

FRIDAY_NOON = "2026-11-20T12:00:00+09:00"
"""When a case begins that does not say."""


class BadDialogue(Exception):
    """A dialogue file that cannot be played; the message names file, line and mend."""


@dataclass(frozen=True, slots=True)
class Act:
    """A line of `dangol chat --json`, and the line of the file it stands on."""

    line: int
    play: Mapping[str, Any]

    def __str__(self) -> str:
        return ", ".join(f"{key}: {value}" for key, value in step_of(self.play).items())


def step_of(play: Mapping[str, Any]) -> dict[str, Any]:
    """A line of `dangol chat --json` as a dialogue file has it."""
    who = play.get("as")
    if "advance" in play:
        return {"clock": play["advance"]}
    if "say" in play:
        return {str(who): play["say"]}
    if "tap" in play:
        return {f"{who} taps": play["tap"]} | ({"card": play["card"]} if play.get("card") else {})
    if "location" in play:
        return {f"{who} is at": list(play["location"])}
    if "media" in play:
        return {f"{who} sends": play["media"]}
    if "pay" in play:
        return {f"{who} pays": play["pay"]}
    if "refunded" in play:
        return {f"{who} is refunded": play["refunded"]}
    if "disputes" in play:
        return {f"{who} disputes": play["disputes"]}
    return {f"{who} {'leaves' if 'leaves' in play else 'invites'}": None}


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
    utter: str | None = None
    """The name of a response."""


@dataclass(frozen=True, slots=True)
class Check:
    """What holds of the turn of ``who`` since the last act."""

    line: int
    who: str
    what: Assertion


Step = Act | Expect | Check


@dataclass(frozen=True, slots=True)
class Case:
    file: Path
    name: str
    line: int
    town: str
    """"demo" or the path of a town file."""
    at: datetime
    lang: Mapping[str, str]
    """By person; under "" for everybody not named."""
    steps: tuple[Step, ...]
    slots: tuple[tuple[str, Any], ...] = ()
    """What is known of whoever speaks first, before they do."""

    @property
    def place(self) -> str:
        return f"{shown_path(self.file)}:{self.line}"


def shown_path(path: Path) -> str:
    """The path from here, where it is below."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
