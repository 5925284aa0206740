"""What a transaction has read already, kept until a table that it came from is written."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Delete, Insert, Update, event
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, UOWTransaction

from commerce.database import Base
from commerce.work import Work

P = ParamSpec("P")
T = TypeVar("T")
Read = Callable[Concatenate[Work, P], Awaitable[T]]

_KNOWN = "known"


def known_from(*tables: type[Base]) -> Callable[[Read[P, T]], Read[P, T]]:
    """Read once in a transaction: the answer is given again until one of ``tables`` is written on that session.

    For pure readers of exactly these tables, with hashable arguments and an answer that nobody changes.
    """
    names = frozenset(table.__tablename__ for table in tables)

    def once(read: Read[P, T]) -> Read[P, T]:
        @wraps(read)
        async def known(work: Work, /, *args: P.args, **kwargs: P.kwargs) -> T:
            kept: dict[Any, tuple[frozenset[str], T]] = work.session.info.setdefault(_KNOWN, {})
            key = (read, args, tuple(kwargs.items()))
            if key not in kept:
                kept[key] = (names, await read(work, *args, **kwargs))
            return kept[key][1]

        return known

    return once


def _forget(session: Session, written: Collection[str]) -> None:
    kept = session.info.get(_KNOWN, {})
    for key in [key for key, (names, _) in kept.items() if not names.isdisjoint(written)]:
        del kept[key]


@event.listens_for(Session, "do_orm_execute")
def _executed(state: ORMExecuteState) -> None:
    statement = state.statement
    if isinstance(statement, Insert | Update | Delete):
        _forget(state.session, (statement.entity_description["table"].name,))
    elif not state.is_select:
        state.session.info.pop(_KNOWN, None)


@event.listens_for(Session, "after_flush")
def _flushed(session: Session, _: UOWTransaction) -> None:
    _forget(session, {type(row).__tablename__ for row in (*session.new, *session.dirty, *session.deleted)})


@event.listens_for(Session, "after_commit")
def _committed(session: Session) -> None:
    session.info.pop(_KNOWN, None)


@event.listens_for(Session, "after_soft_rollback")
def _taken_back(session: Session, _: SessionTransaction) -> None:
    session.info.pop(_KNOWN, None)
