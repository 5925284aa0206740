"""Messages that a turn committed: the table they wait in, and the log a web chat is replayed from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import JSON, ForeignKey, Index, String, bindparam, insert, select, text
from sqlalchemy.orm import Mapped, mapped_column

from bot import correlation
from bot.messages import Reply
from bot.people import Conversation
from commerce.database import Base, table
from commerce.work import Work

_replies = TypeAdapter(Reply)


class OutgoingMessage(Base):
    """One message to one conversation. ``id`` orders a conversation's messages and numbers their buttons.

    ``root`` is the first message of the chain that this one edits, ``ref`` the platform's own id once sent.
    """

    __tablename__ = "outgoing"
    __table_args__ = (
        Index(
            "ix_outgoing_unsent",
            "conversation_id",
            "id",
            sqlite_where=text("sent_at IS NULL"),
            postgresql_where=text("sent_at IS NULL"),
        ),
        Index("ix_outgoing_conversation_id", "conversation_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    key: Mapped[str | None] = mapped_column(String(80))
    root: Mapped[int | None]
    reply: Mapped[dict[str, Any]] = mapped_column(JSON)
    asked: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """The flow, step and version of the question these buttons answer: a tap counts while it is still asked."""
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    dropped: Mapped[str | None] = mapped_column(String(200))
    """Why it will never be sent; ``sent_at`` is then when that was known."""
    ref: Mapped[str | None] = mapped_column(String(64))
    attempts: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime | None]
    cause: Mapped[str | None] = mapped_column(String(55))
    """The ``traceparent`` of the turn that said it: sending it is logged under the same id, by whichever worker."""


_OUTGOING = table(OutgoingMessage)
_NEWEST = (
    select(_OUTGOING.c.reply, _OUTGOING.c.asked)
    .where(_OUTGOING.c.conversation_id == bindparam("conversation"))
    .order_by(_OUTGOING.c.id.desc())
    .limit(bindparam("count"))
)
_QUEUE = insert(_OUTGOING).returning(_OUTGOING.c.id)


@dataclass(frozen=True, slots=True)
class Queued:
    """A message as queued: what a channel needs to deliver it."""

    id: int
    conversation: str
    channel: str
    chat: str
    reply: Reply
    root: int | None


def reply_from(stored: dict[str, Any]) -> Reply:
    return _replies.validate_python(stored)


async def queue(
    work: Work, to: Conversation, reply: Reply, *, replayed: bool, asked: dict[str, Any] | None = None
) -> Queued:
    """Commit a message with the turn. ``replayed``: the channel's clients fetch what they missed, so it counts as
    sent once committed."""
    root = await _root_of(work, to.id, reply.key) if reply.edits and reply.key else None
    result = await work.session.execute(
        _QUEUE,
        {
            "conversation_id": to.id,
            "key": reply.key,
            "root": root,
            "reply": _replies.dump_python(reply, mode="json"),
            "asked": asked,
            "created_at": work.now,
            "sent_at": work.now if replayed else None,
            "attempts": 0,
            "cause": correlation.stored(),
        },
    )
    return Queued(result.scalar_one(), to.id, to.channel, to.chat, reply, root)


async def _root_of(work: Work, conversation: str, key: str) -> int | None:
    row = (
        await work.session.execute(
            select(OutgoingMessage.id, OutgoingMessage.root)
            .where(OutgoingMessage.conversation_id == conversation, OutgoingMessage.key == key)
            .order_by(OutgoingMessage.id.desc())
            .limit(1)
        )
    ).first()
    return None if row is None else (row.root or row.id)


async def find(work: Work, conversation: str, message: int) -> OutgoingMessage | None:
    """A message of this conversation; another conversation's is as good as none."""
    found: OutgoingMessage | None = await work.session.scalar(
        select(OutgoingMessage).where(OutgoingMessage.id == message, OutgoingMessage.conversation_id == conversation)
    )
    return found


async def newest(work: Work, conversation: str, count: int) -> list[tuple[Reply, dict[str, Any] | None]]:
    """The messages last put on that screen, newest first, each with the question that its buttons answer."""
    rows = await work.session.execute(_NEWEST, {"conversation": conversation, "count": count})
    return [(reply_from(reply), asked) for reply, asked in rows]
