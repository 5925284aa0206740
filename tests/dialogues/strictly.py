"""What SQLite keeps and PostgreSQL would have refused: longer than its column, of another type, or with a NUL in it.

Most dialogues are played on SQLite alone, so afterwards their values are looked at.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Column, MetaData, String
from sqlalchemy.types import Boolean, DateTime, Float, Integer, LargeBinary, TypeDecorator

_KINDS: tuple[tuple[type[Any], tuple[str, ...]], ...] = (
    (Boolean, ("integer",)),
    (Integer, ("integer",)),
    (Float, ("real", "integer")),
    (LargeBinary, ("blob",)),
    (DateTime, ("text",)),
)
"""How SQLite calls what is kept for each type; for every other it is text."""


def refused(file: Path, metadata: MetaData) -> list[str]:
    """The columns, as table.column, of the SQLite database ``file`` that hold what PostgreSQL would refuse."""
    with closing(sqlite3.connect(file)) as connection:
        return [name for (name,) in connection.execute(_question(metadata))]


@cache
def _question(metadata: MetaData) -> str:
    return " UNION ALL ".join(
        f"SELECT '{table.name}.{column.name}' WHERE EXISTS (SELECT 1 FROM \"{table.name}\" WHERE {' OR '.join(wrong)})"  # noqa: S608 - names of ours
        for table in metadata.sorted_tables
        for column in table.columns
        if (wrong := list(_wrong(column)))
    )


def _wrong(column: Column[object]) -> Iterator[str]:
    kind = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    kinds = next((kinds for type_, kinds in _KINDS if isinstance(kind, type_)), ("text",))
    quoted = ", ".join(f"'{one}'" for one in (*kinds, "null"))
    yield f'typeof("{column.name}") NOT IN ({quoted})'
    if kinds == ("text",):
        yield f'instr("{column.name}", char(0)) > 0'
    if isinstance(kind, String) and kind.length is not None:
        yield f'length("{column.name}") > {kind.length}'
