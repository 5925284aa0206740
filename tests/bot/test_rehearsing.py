"""`dangol flows test`: side by side, what differs, what nobody reached, and the exit code."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from bot.rehearsal.assertions import Fault
from bot.rehearsal.coverage import Coverage, places
from bot.rehearsal.report import difference
from flows.commands import Cancel, SetSlots, StartFlow
from flows.engine import advance
from flows.library import Library
from flows.state import State
from tests.bot.commands import dangol, prepare
from tests.dialogues.stage import town_path

FLOWS = """\
slots:
  stars: {type: float}
flows:
  rate:
    description: Rates.
    steps:
    - collect: stars
      rejections:
      - {if: slots.stars < 1, utter: utter_few}
      - {if: slots.stars > 5, utter: utter_many}
      next:
      - if: slots.stars > 3
        then:
        - action: utter_glad
          next: END
      - else: sad
    - id: sad
      action: utter_sad
responses:
  utter_ask_stars: [{text: Stars?}]
  utter_few: [{text: Too few.}]
  utter_many: [{text: Too many.}]
  utter_glad: [{text: Glad.}]
  utter_sad: [{text: Sad.}]
"""
LIBRARY = Library.from_bundle({"rate.yaml": FLOWS})


def test_the_engine_tells_the_way_it_took() -> None:
    asked = advance(LIBRARY, State(), [StartFlow("rate")])
    step = "0_collect_stars"
    assert asked.trace == (("started", "rate", step, 0), ("step", "rate", step, 0))
    refused = advance(LIBRARY, asked.state, [SetSlots({"stars": 9})])
    assert refused.trace == (("step", "rate", step, 0), ("rejection", "rate", step, 1))
    sad = advance(LIBRARY, refused.state, [SetSlots({"stars": 2})])
    assert sad.trace == (
        ("step", "rate", step, 0),
        ("branch", "rate", step, 1),
        ("step", "rate", "sad", 0),
        ("completed", "rate", "sad", 0),
    )
    assert advance(LIBRARY, asked.state, [Cancel()]).trace == (("cancelled", "rate", step, 0),)


def test_what_was_not_reached_is_named_by_file_and_line() -> None:
    asked = advance(LIBRARY, State(), [StartFlow("rate")])
    sad = advance(LIBRARY, asked.state, [SetSlots({"stars": 2})])
    coverage = Coverage.of(LIBRARY, [*asked.trace, *sad.trace])
    assert [str(place) for place in coverage.missed] == [
        "rate.yaml:9: rejection in rate: - {if: slots.stars < 1, utter: utter_few}",
        "rate.yaml:10: rejection in rate: - {if: slots.stars > 5, utter: utter_many}",
        "rate.yaml:12: branch in rate: - if: slots.stars > 3",
        "rate.yaml:14: step in rate: - action: utter_glad",
    ]
    assert len(list(places(LIBRARY))) == 7
    assert coverage.share == pytest.approx(3 / 7)
    assert coverage.by_flow() == {"rate": (3, 7)}


def test_the_line_that_is_most_like_the_expected_one_stands_beside_it() -> None:
    console = Console(width=200, record=True, file=StringIO())
    fault = Fault("…", ("결제 금액 34,000원",), ("주문을 확인해 주세요.", "결제 금액 36,000원"))
    for line in difference(fault):
        console.print(line)
    assert console.export_text() == "  - 결제 금액 34,000원\n  + 결제 금액 36,000원\n  + 주문을 확인해 주세요.\n"


CASES = """\
test_cases:
- test_case: it greets
  steps:
  - minji: 안녕하세요
  - to minji: 단골
- test_case: it greets otherwise
  steps:
  - minji: 안녕하세요
  - to minji: 동네 가게를 이어 드리는 단골손님이에요
- test_case: it says goodbye
  steps:
  - minji: 안녕히 계세요
"""


async def test_dialogues_of_a_folder_are_played_and_the_verdict_is_told(tmp_path: Path) -> None:
    prepare(tmp_path)
    (tmp_path / "dialogues").mkdir()
    (tmp_path / "dialogues" / "defaults.yaml").write_text(f"town: {town_path('testville')}\n", "utf-8")
    (tmp_path / "dialogues" / "some.yaml").write_text(CASES, "utf-8")
    ran = await dangol(tmp_path, "flows", "test", "dialogues", "--jobs", "2", "--coverage", "-k", "greets")
    assert ran.code == 1, ran.err
    assert "1 of 2 dialogues failed" in ran.out
    assert "dialogues/some.yaml:9: minji was not told: 동네 가게를 이어 드리는 단골손님이에요" in ran.out
    assert "dialogues/some.yaml:8  > minji: 안녕하세요" in ran.out
    assert "  + 안녕하세요, 동네 가게를 이어 드리는 단골이에요." in ran.out
    assert "patterns.yaml:" in ran.out
    one = await dangol(tmp_path, "flows", "test", "dialogues", "--jobs", "1", "--json", "-k", "some.yaml:2")
    assert one.code == 0, one.err
    data = json.loads(one.out)
    assert (data["cases"], data["failures"]) == (1, [])
    assert 0 < data["coverage"]["reached"] < data["coverage"]["places"]
    assert data["coverage"]["missed"][0].keys() >= {"file", "line", "flow", "step", "what"}
    (tmp_path / "dialogues" / "bad.yaml").write_text("test_cases:\n- test_case: x\n  stepps: []\n", "utf-8")
    bad = await dangol(tmp_path, "flows", "test", "dialogues")
    assert (bad.code, "dialogues/bad.yaml:3: 'stepps' is not known" in bad.err) == (2, True)
