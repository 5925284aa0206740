"""Versions for tests: the flows that come along with a word of their own in them, and putting them in force."""

from __future__ import annotations

from functools import cache

from bot import releases
from bot.app import Application
from bot.release_files import FLOWS, placed
from commerce.work import Ids, Work
from flows.library import Library
from tests.dialogues.stage import library as shipped

FOUND = "{found.where} 근처에서 {found.count}곳을 찾았어요."
"""What is said over a list of shops, as it comes along."""


@cache
def saying(found: str) -> Library:
    """The flows that come along, with other words over a list of shops."""
    files = shipped().bundle()
    assert FOUND in files["consumer_find.yaml"]
    files["consumer_find.yaml"] = files["consumer_find.yaml"].replace(FOUND, found)
    return Library.from_bundle(files)


async def add(application: Application, library: Library, note: str = "a test") -> str:
    """Store a version of these flows."""
    async with application.database.transaction() as session:
        work = Work(session, application.clock.now(), Ids())
        files = placed(FLOWS, library.bundle())
        return await releases.add(
            work, files, library, author="tester", note=note, shipped=shipped().version, model=None
        )


async def publish(application: Application, library: Library, *, seen: int | None = None) -> str:
    """Put these flows in force, in the place of what is."""
    version = await add(application, library)
    await enter(application, version, library.version, seen=seen)
    return version


async def enter(
    application: Application,
    version: str | None,
    library: str,
    *,
    seen: int | None = None,
    why: releases.Why = "published",
) -> int:
    async with application.database.transaction() as session:
        work = Work(session, application.clock.now(), Ids())
        before = (await releases.in_force(session)).number if seen is None else seen
        return await releases.put_in_force(work, version, library, seen=before, who="tester", why=why)


def replaced(old: str, new: str, file: str) -> Library:
    """The flows that come along, with something else in one file."""
    files = shipped().bundle()
    assert old in files[file]
    return Library.from_bundle({**files, file: files[file].replace(old, new)})
