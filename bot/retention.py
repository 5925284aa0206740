"""What is kept for a time, dropped when it is over."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select, update

from bot import lessons, transcripts
from bot.handoff_records import Handoff
from bot.outgoing import OutgoingMessage
from bot.people import Conversation
from bot.settings import Settings
from commerce.database import table
from commerce.work import Work

LEAST = timedelta(days=7)
"""How long what was said to people stays, however short transcripts are kept: its buttons are still on their screens."""
AT_ONCE = 2000
"""Messages dropped in one sweep."""


async def purge(work: Work, settings: Settings) -> None:
    """Drop what is older than the settings say: messages on both sides, hand-offs that ended, where talks stood that
    nobody has come back to, and what was kept for review."""
    await lessons.purge(work, settings.review_days)
    await transcripts.purge(work, settings.transcript_days)
    limit = work.now - max(timedelta(days=settings.transcript_days), LEAST)
    said, talks, handoffs = table(OutgoingMessage).c, table(Conversation).c, table(Handoff).c
    oldest = select(said.id).order_by(said.id).limit(AT_ONCE)
    for statement in (
        delete(table(OutgoingMessage)).where(said.id.in_(oldest), said.sent_at < limit),
        delete(table(Handoff)).where(handoffs.ended_at < limit),
        update(table(Conversation))
        .where(talks.used_at < limit, talks.state.is_not(None))
        .values(state=None, heard=None),
    ):
        await work.session.execute(statement)
