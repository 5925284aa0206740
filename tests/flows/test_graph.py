"""A drawn flow shows every step, every way on with its condition, what is asked, and where other flows come in."""

import re
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from flows.condition import parse_condition
from flows.layout import lay_out, size_of
from flows.library import Library
from flows.mermaid import COLOURS, mermaid
from flows.pictures import Picture, picture_of_all, picture_of_flow, wrapped
from flows.spelled import spelled
from flows.svg import svg

ROOT = Path(__file__).parents[2]
LIBRARY = Library.load(ROOT / "flows" / "library")
SHED = Library.load(Path(__file__).parent / "rasa")
LARGEST = max(LIBRARY.flows.values(), key=lambda flow: len(flow.steps))
SVG = "{http://www.w3.org/2000/svg}"


def picture(flow: str, language: str = "en", library: Library = SHED) -> Picture:
    return picture_of_flow(library, library.flows[flow], language)


def test_every_step_is_a_box_and_every_way_on_an_arrow() -> None:
    for flow in (*LIBRARY.flows.values(), *SHED.flows.values()):
        drawn = picture_of_flow(LIBRARY if flow.id in LIBRARY.flows else SHED, flow, "ko")
        boxes = {box.id for box in drawn.boxes}
        assert {f"s:{step}" for step in flow.steps} <= boxes
        assert all(arrow.start in boxes and arrow.to in boxes for arrow in drawn.arrows)


def test_a_box_says_what_the_step_does_and_what_is_asked() -> None:
    boxes = {box.id: box for box in picture("lend_tool").boxes}
    asked = boxes["s:how_long"]
    assert (asked.kind, asked.head, asked.tag) == ("ask", "Ask · days", "how_long")
    assert asked.lines == ("How many days?", "Not taken: days < 1", "Not taken: days > 21")
    assert boxes["s:who"].head == "Call · tell who you are" and boxes["s:who"].kind == "call"
    assert [box.head for box in boxes.values() if box.kind == "link"] == ["Go to · give_feedback"]
    assert boxes["start"].lines[0] == "Starts by: lend_tool, smalltalk"
    assert boxes["start"].lines[1].startswith("Only if: is_member and not")


def test_a_korean_picture_speaks_korean() -> None:
    drawn = picture("register_shop", "ko", LIBRARY)
    assert drawn.title == "가게 등록"
    assert "묻기 · new_phone" in [box.head for box in drawn.boxes]
    assert ("아니면",) in [arrow.label for arrow in drawn.arrows]


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ('slots.a = "x"', 'a = "x"'),
        ("not (slots.a or slots.b.c > 3) and d", "not (a or b.c > 3) and d"),
        ("slots.a is not null", "a is not null"),
        ("a = null", "a is null"),
        ("not a is empty", "a is not empty"),
        ("{'x' 'y'} contains slots.a", '{"x", "y"} contains a'),
        ("context.n is true", "context.n = true"),
        ('a matches "x.*"', 'a matches "x.*"'),
    ],
)
def test_a_condition_is_written_out_short(condition: str, said: str) -> None:
    assert spelled(parse_condition(condition)) == said
    assert spelled(parse_condition(said)) == said


@pytest.mark.parametrize("flow", ["show_cart", LARGEST.id])
def test_the_svg_holds_all_words_inside_its_frame(flow: str) -> None:
    drawn = picture(flow, "ko", LIBRARY)
    root = fromstring(svg(drawn))  # noqa: S314 - our own
    texts = ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]
    for box in drawn.boxes:
        assert box.head in texts and set(box.lines) <= set(texts)
    assert {line for arrow in drawn.arrows for line in arrow.label} <= set(texts)
    assert root.findtext(f"{SVG}title") == drawn.title
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    for rect in list(root.iter(f"{SVG}rect"))[1:]:
        assert 0 <= float(rect.attrib["x"]) <= width - float(rect.attrib["width"])
        assert 0 <= float(rect.attrib["y"]) <= height - float(rect.attrib["height"])
    assert len(list(root.iter(f"{SVG}path"))) == len(drawn.arrows) + 1


def test_no_box_covers_another() -> None:
    for drawn in (picture(LARGEST.id, "ko", LIBRARY), picture_of_all(LIBRARY, "ko")):
        layout = lay_out(drawn)
        spans = [(*layout.boxes[box.id], *size_of(box)) for box in drawn.boxes]
        for number, (x, y, width, height) in enumerate(spans):
            for ox, oy, owidth, oheight in spans[:number]:
                assert abs(x - ox) >= (width + owidth) / 2 - 1 or abs(y - oy) >= (height + oheight) / 2 - 1


def test_the_map_of_all_flows_shows_links_and_calls() -> None:
    drawn = picture_of_all(SHED, "en")
    assert {box.id for box in drawn.boxes} == set(SHED.flows)
    found = {(arrow.start, arrow.to, arrow.comes_back) for arrow in drawn.arrows}
    assert found == {("lend_tool", "identify_member", True), ("lend_tool", "give_feedback", False)}
    assert svg(drawn) and 'subgraph "data/lending.yml"' in mermaid(drawn)


def test_mermaid_has_every_box_arrow_and_condition() -> None:
    drawn = picture("lend_tool")
    text = mermaid(drawn)
    assert text.splitlines()[:4] == ["---", 'title: "lend a tool"', "---", "flowchart TD"]
    assert len(re.findall(r"^  n\d+[(\[{>]", text, re.MULTILINE)) == len(drawn.boxes)
    assert len(re.findall(r" --> ?|-->\|", text)) == len(drawn.arrows)
    assert '-->|"not confirmed"|' in text
    assert re.search(r'n\d+\[\["<b>Call · tell who you are #35;who</b><br>identify_member"\]\]:::call_box', text)


def test_mermaid_reads_nobody_s_words_as_markup() -> None:
    hostile = """
flows: {f: {description: d, steps: [{action: utter_x}]}}
responses: {utter_x: [{text: 'a "quoted" <b>bold</b> `code` #1; | end'}]}
"""
    text = mermaid(picture("f", library=Library.from_bundle({"a.yaml": hostile})))
    line = next(line for line in text.splitlines() if "utter_x" in line)
    assert "#34;quoted#34;" in line and "#60;b#62;bold#60;/b#62;" in line and "#96;code#96; #35;1;" in line
    assert line.count('"') == 2


def test_long_words_are_cut_and_wrapped() -> None:
    assert wrapped("", 10) == ()
    assert wrapped("one two three four", 8) == ("one two", "three", "four")
    assert wrapped("가나다라 마바사아 자차카타 파하", 8) == ("가나다라", "마바사아", "자차카타 …")
    assert wrapped("x" * 40, 10) == (f"{'x' * 11}…",)


def _bright(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_words_stand_out_from_their_boxes() -> None:
    for ground, ink in COLOURS.values():
        low, high = sorted((_bright(ground), _bright(ink)))
        assert (high + 0.05) / (low + 0.05) >= 7
