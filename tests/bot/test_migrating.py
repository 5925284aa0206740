"""A database is brought to the newest schema, and left alone where it stands there already."""

from __future__ import annotations

from alembic.script import ScriptDirectory
from sqlalchemy import event, inspect, text

from bot.migrating import config, migrate, newest
from commerce.database import Database


def test_the_newest_file_is_where_the_revisions_lead() -> None:
    assert newest() == ScriptDirectory.from_config(config()).get_current_head()


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
