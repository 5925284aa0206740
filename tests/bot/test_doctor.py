"""What the doctor says of what cannot be reached, and of what watches a running server."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from bot.commands.doctor import examine
from bot.commands.finding import Finding
from bot.commands.reaching import shown, why_not
from bot.migrating import migrate
from bot.settings import Settings
from commerce.database import Database
from tests.nlu.tiny_models import NOON, promoted


def found(folder: Path, **given: object) -> dict[str, Finding]:
    made = Settings(_env_file=None, data=folder).model_copy(update=given)  # type: ignore[call-arg]
    return {finding.part: finding for finding in examine(made)}


@pytest.mark.parametrize(
    ("url", "what", "mend"),
    [
        ("postgresql://me:hidden@127.0.0.1:9/town", "nobody answers at 127.0.0.1:9", "Start the server"),
        ("postgresql://me:hidden@no-such-host.invalid/town", "no host named no-such-host.invalid", "Mend the host"),
        ("sqlite+aiosqlite:////nowhere/at/all/town.db", "there is no such folder", "mkdir -p /nowhere/at/all"),
        ("sqlite+nodriver:///town.db", "not known here", "sqlite+aiosqlite:///"),
        ("nonsense", "no address of a database", "postgresql://HOST/NAME"),
    ],
)
def test_a_database_that_cannot_be_reached_is_said_in_words(tmp_path: Path, url: str, what: str, mend: str) -> None:
    finding = found(tmp_path, database_url=url)["database"]
    assert finding.state == "wrong"
    assert what in finding.what
    assert mend in finding.next_step
    assert "hidden" not in finding.what + finding.next_step
    assert "Error" not in finding.what


def test_a_file_that_is_no_database_is_found_out(tmp_path: Path) -> None:
    (tmp_path / "dangol.db").write_text("김치찌개 " * 500, "utf-8")
    finding = found(tmp_path)["database"]
    assert finding.state == "wrong"
    assert "no SQLite database" in finding.what


def test_asking_makes_no_database(tmp_path: Path) -> None:
    assert "made on first run" in found(tmp_path)["database"].what
    assert list(tmp_path.iterdir()) == []


def test_the_model_in_force_is_named_and_a_broken_one_told(tmp_path: Path) -> None:
    assert found(tmp_path)["understanding"].state == "unset"
    store, (version,) = promoted(tmp_path / "models", "greet")
    assert found(tmp_path)["understanding"].what == f"model {version[:12]}, trained {NOON[:10]}"
    store.path(version).write_bytes(b"x")
    finding = found(tmp_path)["understanding"]
    assert (finding.state, "damaged" in finding.what, "rollback" in finding.next_step) == ("wrong", True, True)
    (tmp_path / "models" / "history.json").write_text("")
    assert "history.json" in found(tmp_path)["understanding"].what


class Refused(Exception):
    """As psycopg's error of this code."""

    def __init__(self, sqlstate: str | None, words: str = "") -> None:
        super().__init__(words)
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (ModuleNotFoundError("No module named 'psycopg'", name="psycopg"), "the package psycopg is missing"),
        (Refused("28P01"), "wrong user or password"),
        (Refused("3D000"), "no database of this name"),
        (Refused(None, 'FATAL: password authentication failed for user "me"'), "wrong user or password"),
        (Refused(None, 'database "town" does not exist'), "no database of this name"),
        (TimeoutError(), "no answer from db:5432 in time"),
        (Refused("XX000"), "Refused"),
    ],
)
def test_what_a_server_refuses_is_said_in_words(error: Exception, what: str) -> None:
    said, mend = why_not("postgresql://me:hidden@db:5432/town", error)
    assert what in said
    assert mend
    assert "{" not in said + mend


def test_an_older_databases_tables_are_told_of(tmp_path: Path) -> None:
    async def older() -> None:
        database = Database(f"sqlite+aiosqlite:///{tmp_path / 'dangol.db'}")
        await migrate(database)
        async with database.transaction() as session:
            await session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        await database.close()

    asyncio.run(older())
    finding = found(tmp_path)["database"]
    assert finding.state == "unset"
    assert "version 0001" in finding.what
    assert "dangol migrate" in finding.next_step


def test_redis_has_a_line(tmp_path: Path) -> None:
    without = found(tmp_path)["Redis"]
    assert without.state == "unset"
    assert "REDIS_URL" in without.next_step
    away = found(tmp_path, redis_url=SecretStr("redis://:hidden@127.0.0.1:9/0"))["Redis"]
    assert away.state == "wrong"
    assert "nobody answers at 127.0.0.1:9" in away.what
    assert "hidden" not in away.what
    assert "all goes on" in away.next_step


def test_logs_metrics_and_traces_have_a_line_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = found(tmp_path, log="json", port=8090)
    assert parts["logs"].what.startswith("json, from info on")
    assert "127.0.0.1:8090/metrics" in parts["metrics"].what
    assert parts["traces"].state == "unset"
    assert "OTEL_EXPORTER_OTLP_ENDPOINT" in parts["traces"].next_step
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://me:hidden@collector:4318")
    assert found(tmp_path)["traces"] == Finding("traces", "ok", "http://me:***@collector:4318")


def test_the_till_that_takes_real_money_is_named(tmp_path: Path) -> None:
    assert "sandbox" in found(tmp_path)["till"].what
    keys = {"stripe_key": SecretStr("sk_test_abcd"), "stripe_webhook_secret": SecretStr("whsec_abcd")}
    provider = {"telegram_token": SecretStr("7000001:x"), "telegram_provider_token": SecretStr("1:TEST:y")}
    assert found(tmp_path, **keys, **provider)["till"].what == "Stripe (for tests), Telegram invoices"
    assert "DANGOL_STRIPE_KEY" in found(tmp_path, **provider)["till"].next_step


def test_a_provider_for_practice_and_one_without_a_bot_are_told(tmp_path: Path) -> None:
    bot, practice = {"telegram_token": SecretStr("7000001:x")}, {"telegram_provider_token": SecretStr("1:TEST:y")}
    assert "DANGOL_TELEGRAM_PROVIDER_TOKEN" in found(tmp_path, **bot)["Telegram"].next_step
    assert found(tmp_path, **bot, **practice)["Telegram"].what == "long polling; invoices for practice"
    real = {"telegram_provider_token": SecretStr("1:LIVE:y")}
    assert found(tmp_path, **bot, **real)["Telegram"].what == "long polling; invoices"
    assert found(tmp_path, **practice)["Telegram"].state == "wrong"


def test_an_address_is_shown_without_its_password() -> None:
    assert shown("redis://:hidden@127.0.0.1:6379/0") == "redis://:***@127.0.0.1:6379/0"
    assert shown("hidden@nonsense") == "nonsense"
