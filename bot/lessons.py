"""Messages that were unclear, corrected or handed to a human, kept without personal data until somebody reviews them.

A message is read as wrongly when the next one takes back what was understood of it. So the last one stays, wiped, with
its conversation; that costs no statement. One that is to be reviewed is added in its turn's own transaction.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, Index, String, delete, func, insert, literal, select
from sqlalchemy.orm import Mapped, mapped_column

from bot.wiping import Mark, wiped
from commerce.database import Base, table
from commerce.work import Work
from flows.turned import Asking
from nlu.understanding import Role, Understanding

LONGEST = 300
"""Characters of a message that are kept."""
_CUT = 48
"""So much more is wiped than is kept, that no number is cut in half and missed."""
MOST_A_DAY = 20
"""Of one person; the rest of a flood teaches nothing new."""
LATER = timedelta(minutes=30)
"""What is said after this long takes nothing back any more."""


class Lesson(Base):
    """``why`` is "unclear", "corrected" or "handoff", ``said`` the message and ``afterwards`` what corrected it, both wiped;
    ``marks`` its entities as they were read, ``expect``, ``flow`` and ``step`` the question that was open. ``intent`` is
    None for a button's label. ``settled``: the intent that a person gave it, or IGNORED."""

    __tablename__ = "lessons"
    __table_args__ = (Index("ix_lessons_person_id", "person_id", "at"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(index=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    why: Mapped[str] = mapped_column(String(10))
    said: Mapped[str] = mapped_column(String(LONGEST))
    afterwards: Mapped[str | None] = mapped_column(String(LONGEST))
    marks: Mapped[list[Any]] = mapped_column(JSON)
    language: Mapped[str] = mapped_column(String(2))
    role: Mapped[str] = mapped_column(String(10))
    expect: Mapped[str | None] = mapped_column(String(10))
    flow: Mapped[str | None] = mapped_column(String(80))
    step: Mapped[str | None] = mapped_column(String(80))
    intent: Mapped[str | None] = mapped_column(String(40))
    confidence: Mapped[float] = mapped_column(Float)
    ranking: Mapped[list[Any]] = mapped_column(JSON)
    model: Mapped[str] = mapped_column(String(64))
    settled: Mapped[str | None] = mapped_column(String(40))


IGNORED = "-"


@dataclass(frozen=True, slots=True)
class Said:
    """A wiped message as it was read; the fields are those of a Lesson."""

    said: str
    marks: tuple[Mark, ...]
    language: str
    role: str
    expect: str | None
    flow: str | None
    step: str | None
    intent: str | None
    confidence: float
    ranking: tuple[tuple[str, float], ...]
    model: str

    @classmethod
    def of(
        cls, text: str, understood: Understanding | None, role: Role, language: str, asking: Asking | None, model: str
    ) -> Said:
        """``understood`` is None for the label of a button; ``language`` then is the person's."""
        expect = asking.expect if asking is not None else None
        entities = understood.entities if understood is not None else ()
        clean = wiped(text[: LONGEST + _CUT], entities, address_asked=expect == "address")
        return cls(
            said=clean.text[:LONGEST],
            marks=tuple(mark for mark in clean.marks if mark[2] <= LONGEST),
            language=understood.language if understood is not None else language,
            role=role,
            expect=expect,
            flow=asking.flow[:80] if asking is not None else None,
            step=asking.step[:80] if asking is not None else None,
            intent=understood.intent if understood is not None else None,
            confidence=round(understood.confidence, 4) if understood is not None else 1.0,
            ranking=understood.ranking if understood is not None else (),
            model=model[:64],
        )

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, kept: str | None) -> Said | None:
        """What ``to_json`` wrote; None for anything else, such as what another version of the program kept."""
        try:
            return cls(**json.loads(kept)) if kept else None
        except (ValueError, TypeError):
            return None


async def keep(work: Work, person: str, why: str, said: Said, afterwards: str | None = None) -> None:
    """Add a message for review, unless the person has given enough of them today. One statement."""
    lessons = table(Lesson)
    columns = lessons.c
    values = {**asdict(said), "at": work.now, "person_id": person, "why": why, "afterwards": afterwards}
    recent = (
        select(func.count())
        .select_from(lessons)
        .where(columns.person_id == person, columns.at > work.now - timedelta(days=1))
        .scalar_subquery()
    )
    row = select(*(literal(value, columns[name].type) for name, value in values.items())).where(recent < MOST_A_DAY)
    await work.session.execute(insert(lessons).from_select(list(values), row))


async def purge(work: Work, days: int) -> None:
    """Drop what is older than so many days."""
    lessons = table(Lesson)
    await work.session.execute(delete(lessons).where(lessons.c.at < work.now - timedelta(days=days)))
