"""What a picture of a flow shows: a box for each step, an arrow for each way on; and of all flows, who calls whom."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from flows.check_texts import columns
from flows.language import END, Action, Call, Collect, Flow, Link, SetValues, Step, Variation
from flows.library import Library
from flows.spelled import spelled
from flows.template import Field, Template
from flows.walk import SPOKEN

Kind = Literal["start", "ask", "say", "do", "set", "call", "link", "branch", "end", "flow", "pattern"]
WIDEST = 34
"""Columns of a line in a box."""
MOST_LINES = 3
_GIVEN_NO_ID = re.compile(r"\d+_(?:collect|action|set_slots|link|call|noop|step)(?:_|$)")
WORDS: Mapping[str, Mapping[str, str]] = {
    "ko": {
        "ask": "묻기",
        "say": "말하기",
        "do": "하기",
        "set": "정하기",
        "call": "다녀오기",
        "link": "넘어가기",
        "branch": "갈림길",
        "pass": "지나기",
        "end": "끝",
        "else": "아니면",
        "unless": "안 받음",
        "by": "시작",
        "guard": "조건",
        "all": "모든 흐름",
    },
    "en": {
        "ask": "Ask",
        "say": "Say",
        "do": "Do",
        "set": "Set",
        "call": "Call",
        "link": "Go to",
        "branch": "Branch",
        "pass": "Pass",
        "end": "End",
        "else": "else",
        "unless": "Not taken",
        "by": "Starts by",
        "guard": "Only if",
        "all": "All flows",
    },
}


@dataclass(frozen=True, slots=True)
class Box:
    """``head`` says what is done, ``lines`` the words of it, ``tag`` the step's own id. ``group``: what it stands in."""

    id: str
    kind: Kind
    head: str
    lines: tuple[str, ...] = ()
    tag: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Arrow:
    """``label`` in lines. ``comes_back``: a call."""

    start: str
    to: str
    label: tuple[str, ...] = ()
    comes_back: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    title: str
    about: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def picture_of_flow(library: Library, flow: Flow, language: str) -> Picture:
    """Every step of one flow with its words in ``language``, every way on with its condition."""
    drawn = _Drawn(library, language)
    boxes, arrows = [drawn.start(flow)], [Arrow("start", f"s:{flow.first}")]
    for step in flow.steps.values():
        boxes.append(drawn.box(step))
        for number, branch in enumerate(step.next):
            if isinstance(step, Link):
                continue
            to = f"s:{branch.to}"
            if branch.to == END:
                to = f"end:{step.id}:{number}"
                boxes.append(Box(to, "end", drawn.words["end"]))
            otherwise = len(step.next) > 1 and branch.condition is None
            said = drawn.words["else"] if otherwise else "" if branch.condition is None else spelled(branch.condition)
            arrows.append(Arrow(f"s:{step.id}", to, wrapped(said, 22)))
    return Picture(flow.name.get(language, flow.id), f"{flow.id}: {flow.description}", tuple(boxes), tuple(arrows))


def picture_of_all(library: Library, language: str) -> Picture:
    """Every flow as a box, grouped by its file, with an arrow to each flow that it links to or calls."""
    boxes: list[Box] = []
    arrows: list[Arrow] = []
    for flow in library.flows.values():
        kind: Kind = "pattern" if flow.is_pattern else "flow"
        name = flow.name.get(language, flow.id)
        lines = () if name == flow.id else wrapped(flow.id, WIDEST)
        boxes.append(Box(flow.id, kind, _cut(name, WIDEST), lines, group=flow.at.file))
        for step in flow.steps.values():
            if isinstance(step, (Link, Call)) and step.flow in library.flows:
                arrows.append(Arrow(flow.id, step.flow, comes_back=isinstance(step, Call)))
    title = WORDS[language]["all"]
    return Picture(title, f"{len(boxes)} · {library.version}", tuple(boxes), tuple(dict.fromkeys(arrows)))


def wrapped(text: str, width: int, most: int = MOST_LINES) -> tuple[str, ...]:
    """``text`` in lines of at most ``width`` columns; what is left after the last line is cut off with an ellipsis."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and columns(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1]} …"]
    return tuple(_cut(line, width + 2) for line in lines)


def _cut(text: str, width: int) -> str:
    if columns(text) <= width:
        return text
    while columns(text) > width - 1:
        text = text[:-1]
    return f"{text}…"


@dataclass(frozen=True, slots=True)
class _Drawn:
    library: Library
    language: str

    @property
    def words(self) -> Mapping[str, str]:
        return WORDS[self.language]

    def start(self, flow: Flow) -> Box:
        intents = ", ".join(intent for intent, _ in flow.triggers)
        lines = wrapped(f"{self.words['by']}: {intents}", WIDEST) if intents else ()
        guard = wrapped(f"{self.words['guard']}: {spelled(flow.guard)}", WIDEST) if flow.guard is not None else ()
        return Box("start", "start", _cut(flow.name.get(self.language, flow.id), WIDEST), (*lines, *guard))

    def box(self, step: Step) -> Box:
        kind, what, lines = self.content(step)
        tag = "" if _GIVEN_NO_ID.match(step.id) else step.id
        word = self.words["pass" if kind == "branch" and len(step.next) == 1 else kind]
        head = f"{word} · {what}" if what else word
        return Box(f"s:{step.id}", kind, _cut(head, WIDEST + 4), lines, tag)

    def content(self, step: Step) -> tuple[Kind, str, tuple[str, ...]]:
        if isinstance(step, Collect):
            refused = [
                line
                for rejection in step.rejections
                for line in wrapped(f"{self.words['unless']}: {spelled(rejection.condition)}", WIDEST)
            ]
            return "ask", step.slot, (*self.said(step.utter), *refused)
        if isinstance(step, Action):
            if step.action.startswith(SPOKEN):
                return "say", step.action, self.said(step.action)
            return "do", step.action, ()
        if isinstance(step, SetValues):
            values = [f"{slot} = {_value(value)}" for slot, value in step.values]
            return "set", "", tuple(_cut(line, WIDEST) for line in values)
        if isinstance(step, (Link, Call)):
            flow = self.library.flows.get(step.flow)
            name = flow.name.get(self.language, step.flow) if flow is not None else step.flow
            return "call" if isinstance(step, Call) else "link", name, (step.flow,) if name != step.flow else ()
        return "branch", "", ()

    def said(self, response: str) -> tuple[str, ...]:
        """The words of the response's first wording, its placeholders as they stand in the file."""
        found = self.library.responses.get(response)
        return wrapped(_first_words(found.variations[0], self.language), WIDEST) if found is not None else ()


def _first_words(variation: Variation, language: str) -> str:
    lines = variation.text.lines.get(language) or next(iter(variation.text.lines.values()), ())
    return " ".join(_words(line) for line in lines)


def _words(line: Template) -> str:
    return "".join(f"{{{'.'.join(piece.path)}}}" if isinstance(piece, Field) else piece for piece in line)


def _value(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return f'"{value}"' if isinstance(value, str) else str(value)
