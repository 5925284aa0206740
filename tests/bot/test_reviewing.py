"""Kept messages come in groups, most frequent first; what is settled is not asked about again."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.lessons import Lesson
from bot.migrating import migrate
from bot.reviewing import grouped, key
from commerce.database import Database
from nlu.examples import read_examples
from tests.bot.working import FRIDAY_NOON


def kept(number: int, said: str, role: str = "consumer", language: str = "ko") -> Lesson:
    return Lesson(id=number, said=said, role=role, language=language, why="unclear", intent="greet", confidence=0.3)


def test_nearly_the_same_words_are_one_group_most_frequent_first() -> None:
    said = [
        "영수증 뽑아줘요",
        "아기 의자 있나요",
        "아기의자 있나요?",
        "아기 의쟈 있나요",
        "아기 의자 있나요",
        "ㅋㅋ",
        "ㅋㅋㅋㅋㅋㅋ",
    ]
    groups = grouped([kept(number, text) for number, text in enumerate(said, 1)])
    assert [(one.shown.said, len(one.every), one.id) for one in groups] == [
        ("아기 의자 있나요", 4, 2),
        ("ㅋㅋㅋㅋㅋㅋ", 2, 6),
        ("영수증 뽑아줘요", 1, 1),
    ]


def test_a_shop_and_a_customer_and_two_languages_are_not_mixed() -> None:
    groups = grouped([kept(1, "ok"), kept(2, "ok", role="merchant"), kept(3, "ok", language="en")])
    assert sorted(one.id for one in groups) == [1, 2, 3]


def test_short_words_have_to_be_the_same() -> None:
    assert len(grouped([kept(1, "네"), kept(2, "내"), kept(3, "넵"), kept(4, "!?"), kept(5, "?!")])) == 5
    assert key("네 네!") == key("네네")


class Reviewer:
    """Runs the command over a database with some kept messages in it, as an operator does."""

    def __init__(self, data: Path, database: str) -> None:
        self.data = data
        self.environment = {"DANGOL_DATA": str(data), "DATABASE_URL": database, "COLUMNS": "200"}
        asyncio.run(self.fill(Database(database)))

    async def fill(self, database: Database) -> None:
        await migrate(database)
        async with database.transaction() as session:
            for number, (text, why) in enumerate(KEPT):
                lesson = kept(number + 1, text)
                lesson.why, lesson.at, lesson.marks, lesson.ranking = why, FRIDAY_NOON, [], []
                lesson.model, lesson.id = "m", None  # type: ignore[assignment]
                session.add(lesson)
        await database.close()

    def run(self, *arguments: str, stdin: str = "", code: int = 0) -> str:
        ended = CliRunner().invoke(app, ["nlu", "review", *arguments], input=stdin, env=self.environment)
        assert ended.exit_code == code, ended.output
        return ended.output

    def groups(self, *arguments: str) -> dict[str, int]:
        every = [json.loads(line) for line in self.run("--json", *arguments).splitlines()]
        return {one["said"]: one["times"] for one in every}

    def learnt(self) -> list[tuple[str, str]]:
        return [(one.intent, one.text) for one in read_examples(self.data / "nlu")]


KEPT = (
    ("라떼 한 사발 말아주이소", "unclear"),
    ("라떼 한 사발 말아주이소!", "corrected"),
    ("옆집 개가 짖는구먼", "handoff"),
    ("{phone}로 연락 함 주이소", "unclear"),
)


@pytest.fixture
def reviewer(tmp_path: Path, empty_database: str) -> Reviewer:
    return Reviewer(tmp_path / "data", empty_database)


def test_a_label_is_shown_as_a_diff_and_settles_its_group(reviewer: Reviewer) -> None:
    assert reviewer.groups() == {"라떼 한 사발 말아주이소!": 2, "{phone}로 연락 함 주이소": 1, "옆집 개가 짖는구먼": 1}
    assert reviewer.groups("--why", "handoff") == {"옆집 개가 짖는구먼": 1}
    label = ("--label", "2", "order_items", "--as", "[라떼](item) [한 사발](quantity) 말아주이소")
    assert "+    - [라떼](item) [한 사발](quantity) 말아주이소" in reviewer.run(*label, stdin="y\n")
    assert reviewer.learnt() == [("order_items", "라떼 한 사발 말아주이소")]
    assert list(reviewer.groups()) == ["{phone}로 연락 함 주이소", "옆집 개가 짖는구먼"]
    assert "nothing with the number 2" in reviewer.run(*label, "--yes", code=2)


@pytest.mark.either
def test_one_goes_through_them_one_by_one(reviewer: Reviewer) -> None:
    answers = ("nonsense", "", "handoff", "", "n", "-")
    told = reviewer.run("--each", stdin="\n".join(answers) + "\n")
    for part in ("unknown intent 'nonsense'", "+    - [010-0000-0000](phone)로 연락 함 주이소", "Nothing was changed."):
        assert part in told
    assert reviewer.learnt() == []
    assert reviewer.groups() == {"라떼 한 사발 말아주이소!": 2, "{phone}로 연락 함 주이소": 1}


def test_what_was_ignored_stays_away_when_it_is_said_again(reviewer: Reviewer) -> None:
    reviewer.run("--ignore", "3")
    assert "옆집 개가 짖는구먼" not in reviewer.groups()
    asyncio.run(reviewer.fill(Database(reviewer.environment["DATABASE_URL"])))
    assert list(reviewer.groups().values()) == [4, 2]
    assert reviewer.learnt() == []
