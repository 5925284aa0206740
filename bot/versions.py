"""The flows in force, and older ones: a conversation stays on those that it began with."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot import libraries, releases
from bot.releases import SHOWN, BrokenVersion
from commerce.work import Work
from flows.library import Library
from flows.source import FlowError

log = logging.getLogger(__name__)

Compile = Callable[[Mapping[str, str]], Library]


class Versions:
    """``shipped`` are the flows that come with the program. ``current``, what new conversations begin with, are those or
    the ones that an operator has published; what is taken up is whole and was looked through before."""

    def __init__(self, shipped: Library, compiled: Compile = Library.from_bundle) -> None:
        self.shipped = shipped
        self.current = shipped
        self._compiled = compiled
        self._known: dict[str, Library | None] = {shipped.version: shipped}
        self._seen: int | None = None
        """The number of the entry of the history that is taken up."""
        self._begun = False
        self._complained = ""

    async def keep(self, work: Work) -> None:
        """Store the flows that come with the program, if they are new, and take up what is in force."""
        await libraries.store(work, self.shipped)
        if (await releases.in_force(work.session)).version is None:
            await libraries.leave_all_but(work, self.shipped.version)
        await self.look(work.session)

    async def begin(self, session: AsyncSession) -> None:
        """Take up what is in force, if nobody has looked yet."""
        if not self._begun:
            await self.look(session)

    async def look(self, session: AsyncSession) -> bool:
        """Take up what is in force if it is something else; False when that cannot be used, and what was there stays."""
        now = await releases.in_force(session)
        if now.number == self._seen:
            return True
        try:
            found = await self._flows_of(session, now.version)
        except (BrokenVersion, FlowError) as error:
            if not self._begun:
                self.current = await self._newest_sound(session)
            self._begun = True
            if str(error) != self._complained:
                self._complained = str(error)
                log.error("flows %s stay: %s", self.current.version, error)
            return False
        if found.version != self.current.version:
            name = now.version[:SHOWN] if now.version else "shipped"
            log.info("version %s leads: flows %s in the place of %s", name, found.version, self.current.version)
        self.current, self._seen, self._begun, self._complained = found, now.number, True, ""
        return True

    async def of(self, work: Work, version: str | None) -> Library | None:
        """The library with that version; None when it is not known here any more. No version: the current one."""
        if version is None or version == self.current.version:
            return self.current
        if version not in self._known:
            try:
                self._known[version] = await self._library(work.session, version)
            except (BrokenVersion, FlowError) as error:
                log.error("conversations leave the flows %s: %s", version, error)
                self._known[version] = None
        return self._known[version]

    async def overdue(self, work: Work, version: str, hours: int) -> bool:
        """Whether flows have not been in force for so long that nobody is to be led by them any more."""
        left = await libraries.left(work.session, version)
        return left is not None and work.now - left >= timedelta(hours=hours)

    async def _newest_sound(self, session: AsyncSession) -> Library:
        """Where what is in force cannot be used: the newest one before it that can."""
        for version in reversed(releases.line_of(await releases.history(session))[:-1]):
            try:
                return await self._flows_of(session, version)
            except (BrokenVersion, FlowError) as error:
                log.error("passed over: %s", error)
        return self.shipped

    async def _flows_of(self, session: AsyncSession, version: str | None) -> Library:
        if version is None:
            return self.shipped
        release = await releases.release(session, version)
        known = self._known.get(release.library)
        if known is None:
            known = self._known[release.library] = await self._library(session, release.library)
        return known

    async def _library(self, session: AsyncSession, version: str) -> Library:
        """Raises BrokenVersion, FlowError."""
        files = await libraries.files_of(session, version)
        if not isinstance(files, dict) or not all(isinstance(text, str) for text in files.values()):
            raise BrokenVersion(f"the flows {version[:SHOWN]} are not in the database")
        library = await asyncio.to_thread(self._compiled, files)
        if library.version != version:
            raise BrokenVersion(f"the flows {version[:SHOWN]} are damaged in the database")
        return library
