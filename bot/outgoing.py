"""Messages that a turn committed: the table they wait in, and the log a web chat is replayed from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import (
    JSON,
    ForeignKey,
    Index,
    String,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from bot import correlation
from bot.claims import LEASE, LONGEST_NAME
from bot.messages import Reply
from bot.people import Conversation
from commerce.database import Base, table
from commerce.work import Work

_replies = TypeAdapter(Reply)

DOUBLE_TAP = timedelta(seconds=1.5)
"""A button tapped again within this time was tapped once."""


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
    """What these buttons carry: see :mod:`bot.buttons`."""
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    dropped: Mapped[str | None] = mapped_column(String(200))
    """Why it will never be sent; ``sent_at`` is then when that was known."""
    tapped: Mapped[int | None]
    """The button that was tapped last, and when: the same one again at once is the same tap."""
    tapped_at: Mapped[datetime | None]
    ref: Mapped[str | None] = mapped_column(String(64))
    attempts: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime | None]
    cause: Mapped[str | None] = mapped_column(String(55))
    """The ``traceparent`` of the turn that said it: sending it is logged under the same id, by whichever worker."""
    claimed_until: Mapped[datetime | None]
    """Until when ``claimed_by`` alone sends it. The oldest unsent message stands for its whole conversation."""
    claimed_by: Mapped[str | None] = mapped_column(String(LONGEST_NAME))


_OUTGOING = table(OutgoingMessage)
_EARLIER = _OUTGOING.alias("earlier")
_NEWEST = (
    select(_OUTGOING.c.reply, _OUTGOING.c.asked)
    .where(_OUTGOING.c.conversation_id == bindparam("conversation"))
    .order_by(_OUTGOING.c.id.desc())
    .limit(bindparam("count"))
)
_WAITING = exists().where(_EARLIER.c.conversation_id == bindparam("talk"), _EARLIER.c.sent_at.is_(None))
_BEFORE = (
    select(func.max(_EARLIER.c.id))
    .where(_EARLIER.c.conversation_id == bindparam("talk"), _EARLIER.c.id < literal_column("outgoing.id"))
    .scalar_subquery()
)
_QUEUE = insert(_OUTGOING).returning(_OUTGOING.c.id)
_QUEUE_AFTER = insert(_OUTGOING).returning(_OUTGOING.c.id, _BEFORE)
_QUEUE_CLAIMED = (
    insert(_OUTGOING)
    .values(
        claimed_until=case((_WAITING, None), else_=bindparam("until", type_=_OUTGOING.c.claimed_until.type)),
        claimed_by=case((_WAITING, None), else_=bindparam("worker", type_=String())),
    )
    .returning(_OUTGOING.c.id, _OUTGOING.c.claimed_until)
)
_IN_TURN = text("SELECT pg_advisory_xact_lock(talk) FROM unnest(CAST(:talks AS bigint[])) AS talk")


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to be queued at the end of the turn. ``replayed``: the channel's clients fetch what they missed, so
    it counts as sent once committed."""

    to: Conversation
    reply: Reply
    asked: dict[str, Any] | None
    replayed: bool


@dataclass(frozen=True, slots=True)
class Queued:
    """A message as queued: what a channel needs to deliver it.

    ``before`` is the number of the conversation's message before it, where the channel replays. ``claimed_until``:
    it is the conversation's oldest unsent one, and the worker that committed it sends it until then.
    """

    id: int
    conversation: str
    channel: str
    chat: str
    reply: Reply
    key: str | None
    root: int | None
    created_at: datetime
    before: int | None = None
    claimed_until: datetime | None = None
    attempts: int = 0
    blocked: bool = False
    """The person had left when it was read."""
    cause: str | None = None
    """The ``traceparent`` of the turn that said it."""


def reply_from(stored: dict[str, Any]) -> Reply:
    return _replies.validate_python(stored)


def as_stored(reply: Reply) -> dict[str, Any]:
    """What ``reply_from`` reads."""
    stored: dict[str, Any] = _replies.dump_python(reply, mode="json")
    return stored


async def queue(work: Work, drafts: Sequence[Draft], worker: str | None = None) -> list[Queued]:
    """Commit messages with the turn. To be called when everything else of it is written.

    Within a conversation, numbers grow in the order of commits: whoever has seen number 7 has seen all that will ever
    be below it. SQLite has one writer; on PostgreSQL numbers are drawn under the conversations' locks, which are
    taken in one order by all turns. ``worker`` claims what it can send at once.
    """
    if drafts and work.session.get_bind().dialect.name == "postgresql":
        await work.session.flush()
        await work.session.execute(_IN_TURN, {"talks": sorted({_number(draft.to.id) for draft in drafts})})
    queued: dict[str, int] = {}
    done = []
    for draft in drafts:
        one = await _queue(work, draft, worker, queued.get(draft.to.id))
        queued[draft.to.id] = one.id
        done.append(one)
    return done


async def _queue(work: Work, draft: Draft, worker: str | None, before: int | None) -> Queued:
    """``before``: the number of the turn's own message before it in that conversation."""
    to, reply = draft.to, draft.reply
    root = await _root_of(work, to.id, reply.key) if reply.edits and reply.key else None
    row: dict[str, Any] = {
        "conversation_id": to.id,
        "key": reply.key,
        "root": root,
        "reply": as_stored(reply),
        "asked": draft.asked,
        "created_at": work.now,
        "sent_at": work.now if draft.replayed else None,
        "attempts": 0,
        "cause": correlation.stored(),
    }
    queued = Queued(0, to.id, to.channel, to.chat, reply, reply.key, root, work.now, before, cause=row["cause"])
    if before is not None or (worker is None and not draft.replayed):
        number = (await work.session.execute(_QUEUE, row)).scalar_one()
        return replace(queued, id=number)
    if draft.replayed:
        number, before = (await work.session.execute(_QUEUE_AFTER, row | {"talk": to.id})).one()
        return replace(queued, id=number, before=before or 0)
    claim = {"talk": to.id, "until": work.now + LEASE, "worker": worker}
    number, until = (await work.session.execute(_QUEUE_CLAIMED, row | claim)).one()
    return replace(queued, id=number, claimed_until=until)


def _number(conversation: str) -> int:
    """A conversation as PostgreSQL's advisory locks name things: 64 bits. Two that share one only wait a little."""
    return int.from_bytes(sha256(conversation.encode()).digest()[:8], signed=True)


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


async def tapped(work: Work, conversation: str, message: int, button: int) -> bool:
    """Whether this is a tap of its own; False for the second half of a double tap. One guarded statement."""
    row = await work.session.scalar(
        update(_OUTGOING)
        .where(
            _OUTGOING.c.id == message,
            _OUTGOING.c.conversation_id == conversation,
            or_(
                _OUTGOING.c.tapped.is_(None),
                _OUTGOING.c.tapped != button,
                _OUTGOING.c.tapped_at <= work.now - DOUBLE_TAP,
            ),
        )
        .values(tapped=button, tapped_at=work.now)
        .returning(_OUTGOING.c.id)
    )
    return row is not None


async def newest(work: Work, conversation: str, count: int) -> list[tuple[Reply, dict[str, Any] | None]]:
    """The messages last put on that screen, newest first, each with the question that its buttons answer."""
    rows = await work.session.execute(_NEWEST, {"conversation": conversation, "count": count})
    return [(reply_from(reply), asked) for reply, asked in rows]
