"""Hand-offs: asked for, taken by one, given back. Every move is one guarded statement, so that two who do it at once
cannot both have done it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import exists, func, insert, select, update
from sqlalchemy.orm import aliased

from bot.handoff_records import Handoff
from commerce.database import table
from commerce.events import TimerCleared, TimerSet
from commerce.work import Work

UNANSWERED = "handoff.unanswered"
QUIET = "handoff.quiet"
GIVEN_UP = "handoff.given_up"
"""Whoever has it may not have it any more."""
MOST_LISTED = 8

Ending = Literal["given_back", "left", "quiet", "unanswered", "answered"]

_NO_SYNC = {"synchronize_session": False}


async def open_of(work: Work, conversation: str) -> Handoff | None:
    """The hand-off of that conversation that is not over."""
    found: Handoff | None = await work.session.scalar(
        select(Handoff)
        .where(Handoff.conversation_id == conversation, Handoff.ended_at.is_(None))
        .execution_options(populate_existing=True)
    )
    return found


async def held_in(work: Work, conversation: str) -> Handoff | None:
    """The one whose person is written to from that conversation."""
    found: Handoff | None = await work.session.scalar(
        select(Handoff)
        .where(Handoff.taken_in == conversation, Handoff.ended_at.is_(None))
        .execution_options(populate_existing=True)
    )
    return found


async def get(work: Work, handoff: str) -> Handoff | None:
    found: Handoff | None = await work.session.scalar(
        select(Handoff).where(Handoff.id == handoff).execution_options(populate_existing=True)
    )
    return found


async def ask(work: Work, values: dict[str, Any], answer: timedelta) -> Handoff:
    """Let somebody be asked for; ``values`` are the columns that name it. Nobody answers it after ``answer``."""
    row = {"id": work.ids.new("handoff"), "opened_at": work.now, "spoken_at": work.now, **values}
    await work.session.execute(insert(table(Handoff)), [row])
    work.tell(TimerSet(f"{UNANSWERED}:{row['id']}", UNANSWERED, row["id"], work.now + answer))
    return await work.session.get_one(Handoff, row["id"])


async def take(work: Work, handoff: str, person: str, conversation: str, of: str, quiet: timedelta) -> Handoff | None:
    """Let ``person`` have it, one "of" the "shop" or the "operators", who writes from ``conversation``; None when somebody else has it, it is over, or that
    conversation has another."""
    another = aliased(Handoff)
    taken = await work.session.execute(
        update(Handoff)
        .where(Handoff.id == handoff, Handoff.taken_by.is_(None), Handoff.ended_at.is_(None))
        .where(~exists().where(another.taken_in == conversation, another.ended_at.is_(None)))
        .values(offered_to=of, taken_by=person, taken_in=conversation, taken_at=work.now, spoken_at=work.now)
        .returning(Handoff.id),
        execution_options=_NO_SYNC,
    )
    if taken.scalar_one_or_none() is None:
        return None
    work.tell(TimerCleared(handoff, (UNANSWERED,)))
    work.tell(TimerSet(f"{QUIET}:{handoff}", QUIET, handoff, work.now + quiet))
    return await get(work, handoff)


async def spoke(work: Work, handoff: str) -> bool:
    """Somebody writes in it; False when nobody has it any more."""
    said = await work.session.execute(
        update(Handoff)
        .where(Handoff.id == handoff, Handoff.taken_by.is_not(None), Handoff.ended_at.is_(None))
        .values(spoken_at=work.now)
        .returning(Handoff.id),
        execution_options=_NO_SYNC,
    )
    return said.scalar_one_or_none() is not None


async def end(work: Work, handoff: str, how: Ending) -> Handoff | None:
    """Give it back to the bot; None when it was over. "unanswered" and "answered" are only while nobody has it."""
    statement = update(Handoff).where(Handoff.id == handoff, Handoff.ended_at.is_(None))
    if how in ("unanswered", "answered"):
        statement = statement.where(Handoff.taken_by.is_(None))
    ended = await work.session.execute(
        statement.values(ended_at=work.now, ended=how).returning(Handoff.id), execution_options=_NO_SYNC
    )
    if ended.scalar_one_or_none() is None:
        return None
    work.tell(TimerCleared(handoff))
    return await get(work, handoff)


async def end_if_quiet(work: Work, handoff: str, quiet: timedelta) -> Handoff | None:
    """Give it back when nobody has written for so long; else look again when that may be."""
    found = await get(work, handoff)
    if found is None or found.ended_at is not None or found.taken_by is None:
        return None
    if found.spoken_at + quiet > work.now:
        work.tell(TimerSet(f"{QUIET}:{handoff}", QUIET, handoff, found.spoken_at + quiet))
        return None
    return await end(work, handoff, "quiet")


async def waiting(work: Work) -> list[Handoff]:
    """Those that nobody has, the longest waiting first."""
    query = select(Handoff).where(Handoff.taken_by.is_(None), Handoff.ended_at.is_(None))
    return list(await work.session.scalars(query.order_by(Handoff.opened_at, Handoff.id).limit(MOST_LISTED)))


async def waiting_of(work: Work, person: str, shop: str) -> Handoff | None:
    """The one of that person that waits for that shop."""
    found: Handoff | None = await work.session.scalar(
        select(Handoff).where(
            Handoff.person_id == person,
            Handoff.shop_id == shop,
            Handoff.offered_to == "shop",
            Handoff.taken_by.is_(None),
            Handoff.ended_at.is_(None),
        )
    )
    return found


async def standing(work: Work) -> tuple[int, int]:
    """How many wait, and how many somebody has."""
    row = (
        await work.session.execute(
            select(func.count(Handoff.id) - func.count(Handoff.taken_by), func.count(Handoff.taken_by)).where(
                Handoff.ended_at.is_(None)
            )
        )
    ).one()
    return int(row[0]), int(row[1])
