"""One message, one commit, then the replies."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime
from typing import Any
from weakref import WeakValueDictionary

from sqlalchemy import String
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Mapped, mapped_column

from bot import jobs, observing
from bot.channels.web import WebChannel
from bot.dialogue import Dialogue
from bot.events import on_event
from bot.messages import Incoming
from bot.notices import Notices
from bot.outbox import Outbox
from bot.services import Services
from bot.telling import Teller
from bot.transient import again
from bot.witnessed import Witness, Witnessed
from commerce import shops
from commerce.database import Base, Database, table
from commerce.events import TimerCleared, TimerSet
from commerce.work import Clock, Ids, Work
from nlu.understanding import Opinion

log = logging.getLogger(__name__)


class Received(Base):
    """The updates that were applied: a platform's repeat finds itself here and does nothing."""

    __tablename__ = "received"

    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    update_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    at: Mapped[datetime]


class Turns:
    """Applies updates, each exactly once, serial per conversation."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        ids: Ids,
        services: Services,
        replaying: frozenset[str],
        web: WebChannel | None,
    ) -> None:
        self.database = database
        self.clock = clock
        self.ids = ids
        self.services = services
        self.replaying = replaying
        self.web = web
        self.outbox: Outbox | None = None
        self.witness: Witness | None = None
        """Is told of every turn that was committed, before anything is sent."""
        insert: Any = insert_sqlite if database.sqlite else insert_postgresql
        self._receive = insert(table(Received)).on_conflict_do_nothing().returning(table(Received).c.update_id)
        self._serial: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def handle(self, incoming: Incoming) -> None:
        """Apply ``incoming`` and start on what follows. When it returns, all is committed; when it raises, nothing
        is, and the platform's repeat is welcome. A turn is a pure function of the database and the update: one that
        ran into another worker's, or lost its connection, is run again."""
        lock = self._serial.setdefault(f"{incoming.channel}:{incoming.chat}", asyncio.Lock())
        with observing.turn(incoming):
            async with lock:
                opinion = await self.services.opinions.about(incoming.text) if incoming.text else None
                looked, unsure = await again(lambda: self._apply(incoming, opinion))
        if unsure:
            await self._look_around()
        if looked is not None and self.web is not None and self.services.settings.is_demo:
            self.web.look(*looked)

    async def _look_around(self) -> None:
        """A try that seemed to have failed may have been committed: find what it left to be sent and shown."""
        if self.outbox is not None:
            self.outbox.wake()
        if self.web is not None:
            await self.web.look_around()

    async def _apply(self, incoming: Incoming, opinion: Opinion | None) -> tuple[str, str] | None:
        async with self.database.transaction() as session:
            await self.services.versions.begin(session)
            work = Work(session, self.clock.now(), self.ids)
            if not await self._first_time(work, incoming):
                observing.note(outcome="repeat")
                return None
            teller = Teller(work, self.services, self.replaying)
            looked, moved = None, None
            if incoming.event is None:
                dialogue = Dialogue(work, self.services, teller, incoming, opinion)
                await dialogue.carry()
                moved = dialogue.moved
                looked = await self._looks_at(work, dialogue, incoming)
            else:
                await on_event(work, self.services, teller, incoming, incoming.event)
            scheduled = await self._follow_up(work, teller)
            queued = await teller.queue(self.outbox.worker if self.outbox is not None else None)
        if self.witness is not None:
            self.witness(Witnessed(incoming, moved, tuple(teller.told)))
        if self.outbox is not None:
            self.outbox.dispatch(queued, jobs_added=scheduled)
            await self.outbox.push(queued)
        return looked

    async def _first_time(self, work: Work, incoming: Incoming) -> bool:
        result = await work.session.execute(
            self._receive, {"channel": incoming.channel, "update_id": incoming.update_id, "at": work.now}
        )
        return result.scalar_one_or_none() is not None

    async def _follow_up(self, work: Work, teller: Teller) -> bool:
        """Tell people what happened and put on the table what follows; True when there are new jobs."""
        scheduled = False
        notices = Notices(work, self.services, teller)
        while work.happenings:
            happening = work.happenings.pop(0)
            observing.happened(happening)
            if isinstance(happening, TimerSet):
                await jobs.schedule(work, happening.key, happening.name, happening.subject, happening.at)
                scheduled = True
            elif isinstance(happening, TimerCleared):
                await jobs.clear(work, happening.subject, happening.names)
            else:
                scheduled |= await notices.tell(happening)
        return scheduled

    async def _looks_at(self, work: Work, dialogue: Dialogue, incoming: Incoming) -> tuple[str, str] | None:
        """The chat and the slug of the shop it has turned to, for a demo street."""
        if dialogue.turned_to is None or incoming.channel != "web" or not self.services.settings.is_demo:
            return None
        return incoming.chat, (await shops.get(work, dialogue.turned_to)).slug
