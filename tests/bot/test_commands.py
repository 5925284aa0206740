"""The other commands: what they print, and how they end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import platformdirs
import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from bot.app import LIBRARY
from bot.cli import app
from commerce.database import Database
from commerce.register_rows import COLUMNS
from tests.bot.working import working
from tests.dialogues.stage import Towns, engine, settings_for, town_path
from webhooks.run import run as run_server

app.command("run")(run_server)
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `dangol` here; its data folder is the test's own, with the understanding trained."""
    for name in ("DANGOL_TOWN", "DANGOL_TELEGRAM_TOKEN", "DANGOL_PUBLIC_URL", "DATABASE_URL", "DANGOL_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DANGOL_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "240")
    engine()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "cache").symlink_to(platformdirs.user_cache_path("dangol") / "nlu")

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(app, arguments)

    return invoke


@pytest.fixture
def traded(towns: Towns, tmp_path: Path) -> str:
    """The address of a database in which somebody ordered, paid and was answered."""

    async def trade() -> None:
        async with working(towns, tmp_path) as desk:
            await desk.order("minji")
            await desk.pay("minji")
            await desk.owner("15분이요")

    asyncio.run(trade())
    return settings_for(tmp_path, "testville").database


UNGUARDED = {
    True: "PRAGMA ignore_check_constraints = ON",
    False: "DO $$ DECLARE c record; BEGIN FOR c IN SELECT conrelid::regclass AS t, conname FROM pg_constraint "
    "WHERE contype = 'c' AND connamespace = 'public'::regnamespace "
    "LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.t, c.conname); END LOOP; END $$",
}
"""By whether it is SQLite: what lets a database take rows that its checks refuse."""


def change(url: str, statement: str) -> None:
    async def execute() -> None:
        database = Database(url)
        async with database.transaction() as session:
            await session.execute(text(UNGUARDED[database.sqlite]))
            await session.execute(text(statement))
        await database.close()

    asyncio.run(execute())


# -- audit


def test_an_audit_of_a_sound_database_ends_well(run: Run, traded: str) -> None:
    ended = run("audit", "--db", traded)
    assert (ended.exit_code, ended.stdout.strip()) == (0, "Everything adds up.")


BROKEN = {
    "stock": "UPDATE menu_items SET sold = sold + 1 WHERE stock IS NOT NULL AND sold > 0",
    "ledger": "UPDATE ledger_entries SET amount = amount + 1 WHERE id = (SELECT min(id) FROM ledger_entries)",
    "order's state": "UPDATE orders SET state = 'done'",
    "an end": "DELETE FROM jobs",
}


@pytest.mark.parametrize("statement", BROKEN.values(), ids=BROKEN)
def test_an_audit_names_the_row_that_was_broken(run: Run, traded: str, statement: str) -> None:
    change(traded, statement)
    ended = run("audit", "--db", traded)
    assert ended.exit_code == 1, ended.stdout
    table = statement.split()[2] if statement.startswith("DELETE") else statement.split()[1]
    assert table in ended.stdout or "orders" in ended.stdout


# -- reconcile


def test_reconcile_settles_what_was_never_heard_and_says_so(
    run: Run, traded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A payment that counts as never heard of."""
    monkeypatch.setenv("DATABASE_URL", traded)
    monkeypatch.setenv("DANGOL_TOWN", town_path("testville"))
    ended = run("reconcile")
    assert (ended.exit_code, ended.stdout.strip()) == (0, "Every payment and every refund has been heard of."), ended
    change(traded, "UPDATE payments SET look_at = created_at")
    lines = [json.loads(line) for line in run("reconcile", "--json").stdout.splitlines()]
    assert lines and {line["what"] for line in lines} == {"payment"}
    assert run("reconcile", "--json").stdout == ""
    assert run("audit", "--db", traded).exit_code == 0


# -- doctor


def cells(table: str) -> str:
    """A table's columns one after the other, without what breaks their lines."""
    rows = [line.strip("│┃").split("│") for line in table.splitlines() if line.startswith("│")]
    return "".join("".join(column).replace(" ", "") for column in zip(*rows, strict=True))


def test_the_doctor_says_what_is_there_and_what_is_not(run: Run) -> None:
    ended = run("doctor")
    for part in ("database", "town", "flows", "understanding", "Telegram", "till", "web part"):
        assert part in ended.stdout
    assert "DANGOL_TELEGRAM_TOKEN" in cells(ended.stdout)
    assert "@BotFather" in cells(ended.stdout)
    assert "Traceback" not in ended.output


def test_the_doctor_does_not_print_secrets(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANGOL_TELEGRAM_TOKEN", "7000001:very-secret")
    monkeypatch.setenv("DATABASE_URL", "postgresql+asyncpg://me:hidden@127.0.0.1:9/none")
    ended = run("doctor")
    assert ended.exit_code == 1
    assert "long polling" in ended.stdout
    assert "127.0.0.1:9/none" in cells(ended.stdout)
    assert "very-secret" not in cells(ended.output)
    assert "hidden" not in cells(ended.output)


def test_the_doctor_finds_a_town_file_that_is_broken(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "town.yaml").write_text("town: {nam: x}\n", "utf-8")
    monkeypatch.setenv("DANGOL_TOWN", str(tmp_path / "town.yaml"))
    ended = run("doctor")
    assert ended.exit_code == 1
    assert "town.yaml:1" in cells(ended.stdout)


# -- arguments


@pytest.mark.parametrize(
    "arguments",
    [
        ("chat", "--json", "--town", "nowhere.yaml"),
        ("chat", "--json", "--at", "noon"),
        ("chat", "--json", "--seed", "x"),
        ("run", "--town", "nowhere.yaml"),
        ("run", "--port", "99999"),
        ("flows", "check", "nowhere"),
        ("shops", "link", "no-such-shop"),
        ("nlu", "parse", "hi", "--role", "queen"),
        ("nlu", "parse", "hi", "--expect", "nothing"),
        ("nlu", "parse", "hi", "--shop", "no-such-shop"),
        ("audit", "--db", "nonsense"),
        ("frobnicate",),
    ],
)
def test_what_cannot_be_done_is_said_without_a_traceback(run: Run, arguments: tuple[str, ...]) -> None:
    ended = run(*arguments)
    assert ended.exit_code == 2, ended.output
    assert ended.exception is None or isinstance(ended.exception, SystemExit)
    assert ended.output.strip()


def test_a_setting_that_means_nothing_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANGOL_PORT", "eighty")
    ended = run("doctor")
    assert ended.exit_code == 2
    assert "DANGOL_PORT" in ended.output


# -- flows


def test_the_flows_that_come_along_have_no_defect(run: Run) -> None:
    ended = run("flows", "check")
    assert ended.exit_code == 0, ended.stdout


def test_a_broken_flow_is_named_by_file_and_line_with_its_mend(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "flows"
    folder.mkdir()
    for file in LIBRARY.glob("*.yaml"):
        (folder / file.name).write_text(file.read_text("utf-8"), "utf-8")
    broken = "flows:\n  broken:\n    description: x\n    steps:\n    - action: utter_no_such_response\n"
    (folder / "zz_broken.yaml").write_text(broken, "utf-8")
    ended = run("flows", "check", str(folder))
    assert ended.exit_code == 1
    line = next(line for line in ended.stdout.splitlines() if "utter_no_such_response" in line)
    assert line.startswith("zz_broken.yaml:5")
    assert len(line) > len("zz_broken.yaml:5: utter_no_such_response")


# -- shops


def register(*rows: dict[str, str], separator: str = ",") -> str:
    usual = {
        "상호명": "하나치킨",
        "상권업종대분류명": "음식",
        "상권업종중분류명": "기타 간이",
        "상권업종소분류명": "치킨",
        "도로명주소": "서울특별시 마포구 시험로 12",
        "경도": "126.910",
        "위도": "37.556",
    }
    lines = [COLUMNS, *([(usual | row).get(name, "") for name in COLUMNS] for row in rows)]
    return "".join(separator.join(f'"{value}"' for value in line) + "\n" for line in lines)


@pytest.mark.parametrize("encoding", ["utf-8", "cp949"])
def test_the_register_goes_in_with_its_bad_rows_named_and_again_changes_nothing(
    run: Run, tmp_path: Path, encoding: str, empty_database: str
) -> None:
    rows = [{"상가업소번호": f"MA{number}"} for number in range(30)]
    rows[7] |= {"위도": "somewhere"}
    (tmp_path / "register.csv").write_text(register(*rows), encoding)
    database = empty_database
    first = run("shops", "import", str(tmp_path / "register.csv"), "--db", database)
    assert first.exit_code == 0, first.output
    assert "29 added, 0 changed, 0 as they were" in first.stdout
    assert "register.csv:9: " in first.stdout
    again = run("shops", "import", str(tmp_path / "register.csv"), "--db", database)
    assert "0 added, 0 changed, 29 as they were" in again.stdout


def test_a_file_that_is_no_register_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("a,b\n1,2\n", "utf-8")
    ended = run("shops", "import", str(tmp_path / "other.csv"))
    assert ended.exit_code == 2
    assert "other.csv" in ended.output
    assert run("shops", "import", str(tmp_path / "none.csv")).exit_code == 2


def test_the_link_of_a_shop_is_signed(run: Run, traded: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", traded)
    ended = run("shops", "link", "hana-chicken")
    assert ended.exit_code == 0, ended.output
    assert "/shop/hana-chicken?key=" in ended.stdout
    assert run("shops", "link", "hana-chicken").stdout.split("key=")[0] == ended.stdout.split("key=")[0]


# -- understanding


def test_a_text_is_parsed_to_one_line_of_json(run: Run) -> None:
    ended = run(
        "nlu",
        "parse",
        "후라이드 두 마리 배달해줘",
        "--json",
        "--town",
        town_path("testville"),
        "--shop",
        "hana-chicken",
    )
    assert ended.exit_code == 0, ended.output
    lines = ended.stdout.splitlines()
    assert len(lines) == 1
    parsed = json.loads(lines[0])
    assert parsed["intent"] == "order_items"
    assert parsed["lines"][0] | {"text": ""} == {
        "item": "후라이드치킨",
        "quantity": 2,
        "options": [],
        "note": None,
        "text": "",
    }
    assert ("fulfilment", "delivery") in [(entity["entity"], entity["value"]) for entity in parsed["entities"]]
