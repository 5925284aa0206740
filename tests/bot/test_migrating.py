"""A database is brought to the newest schema and back with all that is in it, and left alone where it stands there."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import BigInteger, Connection, Integer, MetaData, event, inspect, select, text
from typer.testing import CliRunner

from bot import tables
from bot.audit import check
from bot.cli import app
from bot.migrating import UnknownRevision, config, migrate, newest, revisions
from bot.people import conversation_at
from commerce import coupons, ratings, shops
from commerce.database import Base, Database
from commerce.order_records import Order
from commerce.work import Work
from tests.bot.working import Desk, working
from tests.dialogues.stage import Towns, settings_for

__all__ = ["tables"]

Rows = dict[str, list[dict[str, Any]]]
FILLED = {"people", "conversations", "received", "outgoing", "orders", "order_lines", "order_moves", "payments"} | {
    "payment_moves",
    "refunds",
    "ledger_entries",
    "coupons",
    "coupon_uses",
    "jobs",
    "ratings",
}


def test_the_newest_file_is_where_the_revisions_lead() -> None:
    script = ScriptDirectory.from_config(config())
    assert newest() == script.get_current_head()
    assert revisions() == sorted(one.revision for one in script.walk_revisions())


async def test_migrating_again_changes_nothing(empty_database: str) -> None:
    database = Database(empty_database)
    await migrate(database)
    statements: list[str] = []
    event.listen(
        database.engine.sync_engine, "before_cursor_execute", lambda _c, _u, sql, *_rest: statements.append(sql)
    )
    await migrate(database)
    assert [sql for sql in statements if not sql.startswith(("SELECT", "PRAGMA", "BEGIN"))] == []
    async with database.engine.connect() as connection:
        assert await connection.run_sync(lambda plain: inspect(plain).has_table("orders"))
        assert await connection.scalar(text("SELECT version_num FROM alembic_version")) == newest()
    await database.close()


async def test_four_processes_that_start_at_once_migrate_once(empty_database: str) -> None:
    opened = [Database(empty_database) for _ in range(1 if empty_database.startswith("sqlite") else 4)]
    assert await asyncio.gather(*(migrate(database) for database in opened)) == [newest()] * len(opened)
    for database in opened:
        await database.close()


async def test_the_migrated_schema_is_the_one_the_code_is_written_for(empty_database: str) -> None:
    database = Database(empty_database)
    await migrate(database)
    async with database.engine.connect() as connection:
        assert await connection.run_sync(_differences) == []
    await database.close()


async def test_every_number_has_sixty_four_bits(empty_database: str) -> None:
    """SQLite's always have; the first tables on PostgreSQL had half of that."""
    database = Database(empty_database)
    await migrate(database, "0001")
    assert await _narrow(database) == (set() if database.sqlite else {"INTEGER"})
    await migrate(database)
    assert await _narrow(database) == set()
    await database.close()


async def test_a_town_goes_up_and_down_and_up_with_every_row(towns: Towns, tmp_path: Path) -> None:
    async with working(towns, tmp_path) as desk:
        await _trade(desk)
    database = Database(settings_for(tmp_path, "testville").database)
    await migrate(database, "0001")
    first = await _rows(database)
    assert {name for name in FILLED if not first.get(name)} == set()
    for revision in (*revisions()[1:], *reversed(revisions()[:-1]), *revisions()[1:]):
        await migrate(database, revision)
        assert _as_in(first, await _rows(database)) == first
    async with database.snapshot() as session:
        assert await check(session) == []
    await database.close()


async def test_a_migrated_town_goes_on_trading(towns: Towns, tmp_path: Path) -> None:
    async with working(towns, tmp_path) as desk:
        database = desk.application.database
        await desk.order("minji")
        await migrate(database, "0001")
        await migrate(database)
        await desk.pay("minji")
        await desk.owner("15분이요")
        assert "12:15" in desk.wire.texts("minji")[-1]
        async with database.snapshot() as session:
            assert await check(session) == []


async def test_revisions_that_are_not_known_change_nothing(empty_database: str) -> None:
    database = Database(empty_database)
    await migrate(database)
    with pytest.raises(UnknownRevision, match="0999"):
        await migrate(database, "0999")
    async with database.transaction() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '0999'"))
    with pytest.raises(UnknownRevision, match="newer"):
        await migrate(database)
    await database.close()


def test_the_command_goes_to_the_newest_or_to_the_one_it_is_told(
    empty_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DANGOL_DATA", str(tmp_path))
    for arguments, revision in ((("--to", "0001"), "0001"), ((), newest())):
        ended = CliRunner().invoke(app, ["migrate", "--db", empty_database, *arguments])
        assert ended.exit_code == 0, ended.output
        assert f"revision {revision}." in ended.stdout
    ended = CliRunner().invoke(app, ["migrate", "--db", empty_database, "--to", "7"])
    assert (ended.exit_code, "no revision 7" in ended.output) == (2, True)


async def _trade(desk: Desk) -> None:
    """One order with a coupon that is done and rated, one that is cancelled and paid back, one unpaid."""
    await desk.do("minji", text="안녕하세요")
    async with desk.application.database.transaction() as session:
        work = Work(session, desk.clock.now(), desk.application.ids)
        minji, shop = await conversation_at(work, "wire", "minji"), await shops.by_slug(work, "hana-chicken")
        assert minji is not None and shop is not None
        (coupon, *_) = await coupons.claimable(work, minji.person.id, shop.id)
        await coupons.claim(work, minji.person.id, coupon.id)
    await desk.order("minji")
    await desk.pay("minji")
    for words in ("15분이요", "다 됐어요", "완료"):
        await desk.owner(words)
    async with desk.application.database.transaction() as session:
        work = Work(session, desk.clock.now(), desk.application.ids)
        order = (await session.scalars(select(Order.id).where(Order.person_id == minji.person.id))).one()
        await ratings.rate(work, minji.person.id, order, 5, "바삭해요")
    await desk.order("jun")
    await desk.pay("jun")
    await desk.do("jun", text="주문 취소할게요")
    await desk.tap("jun", "취소")
    await desk.order("sora")


def _differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, Base.metadata))


async def _narrow(database: Database) -> set[str]:
    def look(connection: Connection) -> set[str]:
        found = inspect(connection)
        kinds = [column["type"] for name in found.get_table_names() for column in found.get_columns(name)]
        whole = (kind for kind in kinds if isinstance(kind, Integer) and not isinstance(kind, BigInteger))
        return set() if database.sqlite else {str(kind) for kind in whole}

    async with database.engine.connect() as connection:
        return await connection.run_sync(look)


async def _rows(database: Database) -> Rows:
    """Every row of every table but Alembic's own, in one order."""

    def read(connection: Connection) -> Rows:
        metadata = MetaData()
        metadata.reflect(connection)
        found: Rows = {}
        for name, table in metadata.tables.items():
            if name != "alembic_version":
                rows = [dict(row) for row in connection.execute(select(table)).mappings()]
                found[name] = sorted(rows, key=repr)
        return found

    async with database.engine.connect() as connection:
        return await connection.run_sync(read)


def _as_in(first: Rows, now: Rows) -> Rows:
    """What is now, with only the tables and columns that were there first."""
    kept: Rows = {}
    for name, before in first.items():
        columns = list(before[0]) if before else []
        kept[name] = sorted(({column: row[column] for column in columns} for row in now[name]), key=repr)
    return kept
