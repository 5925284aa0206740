"""All of a piece of work or nothing of it, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from commerce.work import Work


@asynccontextmanager
async def all_or_nothing(work: Work) -> AsyncIterator[None]:
    """A savepoint: whatever is raised inside takes back the rows written and the happenings told inside."""
    told = len(work.happenings)
    try:
        async with work.session.begin_nested():
            yield
    except BaseException:
        del work.happenings[told:]
        raise
