"""A picture as SVG that stands by itself: its words are text, so that it can be searched and read aloud."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from flows.layout import LABEL_LINE, LINE, PAD, Layout, Point, lay_out, size_of
from flows.mermaid import COLOURS
from flows.pictures import Arrow, Box, Picture

_FONT = "'Noto Sans KR','Noto Sans CJK KR','Apple SD Gothic Neo','Malgun Gothic',sans-serif"
_MARGIN, _TITLE = 24.0, 64.0
_STYLE = f"""
text {{ font-family: {_FONT}; font-size: 12.5px; }}
.title {{ font-size: 20px; font-weight: 700; fill: #1d232b; }}
.about {{ font-size: 13px; fill: #59616c; }}
.head {{ font-weight: 700; }}
.tag {{ font-size: 11px; opacity: .75; }}
.arrow {{ fill: none; stroke: #59616c; stroke-width: 1.3; }}
.back {{ stroke-dasharray: 5 4; }}
.label {{ font-size: 11.5px; fill: #1d232b; }}
.ground {{ fill: #ffffff; fill-opacity: .88; }}
.group {{ fill: #f6f7f9; stroke: #d5d9df; }}
"""


def svg(picture: Picture) -> str:
    """The picture as an SVG document. DrawingError when it cannot be laid out."""
    layout = lay_out(picture)
    width = max(layout.size[0] + 2 * _MARGIN, 420.0)
    height = layout.size[1] + _TITLE + _MARGIN
    root = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {width:.0f} {height:.0f}",
            "width": f"{width:.0f}",
            "height": f"{height:.0f}",
            "role": "img",
        },
    )
    SubElement(root, "title").text = picture.title
    SubElement(root, "desc").text = picture.about
    SubElement(root, "style").text = _STYLE
    _marker(root)
    SubElement(root, "rect", {"width": "100%", "height": "100%", "fill": "#ffffff"})
    _text(root, (_MARGIN, 30.0), picture.title, "title")
    _text(root, (_MARGIN, 50.0), picture.about, "about")
    body = SubElement(root, "g", {"transform": f"translate({_MARGIN:.0f} {_TITLE:.0f})"})
    for group, (left, top, wide, high) in layout.groups.items():
        _rect(body, left, top, wide, high, {"class": "group", "rx": "10"})
        _text(body, (left + 12, top + 17), group, "about")
    for arrow, (points, end) in zip(picture.arrows, layout.arrows, strict=True):
        _arrow(body, arrow, points, end)
    for arrow, at in zip(picture.arrows, layout.labels, strict=True):
        if at is not None:
            _label(body, arrow, at)
    for box in picture.boxes:
        _box(body, box, layout)
    indent(root, " ")
    return tostring(root, encoding="unicode") + "\n"


def _marker(root: Element) -> None:
    marker = SubElement(
        SubElement(root, "defs"),
        "marker",
        {"id": "head", "viewBox": "0 0 8 8", "refX": "7", "refY": "4", "markerWidth": "8", "markerHeight": "8"},
    )
    marker.set("orient", "auto")
    SubElement(marker, "path", {"d": "M0 0L8 4L0 8Z", "fill": "#59616c"})


def _arrow(body: Element, arrow: Arrow, points: Sequence[Point], end: Point) -> None:
    (x, y), rest = points[0], points[1:]
    path = f"M{x:.1f} {y:.1f}C" + " ".join(f"{px:.1f} {py:.1f}" for px, py in rest) + f"L{end[0]:.1f} {end[1]:.1f}"
    style = "arrow back" if arrow.comes_back else "arrow"
    SubElement(body, "path", {"class": style, "d": path, "marker-end": "url(#head)"})


def _label(body: Element, arrow: Arrow, at: Point) -> None:
    top = at[1] - len(arrow.label) * LABEL_LINE / 2
    for number, line in enumerate(arrow.label):
        place = (at[0], top + (number + 1) * LABEL_LINE - 4)
        _text(body, place, line, "label", middle=True, halo=True)


def _box(body: Element, box: Box, layout: Layout) -> None:
    (x, y), (width, height) = layout.boxes[box.id], size_of(box)
    ground, ink = COLOURS[box.kind]
    left, top = x - width / 2, y - height / 2
    if box.kind == "end":
        SubElement(body, "circle", {"cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": f"{width / 2:.0f}", "fill": ground})
        _text(body, (x, y + 4.5), box.head, "head", ink=ink, middle=True)
        return
    round_ = {"start": height / 2, "say": 12.0, "flow": 12.0, "pattern": 12.0}.get(box.kind, 4.0)
    look = {"fill": ground, "stroke": ink, "stroke-width": "1.2", "rx": f"{min(round_, 18.0):.0f}"}
    _rect(body, left, top, width, height, look)
    if box.kind == "call":
        for edge in (left + 5, left + width - 5):
            line = {"x1": edge, "x2": edge, "y1": top, "y2": top + height}
            SubElement(body, "line", {"stroke": ink, **{name: f"{value:.1f}" for name, value in line.items()}})
    _text(body, (left + PAD, top + LINE + 2), box.head, "head", ink=ink)
    if box.tag:
        _text(body, (left + width - PAD, top + LINE + 2), f"#{box.tag}", "tag", ink=ink, right=True)
    for number, words in enumerate(box.lines):
        _text(body, (left + PAD, top + (number + 2) * LINE + 1), words, "", ink=ink)


def _rect(body: Element, left: float, top: float, width: float, height: float, look: dict[str, str]) -> None:
    place = {"x": left, "y": top, "width": width, "height": height}
    SubElement(body, "rect", {**{name: f"{value:.1f}" for name, value in place.items()}, **look})


def _text(
    body: Element,
    at: Point,
    words: str,
    style: str,
    *,
    ink: str = "",
    middle: bool = False,
    right: bool = False,
    halo: bool = False,
) -> None:
    look = {"x": f"{at[0]:.1f}", "y": f"{at[1]:.1f}"}
    look |= {"class": style} if style else {}
    look |= {"fill": ink} if ink else {}
    look |= {"text-anchor": "middle"} if middle else {"text-anchor": "end"} if right else {}
    look |= {"stroke": "#ffffff", "stroke-width": "3", "paint-order": "stroke"} if halo else {}
    SubElement(body, "text", look).text = words
