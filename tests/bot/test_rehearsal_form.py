"""Dialogue files in Rasa's form: what is read, what is refused with its line and mend, and what an assertion finds."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from bot.rehearsal.form import dialogue_files, read_cases
from bot.rehearsal.playing import Differs, play
from bot.rehearsal.script import FRIDAY_NOON, BadDialogue, Case
from commerce import shops
from commerce.database import Database
from commerce.work import Ids, Work
from tests.dialogues.stage import Towns, town_path

pytestmark = pytest.mark.either

HEAD = "test_cases:\n- test_case: one\n  steps:\n"
NEAR = "  - user is at: [37.556, 126.910]\n"
ORDER = NEAR + "  - user: 라떼 두 잔 포장\n"
ASSERT = "    assertions:\n"


def case_of(folder: Path, steps: str, above: str = "") -> Case:
    path = folder / "some.yaml"
    path.write_text(above + HEAD + steps, "utf-8")
    (case,) = read_cases(path, town_path("testville"))
    return case


@pytest.mark.parametrize(
    ("steps", "complaint"),
    [
        ("  - bot: 안녕\n", "some.yaml:4: `bot` is about whoever acted last; put `user: …` before it"),
        ("  - user: 안녕\n    assertions:\n    - flow_begun: x\n", "some.yaml:6: 'flow_begun' is no assertion"),
        ("  - user: 안녕\n    assertions:\n    - flow_start: x\n", "Did you mean `flow_started`?"),
        (
            "  - user: 안녕\n    assertions:\n    - generative_response_is_relevant: {threshold: 0.9}\n",
            "is no assertion that has a meaning here",
        ),
        ("  - user: 안녕\n    assertions:\n    - bot_uttered: {text: 안녕}\n", "some.yaml:6: 'text' is not known"),
        ("  - user: 안녕\n    assertions:\n    - bot_uttered: {text_matches: '('}\n", "'(' is no pattern"),
        ("  - user: 안녕\n    assertions:\n    - slot_was_set: [{value: 3}]\n", "some.yaml:6: 'name' is missing"),
        ("  - user: 안녕\n    assertion_order_enabled: true\n", "some.yaml:5: 'assertion_order_enabled' is not known"),
        ("  - user: 안녕\n  - slot_was_set: [{a: 1, b: 2}]\n", "some.yaml:5: one `name: value` is expected here"),
    ],
)
def test_what_has_no_meaning_here_is_refused_with_its_line(tmp_path: Path, steps: str, complaint: str) -> None:
    with pytest.raises(BadDialogue) as error:
        case_of(tmp_path, steps)
    assert complaint in str(error.value)


def test_a_fixture_or_town_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "some.yaml"
    path.write_text("test_cases:\n- test_case: one\n  fixtures: [rich]\n  steps:\n  - user: 안녕\n", "utf-8")
    with pytest.raises(BadDialogue, match=r"some.yaml:3: there is no fixture 'rich'"):
        read_cases(path)
    path.write_text("test_cases:\n- test_case: one\n  town: nowhere\n  steps:\n  - user: 안녕\n", "utf-8")
    with pytest.raises(BadDialogue, match=r"some.yaml:3: there is no town 'nowhere'"):
        read_cases(path)


def test_a_folder_says_what_its_files_share_and_a_case_may_say_otherwise(tmp_path: Path) -> None:
    (tmp_path / "towns").mkdir()
    (tmp_path / "towns" / "here.yaml").touch()
    (tmp_path / "defaults.yaml").write_text("town: here\nlang: en\n", "utf-8")
    (tmp_path / "deeper").mkdir()
    path = tmp_path / "deeper" / "some.yaml"
    path.write_text(HEAD + "  - tom: hi\n- test_case: two\n  town: demo\n  lang: ko\n  steps:\n  - tom: hi\n", "utf-8")
    one, two = read_cases(path)
    assert (Path(one.town).name, one.lang) == ("here.yaml", {"": "en"})
    assert (two.town, two.lang) == ("demo", {"": "ko"})
    assert dialogue_files(tmp_path) == [path, tmp_path / "towns" / "here.yaml"]


HOLDS = """\
  - user is at: [37.556, 126.910]
    assertions:
    - flow_started: find_shop
    - flow_completed: {flow_id: find_shop}
  - user: 라떼 두 잔 포장
    assertions:
    - flow_started: order_items
    - slot_was_set: [{name: fulfilment, value: pickup}]
    - slot_was_not_set: [{name: address}, {name: fulfilment, value: delivery}]
    - action_executed: action_add_lines
    - bot_uttered: {utter_name: utter_ask_confirmed, text_matches: "카페라테 × 2 .*9,000원", buttons: [{title: 고치기}]}
    - bot_did_not_utter: {utter_name: utter_cart_empty}
  - slot_was_set: [fulfilment: pickup, at_shop]
  - slot_was_not_set: [address, {fulfilment: delivery}]
  - bot: 카페라테 × 2
  - utter: utter_ask_confirmed
  - user: 취소
    assertions:
    - flow_cancelled: {flow_id: checkout}
"""


async def test_assertions_that_hold(tmp_path: Path, towns: Towns) -> None:
    passed = await play(case_of(tmp_path, HOLDS), towns, tmp_path)
    assert {"started", "step", "branch", "completed", "cancelled"} <= {what for _, (what, *_) in passed}


@pytest.mark.parametrize(
    ("steps", "fault"),
    [
        (ORDER + ASSERT + "    - flow_completed: checkout\n", "some.yaml:7: user: flow checkout was not completed"),
        (ORDER + ASSERT + "    - flow_started: chekout\n", "there is no flow 'chekout'; Did you mean `checkout`?"),
        (ORDER + ASSERT + "    - slot_was_set: [{name: fulfilment, value: delivery}]\n", "slot fulfilment was not set"),
        (ORDER + "  - slot_was_not_set: [fulfilment]\n", "some.yaml:6: user: slot fulfilment was set"),
        (ORDER + "  - slot_was_not_set: [fulfillment]\n", "there is no slot 'fulfillment'; Did you mean `fulfilment`?"),
        (ORDER + "  - utter: utter_cart_empty\n", "user was not told utter_cart_empty"),
        (ORDER + ASSERT + "    - action_executed: action_pay\n", "action_pay was not carried out"),
        (ORDER + ASSERT + "    - bot_uttered: {buttons: [{title: 버리기}]}\n", "user has no button '버리기'"),
        (
            ORDER + ASSERT + "    - bot_did_not_utter: {text_matches: 카페라테}\n",
            "user was told what was not to be said",
        ),
        (ORDER + ASSERT + "    - pattern_clarification_contains: [주문하기]\n", "user was not asked which"),
    ],
)
async def test_assertions_that_do_not(tmp_path: Path, towns: Towns, steps: str, fault: str) -> None:
    with pytest.raises(Differs) as error:
        await play(case_of(tmp_path, steps), towns, tmp_path)
    assert fault in str(error.value)


async def test_fixtures_are_known_before_the_first_word(tmp_path: Path, towns: Towns) -> None:
    settings = await towns.copy("testville", datetime.fromisoformat(FRIDAY_NOON), tmp_path)
    database = Database(settings.database)
    async with database.read() as session:
        shop = await shops.by_slug(Work(session, datetime.fromisoformat(FRIDAY_NOON), Ids(9)), "duri-cafe")
    await database.close()
    assert shop is not None
    path = tmp_path / "some.yaml"
    case = f"fixtures:\n- inside:\n  - at_shop: {shop.id}\n" + HEAD.replace("  steps", "  fixtures: [inside]\n  steps")
    path.write_text(case + "  - user: 메뉴 보여 줘\n  - bot: 두리커피\n", "utf-8")
    (read,) = read_cases(path, town_path("testville"))
    await play(read, towns, tmp_path)
    path.write_text(case.replace("at_shop", "at_shops") + "  - user: 안녕\n", "utf-8")
    (read,) = read_cases(path, town_path("testville"))
    with pytest.raises(Differs, match=r"some.yaml:8: the fixture's slot 'at_shops' .* Did you mean `at_shop`"):
        await play(read, towns, tmp_path)
