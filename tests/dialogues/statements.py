"""Which statements dialogues have the database carry out, and which dialogues are therefore played on PostgreSQL too.

A dialogue tests a conversation, which knows no database; what may differ between two databases is a statement. So of the
dialogues those in ``on_postgresql.txt`` are played on PostgreSQL: every statement that any dialogue has carried out is
there in two of them, or in one when no other has it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

ON_POSTGRESQL = frozenset(Path(__file__).with_name("on_postgresql.txt").read_text("utf-8").splitlines())
"""The dialogues that are played there: the name of the file, and the name of the dialogue."""
TWICE = 2
"""In how many dialogues a statement is carried out there."""
_ROW = re.compile(r"\(\?(?:, \?)*\)")
_ROWS = re.compile(r"\(\?\)(?:, \(\?\))+")


@contextmanager
def carried_out() -> Iterator[set[str]]:
    """The statements that are carried out in the block, however many values they are given."""
    found: set[str] = set()

    def hear(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        found.add(shape(statement))

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


def shape(statement: str) -> str:
    """The statement without the number of its values: a list of them is as long as one, and so are many rows."""
    return _ROWS.sub("(?)", _ROW.sub("(?)", statement))


def left_out(carried: Mapping[str, Collection[str]], on_postgresql: Collection[str]) -> dict[str, list[str]]:
    """Statements that too few of ``on_postgresql`` carry out, two or all who do, each with others who do.

    ``carried`` are the statements of each dialogue by its name.
    """
    by: dict[str, list[str]] = {}
    for name, statements in carried.items():
        for statement in statements:
            by.setdefault(statement, []).append(name)
    return {
        statement: [name for name in names if name not in on_postgresql]
        for statement, names in by.items()
        if len(set(names) & set(on_postgresql)) < min(len(names), TWICE)
    }
