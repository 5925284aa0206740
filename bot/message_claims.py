"""Which worker sends what: a conversation's oldest unsent message is claimed, and stands for all behind it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot import jobs, people
from bot.channels.port import Sent
from bot.claims import LEASE
from bot.outgoing import OutgoingMessage, Queued, reply_from
from bot.people import Conversation
from bot.transient import again
from commerce.database import Database, table
from commerce.work import Clock, Ids, Work

FORGOTTEN = timedelta(seconds=2)
"""After this a worker may take up again what it had claimed itself and does not send: that try broke off."""

_O = table(OutgoingMessage)
_C = table(Conversation)
_H = _O.alias("head")
_HEAD = (
    select(func.min(_H.c.id)).where(_H.c.conversation_id == bindparam("talk"), _H.c.sent_at.is_(None)).scalar_subquery()
)


def _free(unsent: Any) -> Any:
    """Nobody else is sending it, and it is not put off."""
    ours = and_(unsent.claimed_by == bindparam("worker"), unsent.claimed_until <= bindparam("forgotten"))
    return and_(
        unsent.sent_at.is_(None),
        or_(unsent.claimed_until.is_(None), unsent.claimed_until <= bindparam("now"), ours),
        or_(unsent.retry_at.is_(None), unsent.retry_at <= bindparam("now")),
    )


def _of_talk(column: Any) -> Any:
    return select(column).where(_C.c.id == _O.c.conversation_id).correlate(_O).scalar_subquery()


_TAKE = (
    update(_O)
    .where(_O.c.id == _HEAD, _free(_O.c))
    .values(claimed_until=bindparam("until"), claimed_by=bindparam("worker"))
    .returning(
        _O.c.id,
        _O.c.key,
        _O.c.root,
        _O.c.reply,
        _O.c.created_at,
        _O.c.attempts,
        _O.c.cause,
        _of_talk(_C.c.channel),
        _of_talk(_C.c.chat),
        _of_talk(_C.c.blocked_at).is_not(None),
    )
)
_WAITING = select(OutgoingMessage.conversation_id).where(
    OutgoingMessage.id.in_(
        select(func.min(OutgoingMessage.id))
        .where(OutgoingMessage.sent_at.is_(None))
        .group_by(OutgoingMessage.conversation_id)
    ),
    _free(OutgoingMessage),
)
_NEXT = select(
    func.min(
        case(
            (OutgoingMessage.claimed_until.is_(None), OutgoingMessage.retry_at),
            else_=OutgoingMessage.claimed_until,
        )
    )
).where(OutgoingMessage.sent_at.is_(None))


class MessageClaims:
    """``worker`` is who claims."""

    def __init__(self, database: Database, clock: Clock, ids: Ids, worker: str) -> None:
        self.database = database
        self.clock = clock
        self.ids = ids
        self.worker = worker

    async def waiting(self, session: AsyncSession) -> Sequence[str]:
        """The conversations in which something may be sent now."""
        return (await session.scalars(_WAITING, self._given())).all()

    async def next_due(self, session: AsyncSession) -> datetime | None:
        """When a message that was put off or claimed may be sent."""
        found: datetime | None = await session.scalar(_NEXT)
        return found

    async def take(self, conversation: str) -> Queued | None:
        """Claim the oldest unsent message there; None when there is none, it has to wait, or another worker has it."""
        async with self.database.transaction() as session:
            return await self._take(session, conversation)

    async def done(
        self, message: Queued, sent: Sent, dropped: str | None = None, *, left: bool = False
    ) -> Queued | None:
        """A message was sent, or never will be (``dropped`` says why); the next one, claimed in the same commit.

        ``left``: it turned out that the person has gone. A database that is away is waited for: what was sent and not
        marked would be sent again.
        """
        found, _ = await again(lambda: self._done(message, sent, dropped, left))
        return found

    async def _done(self, message: Queued, sent: Sent, dropped: str | None, left: bool) -> Queued | None:
        async with self.database.transaction() as session:
            await session.execute(
                update(OutgoingMessage)
                .where(OutgoingMessage.id == message.id, OutgoingMessage.sent_at.is_(None))
                .values(sent_at=self.clock.now(), ref=sent.ref, dropped=dropped)
            )
            if left:
                await people.blocked(Work(session, self.clock.now(), self.ids), message.channel, message.chat)
            return await self._take(session, message.conversation)

    async def put_off(self, message: Queued, wait: timedelta) -> None:
        """Try again after ``wait``."""
        async with self.database.transaction() as session:
            await session.execute(
                update(OutgoingMessage)
                .where(OutgoingMessage.id == message.id)
                .values(
                    retry_at=self.clock.now() + wait,
                    attempts=OutgoingMessage.attempts + 1,
                    claimed_until=None,
                    claimed_by=None,
                )
            )

    async def give_back(self, *, of_all: bool = False) -> bool:
        """Leave all that this worker had claimed, messages and jobs, to others; whether it had anything. ``of_all``:
        this is the only process, so whoever claimed something is gone."""
        mine = OutgoingMessage.claimed_by.is_not(None) if of_all else OutgoingMessage.claimed_by == self.worker
        async with self.database.transaction() as session:
            given = await session.execute(
                update(OutgoingMessage)
                .where(OutgoingMessage.sent_at.is_(None), mine)
                .values(claimed_until=None, claimed_by=None)
                .returning(OutgoingMessage.id)
            )
            messages = len(given.all()) > 0
            work = Work(session, self.clock.now(), self.ids)
            return await jobs.give_back(work, None if of_all else self.worker) or messages

    async def ref_to_edit(self, message: Queued) -> str | None:
        """What the messenger called the message that this one replaces."""
        async with self.database.read() as session:
            ref: str | None = await session.scalar(
                select(OutgoingMessage.ref)
                .where(
                    OutgoingMessage.conversation_id == message.conversation,
                    OutgoingMessage.key == message.key,
                    OutgoingMessage.id < message.id,
                    OutgoingMessage.ref.is_not(None),
                )
                .order_by(OutgoingMessage.id.desc())
                .limit(1)
            )
            return ref

    async def _take(self, session: AsyncSession, conversation: str) -> Queued | None:
        given = self._given()
        until = given["now"] + LEASE
        row = (await session.execute(_TAKE, given | {"talk": conversation, "until": until})).first()
        if row is None:
            return None
        number, key, root, reply, created_at, attempts, cause, channel, chat, blocked = row
        return Queued(
            number,
            conversation,
            channel,
            chat,
            reply_from(reply),
            key,
            root,
            created_at,
            claimed_until=until,
            attempts=attempts,
            blocked=blocked,
            cause=cause,
        )

    def _given(self) -> dict[str, Any]:
        now = self.clock.now()
        return {"now": now, "worker": self.worker, "forgotten": now + LEASE - FORGOTTEN}
