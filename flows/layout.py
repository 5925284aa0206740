"""Where the boxes and arrows of a picture stand: Graphviz works that out, in a process of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.check_texts import columns
from flows.pictures import Box, Picture

COLUMN, LINE, PAD = 7.0, 18.0, 12.0
"""Pixels: of a column of text, from line to line, around a text."""
LABEL_COLUMN, LABEL_LINE = 6.4, 15.0
IN_A_ROW = 5
"""Flows of one file that nothing leads to and that lead nowhere, beside one another."""
_INCH = 72.0

Point = tuple[float, float]
Size = tuple[float, float]


class DrawingError(Exception):
    """The picture cannot be drawn; the message says why and what helps."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Pixels, y downwards. ``boxes``: their middles. ``arrows``: for each, the points of its Bézier curve and where its
    head ends. ``labels``: the middle of each arrow's label, None without one. ``groups``: left, top, width, height."""

    size: Size
    boxes: Mapping[str, Point]
    arrows: Sequence[tuple[Sequence[Point], Point]]
    labels: Sequence[Point | None]
    groups: Mapping[str, tuple[float, float, float, float]]


def size_of(box: Box) -> Size:
    if box.kind == "end":
        return 34.0, 34.0
    head = columns(box.head) * COLUMN * 1.08 + (columns(box.tag) * COLUMN + 2 * PAD if box.tag else 0)
    width = max([head, *(columns(line) * COLUMN for line in box.lines)]) + 2 * PAD
    return max(width, 90.0), (1 + len(box.lines)) * LINE + PAD


def lay_out(picture: Picture) -> Layout:
    """Downwards or sideways, whichever fits a screen better. DrawingError when Graphviz is not there or fails."""
    layouts = [_laid(picture, direction) for direction in ("TB", "LR")]
    return min(layouts, key=lambda layout: max(layout.size))


def _laid(picture: Picture, direction: str) -> Layout:
    names = {box.id: f"n{number}" for number, box in enumerate(picture.boxes)}
    drawn = _graphviz("\n".join(_dot(picture, names, direction)))
    return _read(drawn, picture, names)


def _dot(picture: Picture, names: Mapping[str, str], direction: str) -> Iterator[str]:
    yield f"digraph {{ graph [rankdir={direction}, nodesep=0.3, ranksep=0.42, pad=0.2]; node [shape=box, fixedsize=true]"
    groups: dict[str, list[Box]] = {}
    for box in picture.boxes:
        groups.setdefault(box.group, []).append(box)
    for number, (group, boxes) in enumerate(groups.items()):
        yield f'subgraph cluster{number} {{ label=" "; margin=14' if group else "{"
        for box in boxes:
            width, height = size_of(box)
            yield f'{names[box.id]} [label="", width={width / _INCH:.3f}, height={height / _INCH:.3f}]'
        yield "}"
    joined = {end for arrow in picture.arrows for end in (arrow.start, arrow.to)}
    for boxes in groups.values():
        alone = [names[box.id] for box in boxes if box.id not in joined]
        for above, below in zip(alone, alone[IN_A_ROW:], strict=False):
            yield f"{above} -> {below} [style=invis]"
    order = {box.id: number for number, box in enumerate(picture.boxes)}
    out, into = (":e", ":w") if direction == "LR" else ("", "")
    for number, arrow in enumerate(picture.arrows):
        label = ", weight=4" if order[arrow.to] == order[arrow.start] + 1 else ""
        ahead = order[arrow.to] > order[arrow.start]
        if arrow.label:
            width = max(columns(line) for line in arrow.label) * LABEL_COLUMN + 10
            height = len(arrow.label) * LABEL_LINE + 4
            cell = f'<TD FIXEDSIZE="TRUE" WIDTH="{width:.0f}" HEIGHT="{height:.0f}"></TD>'
            label += (
                f', label=<<TABLE BORDER="0" CELLBORDER="0" CELLPADDING="0" CELLSPACING="0"><TR>{cell}</TR></TABLE>>'
            )
        start, to = names[arrow.start], names[arrow.to]
        yield f"{start}{out if ahead else ''} -> {to}{into if ahead else ''} [id={number}{label}]"
    yield "}"


def _graphviz(dot: str) -> dict[str, Any]:
    program = _program()
    ran = subprocess.run([program, "-Tjson"], input=dot, capture_output=True, text=True, check=False, timeout=60)
    if ran.returncode != 0:
        raise DrawingError(f"{program} failed: {ran.stderr.strip()[:300]}")
    drawn: dict[str, Any] = json.loads(ran.stdout)
    return drawn


def _program() -> str:
    beside = Path(sysconfig.get_path("scripts")) / "graphviz-pure"
    found = str(beside) if beside.exists() else shutil.which("graphviz-pure") or shutil.which("dot")
    if found is None:
        raise DrawingError("Graphviz is missing. Install it (pip install graphviz-pure), or use --mermaid.")
    return found


def _read(drawn: Mapping[str, Any], picture: Picture, names: Mapping[str, str]) -> Layout:
    _, _, width, height = _numbers(drawn["bb"])
    placed = {one["name"]: one for one in drawn["objects"]}
    edges = {int(one["id"]): one for one in drawn["edges"] if str(one.get("id", "")).isdigit()}
    arrows = [_curve(edges[number]["pos"], height) for number in range(len(picture.arrows))]
    labels = [_point(edges[number]["lp"], height) if "lp" in edges[number] else None for number in range(len(arrows))]
    boxes = {box.id: _point(placed[names[box.id]]["pos"], height) for box in picture.boxes}
    groups = {}
    for number, group in enumerate(dict.fromkeys(box.group for box in picture.boxes)):
        if group:
            left, bottom, right, top = _numbers(placed[f"cluster{number}"]["bb"])
            groups[group] = (left, height - top, right - left, top - bottom)
    return Layout((width, height), boxes, arrows, labels, groups)


def _numbers(text: str) -> tuple[float, ...]:
    return tuple(float(part) for part in text.split(","))


def _point(text: str, height: float) -> Point:
    x, y = _numbers(text)[:2]
    return x, height - y


def _curve(text: str, height: float) -> tuple[list[Point], Point]:
    """``e,x,y x,y x,y …``: where the head ends, then the curve's points."""
    parts = text.split()
    ends = [_point(part[2:], height) for part in parts if part.startswith("e,")]
    points = [_point(part, height) for part in parts if part[:2] not in ("e,", "s,")]
    return points, ends[0] if ends else points[-1]
