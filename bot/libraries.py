"""The libraries of flows that conversations here were led by, with the text of all their files."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, String, func, literal_column, select, text, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from commerce.database import Base, table
from commerce.work import Work
from flows.library import Library


class FlowVersion(Base):
    """A library by its content hash. ``left_at``: since when it is not in force; None while it is."""

    __tablename__ = "flow_versions"

    version: Mapped[str] = mapped_column(String(64), primary_key=True)
    files: Mapped[dict[str, Any]] = mapped_column(JSON)
    first_run: Mapped[datetime]
    left_at: Mapped[datetime | None]


async def store(work: Work, library: Library) -> None:
    """Keep a library; one that is there already stays as it is."""
    insert: Any = insert_sqlite if work.session.get_bind().dialect.name == "sqlite" else insert_postgresql
    row = {"version": library.version, "files": library.bundle(), "first_run": work.now}
    await work.session.execute(insert(table(FlowVersion)).values(row).on_conflict_do_nothing())


async def leave_all_but(work: Work, version: str) -> None:
    """Note since when the other libraries are not in force: how long conversations may stay on them is counted from
    then."""
    others = update(FlowVersion).where(FlowVersion.version != version, FlowVersion.left_at.is_(None))
    await work.session.execute(others.values(left_at=work.now))
    own = update(FlowVersion).where(FlowVersion.version == version, FlowVersion.left_at.is_not(None))
    await work.session.execute(own.values(left_at=None))


async def files_of(session: AsyncSession, version: str) -> dict[str, Any] | None:
    """The texts of a library, as they are stored."""
    found: dict[str, Any] | None = await session.scalar(select(FlowVersion.files).where(FlowVersion.version == version))
    return found


async def conversations_on(session: AsyncSession) -> dict[str, int]:
    """How many conversations are in the middle of something, by the library that leads them."""
    version = _STANDS_ON_SQLITE if session.get_bind().dialect.name == "sqlite" else _STANDS_ON_POSTGRESQL
    under_way = select(version, func.count()).select_from(text("conversations"))
    rows = await session.execute(under_way.where(text("state LIKE '{\"stack\":[[%'")).group_by(version))
    return {name: count for name, count in rows if name}


_STANDS_ON_SQLITE: ColumnElement[str] = literal_column("json_extract(state, '$.stack[0][2]')")
_STANDS_ON_POSTGRESQL: ColumnElement[str] = literal_column("state::json #>> '{stack,0,2}'")
"""As flows.state writes it: the version of the lowest frame."""


async def left(session: AsyncSession, version: str) -> datetime | None:
    """Since when a library is not in force; None while it is."""
    found: datetime | None = await session.scalar(select(FlowVersion.left_at).where(FlowVersion.version == version))
    return found
