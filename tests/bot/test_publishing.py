"""An operator drafts, publishes and takes back, with the commands and what they print."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import libraries, releases
from bot.cli import app
from bot.commands.doctor_flows import published
from bot.commands.finding import Finding
from bot.commands.nlu_models import own_data
from bot.releases import SHIPPED, SHOWN
from bot.settings import Settings
from commerce.database import Database
from commerce.work import Ids, Work
from flows.library import Library
from nlu.examples import DATA
from nlu.store import Store
from nlu.versions import made_of, reader
from tests.bot.commands import prepare_cache
from tests.bot.releasing import FOUND, saying
from tests.bot.working import FRIDAY_NOON
from tests.dialogues.stage import library as shipped
from tests.nlu.tiny_models import always

TOWNS = Path(__file__).parent.parent / "towns"
CASE = """
test_cases:
- test_case: A list of shops
  town: {town}
  steps:
  - minji is at: [37.556, 126.910]
  - to minji: {expected}
"""
GOLD = 'version: "3.1"\ngold:\n- {intent: order_status, say: "주문한 거 언제 와요"}\n- {intent: handoff, say: 상담원}\n'
LEARNT = 'version: "3.1"\nnlu:\n- intent: thanks\n  examples: |\n    - 고마버라\n'
NEW = "{found.where} 둘레에서 {found.count}곳이 나왔어요."


class Operator:
    """Types commands over a data folder and a database of their own. The program has one dialogue test here."""

    def __init__(self, folder: Path, database: str) -> None:
        self.data, self.product, self.gold = folder / "data", folder / "product", folder / "gold"
        self.database = database
        self.draft = self.data / "draft"
        self.put(self.product / "find.yaml", case("곳"))
        self.put(self.gold / "town.yaml", (TOWNS / "testville.yaml").read_text())
        self.put(self.gold / "ko" / "a.yml", GOLD)
        prepare_cache(self.data / "cache")

    def put(self, path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def flows(self, *arguments: str, code: int = 0) -> str:
        env = {"DANGOL_DATA": str(self.data), "DATABASE_URL": self.database, "COLUMNS": "300"}
        ended = CliRunner().invoke(app, ["flows", *arguments], env=env)
        assert ended.exit_code == code, (ended.output, ended.stderr, ended.exception)
        return ended.output + ended.stderr

    def publish(self, note: str, *options: str, code: int = 0) -> str:
        folders = ("--dialogues", str(self.product), "--gold", str(self.gold))
        return self.flows("publish", "--note", note, "--author", "수지", "--jobs", "1", *folders, *options, code=code)

    def edit(self, name: str, old: str, new: str, draft: Path | None = None) -> None:
        path = (draft or self.draft) / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        self.put(path, text.replace(old, new, 1))

    def history(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.flows("history", "--json").splitlines()]

    def in_force(self) -> str:
        (now,) = [row for row in self.history() if row["in_force"]]
        return str(now["version"])

    def doctor(self) -> list[Finding]:
        settings = Settings(_env_file=None, data=self.data).model_copy(update={"database_url": self.database})  # type: ignore[call-arg]
        return list(published(settings))

    def work(self, act: Callable[[Work], object]) -> None:
        async def do() -> None:
            database = Database(self.database)
            async with database.transaction() as session:
                await act(Work(session, FRIDAY_NOON, Ids()))  # type: ignore[misc]
            await database.close()

        asyncio.run(do())


def case(expected: str) -> str:
    return CASE.format(town=TOWNS / "testville.yaml", expected=expected)


@pytest.fixture
def operator(tmp_path: Path, empty_database: str) -> Operator:
    return Operator(tmp_path, empty_database)


def test_from_a_draft_to_what_is_in_force_and_back(operator: Operator) -> None:
    assert f"a draft of version shipped, {len(shipped().files)} files" in operator.flows("draft")
    assert "Nothing is changed." in operator.flows("draft")
    assert "the draft is what is in force already" in operator.publish("nothing", code=1)
    operator.edit("flows/consumer_find.yaml", FOUND, NEW)
    told = operator.flows("diff")
    assert '-      ko: "' + FOUND in told
    assert "+++ b/flows/consumer_find.yaml" in told
    assert "--note is empty; write what is new" in operator.publish(" ", code=1)
    told = operator.publish("다른 말")
    assert "changed: flows/consumer_find.yaml" in told
    assert f"Checked: {len(shipped().files)} files, no defect." in told
    assert "Played: 1 dialogues, all as expected" in told
    version = operator.in_force()
    assert f"Version {version[:SHOWN]} is in force." in told
    (row,) = [row for row in operator.history() if row["in_force"]]
    assert (row["who"], row["note"], row["why"], row["conversations"]) == ("수지", "다른 말", "published", 0)
    assert "No difference." in operator.flows("diff")
    assert version[:SHOWN] in operator.flows("draft")
    assert "Version shipped is in force" in operator.flows("rollback")
    assert operator.in_force() == SHIPPED
    assert f"Version {version[:SHOWN]} is in force" in operator.flows("rollback", version[:8])
    assert [row["why"] for row in operator.history()] == ["", "published", "rolled back", "rolled back"]
    assert f"{version[:SHOWN]} is in force already" in operator.flows("rollback", version[:8], code=2)
    assert len(operator.history()) == 4
    assert "there is no version 'ffff'" in operator.flows("rollback", "ffff", code=2)


SPOILT: tuple[tuple[Callable[[str], str], str], ...] = (
    (lambda text: text[: len(text) // 2], "flows/consumer_find.yaml:"),
    (lambda text: text.replace("action_find_shops", "action_find_shop"), "unknown action `action_find_shop`. Did you"),
    (lambda text: "", "flows/consumer_"),
    (lambda text: text + "\n<<<<<<< draft\n", "flows/consumer_find.yaml:"),
    (lambda text: text.replace("utter_ask_place:", "utter_ask_places:"), "unknown response `utter_ask_place`"),
)
"""Half written, a slip, empty, both sides' changes, a slip in a response; and what is said of it."""


@pytest.mark.either
def test_the_dialogues_of_an_installation_are_played_with_the_flows_in_force(operator: Operator) -> None:
    operator.flows("draft")
    operator.edit("flows/consumer_find.yaml", FOUND, NEW)
    operator.put(operator.draft / "dialogues" / "mine.yaml", case("둘레에서"))
    mine = str(operator.draft / "dialogues" / "mine.yaml")
    assert "1 of 1 dialogues failed" in operator.flows("test", mine, "--jobs", "1", code=1)
    operator.publish("다른 말")
    assert "1 dialogues passed" in operator.flows("test", mine, "--jobs", "1")
    assert "1 dialogues passed" in operator.flows("test", str(operator.data / "dialogues"), "--jobs", "1")
    operator.flows("rollback", "shipped")
    assert "1 of 1 dialogues failed" in operator.flows("test", mine, "--jobs", "1", code=1)


def test_flows_that_the_program_starts_may_not_go_missing(operator: Operator) -> None:
    operator.flows("draft")
    for name in ("pattern_chitchat", "old_button"):
        operator.edit("flows/patterns.yaml", f"  {name}:\n", f"  my_{name}:\n")
    operator.edit("flows/patterns.yaml", "nlu_trigger: [old_button]", "nlu_trigger: [something_else]")
    told = operator.publish("fewer", code=1)
    assert "the flow `pattern_chitchat` is missing, which the program starts by itself. Put it back" in told
    assert "the flow `old_button` is missing" in told


def test_a_note_with_brackets_is_shown_as_it_was_written(operator: Operator) -> None:
    operator.flows("draft")
    operator.edit("flows/consumer_find.yaml", FOUND, NEW)
    operator.publish("[menu] b [red]x[/red] [/oops]")
    shown = operator.flows("history")
    assert all(word in shown for word in ("[menu]", "[red]", "[/red]", "[/oops]")), "in a narrow column"


def test_a_draft_has_the_schema_that_its_files_name_and_is_begun_anew(operator: Operator) -> None:
    operator.flows("draft")
    assert (operator.draft / "flows.schema.json").is_file()
    operator.edit("flows/consumer_find.yaml", FOUND, NEW)
    assert "changed: " not in operator.flows("draft", "--anew")
    assert "Nothing is changed." in operator.flows("draft")


def test_a_broken_file_is_named_and_reaches_nobody(operator: Operator) -> None:
    operator.flows("draft")
    path = operator.draft / "flows" / "consumer_find.yaml"
    whole = path.read_text(encoding="utf-8")
    for spoil, told in SPOILT:
        path.write_text(spoil(whole), encoding="utf-8")
        said = operator.publish("half", code=1)
        assert told in said
        assert "Not published: mend what is listed above. Nothing has changed for anybody who talks." in said
    assert operator.in_force() == SHIPPED
    path.write_text(whole, encoding="utf-8")
    (operator.draft / "flows" / "notices.yaml").unlink()
    assert "is missing, which the program says by itself. Put it back" in operator.publish("quiet", code=1)


@pytest.mark.either
def test_a_dialogue_that_goes_otherwise_refuses_it_until_the_operator_says_what_to_expect(operator: Operator) -> None:
    operator.flows("draft")
    operator.edit("flows/consumer_find.yaml", FOUND, "가게 목록이에요.")
    told = operator.publish("목록", code=1)
    assert "- 곳" in told
    assert "+ 가게 목록이에요." in told
    assert "1 of 1 dialogues failed" in told
    assert "find.yaml" in told
    assert operator.in_force() == SHIPPED
    operator.put(operator.draft / "dialogues" / "find.yaml", case("가게 목록"))
    operator.put(operator.draft / "dialogues" / "more.yaml", case("가게 목록").replace("A list", "Once more a list"))
    assert "2 dialogues passed" in operator.flows("test", "--draft", "--jobs", "1", "-k", "a list of shops")
    assert "Played: 2 dialogues" in operator.publish("목록")
    assert (operator.data / "dialogues" / "find.yaml").read_text(encoding="utf-8") == case("가게 목록")


@pytest.mark.either
def test_a_broken_dialogue_is_named(operator: Operator) -> None:
    operator.flows("draft")
    operator.put(operator.draft / "dialogues" / "own.yaml", "test_cases:\n- test_case: x\n  stepps: []\n")
    told = operator.publish("x", code=1)
    assert "draft/dialogues/own.yaml:3: 'stepps' is not known" in told
    assert operator.in_force() == SHIPPED


@pytest.mark.either
def test_of_two_drafts_the_second_is_told_and_brings_in_the_first(operator: Operator, tmp_path: Path) -> None:
    other = tmp_path / "other"
    operator.flows("draft")
    operator.flows("draft", str(other))
    operator.edit("flows/consumer_find.yaml", FOUND, "{found.count}곳이에요. 1곳")
    operator.edit("flows/consumer_find.yaml", "다른 가게나 다른 장소로", "다른 곳으로", other)
    operator.publish("첫째")
    first = operator.in_force()
    told = operator.publish("둘째", "--draft", str(other), code=1)
    assert f"version {first[:SHOWN]} has come into force since the draft was begun" in told
    assert "Meanwhile something else has come into force" in operator.flows("draft", str(other))
    told = operator.flows("draft", str(other), "--update")
    assert f"a draft of version {first[:SHOWN]}" in told
    operator.publish("둘째", "--draft", str(other))
    shown = operator.flows("diff", SHIPPED, "published")
    assert '+      ko: "{found.count}곳이에요. 1곳' in shown
    assert "다른 곳으로 찾아볼까요" in shown
    assert "첫째" in operator.flows("history")
    assert "둘째" in operator.flows("history")
    assert f"Version {first[:SHOWN]} is in force" in operator.flows("rollback")


@pytest.mark.either
def test_what_both_changed_is_marked_and_such_a_draft_is_refused(operator: Operator, tmp_path: Path) -> None:
    other = tmp_path / "other"
    operator.flows("draft")
    operator.flows("draft", str(other))
    operator.edit("flows/consumer_find.yaml", FOUND, "1곳 하나")
    operator.edit("flows/consumer_find.yaml", FOUND, "1곳 둘", other)
    operator.publish("하나")
    told = operator.flows("draft", str(other), "--update", code=1)
    assert "look for <<<<<<< in them and keep what is right:\n  flows/consumer_find.yaml" in told
    assert "Not published" in operator.publish("둘", "--draft", str(other), code=1)


def test_new_training_data_are_learnt_and_taken_back_with_the_version(operator: Operator) -> None:
    store, own = Store(operator.data / "models"), own_data(operator.data)
    operator.flows("draft")
    operator.put(operator.draft / "nlu" / "ko" / "own.yml", LEARNT)
    worse, better = always("out_of_scope"), always("order_status")
    operator.put(own / "ko" / "own.yml", LEARNT)
    wanted = made_of((DATA, own))
    (own / "ko" / "own.yml").unlink()
    version = store.add(worse.save, FRIDAY_NOON.isoformat(), wanted, reader())
    told = operator.publish("배운 말", code=1)
    assert "with its training data less is right in ko. To publish it anyway: --force" in told
    assert (operator.in_force(), store.history().in_force) == (SHIPPED, SHIPPED)
    assert not (own / "ko" / "own.yml").exists()
    told = operator.publish("배운 말", "--force")
    assert f"Model {version[:SHOWN]} is in force." in told
    assert (store.history().in_force, store.history().promoted[-1].why) == (version, "forced")
    assert (own / "ko" / "own.yml").read_text(encoding="utf-8") == LEARNT
    first = operator.in_force()
    operator.put(operator.draft / "nlu" / "ko" / "own.yml", LEARNT.replace("고마버라", "고마우이"))
    operator.put(own / "ko" / "own.yml", LEARNT.replace("고마버라", "고마우이"))
    second = store.add(better.save, FRIDAY_NOON.isoformat(), made_of((DATA, own)), reader())
    operator.put(own / "ko" / "own.yml", LEARNT)
    operator.publish("더 배운 말", "--force")
    assert store.history().in_force == second
    told = operator.flows("rollback")
    assert operator.in_force() == first
    assert f"Model {version[:SHOWN]} is in force." in told
    assert (own / "ko" / "own.yml").read_text(encoding="utf-8") == LEARNT
    told = operator.flows("rollback", SHIPPED)
    assert store.history().in_force == SHIPPED
    assert "data/nlu stays as it is." in told


@pytest.mark.either
def test_what_was_labelled_since_the_draft_was_begun_is_not_lost(operator: Operator) -> None:
    labelled = own_data(operator.data) / "ko" / "reviewed.yml"
    operator.flows("draft")
    operator.edit("flows/consumer_find.yaml", FOUND, "1곳이에요")
    operator.put(labelled, LEARNT)
    assert "nlu/ko/reviewed.yml changed elsewhere since the draft was begun" in operator.publish("x", code=1)
    operator.flows("draft", "--update")
    assert (operator.draft / "nlu" / "ko" / "reviewed.yml").read_text(encoding="utf-8") == LEARNT
    operator.publish("x")
    assert labelled.read_text(encoding="utf-8") == LEARNT


@pytest.mark.parametrize("intent", ["no_such_intent", "thanks\n  examples: 3"])
@pytest.mark.either
def test_training_data_that_cannot_be_learnt_refuse_it(operator: Operator, intent: str) -> None:
    operator.flows("draft")
    operator.put(operator.draft / "nlu" / "ko" / "own.yml", LEARNT.replace("thanks", intent))
    assert "nlu/ko/own.yml:" in operator.publish("x", code=1)


@pytest.mark.either
def test_what_changed_in_the_flows_that_come_along_is_told_and_brought_in_on_demand(operator: Operator) -> None:
    """The program is newer than the one that the version in force was made with."""
    older = saying("1곳을 찾아 두었어요.")
    operator.flows("draft")
    write_library(operator.draft / "flows", older)
    operator.edit("flows/joining.yaml", "name: {ko: ", "name: {ko: 새 ")
    operator.work(lambda work: libraries.store(work, older))
    mark = operator.draft / ".begun-from" / "draft.json"
    mark.write_text(json.dumps({"version": SHIPPED, "shipped": older.version}))
    told = operator.publish("예전 프로그램에서")
    version = operator.in_force()
    assert f"Version {version[:SHOWN]} is in force" in told
    told = operator.flows("diff", "--shipped")
    assert '-      ko: "1곳을 찾아 두었어요."' in told
    assert f'+      ko: "{FOUND}"' in told
    assert "Bring that in: dangol flows draft --shipped" in operator.flows("draft")
    (finding,) = operator.doctor()
    assert (finding.state, "yours stay in force" in finding.what) == ("unset", True)
    operator.flows("draft", "--shipped")
    draft = operator.draft / "flows"
    assert FOUND in (draft / "consumer_find.yaml").read_text(encoding="utf-8")
    assert "name: {ko: 새 " in (draft / "joining.yaml").read_text(encoding="utf-8")
    assert operator.in_force() == version, "nothing changes by itself"
    operator.publish("새 프로그램의 것과 함께")
    assert "No difference." in operator.flows("diff", "--shipped")
    assert [one.state for one in operator.doctor()] == ["ok"]


def write_library(folder: Path, library: Library) -> None:
    for name, text in library.bundle().items():
        (folder / name).write_text(text, encoding="utf-8")


def test_a_version_that_is_damaged_is_not_put_in_force_again(operator: Operator) -> None:
    operator.flows("draft")
    operator.edit("flows/consumer_find.yaml", FOUND, "1곳이에요")
    operator.publish("x")
    version = operator.in_force()
    operator.flows("rollback")

    async def spoil(work: Work) -> None:
        release = await work.session.get(releases.FlowRelease, version)
        assert release is not None
        release.files = {"nlu/ko/own.yml": LEARNT}

    assert operator.doctor() == []
    operator.work(spoil)
    assert "is damaged in the database" in operator.flows("rollback", version[:8], code=2)
    assert operator.in_force() == SHIPPED


def test_the_tables_of_another_version_are_told(operator: Operator) -> None:
    operator.flows("draft")

    async def older(work: Work) -> None:
        from sqlalchemy import text

        await work.session.execute(text("UPDATE alembic_version SET version_num = '0010'"))

    operator.work(older)
    assert "run: dangol migrate" in operator.flows("history", code=2)
