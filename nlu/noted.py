"""Notes and names in the same words: which of the two is meant."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlu.mentions import Mention
from nlu.notes import leaves_out
from nlu.values import Value

_DENIALS = frozenset({"안", "덜", "너무", "not", "not too", "not so", "less", "no"})
_VERB = re.compile(r"(?:빼|뺴|제외|넣|없이|안\s|필요|말아).*$")


def clipped(text: str, notes: Sequence[Value], mentions: Sequence[Mention]) -> list[Value]:
    """Notes without a dish that was written before them with no space between: "불고기버거양파빼고"."""
    clipped: list[Value] = []
    for note in notes:
        glued = [m for m in mentions if m.at_hand and note.start <= m.start < note.end and m.sure == 1]
        end = max((m.end for m in glued), default=note.start)
        kept = Value("note", text[end : note.end].lstrip(" 은는을를"), end, note.end)
        named = len(str(kept.value)) - len(_VERB.sub("", str(kept.value))) < len(str(kept.value)) - 1
        shorter = leaves_out(note) and glued and glued[0].start == note.start and end < note.end and named
        start = note.end - len(str(kept.value))
        clipped.append(Value("note", kept.value, start, note.end) if shorter else note)
    return clipped


def outside_notes(mentions: Sequence[Mention], notes: Sequence[Value]) -> tuple[list[Mention], list[Value]]:
    """Mentions and notes without their overlaps: "콜라 빼고" is a note about 콜라, "샷 추가" an option and no note."""
    kept_notes = [
        note
        for note in notes
        if not any(
            m.start < note.end
            and note.start < m.end
            and not _denied(m, note)
            and (not leaves_out(note) or _says_so_itself(m, note))
            for m in mentions
        )
    ]
    kept = [m for m in mentions if not any(m.start < note.end and note.start < m.end for note in kept_notes)]
    return kept, kept_notes


def _denied(mention: Mention, note: Value) -> bool:
    """Whether the note wants the opposite of a choice: "안 맵게" where 맵게 is one."""
    return str(note.value)[: max(0, mention.start - note.start)].strip() in _DENIALS


def _says_so_itself(mention: Mention, note: Value) -> bool:
    """Whether the name of a choice holds the words that leave something out: "얼음 없이", "no ice"."""
    said = str(note.value)[max(0, mention.start - note.start) : mention.end - note.start]
    return bool(mention.of("choice")) and leaves_out(Value("note", said, note.start, note.end))
