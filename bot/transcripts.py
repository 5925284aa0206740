"""What people sent and how it was read, kept for some time: what a talk can be looked up in, and recorded as a test."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, Index, String, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from bot.messages import Incoming
from bot.witnessed import Moved
from commerce.database import Base, table
from commerce.work import Work
from nlu.understanding import Entity


class Transcript(Base):
    """One message of one person. ``sent`` has what came, under its kind: text, tap (the button's number as it came), location
    ([latitude, longitude]), contact, media. ``expect``, ``flow`` and ``step`` are those of the question that was open,
    without one the flow that the message began and how far it came; ``intent``, ``confidence`` and ``entities`` are None
    where there were no words to understand."""

    __tablename__ = "transcripts"
    __table_args__ = (
        Index("ix_transcripts_conversation_id", "conversation_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    at: Mapped[datetime] = mapped_column(index=True)
    sent: Mapped[dict[str, Any]] = mapped_column(JSON)
    expect: Mapped[str | None] = mapped_column(String(10))
    flow: Mapped[str | None] = mapped_column(String(80))
    step: Mapped[str | None] = mapped_column(String(80))
    intent: Mapped[str | None] = mapped_column(String(40))
    confidence: Mapped[float | None] = mapped_column(Float)
    entities: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    """Each with ``entity``, its ``value`` and the words, ``text``."""


_ADD = insert(table(Transcript))


@dataclass(frozen=True, slots=True)
class Sent:
    """A kept message."""

    conversation: str
    at: datetime
    sent: dict[str, Any]
    expect: str | None


async def add(work: Work, conversation: str, incoming: Incoming, moved: Moved | None) -> None:
    """Keep a message. One statement."""
    asked = moved.asked if moved is not None else None
    flow, step = _where(moved) if moved is not None else (None, None)
    understood = moved.understood if moved is not None else None
    values = {
        "conversation_id": conversation,
        "at": work.now,
        "sent": _sent(incoming),
        "expect": asked.expect if asked else None,
        "flow": flow[:80] if flow else None,
        "step": step[:80] if step else None,
        "intent": understood.intent if understood else None,
        "confidence": round(understood.confidence, 4) if understood else None,
        "entities": [_entity(one) for one in understood.entities] if understood else None,
    }
    await work.session.execute(_ADD, values)


def _where(moved: Moved) -> tuple[str | None, str | None]:
    if moved.asked is not None:
        return moved.asked.flow, moved.asked.step
    begun = next((flow for what, flow, _, _ in moved.turned.trace if what == "started"), None)
    steps = [step for _, flow, step, _ in moved.turned.trace if flow == begun and step]
    return begun, steps[-1] if steps else None


def _entity(found: Entity) -> dict[str, Any]:
    value = found.value if isinstance(found.value, str | int | float | bool | None) else str(found.value)
    return {"entity": found.entity, "value": value, "text": found.text}


def _sent(incoming: Incoming) -> dict[str, Any]:
    if incoming.text is not None:
        return {"text": incoming.text}
    if incoming.tap is not None:
        return {"tap": incoming.tap.data}
    if incoming.location is not None:
        return {"location": [incoming.location.lat, incoming.location.lon]}
    if incoming.contact is not None:
        return {"contact": incoming.contact}
    return {"media": incoming.media}


async def sent_in(work: Work, conversations: Iterable[str], since: datetime | None = None) -> list[Sent]:
    """What was sent in these conversations, oldest first."""
    query = select(Transcript).where(Transcript.conversation_id.in_(list(conversations))).order_by(Transcript.id)
    if since is not None:
        query = query.where(Transcript.at >= since)
    return [Sent(one.conversation_id, one.at, one.sent, one.expect) for one in await work.session.scalars(query)]


async def purge(work: Work, days: int) -> None:
    """Drop what is older than so many days."""
    transcripts = table(Transcript)
    await work.session.execute(delete(transcripts).where(transcripts.c.at < work.now - timedelta(days=days)))
