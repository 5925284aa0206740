"""Work for later: timers of orders, calls to tills. A job leaves the table in the commit that does it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint, bindparam, delete, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.claims import LEASE, LONGEST_NAME
from bot.correlation import stored
from commerce.database import Base, table
from commerce.work import Work


class Job(Base):
    """``name`` is what to do ("order.remind1", "till.open"), ``subject`` the order, payment or refund it is about."""

    __tablename__ = "jobs"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_jobs_due_at", "due_at"),
        Index("ix_jobs_subject", "subject"),
        Index(
            "ix_jobs_stuck", "id", sqlite_where=text("stuck IS NOT NULL"), postgresql_where=text("stuck IS NOT NULL")
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(String(160))
    name: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(64))
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_until: Mapped[datetime | None]
    claimed_by: Mapped[str | None] = mapped_column(String(LONGEST_NAME))
    stuck: Mapped[str | None] = mapped_column(String(300))
    """Set when a till refused for good: kept for a human to see, not tried again."""
    cause: Mapped[str | None] = mapped_column(String(55))
    """The ``traceparent`` of the turn that set it: what comes of it is logged under the same id."""


_DUE = (
    select(Job.id)
    .where(Job.due_at <= bindparam("now"), Job.stuck.is_(None))
    .where(or_(Job.claimed_until.is_(None), Job.claimed_until <= bindparam("now")))
    .order_by(Job.due_at, Job.id)
    .limit(bindparam("limit"))
)
# In a CTE, which PostgreSQL runs once: a subquery could be run again for every row, and lock more than the limit.
_TAKEN = _DUE.with_for_update(skip_locked=True).cte("due")
_CLAIM = (
    update(Job)
    .where(Job.id.in_(select(_TAKEN.c.id)))
    .values(
        claimed_until=bindparam("until"),
        claimed_by=bindparam("worker"),
        due_at=bindparam("until"),
        attempts=Job.attempts + 1,
    )
    .returning(Job)
    .execution_options(synchronize_session=False)
)


async def schedule(work: Work, key: str, name: str, subject: str, at: datetime) -> None:
    """Add a job unless one with that key waits already."""
    insert: Any = insert_sqlite if work.session.get_bind().dialect.name == "sqlite" else insert_postgresql
    row = {"key": key, "name": name, "subject": subject, "due_at": at, "attempts": 0, "cause": stored()}
    await work.session.execute(insert(table(Job)).values(row).on_conflict_do_nothing())


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


async def next_due(session: AsyncSession) -> datetime | None:
    """When the next job is to be done, or a claim on one ends."""
    found: datetime | None = await session.scalar(
        select(Job.due_at).where(Job.stuck.is_(None)).order_by(Job.due_at).limit(1)
    )
    return found


async def any_due(session: AsyncSession, now: datetime) -> bool:
    """Whether there is something to claim."""
    return await session.scalar(_DUE, {"now": now, "limit": 1}) is not None


async def claim(work: Work, worker: str, limit: int) -> list[Job]:
    """Take jobs that are due for a while, the longest due first, so that no other worker does them. Each is due again
    when that while is over."""
    given = {"now": work.now, "limit": limit, "until": work.now + LEASE, "worker": worker}
    return list((await work.session.scalars(_CLAIM, given)).all())


async def put_off(work: Work, job: int, until: datetime) -> None:
    """Try again later."""
    await work.session.execute(
        update(Job).where(Job.id == job).values(due_at=until, claimed_until=None, claimed_by=None)
    )


async def give_up(work: Work, job: int, why: str) -> None:
    await work.session.execute(
        update(Job).where(Job.id == job).values(stuck=why[:300], claimed_until=None, claimed_by=None)
    )


async def give_back(work: Work, worker: str | None) -> bool:
    """A worker that ends (None: all that ever were) leaves what it had taken to the others; whether it had anything."""
    given = await work.session.execute(
        update(Job)
        .where(Job.claimed_by == worker if worker is not None else Job.claimed_by.is_not(None))
        .values(due_at=work.now, claimed_until=None, claimed_by=None)
        .returning(Job.id)
    )
    return len(given.all()) > 0
