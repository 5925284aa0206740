"""Turns what people did in a conversation into a dialogue test: done again in a fresh town, and what is told written
down beside it. So the test passes when it is run at once, and a person or an order is never copied from anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import StringIO
from os.path import relpath
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedSeq

from bot.chat import Chat
from bot.rehearsal.judging import Line, labels_of, text_of
from bot.rehearsal.script import step_of
from bot.rehearsal.stage import Towns, staged

PAUSE = timedelta(minutes=1)
"""A shorter time between two acts is left out."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did at a time: a line of `dangol chat --json`."""

    at: datetime
    play: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Recording:
    """``left_out`` are the deeds that mean nothing in a fresh town, each with the reason."""

    name: str
    town: str
    at: datetime
    lang: Mapping[str, str]
    steps: Sequence[Mapping[str, Any]]
    left_out: Sequence[str] = ()

    def text(self, folder: Path, *, at_home: bool = False) -> str:
        """The file of dialogues that it is, to be put into ``folder``. ``at_home``: it plays in the installation's own
        town, wherever the file is taken to."""
        town = self.town if self.town == "demo" else relpath(self.town, folder.absolute())
        case = {
            "test_case": self.name,
            **({} if at_home else {"town": town}),
            "at": self.at.isoformat(),
            "lang": self.lang[""] if list(self.lang) == [""] else dict(self.lang),
        }
        yaml = YAML()
        yaml.width = 4096
        yaml.indent(mapping=2, sequence=2, offset=0)
        out = StringIO()
        yaml.dump({"test_cases": [case | {"steps": [_flowing(step) for step in self.steps]}]}, out)
        return out.getvalue()


async def record(
    name: str, deeds: Sequence[Deed], lang: Mapping[str, str], towns: Towns, town: str, folder: Path
) -> Recording:
    """Do it all again in ``town``, on a database in ``folder``. ``lang`` is by person, under "" for everybody else."""
    begun = deeds[0].at.replace(microsecond=0)
    told: list[Line] = []
    steps: list[Mapping[str, Any]] = []
    left_out: list[str] = []
    spoke: set[str] = set()
    async with staged(towns, town, begun, folder, told.append) as chat:
        for deed in deeds:
            pause = deed.at - chat.clock.now()
            if pause >= PAUSE:
                steps += await _done(chat, {"advance": duration_of(pause)}, told)
            who = str(deed.play.get("as"))
            play = dict(deed.play)
            spoken = lang.get(who) or (None if who.startswith("shop:") else lang.get(""))
            if who not in spoke and spoken:
                play["lang"] = spoken
            done = await _done(chat, play, told)
            fault = next((line["error"] for line in told if "error" in line), None)
            if fault is None:
                spoke.add(who)
                steps += done
            else:
                written = ", ".join(f"{key}: {value}" for key, value in step_of(play).items())
                left_out.append(f"{written} ({fault})")
        begun = begun.astimezone(chat.application.services.home.zone)
    return Recording(name, town, begun, lang, steps, left_out)


async def _done(chat: Chat, play: Mapping[str, Any], told: list[Line]) -> list[Mapping[str, Any]]:
    """The act as a step, and what everybody is told as others."""
    told.clear()
    await chat.play(json.dumps(play, ensure_ascii=False))
    lines = [line for line in told if "to" in line]
    heard = list(_heard(lines))
    who = play.get("as")
    if who is not None and not any(line["to"] == who for line in lines):
        heard.insert(0, {f"nothing to {who}": None})
    return [step_of(play), *heard]


def _heard(told: Sequence[Line]) -> Iterator[Mapping[str, Any]]:
    for who in dict.fromkeys(line["to"] for line in told):
        lines = [line for line in told if line["to"] == who]
        texts = [text.strip() for line in lines for text in text_of(line).splitlines()]
        step: dict[str, Any] = {f"to {who}": [text for text in texts if text and "://" not in text] or None}
        buttons = list(dict.fromkeys(label for line in lines for label in labels_of(line)))
        if buttons:
            step["buttons"] = buttons
        for line in lines:
            if line["payment"]:
                step["payment"] = line["payment"]["amount"]
            if line["asks"]:
                step["asks"] = line["asks"]
        yield step


def duration_of(length: timedelta) -> str:
    """As the clock's step has it: "1h30m"."""
    seconds = int(length.total_seconds())
    parts = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
    written = ""
    for letter, size in parts:
        count, seconds = divmod(seconds, size)
        written += f"{count}{letter}" if count else ""
    return written or "0s"


def _flowing(step: Mapping[str, Any]) -> Any:
    """Nothing after the colon as a bare word, and short lists in one line."""
    if list(step.values()) == [None]:
        return next(iter(step))
    return {key: _in_one_line(value) if isinstance(value, list) else value for key, value in step.items()}


def _in_one_line(values: list[Any]) -> CommentedSeq:
    made = CommentedSeq(values)
    if sum(len(str(value)) + 4 for value in values) < 110:
        made.fa.set_flow_style()
    return made
