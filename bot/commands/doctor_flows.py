"""Whether the flows that an operator has published still fit the program."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime

from bot import releases
from bot.actions import ACTIONS
from bot.app import LIBRARY
from bot.channels.labels import LABEL_COLUMNS
from bot.commands.finding import PATIENCE_S, Finding
from bot.commands.reaching import sqlite_file
from bot.release_files import FLOWS
from bot.release_files import part as part_of
from bot.releases import SHOWN, BrokenVersion, Release
from bot.settings import Settings
from commerce.database import Database
from flows.check import check_files
from flows.library import Library
from nlu.intents import INTENTS


def published(settings: Settings) -> Iterator[Finding]:
    """The flows that an operator has published, if any; the database has answered before."""
    part = "published flows"

    async def ask() -> tuple[Release, datetime] | None:
        database = Database(settings.database)
        try:
            async with asyncio.timeout(PATIENCE_S), database.read() as session:
                entries = await releases.history(session)
                if not entries or entries[-1].version is None:
                    return None
                return await releases.release(session, entries[-1].version), entries[-1].at
        finally:
            await database.close()

    file = sqlite_file(settings.database)
    if file is not None and not file.exists():
        return
    try:
        found = asyncio.run(ask())
    except BrokenVersion as error:
        yield Finding(part, "wrong", f"an older version leads: {error}", "Run: dangol flows rollback; or publish again")
        return
    if found is None:
        return
    release, at = found
    name = f"version {release.version[:SHOWN]}, since {at:%Y-%m-%d}"
    defects = check_files(part_of(release.files, FLOWS), ACTIONS, INTENTS, LABEL_COLUMNS)
    if defects:
        what = f"{name}: {len(defects)} defects with this program, first {defects[0]}"
        yield Finding(part, "wrong", what, "Run: dangol flows draft --shipped, mend it, dangol flows publish")
    elif release.shipped != Library.load(LIBRARY).version:
        what = f"{name}; the flows that come with the program have changed since, yours stay in force"
        yield Finding(
            part, "unset", what, "See: dangol flows diff --shipped. Bring it in: dangol flows draft --shipped"
        )
    else:
        yield Finding(part, "ok", name)
