"""Operators: the people who help where the bot cannot. They join by a code that works once, as a shop's staff do."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from bot import handoffs, jobs
from bot.handoff_records import Handoff, Operator, OperatorInvitation
from commerce.database import table
from commerce.refusals import Refusal
from commerce.work import Work

LASTS = timedelta(hours=24)
LETTERS = 8


async def invite(work: Work) -> str:
    """A new code for somebody who is to be an operator."""
    code = work.ids.letters(LETTERS)
    row = {"code_hash": _hash(code), "expires_at": work.now + LASTS}
    await work.session.execute(insert(table(OperatorInvitation)), [row])
    return code


async def accept(work: Work, code: str, person: str, name: str) -> bool:
    """Let the person join under ``name``; False when they have joined already, which uses no code up.

    Raises ``Refusal`` "invitation_unknown", "invitation_used" or "invitation_expired".
    """
    expires = await work.session.scalar(
        select(OperatorInvitation.expires_at).where(OperatorInvitation.code_hash == _hash(code))
    )
    if expires is None:
        raise Refusal("invitation_unknown")
    if await is_one(work, person):
        return False
    if expires <= work.now:
        raise Refusal("invitation_expired")
    used = await work.session.execute(
        update(OperatorInvitation)
        .where(OperatorInvitation.code_hash == _hash(code), OperatorInvitation.used_by.is_(None))
        .values(used_by=person)
        .returning(OperatorInvitation.code_hash),
        execution_options={"synchronize_session": False},
    )
    if used.scalar_one_or_none() is None:
        raise Refusal("invitation_used")
    await add(work, person, name)
    return True


async def add(work: Work, person: str, name: str) -> None:
    """Let the person be an operator, unless they are."""
    put: Any = insert_sqlite if work.session.get_bind().dialect.name == "sqlite" else insert_postgresql
    row = {"person_id": person, "name": name, "since": work.now}
    await work.session.execute(put(table(Operator)).values(row).on_conflict_do_nothing())


async def remove(work: Work, person: str) -> bool:
    """False when they were none. A conversation that they have goes back to the bot, and its person is told."""
    gone = await work.session.execute(
        delete(Operator).where(Operator.person_id == person).returning(Operator.person_id)
    )
    for held in await work.session.scalars(
        select(Handoff.id).where(
            Handoff.taken_by == person, Handoff.offered_to == "operators", Handoff.ended_at.is_(None)
        )
    ):
        await jobs.schedule(work, f"{handoffs.GIVEN_UP}:{held}", handoffs.GIVEN_UP, held, work.now)
    return gone.scalar_one_or_none() is not None


async def is_one(work: Work, person: str) -> bool:
    return await work.session.scalar(select(Operator.person_id).where(Operator.person_id == person)) is not None


async def everybody(work: Work) -> list[Operator]:
    """By when they joined."""
    return list(await work.session.scalars(select(Operator).order_by(Operator.since, Operator.person_id)))


def _hash(code: str) -> str:
    """Of the code's letters and digits alone: people type spaces, dashes and capitals."""
    return sha256("".join(letter for letter in code.casefold() if letter.isalnum()).encode()).hexdigest()
