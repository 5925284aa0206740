"""A picture as Mermaid, which many wikis and code hosts draw where it stands in a page."""

from __future__ import annotations

from collections.abc import Mapping

from flows.pictures import Box, Kind, Picture

_SHAPES: Mapping[Kind, tuple[str, str]] = {
    "start": ("([", "])"),
    "ask": ("[", "]"),
    "say": ("(", ")"),
    "do": ("[", "]"),
    "set": ("[", "]"),
    "call": ("[[", "]]"),
    "link": (">", "]"),
    "branch": ("{", "}"),
    "end": ("((", "))"),
    "flow": ("([", "])"),
    "pattern": ("([", "])"),
}
COLOURS: Mapping[Kind, tuple[str, str]] = {
    "start": ("#26323f", "#ffffff"),
    "ask": ("#dcebfd", "#123a63"),
    "say": ("#e2f4e6", "#164a26"),
    "do": ("#ececf1", "#2e2e3a"),
    "set": ("#fbf0d0", "#584208"),
    "call": ("#efe3fb", "#43206b"),
    "link": ("#efe3fb", "#43206b"),
    "branch": ("#ffffff", "#2e2e3a"),
    "end": ("#26323f", "#ffffff"),
    "flow": ("#dcebfd", "#123a63"),
    "pattern": ("#fbf0d0", "#584208"),
}
"""Ground and ink of each kind of box; each pair has a contrast of 7:1 or more."""


def mermaid(picture: Picture) -> str:
    """The picture as a Mermaid flow chart, in which every word is quoted."""
    names = {box.id: f"n{number}" for number, box in enumerate(picture.boxes)}
    lines = ["---", f"title: {_quoted(picture.title)}", "---", "flowchart TD"]
    groups: dict[str, list[Box]] = {}
    for box in picture.boxes:
        groups.setdefault(box.group, []).append(box)
    for group, boxes in groups.items():
        inside = [f"  {names[box.id]}{_shape(box)}:::{_class(box.kind)}" for box in boxes]
        lines += [f"  subgraph {_quoted(group)}", *inside, "  end"] if group else inside
    for arrow in picture.arrows:
        label = f"|{_quoted('<br>'.join(_escaped(line) for line in arrow.label))}|" if arrow.label else ""
        line = "-.->" if arrow.comes_back else "-->"
        lines.append(f"  {names[arrow.start]} {line}{label} {names[arrow.to]}")
    for kind in dict.fromkeys(box.kind for box in picture.boxes):
        ground, ink = COLOURS[kind]
        lines.append(f"  classDef {_class(kind)} fill:{ground},color:{ink},stroke:{ink}")
    return "\n".join(lines) + "\n"


def _class(kind: Kind) -> str:
    """`end` and `call` by themselves mean something to Mermaid."""
    return f"{kind}_box"


def _shape(box: Box) -> str:
    opened, closed = _SHAPES[box.kind]
    head = _escaped(box.head) + (f" #35;{_escaped(box.tag)}" if box.tag else "")
    words = "<br>".join([f"<b>{head}</b>", *(_escaped(line) for line in box.lines)])
    return f"{opened}{_quoted(words)}{closed}"


def _quoted(text: str) -> str:
    return f'"{text}"'


def _escaped(text: str) -> str:
    """Mermaid's own entities, for what would end a text or be read as markup."""
    for sign, code in (("#", "35"), ("&", "38"), ('"', "34"), ("<", "60"), (">", "62"), ("`", "96"), ("\\", "92")):
        text = text.replace(sign, f"#{code};") if sign != "#" else text.replace("#", "\0")
    return text.replace("\0", "#35;")
