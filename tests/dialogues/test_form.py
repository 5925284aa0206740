"""A dialogue file that cannot be played says where and why; one that goes otherwise says what was told."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.rehearsal.form import read_cases
from bot.rehearsal.playing import Differs, play
from bot.rehearsal.script import BadDialogue
from tests.dialogues.stage import Towns, town_path

pytestmark = pytest.mark.either

HEAD = "test_cases:\n- test_case: one\n  steps:\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "some.yaml"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("test_cases:\n- test_case: one\n  stepps: []\n", "some.yaml:3: 'stepps' is not known"),
        ("test_cases:\n- test_case: one\n", "some.yaml:2: 'steps' is missing"),
        (HEAD + "  - minji: 안녕\n    buttons: [아]\n", "some.yaml:5: 'buttons' is not known"),
        (HEAD + "  - minji taps: 아\n    car: 나\n", "some.yaml:5: 'car' is not known"),
        (HEAD + "  - minji tips: 아\n", "some.yaml:4: 'minji tips' is no step"),
        (HEAD + "  - minji is at: [north, 3]\n", "some.yaml:4: a place is [latitude, longitude]"),
        (HEAD + "  - nothing to minji: 안녕\n", "some.yaml:4: `nothing to minji` stands alone"),
        (HEAD + "  - to minji: 안녕\n    payment: a lot\n", "some.yaml:4: 'a lot' is no whole number"),
        (HEAD.replace("  steps", "  at: noon\n  steps") + "  - minji: 안녕\n", "some.yaml:3: `at` is a time"),
        ("test_cases:\n- [\n", "some.yaml:"),
    ],
)
def test_a_file_at_fault_is_named_with_its_line(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(BadDialogue) as error:
        read_cases(written(tmp_path, text))
    assert complaint in str(error.value)


def test_two_cases_of_one_name_are_refused(tmp_path: Path) -> None:
    case = "- test_case: one\n  steps:\n  - minji: 안녕\n"
    with pytest.raises(BadDialogue, match="two cases are called 'one'"):
        read_cases(written(tmp_path, "test_cases:\n" + case + case))


@pytest.mark.parametrize(
    ("steps", "fault"),
    [
        ("  - minji: 안녕하세요\n  - to minji: 어서 오십시오\n", "some.yaml:5: minji was not told: 어서 오십시오"),
        ("  - minji: 안녕하세요\n  - to minji: [처음, 단골]\n", "some.yaml:5: minji was not told"),
        ("  - minji: 안녕하세요\n  - not to minji: 단골\n", "some.yaml:5: minji was told, and was not to be: 단골"),
        ("  - minji: 안녕하세요\n  - nothing to minji\n", "some.yaml:5: minji was to be told nothing"),
        ("  - minji: 안녕하세요\n  - to jun: 안녕\n", "some.yaml:5: jun was told nothing"),
        ("  - minji: 안녕하세요\n  - to minji: 단골\n    times: 2\n", "some.yaml:5: told 1 times, not 2"),
        (
            "  - minji: 안녕하세요\n  - to minji: 단골\n    buttons: [떠나기]\n",
            "minji has no button '떠나기', but: 근처",
        ),
        ("  - minji: 안녕하세요\n  - to minji: 단골\n    payment: 1\n", "minji was not asked to pay 1"),
        ("  - minji: 안녕하세요\n  - to minji: 단골\n    asks: location\n", "minji was not asked for the location"),
        ("  - minji taps: 결제하기\n", "some.yaml:4: this could not be carried out"),
        ("  - minji pays: approve\n", "some.yaml:4: this could not be carried out"),
    ],
)
async def test_what_goes_otherwise_is_shown_with_the_transcript(
    tmp_path: Path, towns: Towns, steps: str, fault: str
) -> None:
    (case,) = read_cases(written(tmp_path, HEAD + steps), town_path("testville"))
    with pytest.raises(Differs) as error:
        await play(case, towns, tmp_path)
    assert fault in str(error.value)
    assert "some.yaml:4  > minji" in str(error.value)
