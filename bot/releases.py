"""What an operator published: versions by their content, and the history of which one was in force.

The newest entry of the history is in force. Its number is the table's key, so that of two who publish in the place of
the same version one comes first, and the other one's entry finds its number taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import JSON, ForeignKey, String, Text, func, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.libraries import FlowVersion, leave_all_but, store
from bot.release_files import FLOWS, Files, digest, placed
from commerce.database import Base, table
from commerce.work import Work
from flows.library import Library

SHIPPED = "shipped"
"""Stands for the flows that come with the program."""
SHOWN = 12
Why = Literal["published", "rolled back"]


class FlowRelease(Base):
    """A published version. ``library`` are its flows; ``files`` is all else that belongs to it: training data and
    dialogues. ``shipped`` is the library that came with the program then, ``model`` what was trained for it."""

    __tablename__ = "flow_releases"

    version: Mapped[str] = mapped_column(String(64), primary_key=True)
    library: Mapped[str] = mapped_column(ForeignKey("flow_versions.version"))
    files: Mapped[dict[str, Any]] = mapped_column(JSON)
    author: Mapped[str] = mapped_column(String(80))
    note: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    shipped: Mapped[str] = mapped_column(String(64))
    model: Mapped[str | None] = mapped_column(String(64))


class FlowPublication(Base):
    """From ``at`` on, ``version`` was in force; None: the flows that come with the program."""

    __tablename__ = "flow_history"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[str | None] = mapped_column(ForeignKey("flow_releases.version"))
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(80))
    why: Mapped[str] = mapped_column(String(12))


class BrokenVersion(ValueError):
    """A stored version is not what its name says."""


class NoSuchVersion(LookupError):
    """No version, or more than one, goes by that name."""


class Overtaken(RuntimeError):
    """Another version has come into force meanwhile."""


@dataclass(frozen=True, slots=True)
class InForce:
    """The number of the newest entry, 0 when nothing was ever published, and its version."""

    number: int
    version: str | None


@dataclass(frozen=True, slots=True)
class Release:
    """A version as it was published, looked through: ``files`` is the whole."""

    version: str
    files: Files
    author: str
    note: str
    made_at: datetime
    library: str
    shipped: str
    model: str | None


async def in_force(session: AsyncSession) -> InForce:
    row = (await session.execute(_NEWEST)).first()
    return InForce(*row) if row is not None else InForce(0, None)


_NEWEST = select(FlowPublication.number, FlowPublication.version).order_by(FlowPublication.number.desc()).limit(1)


async def release(session: AsyncSession, version: str) -> Release:
    """Raises BrokenVersion."""
    row = await session.get(FlowRelease, version, populate_existing=True)
    flows = await session.scalar(select(FlowVersion.files).where(FlowVersion.version == row.library)) if row else None
    if row is None or not isinstance(flows, dict) or not isinstance(row.files, dict):
        raise BrokenVersion(f"version {version[:SHOWN]} is not in the database")
    files = {**placed(FLOWS, flows), **row.files}
    if not all(isinstance(text, str) for text in files.values()) or digest(files) != version:
        raise BrokenVersion(f"version {version[:SHOWN]} is damaged in the database")
    return Release(version, files, row.author, row.note, row.made_at, row.library, row.shipped, row.model)


async def add(
    work: Work, files: Files, library: Library, *, author: str, note: str, shipped: str, model: str | None
) -> str:
    """Store a version; its name. What is there already stays as it is, but for the model."""
    version = digest(files)
    others = {name: text for name, text in files.items() if not name.startswith(f"{FLOWS}/")}
    await store(work, library)
    row = {
        "version": version,
        "library": library.version,
        "files": others,
        "author": author[:80],
        "note": note,
        "made_at": work.now,
        "shipped": shipped,
        "model": model,
    }
    insert: Any = insert_sqlite if work.session.get_bind().dialect.name == "sqlite" else insert_postgresql
    await work.session.execute(insert(table(FlowRelease)).values(row).on_conflict_do_nothing())
    if model is not None:
        await work.session.execute(update(FlowRelease).where(FlowRelease.version == version).values(model=model))
    return version


async def put_in_force(work: Work, version: str | None, library: str, *, seen: int, who: str, why: Why) -> int:
    """Let ``version`` follow the entry with the number ``seen``; its own number. ``library`` are its flows: the others
    are left from now on. Raises Overtaken."""
    insert: Any = insert_sqlite if work.session.get_bind().dialect.name == "sqlite" else insert_postgresql
    row = {"number": seen + 1, "version": version, "at": work.now, "who": who[:80], "why": why}
    entered = await work.session.execute(
        insert(table(FlowPublication)).values(row).on_conflict_do_nothing().returning(table(FlowPublication).c.number)
    )
    if entered.scalar_one_or_none() is None:
        now = (await in_force(work.session)).version or SHIPPED
        raise Overtaken(f"version {now[:SHOWN]} has come into force meanwhile")
    await leave_all_but(work, library)
    return seen + 1


async def history(session: AsyncSession) -> Sequence[FlowPublication]:
    """Every entry, the oldest first."""
    return (await session.scalars(select(FlowPublication).order_by(FlowPublication.number))).all()


def line_of(entries: Sequence[FlowPublication]) -> list[str | None]:
    """What a step back leads to, newest last: the flows that come along, and each version after, without those left."""
    line: list[str | None] = [None]
    for one in entries:
        if one.why == "rolled back" and one.version in line:
            del line[line.index(one.version) + 1 :]
        elif one.version != line[-1]:
            line.append(one.version)
    return line


async def named(session: AsyncSession, name: str) -> str | None:
    """The version that begins with ``name``; None for the flows that come along. Raises NoSuchVersion."""
    if name == SHIPPED:
        return None
    fits = select(FlowRelease.version).where(func.substr(FlowRelease.version, 1, len(name)) == name).limit(2)
    found = (await session.scalars(fits)).all() if name else ()
    if len(found) != 1:
        what = "more than one version begins with" if found else "there is no version"
        raise NoSuchVersion(f"{what} {name!r}; see `dangol flows history`")
    return found[0]
