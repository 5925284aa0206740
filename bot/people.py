"""Who is talking: the person, the conversation they talk in, and which hat they wear there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, bindparam, exists, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from bot.handoff_records import Handoff, Operator
from bot.messages import Incoming
from commerce.database import Base, table
from commerce.shops import Staff
from commerce.words import one_line
from commerce.work import Work

Hat = Literal["consumer", "merchant", "operator"]
Language = Literal["ko", "en"]


class Person(Base):
    __tablename__ = "people"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str | None] = mapped_column(String(80))
    phone: Mapped[str | None] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(2))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    """Where they last said they were."""
    created_at: Mapped[datetime]


class Conversation(Base):
    """One person's chat on one channel; ``state`` is the flow engine's there."""

    __tablename__ = "conversations"
    __table_args__ = (UniqueConstraint("channel", "chat"), Index("ix_conversations_person_id", "person_id"))

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    chat: Mapped[str] = mapped_column(String(160))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    home: Mapped[str] = mapped_column(String(8), default="consumer")
    """The hat worn here unless something else is said: "merchant" in a shop's own chat."""
    hat: Mapped[str] = mapped_column(String(8), default="consumer")
    state: Mapped[str | None] = mapped_column(Text)
    heard: Mapped[str | None] = mapped_column(Text)
    """The last message as it was read, wiped: see bot.lessons."""
    blocked_at: Mapped[datetime | None]
    used_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Arrival:
    """``works``: the person answers for a shop; ``operates``: for this installation; ``handed``: somebody was asked to
    take this conversation, or writes to another's person from it."""

    person: Person
    conversation: Conversation
    works: bool = False
    operates: bool = False
    handed: bool = False


_WORKS = exists().where(Staff.person_id == Conversation.person_id)
_OPERATES = exists().where(Operator.person_id == Conversation.person_id)
_HANDED = exists().where(
    Handoff.ended_at.is_(None),
    or_(Handoff.conversation_id == Conversation.id, Handoff.taken_in == Conversation.id),
)
_ARRIVING = (
    select(Conversation, Person, _WORKS, _OPERATES, _HANDED)
    .join(Person, Person.id == Conversation.person_id)
    .where(Conversation.channel == bindparam("channel"), Conversation.chat == bindparam("chat"))
)
_LEAVE = update(table(Conversation)).where(table(Conversation).c.id == bindparam("id_"))
_LOCKED = _ARRIVING.with_for_update(of=Conversation, key_share=True).execution_options(populate_existing=True)
"""Weaker than FOR UPDATE: others' turns may tell this conversation something meanwhile."""


def language_of(hint: str | None) -> Language:
    """Korean unless the hint names another language."""
    return "ko" if not hint or hint.lower().startswith("ko") else "en"


async def arrive(work: Work, incoming: Incoming) -> Arrival:
    """The person and conversation of an update, made when new; the conversation's row is locked where rows lock."""
    row = (await work.session.execute(_LOCKED, {"channel": incoming.channel, "chat": incoming.chat})).first()
    if row is not None:
        conversation, person, *knows = row
        return Arrival(person, conversation, *knows)
    return await enter(
        work, incoming.channel, incoming.chat, name=incoming.sender_name, language=language_of(incoming.language)
    )


async def leave(work: Work, who: Arrival, state: str | None, heard: str | None) -> None:
    """Keep where the conversation stands and what was heard. Whoever wrote can be written to."""
    values = {"id_": who.conversation.id, "state": state, "heard": heard, "used_at": work.now, "blocked_at": None}
    await work.session.execute(_LEAVE, values)


async def enter(
    work: Work, channel: str, chat: str, *, name: str | None, language: Language = "ko", home: Hat = "consumer"
) -> Arrival:
    """Make a person and their conversation."""
    person = Person(id=work.ids.new("person"), name=one_line(name, 80) or None, language=language, created_at=work.now)
    conversation = Conversation(
        id=work.ids.new("talk"),
        channel=channel,
        chat=chat,
        person_id=person.id,
        home=home,
        hat=home,
        used_at=work.now,
    )
    work.session.add(person)
    await work.session.flush()
    work.session.add(conversation)
    await work.session.flush()
    return Arrival(person, conversation)


async def conversation_at(work: Work, channel: str, chat: str) -> Arrival | None:
    row = (await work.session.execute(_ARRIVING, {"channel": channel, "chat": chat})).first()
    return Arrival(row[1], row[0], *row[2:]) if row else None


async def language_spoken(work: Work, person: str) -> Language:
    """The language of a person; Korean when they are not known here."""
    return language_of(await work.session.scalar(select(Person.language).where(Person.id == person)))


async def reachable(work: Work, people: list[str]) -> dict[str, Arrival]:
    """Where each person is best reached: the conversation they used last among those not blocked."""
    rows = await work.session.execute(
        select(Conversation, Person, _WORKS)
        .join(Person, Person.id == Conversation.person_id)
        .where(Conversation.person_id.in_(people), Conversation.blocked_at.is_(None))
        .order_by(Conversation.used_at)
    )
    return {talk.person_id: Arrival(person, talk, works) for talk, person, works in rows}


async def blocked(work: Work, channel: str, chat: str) -> None:
    """The person left: nothing more is sent there until they write again."""
    await work.session.execute(
        update(Conversation)
        .where(Conversation.channel == channel, Conversation.chat == chat)
        .values(blocked_at=work.now)
    )


async def unblocked(work: Work, channel: str, chat: str) -> None:
    """The person is back."""
    await work.session.execute(
        update(Conversation).where(Conversation.channel == channel, Conversation.chat == chat).values(blocked_at=None)
    )
