"""What mends a conversation is a flow like any other: an operator's own takes the place of ours."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from flows.library import Library
from tests.bot.releasing import publish
from tests.bot.working import HERE, Desk, working
from tests.dialogues.stage import Towns
from tests.dialogues.stage import library as shipped

pytestmark = pytest.mark.either

MINE = "저희 가게는 이렇게 말해요."


def own(pattern: str) -> Library:
    """The flows that come along, with a ``pattern`` that only says one sentence."""
    files = shipped().bundle()
    name = next(name for name, text in files.items() if f"\n  {pattern}:\n" in text)
    before, begun, after = files[name].partition(f"\n  {pattern}:\n")
    steps = f"    description: Our own.\n    steps:\n    - action: utter_mine{after[after.index(chr(10) * 2) :]}"
    said = f'responses:\n  utter_mine:\n  - text: {{ko: "{MINE}", en: "We say so."}}\n'
    files[name] = f"{before}{begun}{steps}".replace("responses:\n", said, 1)
    return Library.from_bundle(files)


@pytest.fixture
async def desk(towns: Towns, tmp_path: Path) -> AsyncIterator[Desk]:
    async with working(towns, tmp_path) as desk:
        await desk.do("minji", location=HERE)
        yield desk


@pytest.mark.parametrize(
    ("pattern", "before", "words"),
    [
        ("pattern_cancel_flow", "하나치킨 후라이드 한 마리 배달", "취소"),
        ("pattern_skip_question", "하나치킨 후라이드 한 마리 배달", "건너뛰기"),
        ("pattern_clarification", None, "선물 쿠폰"),
        ("pattern_chitchat", None, "바보야"),
        ("pattern_repeat_bot_messages", None, "뭐라고?"),
        ("pattern_restart", None, "처음으로"),
        ("pattern_cannot_handle", None, "ㅁㄴㅇㄹ 붉은 잠수함"),
        ("pattern_human_handoff", None, "상담원"),
    ],
)
async def test_an_operators_own_pattern_speaks(desk: Desk, pattern: str, before: str | None, words: str) -> None:
    await publish(desk.application, own(pattern))
    assert await desk.application.flows.look()
    if before is not None:
        await desk.do("minji", text=before)
    told = len(desk.wire.texts("minji"))
    assert MINE not in desk.wire.texts("minji")
    await desk.do("minji", text=words)
    assert MINE in desk.wire.texts("minji")[told:]
