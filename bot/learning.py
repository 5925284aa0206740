"""What a turn teaches: whether its message, or the one before it, is to be kept for review."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot import lessons
from bot.lessons import LATER, Said
from bot.people import Arrival, Hat
from commerce.work import Work
from flows.commands import Cancel, CannotHandle, Clarify, Command, Handoff
from flows.turned import Asking
from nlu.understanding import Understanding

_UNCLEAR = {"pattern_cannot_handle", "pattern_clarification"}
_HANDED = {"pattern_human_handoff"}
_CORRECTED = {"pattern_correction"}
_FREE = ("text", "name", "hours", "dishes", "address", "place")
"""Questions whose answer is somebody's own affair; nothing is learnt of it, so it is not remembered."""
_TAKES_BACK = re.compile(
    r"\W*(?:아니(?!면)|아뇨|노노|틀렸|잘못\s?알|그게\s?아니|그거\s?말고|내\s?말은|제\s?말은"
    r"|no\b(?!\s+(?:problem|worries|thanks?|thank you))|nope\b|wrong\b|not that\b|not what\b|i (?:meant|said)\b|actually\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """One person's message: ``text`` is None for a tap and the like. ``asking`` is the question that was open when it
    came, ``command`` what it was read as, and ``patterns`` the repairs that followed."""

    text: str | None
    hat: Hat
    command: Command
    understood: Understanding | None
    asking: Asking | None
    patterns: tuple[str, ...]
    model: str

    @property
    def unclear(self) -> bool:
        return isinstance(self.command, CannotHandle | Clarify) or bool(_UNCLEAR.intersection(self.patterns))

    @property
    def handed(self) -> bool:
        """To a human: asked for, or not understood twice."""
        return isinstance(self.command, Handoff) or bool(_HANDED.intersection(self.patterns))

    @property
    def takes_back(self) -> bool:
        """What was understood before was wrong: a slot is corrected, a no to what nobody asked, all stopped at once."""
        if isinstance(self.command, Cancel) or _CORRECTED.intersection(self.patterns):
            return True
        asked = self.asking is not None and self.asking.expect in ("yesno", *_FREE)
        return not asked and self.text is not None and _TAKES_BACK.match(self.text) is not None

    @property
    def private(self) -> bool:
        return self.asking is not None and self.asking.expect in _FREE


async def learn(work: Work, who: Arrival, moment: Moment) -> str | None:
    """Keep what is to be reviewed; returns what the conversation is to remember of the message."""
    before = Said.from_json(who.conversation.heard) if work.now - who.conversation.used_at <= LATER else None
    now = _said(who, moment)
    person = who.person.id
    if moment.handed or moment.unclear:
        if moment.handed and not moment.unclear and before is not None:
            await lessons.keep(work, person, "handoff", before, now.said if now is not None else None)
        if now is not None:
            await lessons.keep(work, person, "handoff" if moment.handed else "unclear", now)
        return None
    if moment.takes_back and (before is not None or (now is not None and _CORRECTED.intersection(moment.patterns))):
        if before is not None:
            await lessons.keep(work, person, "corrected", before, now.said if now is not None else None)
        elif now is not None:
            await lessons.keep(work, person, "corrected", now)
        return None
    return now.to_json() if now is not None and not moment.private else None


def _said(who: Arrival, moment: Moment) -> Said | None:
    if moment.text is None or not moment.text.strip():
        return None
    language = who.person.language
    return Said.of(moment.text, moment.understood, moment.hat, language, moment.asking, moment.model)
