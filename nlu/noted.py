"""Notes and names in the same words: which of the two is meant."""

from __future__ import annotations

from collections.abc import Sequence

from nlu.alike import kind_of
from nlu.drafts import kind
from nlu.jamo import squeezed
from nlu.mentions import Mention
from nlu.notes import leaves_out
from nlu.patterns import Pattern
from nlu.values import Value

_DENIALS = frozenset({"안", "덜", "너무", "not", "not too", "not so", "less", "no"})
_AMOUNT = Pattern(r"(?:많이|조금|적게|넉넉|듬뿍|가득|두\s?배로|따로)")
_HOW_IT_IS = ("not ", "on the side", "in separate", "separate", "apart")
_HOW_IT_IS_MADE = Pattern(r"\b(?:extra|very|super|really) (?:crispy|crunchy|hot|spicy|sweet|soft|thick|thin)$")
_APART = ("on the side", "separate", "apart")
_BARRED = ("size", "temperature")
_PARTICLES = Pattern(r"^(?:으로|로)\s?(?:하고|해서|바꾸고|바꿔서)?\s")
_LEAST = 2
_NEAR = 12
"""Characters between the option that is not wanted and the one in its place."""
_VERB = Pattern(r"(?:빼|뺴|제외|넣|없이|안\s|필요|말아).*$")


def clipped(text: str, notes: Sequence[Value], mentions: Sequence[Mention]) -> list[Value]:
    """Notes without a dish that was written before them with no space between: "불고기버거양파빼고"."""
    clipped: list[Value] = []
    for note in (_before_dish(text, note, mentions) for note in notes):
        dish = next((m for m in mentions if _leads_into(text, m, note)), None)
        if dish is not None:
            words = text[dish.end : note.end].lstrip()
            clipped.append(Value("note", words, note.end - len(words), note.end))
            continue
        glued = [m for m in mentions if m.at_hand and note.start <= m.start < note.end and m.sure == 1]
        end = max((m.end for m in glued), default=note.start)
        kept = Value("note", _PARTICLES.sub("", text[end : note.end]).lstrip(" 은는을를"), end, note.end)
        named = len(str(kept.value)) - len(_VERB.sub("", str(kept.value))) < len(str(kept.value)) - 1
        shorter = (
            (leaves_out(note) or str(note.value).endswith("게"))
            and not str(note.value).isascii()
            and glued
            and glued[0].start == note.start
            and end < note.end
            and named
        )
        start = note.end - len(str(kept.value))
        clipped.append(Value("note", kept.value, start, note.end) if shorter else note)
    return clipped


def _before_dish(text: str, note: Value, mentions: Sequence[Mention]) -> Value:
    """An English note without the dish that begins in its later words: "no onions" of "no onions cheeseburger"; nor
    the option, where nothing is left out."""
    if not text[note.start].isascii():
        return note
    inside = [m for m in mentions if m.at_hand and m.sure == 1 and note.start < m.start < note.end <= m.end]
    stops = [
        m for m in inside if text[: m.start].endswith(" ") and (m.of("item") if leaves_out(note) else m.end > note.end)
    ]
    if not stops or _last_word_alone(text, note, stops[0]):
        return note
    words = text[note.start : stops[0].start].rstrip()
    return Value("note", words, note.start, note.start + len(words))


def _last_word_alone(text: str, note: Value, mention: Mention) -> bool:
    """Whether nothing of the note but a word such as "no" would stand before the mention."""
    return len(text[note.start : mention.start].split()) < _LEAST


def _leads_into(text: str, mention: Mention, note: Value) -> bool:
    """Whether an English note begins with words that are a name: chicken of "chicken not too spicy"."""
    if not text[note.start].isascii() or leaves_out(note) or not (mention.at_hand and mention.sure == 1):
        return False
    behind = text[mention.end : note.end].lstrip()
    return mention.start <= note.start < mention.end < note.end and behind.startswith(_HOW_IT_IS)


def outside_notes(mentions: Sequence[Mention], notes: Sequence[Value]) -> tuple[list[Mention], list[Value]]:
    """Mentions and notes without their overlaps: "콜라 빼고" is a note about 콜라, "샷 추가" an option and no note."""
    if not notes:
        return [*mentions], []
    dishes = {name.key for m in mentions if m.at_hand for name in m.of("item")}
    mentions = [m for m in mentions if not any(_part_in_passing(m, note) for note in notes)]
    notes = [note for note in notes if not _put_right(note, mentions)]
    weighty = [m for m in mentions if _has_weight(m, dishes)]
    kept_notes = [
        note
        for note in notes
        if not any(note.start < m.start and _reaches(m, note) for m in mentions if m.at_hand and m.of("item"))
        and not any(
            m.start < note.end
            and note.start < m.end
            and (_corrects(m, note) or not _denied(m, note))
            and (_corrects(m, note) or not leaves_out(note) or _says_so_itself(m, note))
            and not _more_or_less_of(m, note, mentions)
            and not _kept_apart(m, note)
            for m in weighty
        )
    ]
    kept = [m for m in mentions if not any(m.start < note.end and note.start < m.end for note in kept_notes)]
    return kept, kept_notes


def _reaches(mention: Mention, note: Value) -> bool:
    """Whether a dish goes on where the note ends, or is of several words that end there."""
    several = " " in str(note.value)[mention.start - note.start :]
    return mention.start < note.end < mention.end or (several and mention.end == note.end)


def _has_weight(mention: Mention, dishes: set[str]) -> bool:
    """Whether words may be more than a note's: the dishes of other shops, and options that none of the ``dishes`` named
    at hand has, are not."""
    if not dishes:
        return True
    return mention.at_hand and (bool(mention.of("item")) or any(name.of in dishes for name in mention.names))


def _denied(mention: Mention, note: Value) -> bool:
    """Whether the note wants the opposite of a choice: "안 맵게" where 맵게 is one."""
    return str(note.value)[: max(0, mention.start - note.start)].strip() in _DENIALS


def _corrects(mention: Mention, note: Value) -> bool:
    """Whether a size or a temperature is put in the place of another: nobody wants it left out, so "no medium" is a
    correction and no note."""
    sizes = [
        name for one in mention.of("choice") for name in one.names if kind_of(squeezed(name.lower())[0]) in _BARRED
    ]
    return bool(sizes) and str(note.value).startswith("no ") and mention.start <= note.start + len("no ")


def _more_or_less_of(mention: Mention, note: Value, mentions: Sequence[Mention]) -> bool:
    """Whether the note wants more or less of what is part of a dish before, though a dish is called so as well: "해장국
    하나, 선지 조금만"."""
    if mention.of("choice") or mention.start != note.start or not _AMOUNT.search(str(note.value)):
        return False
    return any(other.at_hand and other.of("item") and other.end <= mention.start for other in mentions)


def _part_in_passing(mention: Mention, note: Value) -> bool:
    """Whether words that only may be a dish are what a note is about: the onion of "easy on the green onion"."""
    inside = note.start < mention.start and mention.end <= note.end
    how = " on " in str(note.value) or (mention.end == note.end and bool(_HOW_IT_IS_MADE.search(str(note.value))))
    return mention.sure < 1 and ((inside and how) or _is_apart(mention, note))


def _is_apart(mention: Mention, note: Value) -> bool:
    return note.start <= mention.start and mention.end < note.end and str(note.value).endswith(_APART)


def _put_right(note: Value, mentions: Sequence[Mention]) -> bool:
    """Whether "not …" beside an option only names the one in whose place it is: "hot not mild", "not mild, make it hot"."""
    if not str(note.value).startswith("not "):
        return False
    other = next((m for m in mentions if m.of("choice") and m.start == note.start + len("not ")), None)
    if other is None:
        return False
    beside = [
        m for m in mentions if m.of("choice") and (note.start - m.end in (1, 2) or 0 < m.start - other.end <= _NEAR)
    ]
    kinds = {kind(name) for name in other.of("choice")} - {""}
    return any(kinds & {kind(name) for name in one.of("choice")} for one in beside)


def _kept_apart(mention: Mention, note: Value) -> bool:
    """Whether the note says only how what an option is called by is to come: "sauce on the side" is no extra sauce."""
    return not mention.of("item") and _is_apart(mention, note)


def _says_so_itself(mention: Mention, note: Value) -> bool:
    """Whether the name of a choice holds the words that leave something out: "얼음 없이", "no ice"."""
    said = str(note.value)[max(0, mention.start - note.start) : mention.end - note.start]
    return bool(mention.of("choice")) and leaves_out(Value("note", said, note.start, note.end))
