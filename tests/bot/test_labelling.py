"""A label becomes one more line of training data, and nothing else changes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.labelling import BadLabel, Change, change, make, suggested
from bot.lessons import Lesson
from nlu.examples import Example, read_examples

KNOWN = [Example("언제 와요", "order_status", "ko"), Example("where is it", "order_status", "en")]
BY_HAND = """\
# what our regulars say
version: "3.1"

nlu:
- intent: order_items   # the usual
  examples: |
      - [라떼](item) [하나](quantity)

      - 아아 둘


- intent: greet
  examples: |
    - 하이하이
"""


def lesson(said: str, *marks: tuple[str, int, int], language: str = "ko") -> Lesson:
    return Lesson(said=said, marks=[list(mark) for mark in marks], language=language, at=datetime.now(UTC))


def propose(folder: Path, intent: str, marked: str, role: str = "consumer") -> Change:
    return change(folder, "ko", role, intent, marked, KNOWN)


def test_the_first_label_makes_the_file(tmp_path: Path) -> None:
    made = propose(tmp_path, "order_items", "[라떼](item) [하나](quantity)요")
    assert not made.path.exists()
    make(made)
    (found,) = read_examples(tmp_path)
    assert (found.text, found.intent, found.language) == ("라떼 하나요", "order_items", "ko")
    assert found.entities == (("item", 0, 2), ("quantity", 3, 5))


def test_one_line_is_added_where_its_intent_is_and_the_rest_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "ko" / "reviewed.yml"
    path.parent.mkdir()
    path.write_text(BY_HAND)
    path.chmod(0o640)
    made = propose(tmp_path, "order_items", "[뜨라](item) 셋 주이소")
    added = [line for line in made.diff.splitlines() if line.startswith("+") and not line.startswith("+++")]
    assert added == ["+      - [뜨라](item) 셋 주이소"]
    assert not [line for line in made.diff.splitlines() if line.startswith("-") and not line.startswith("---")]
    make(made)
    assert path.read_text() == BY_HAND.replace("아아 둘\n", "아아 둘\n      - [뜨라](item) 셋 주이소\n")
    assert path.stat().st_mode & 0o777 == 0o640
    make(propose(tmp_path, "thanks", "고마버요"))
    assert path.read_text().endswith("- intent: thanks\n  examples: |\n    - 고마버요\n")
    assert [one.intent for one in read_examples(tmp_path)] == ["order_items"] * 3 + ["greet", "thanks"]


@pytest.mark.parametrize(
    ("intent", "marked", "role", "says"),
    [
        ("order_stuff", "라떼 하나요", "consumer", "unknown intent"),
        ("inform", "두 개", "consumer", "ignore it"),
        ("merchant_accept", "15분이요", "consumer", "a consumer cannot mean"),
        ("order_items", "[라떼(item) 하나", "consumer", "not whole"),
        ("order_items", "[라떼](drink) 하나", "consumer", "unknown entity 'drink'"),
        ("greet", "언제와요?", "consumer", "order_status"),
        ("greet", "   ", "consumer", "no words"),
    ],
)
def test_what_cannot_be_learnt_is_said_and_changes_nothing(
    tmp_path: Path, intent: str, marked: str, role: str, says: str
) -> None:
    with pytest.raises(BadLabel, match=says):
        propose(tmp_path, intent, marked, role)
    assert list(tmp_path.iterdir()) == []


def test_what_is_known_already_changes_nothing(tmp_path: Path) -> None:
    made = propose(tmp_path, "order_status", "언제 와요")
    assert made.before == made.after


def test_a_text_that_is_kept_to_measure_by_is_not_learnt(tmp_path: Path) -> None:
    text = "저기요 혹시 지금 출발하신 건지 궁금해서 여쭤봅니다"
    with pytest.raises(BadLabel, match="gold set"):
        change(tmp_path, "ko", "consumer", "order_status", text, KNOWN, lambda: {text.replace(" ", "")})


def test_a_file_that_changed_since_the_person_saw_it_is_left_alone(tmp_path: Path) -> None:
    first, second = propose(tmp_path, "greet", "하이염"), propose(tmp_path, "thanks", "고마버요")
    make(first)
    with pytest.raises(BadLabel, match="once more"):
        make(second)
    assert [one.text for one in read_examples(tmp_path)] == ["하이염"]


def test_a_file_that_cannot_be_read_is_told_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ko" / "reviewed.yml"
    path.parent.mkdir()
    path.write_text("nlu: [\n")
    with pytest.raises(BadLabel, match=r"reviewed\.yml:"):
        propose(tmp_path, "greet", "하이염")
    assert path.read_text() == "nlu: [\n"


def test_what_was_taken_out_is_learnt_as_something_of_its_kind() -> None:
    assert suggested(lesson("{phone}로 전화주세요")) == "[010-0000-0000](phone)로 전화주세요"
    assert suggested(lesson("to {address} please", language="en")) == "to [12 Mangwon-ro](address) please"
    assert suggested(lesson("라떼 하나", ("item", 0, 2), ("quantity", 3, 5))) == "[라떼](item) [하나](quantity)"
    assert suggested(lesson("[웃음] 라떼", ("item", 5, 7))) == "웃음 라떼"


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=40))
def test_whatever_is_suggested_can_be_read_back_or_is_refused(said: str) -> None:
    words = suggested(lesson(said))
    folder = Path("/nonexistent")
    try:
        made = change(folder, "ko", "consumer", "chitchat", words, KNOWN)
    except BadLabel as bad:
        assert str(bad)
    else:
        assert made.after.endswith(f"\n    - {words.strip()}\n")
