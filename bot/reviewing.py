"""Kept messages in groups of nearly the same words, most frequent first."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.lessons import IGNORED, Lesson
from nlu.jamo import jamo

NEWEST = 5000
"""Messages that are looked at."""
ALIKE = 90.0
"""From this share of common letters (jamo) on, in hundredths, two texts say the same."""
_LONG_RUN = re.compile(r"(.)\1{2,}")


@dataclass(frozen=True, slots=True)
class Group:
    """``shown`` is the message that was said most often, ``whys`` and ``readings`` (intents; None for a button's label)
    tell how often each; ``id`` names the group as long as it is there."""

    shown: Lesson
    every: tuple[Lesson, ...]

    @property
    def id(self) -> int:
        return min(one.id for one in self.every)

    @property
    def whys(self) -> Counter[str]:
        return Counter(one.why for one in self.every)

    @property
    def readings(self) -> Counter[str | None]:
        return Counter(one.intent for one in self.every)

    @property
    def asked(self) -> Counter[str | None]:
        return Counter(one.expect for one in self.every)

    @property
    def confidence(self) -> float:
        """The mean of how sure the readings were."""
        return sum(one.confidence for one in self.every) / len(self.every)


async def open_groups(session: AsyncSession) -> list[Group]:
    """What is not settled yet, without what is worded as something that was to be ignored."""
    newest = select(Lesson).order_by(Lesson.id.desc()).limit(NEWEST)
    waiting = list(await session.scalars(newest.where(Lesson.settled.is_(None))))
    ignored = (
        select(Lesson.language, Lesson.role, Lesson.said)
        .distinct()
        .where(Lesson.settled == IGNORED)
        .order_by(Lesson.language, Lesson.role, Lesson.said)
    )
    gone = {(language, role, key(said)) for language, role, said in await session.execute(ignored)}
    return grouped([one for one in waiting if (one.language, one.role, key(one.said)) not in gone])


async def settle(session: AsyncSession, group: Group, intent: str) -> None:
    """Nobody has to look at the group any more: it means ``intent``, or is IGNORED."""
    ids = [one.id for one in group.every]
    await session.execute(update(Lesson).where(Lesson.id.in_(ids), Lesson.settled.is_(None)).values(settled=intent))


def key(text: str) -> str:
    """What of a text counts: its letters, without case, spaces, punctuation and long laughter."""
    letters = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())
    return jamo(_LONG_RUN.sub(r"\1\1", letters)) or text


def grouped(lessons: Sequence[Lesson]) -> list[Group]:
    """By language, role and nearly the same words; most frequent first, then the newest."""
    found: list[Group] = []
    for kind in dict.fromkeys((one.language, one.role) for one in lessons):
        found += _alike(one for one in lessons if (one.language, one.role) == kind)
    return sorted(found, key=lambda group: (-len(group.every), -max(one.id for one in group.every)))


def _alike(lessons: Iterable[Lesson]) -> list[Group]:
    same: dict[str, list[Lesson]] = {}
    for one in lessons:
        same.setdefault(key(one.said), []).append(one)
    heads: dict[str, list[Lesson]] = {}
    for text, some in sorted(same.items(), key=lambda item: (-len(item[1]), item[0])):
        near = process.extractOne(text, list(heads), scorer=fuzz.ratio, score_cutoff=ALIKE)
        if near is None:
            heads[text] = list(some)
        else:
            heads[near[0]] += some
    return [Group(max(same[text], key=lambda one: one.id), tuple(every)) for text, every in heads.items()]
