"""Work for later: timers of orders, calls to tills. A job leaves the table in the commit that does it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Index, String, UniqueConstraint, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from commerce.database import Base
from commerce.work import Work

CLAIM = timedelta(seconds=60)
"""How long a worker may take over a call before another may try it."""


class Job(Base):
    """``name`` is what to do ("order.remind1", "till.open"), ``subject`` the order, payment or refund it is about."""

    __tablename__ = "jobs"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_jobs_due_at", "due_at"),
        Index("ix_jobs_subject", "subject"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(String(160))
    name: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(64))
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_until: Mapped[datetime | None]
    stuck: Mapped[str | None] = mapped_column(String(300))
    """Set when a till refused for good: kept for a human to see, not tried again."""
    cause: Mapped[str | None] = mapped_column(String(55))
    """The ``traceparent`` of the turn that set it: what comes of it is logged under the same id."""


async def schedule(work: Work, key: str, name: str, subject: str, at: datetime) -> None:
    """Add a job unless one with that key waits already."""
    if await work.session.scalar(select(Job.id).where(Job.key == key)) is None:
        work.session.add(Job(key=key, name=name, subject=subject, due_at=at))
        await work.session.flush()


async def clear(work: Work, subject: str, names: tuple[str, ...]) -> None:
    """Drop a subject's jobs, all or those named."""
    statement = delete(Job).where(Job.subject == subject)
    if names:
        statement = statement.where(Job.name.in_(names))
    await work.session.execute(statement)


async def finish(work: Work, job: int) -> bool:
    """Take a job off the table; False when another did."""
    result = await work.session.execute(delete(Job).where(Job.id == job).returning(Job.id))
    return result.scalar_one_or_none() is not None


async def due(session: AsyncSession, now: datetime, limit: int = 50) -> list[Job]:
    """The jobs to do now, the longest due first."""
    rows = await session.scalars(
        select(Job)
        .where(Job.due_at <= now, Job.stuck.is_(None), or_(Job.claimed_until.is_(None), Job.claimed_until <= now))
        .order_by(Job.due_at, Job.id)
        .limit(limit)
    )
    return list(rows)


async def next_due(session: AsyncSession) -> datetime | None:
    """When the next job is to be done."""
    found: datetime | None = await session.scalar(
        select(Job.due_at).where(Job.stuck.is_(None)).order_by(Job.due_at).limit(1)
    )
    return found


async def claim(work: Work, job: int) -> bool:
    """Take a call for a while, so that two workers do not make it at once. It is due again when that is over."""
    result = await work.session.execute(
        update(Job)
        .where(Job.id == job, or_(Job.claimed_until.is_(None), Job.claimed_until <= work.now))
        .values(claimed_until=work.now + CLAIM, due_at=work.now + CLAIM, attempts=Job.attempts + 1)
        .returning(Job.id)
    )
    return result.scalar_one_or_none() is not None


async def put_off(work: Work, job: int, until: datetime) -> None:
    """Try again later."""
    await work.session.execute(update(Job).where(Job.id == job).values(due_at=until, claimed_until=None))


async def give_up(work: Work, job: int, why: str) -> None:
    await work.session.execute(update(Job).where(Job.id == job).values(stuck=why[:300], claimed_until=None))
