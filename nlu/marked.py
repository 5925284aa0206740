"""Which words of an order are marked as what: each name as the one thing that it is there, without what trails it."""

from __future__ import annotations

from collections.abc import Sequence

from nlu.mentions import Mention
from nlu.patterns import Pattern
from nlu.reading import Reading
from nlu.understanding import Entity, OrderLine
from nlu.values import Value

_NAMED = frozenset({"item", "choice", "trade"})
_COUNTED = frozenset({"quantity", "time", "minutes", "stars"})


_PEOPLE = Pattern(r"(?:어른|애들?|아이들?|꼬마|남자|여자|사람|식구|친구들?|학생|손님|가족)(?:이|가|은|는|만)?\s?$")
_EATING = Pattern(r"\s?(?:이서|이\s?먹|이니|이라\s|식구|\s?명)")


def counts_people(text: str, number: Value) -> bool:
    """Whether a number says how many eat: "둘이서", "어른 여섯에 애 둘"."""
    if text[number.start : number.end].isascii():
        return False
    return bool(_PEOPLE.search(text, 0, number.start) or _EATING.match(text, number.end))


def marked(
    reading: Reading, entities: Sequence[Entity], lines: Sequence[OrderLine], notes: Sequence[Value]
) -> list[Entity]:
    """The entities of an order, as its ``lines`` and ``notes`` have taken them: a word that may be a dish or an option is
    one of them, what a note is about is no dish, and other shops' dishes are none here."""
    mentions = [(one, *reading.written.span(one.start, one.end)) for one in reading.mentions]
    things = [reading.written.span(one.start, one.end) for one in unlisted_things(reading, lines)]
    within = [reading.written.span(note.start, note.end) for note in notes]
    eaters = [
        reading.written.span(one.start, one.end) for one in reading.of("quantity") if counts_people(reading.text, one)
    ]
    kept: list[Entity] = []
    for entity in entities:
        inside = any(start <= entity.start < end for start, end in within)
        mention = next((one for one, start, end in mentions if start <= entity.start and entity.end <= end), None)
        if entity.entity == "quantity" and (entity.start, entity.end) in eaters:
            continue
        if entity.entity in _NAMED and any(start <= entity.start < end for start, end in things):
            continue
        if inside and entity.entity in _NAMED | _COUNTED:
            continue
        if mention is not None and entity.entity in _NAMED and not _meant_so(reading, mention, entity, lines):
            continue
        kept.append(entity)
    return kept


def unlisted_things(reading: Reading, lines: Sequence[OrderLine]) -> list[Value]:
    """The words of what is not on the menu, as dishes with the key that they have at another shop, if any."""
    elsewhere = {(dish.start, dish.end): dish.of("item")[0].key for dish in reading.around("item")}
    found: list[Value] = []
    for line in lines:
        at = reading.text.find(line.text) if line.item is None and line.text else -1
        if at >= 0:
            end = at + len(line.text)
            found.append(Value("item", elsewhere.get((at, end)), at, end))
    return found


def _meant_so(reading: Reading, mention: Mention, entity: Entity, lines: Sequence[OrderLine]) -> bool:
    """Whether the words stand here for this kind of thing."""
    if entity.entity == "trade":
        return False
    if entity.entity == "item" and not mention.at_hand and not reading.on_street:
        return False
    if not (mention.of("item") and mention.of("choice")):
        return True
    dishes = {line.item for line in lines}
    options = {option for line in lines for option in line.options}
    as_dish = any(name.key in dishes for name in mention.of("item"))
    as_option = any(name.key in options for name in mention.of("choice"))
    if as_dish == as_option:
        return entity.entity == "item"
    return as_dish == (entity.entity == "item")
