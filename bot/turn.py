"""One message, one commit, then the replies."""

from __future__ import annotations

import logging
from collections.abc import Sequence
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
from bot.lines import Line, Place
from bot.messages import Incoming
from bot.notices import Notices
from bot.outbox import Outbox
from bot.services import Services
from bot.telling import Teller
from bot.transient import again
from bot.witnessed import Moved, Witness, Witnessed
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
        self._serial: WeakValueDictionary[str, Line] = WeakValueDictionary()

    async def handle(self, incoming: Incoming) -> None:
        """Apply ``incoming`` and start on what follows. When it returns, all is committed; when it raises, nothing
        is, and the platform's repeat is welcome. A turn is a pure function of the database and the update: one that
        ran into another worker's, or lost its connection, is run again."""
        line = self._serial.setdefault(f"{incoming.channel}:{incoming.chat}", Line())
        place = line.join(incoming)
        try:
            with observing.turn(incoming):
                async with line.lock:
                    if place not in line.waiting:
                        observing.note(outcome="burst")
                        return
                    looked, unsure = await self._next(line, place)
        finally:
            line.leave([place])
        if unsure:
            await self._look_around()
        if looked is not None and self.web is not None and self.services.settings.is_demo:
            self.web.look(*looked)

    async def _next(self, line: Line, place: Place) -> tuple[tuple[str, str] | None, bool]:
        """Apply it with what was written after it meanwhile, as one: a correction counts that came before the answer.
        Where that fails, it alone."""
        several = line.burst(place)
        if len(several) > 1:
            try:
                done = await self._together([one.incoming for one in several])
            except Exception:
                log.warning("a burst of %d messages is applied one by one", len(several), exc_info=True)
            else:
                line.leave(several)
                return done
        return await self._together([place.incoming])

    async def _together(self, burst: Sequence[Incoming]) -> tuple[tuple[str, str] | None, bool]:
        said = [(one, await self.services.opinions.about(one.text) if one.text else None) for one in burst]
        return await again(lambda: self._apply(said))

    async def _look_around(self) -> None:
        """A try that seemed to have failed may have been committed: find what it left to be sent and shown."""
        if self.outbox is not None:
            self.outbox.wake()
        if self.web is not None:
            await self.web.look_around()

    async def _apply(self, burst: Sequence[tuple[Incoming, Opinion | None]]) -> tuple[str, str] | None:
        witnessed: list[tuple[Incoming, Moved | None]] = []
        looked = None
        async with self.database.transaction() as session:
            work = Work(session, self.clock.now(), self.ids)
            teller = Teller(work, self.services, self.replaying)
            scheduled = False
            for number, (incoming, opinion) in enumerate(burst):
                if not await self._first_time(work, incoming):
                    observing.note(outcome="repeat")
                    continue
                # Behind the first write: SQLite lets nobody write who has read what another has changed since.
                await self.services.versions.begin(session)
                moved = None
                if incoming.event is None:
                    dialogue = Dialogue(work, self.services, teller, incoming, opinion, unread=number > 0)
                    await dialogue.carry()
                    moved = dialogue.moved
                    looked = await self._looks_at(work, dialogue, incoming) or looked
                else:
                    await on_event(work, self.services, teller, incoming, incoming.event)
                scheduled |= await self._follow_up(work, teller)
                witnessed.append((incoming, moved))
            queued = await teller.queue(self.outbox.worker if self.outbox is not None else None)
        for number, (incoming, moved) in enumerate(witnessed, start=1):
            if self.witness is not None:
                self.witness(Witnessed(incoming, moved, tuple(teller.told) if number == len(witnessed) else ()))
        if self.outbox is not None and witnessed:
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
