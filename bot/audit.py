"""The invariants over the whole database: those of commerce, with the timers that the bot keeps."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.jobs import Job
from commerce import audit
from commerce.audit import Fault


async def check(session: AsyncSession) -> list[Fault]:
    """Every row at fault; an empty list when all adds up."""
    timers = {(name, subject) for name, subject in await session.execute(select(Job.name, Job.subject))}
    return await audit.check(session, timers)
