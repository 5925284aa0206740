"""What PostgreSQL would refuse is found in what SQLite keeps."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import BigInteger, Boolean, Column, Integer, MetaData, String, Table, Text, create_engine

from commerce.database import Utc
from tests.dialogues.strictly import refused

METADATA = MetaData()
Table(
    "things",
    METADATA,
    Column("id", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True),
    Column("code", String(3)),
    Column("words", Text),
    Column("many", Integer),
    Column("over", Boolean),
    Column("at", Utc),
)


@pytest.mark.parametrize(
    ("column", "value", "fine"),
    [
        ("code", "주문서", True),
        ("code", "주문서들", False),
        ("words", "말 " * 999, True),
        ("words", "말\0", False),
        ("words", b"\xff", False),
        ("many", 3, True),
        ("many", "셋", False),
        ("many", None, True),
        ("over", True, True),
        ("over", "yes", False),
        ("at", "2026-11-20 03:00:00.000000", True),
        ("at", 1.5e9, False),
    ],
)
def test_what_would_be_refused_is_named(tmp_path: Path, column: str, value: object, fine: bool) -> None:
    file = tmp_path / "things.db"
    engine = create_engine(f"sqlite:///{file}")
    METADATA.create_all(engine)
    engine.dispose()
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(f"INSERT INTO things ({column}) VALUES (?)", (value,))  # noqa: S608 - a name from above
    assert refused(file, METADATA) == ([] if fine else [f"things.{column}"])
