"""For negative controls: the product's own steps, with one guard taken out of the statement that carries it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from tests.weather.paying import Counter


@contextmanager
def without(counter: Counter, **guards: tuple[str, str]) -> Iterator[None]:
    """Until the end of the block every statement is sent with the first text (a pattern) of each guard replaced by its
    second, and SQLite looks at no check constraint. A guard that was in no statement fails the test: it is not there.
    """
    taken: set[str] = set()

    def take(_connection: Any, cursor: Any, statement: str, parameters: Any, *_rest: Any) -> tuple[str, Any]:
        changed = statement
        for name, (guard, instead) in guards.items():
            changed, times = re.subn(guard, instead, changed, flags=re.DOTALL)
            if times:
                taken.add(name)
        if changed != statement and counter.desk.application.database.sqlite:
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        return changed, parameters

    engines = [desk.application.database.engine.sync_engine for desk in counter.desks]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", take, retval=True)
    try:
        yield
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", take)
    assert taken == set(guards)
