"""How much waits to be sent and done, and for how long: asked of the database, for all workers at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from bot.jobs import Job
from bot.outgoing import OutgoingMessage
from commerce.database import Database


@dataclass(frozen=True, slots=True)
class Waiting:
    """Ages in seconds, 0 when nothing waits. ``stuck``: jobs that a till refused for good."""

    unsent: int
    oldest_unsent: float
    due: int
    oldest_due: float
    stuck: int


_UNSENT = select(func.count(), func.min(OutgoingMessage.created_at)).where(OutgoingMessage.sent_at.is_(None))
_STUCK = select(func.count()).select_from(Job).where(Job.stuck.is_not(None))


async def measure(database: Database, now: datetime) -> Waiting:
    """Three reads by index."""
    async with database.read() as session:
        unsent, oldest = (await session.execute(_UNSENT)).one()
        due, longest = (
            await session.execute(
                select(func.count(), func.min(Job.due_at)).where(Job.stuck.is_(None), Job.due_at <= now)
            )
        ).one()
        stuck = await session.scalar(_STUCK) or 0
    return Waiting(unsent, _age(now, oldest), due, _age(now, longest), stuck)


def _age(now: datetime, since: datetime | None) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())
