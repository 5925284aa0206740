"""Keeps a running worker on the flows in force: what any process publishes or rolls back is taken up within a second."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from bot.versions import Versions
from commerce.database import Database

log = logging.getLogger(__name__)

LOOK_S = 0.5
"""How often the history is looked at: one look is one row."""
AGAIN_S = 5.0
"""How soon after what failed."""


class LiveFlows:
    """Looks at the history of ``versions`` in ``database``."""

    def __init__(self, versions: Versions, database: Database) -> None:
        self.versions = versions
        self.database = database
        self._away = False

    async def watch(self, stop: asyncio.Event) -> None:
        """Take up what is in force, until ``stop``."""
        while not stop.is_set():
            wait = LOOK_S if await self.look() else AGAIN_S
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), wait)

    async def look(self) -> bool:
        """Take up what is in force; False when that did not go well."""
        try:
            async with self.database.read() as session:
                sound = await self.versions.look(session)
        except Exception as error:
            if not self._away:
                log.warning("which flows are in force cannot be seen, looking again: %s", type(error).__name__)
            self._away = True
            return False
        self._away = False
        return sound
