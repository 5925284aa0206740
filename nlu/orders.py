"""Order lines out of a sentence: which dishes, how many, with which options and notes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from nlu.fillers import Spanned, content, unknown_options
from nlu.mentions import Mention
from nlu.notes import leaves_out
from nlu.quantities import find_quantities
from nlu.stretches import Said, is_shorthand, stretches
from nlu.understanding import OrderLine
from nlu.values import Value

AN = re.compile(r"\b(?:an?|another)\s(?:[a-z]+\s)?$")
"""An article before a dish: one of it."""
_EXTRA = re.compile(r"추가|\bextra\b|\badd\b", re.IGNORECASE)
_REST = re.compile(r"나머지|다른\s?(?:하나|거|건)|the (?:other|rest)|other one")
_BOTH = re.compile(r"둘\s?다|모두|전부|다\s|both|all of")


@dataclass(slots=True)
class Draft:
    """A line in the making. ``mention`` is None for what is not on the menu or refers back."""

    mention: Mention | None
    words: str
    start: int
    quantity: int | None = None
    choices: list[Mention] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    refers: bool = False

    @property
    def item(self) -> str | None:
        """The dish's key."""
        return self.mention.of("item")[0].key if self.mention else None


def read_lines(
    text: str,
    mentions: Sequence[Mention],
    quantities: Sequence[Value],
    notes: Sequence[Value],
    ignored: Sequence[Value],
    *,
    counts_first: bool,
) -> tuple[OrderLine, ...]:
    """The lines of an order as said.

    ``mentions`` are those at hand; ``ignored`` are words that say something else (time, address, delivery).
    ``counts_first``: numbers stand before what they count, as in English.
    """
    drafts: list[Draft] = []
    covered = [*notes, *ignored]
    for said in stretches(text, mentions, quantities, notes):
        _read_stretch(text, said, drafts, covered, counts_first=counts_first)
    _attach_notes(text, drafts, notes)
    return tuple(_finished(draft) for draft in drafts)


def _read_stretch(text: str, said: Said, drafts: list[Draft], covered: Sequence[Value], *, counts_first: bool) -> None:
    new = [_begun(text, item) for item in said.items]
    spare: list[Value] = []
    for quantity in said.quantities:
        if new and _counts_an_extra(text, said, quantity):
            continue
        draft = _counted(text, new, quantity, covered, counts_first=counts_first)
        if draft is not None:
            draft.quantity = quantity.value
            continue
        words = _words_beside(text, said, quantity, covered, counts_first=counts_first)
        if words is not None:
            new.append(Draft(None, text[words[0] : words[1]], words[0], quantity.value))
        else:
            spare.append(quantity)
    new.sort(key=lambda draft: draft.start)
    for draft in new:
        named = draft.mention is not None and bool(find_quantities(draft.words))
        if draft.quantity is None and (named or AN.search(text[said.start : draft.start])):
            draft.quantity = 1
    if not new:
        _refer_back(text, said, spare, drafts)
        return
    for choice in said.choices:
        _owner(new, choice).choices.append(choice)
    if len(new) == 1:
        new[0].unknown += unknown_options(
            text, said.start, said.end, [*said.items, *said.choices, *said.quantities, *covered]
        )
    for draft in new:
        _join(drafts, draft)
    for quantity in spare:
        drafts.append(Draft(None, "", quantity.start, quantity.value, refers=True))


def _begun(text: str, item: Mention) -> Draft:
    """A line for a dish named; shorthand such as 뜨아 brings a choice of that dish along."""
    return Draft(item, text[item.start : item.end], item.start, choices=[item] if is_shorthand(text, item) else [])


def _counts_an_extra(text: str, said: Said, quantity: Value) -> bool:
    """Whether the number follows an extra and not the dish: "라떼에 샷 하나 추가". How many of it can't be ordered."""
    return any(
        choice.end <= quantity.start
        and not text[choice.end : quantity.start].strip(" 을를만")
        and any(_EXTRA.search(name) for one in choice.of("choice") for name in one.names)
        for choice in said.choices
    )


def _counted(
    text: str, drafts: list[Draft], quantity: Value, covered: Sequence[Value], *, counts_first: bool
) -> Draft | None:
    """The dish that the number counts: the one beside it, with nothing of weight in between."""
    free = [draft for draft in drafts if draft.quantity is None and draft.mention is not None]
    after = [d for d in free if d.start >= quantity.end and not _heavy(text, quantity.end, d.start, drafts, covered)]
    before = [
        d
        for d in free
        if d.mention is not None
        and d.mention.end <= quantity.start
        and not _heavy(text, d.mention.end, quantity.start, drafts, covered)
    ]
    first, second = (after[:1], before[-1:]) if counts_first else (before[-1:], after[:1])
    return next(iter(first + second), None)


def _heavy(text: str, start: int, end: int, drafts: list[Draft], covered: Sequence[Value]) -> bool:
    """Whether a dish or unknown words stand between."""
    if any(start <= draft.start < end for draft in drafts):
        return True
    choices_allowed = text[start:end].strip()
    return bool(choices_allowed) and len(content(text, start, end, covered)) > 2


def _words_beside(
    text: str, said: Said, quantity: Value, covered: Sequence[Value], *, counts_first: bool
) -> tuple[int, int] | None:
    marks: list[Spanned] = [*said.items, *said.choices, *(q for q in said.quantities if q is not quantity)]
    left = max([said.start, *(mark.end for mark in marks if mark.end <= quantity.start)])
    right = min([said.end, *(mark.start for mark in marks if mark.start >= quantity.end)])
    sides = [(left, quantity.start), (quantity.end, right)]
    if counts_first:
        sides.reverse()
    for start, end in sides:
        words = content(text, start, end, covered)
        if words:
            return words[0][0], words[-1][1]
    return None


def _owner(drafts: list[Draft], choice: Mention) -> Draft:
    """The line an option belongs to: a dish that has it, the nearest before, else the nearest after."""
    wanted = {name.of for name in choice.of("choice")}
    able = [draft for draft in drafts if draft.item in wanted] or drafts
    before = [draft for draft in able if draft.start <= choice.start]
    return before[-1] if before else able[0]


def _refer_back(text: str, said: Said, spare: list[Value], drafts: list[Draft]) -> None:
    """A stretch that names no dish speaks about the lines before it: "one with an extra shot", "샷 추가"."""
    unknown = unknown_options(text, said.start, said.end, [*said.choices, *spare]) if drafts else []
    if not said.choices and not spare and not unknown:
        return
    count = spare[0].value if spare else None
    if not drafts:
        drafts.append(Draft(None, "", said.start, count, list(said.choices), unknown=unknown, refers=True))
        return
    if not said.choices and not unknown:
        if drafts[-1].quantity is None and count is not None:
            drafts[-1].quantity = count
        return
    wanted = {name.of for choice in said.choices for name in choice.of("choice")}
    able = [draft for draft in drafts if draft.item in wanted] or drafts
    if _REST.search(text, said.start, said.end):
        base = drafts[-2] if len(drafts) > 1 and drafts[-1].item == drafts[-2].item else drafts[-1]
        _amend(base, said.choices, unknown)
    elif count is None or _BOTH.search(text, said.start, said.end):
        _amend(able[-1], said.choices, unknown)
    else:
        base = next((draft for draft in reversed(able) if (draft.quantity or 0) > count), able[-1])
        _split(drafts, base, count, said.choices, unknown, said.start)


def _join(drafts: list[Draft], draft: Draft) -> None:
    """Take a line in; a dish named again with options speaks about its earlier line."""
    earlier = next((one for one in reversed(drafts) if one.item is not None and one.item == draft.item), None)
    special = bool(draft.choices or draft.unknown) and draft.mention not in draft.choices
    if earlier is None or not special:
        drafts.append(draft)
    elif draft.quantity is None or draft.quantity == earlier.quantity:
        _amend(earlier, tuple(draft.choices), draft.unknown)
    elif earlier.quantity is not None and draft.quantity < earlier.quantity and not earlier.choices:
        _split(drafts, earlier, draft.quantity, tuple(draft.choices), draft.unknown, draft.start)
    else:
        drafts.append(draft)


def _amend(draft: Draft, choices: Sequence[Mention], unknown: Sequence[str]) -> None:
    draft.choices += choices
    draft.unknown += unknown


def _split(
    drafts: list[Draft], base: Draft, count: int, choices: Sequence[Mention], unknown: Sequence[str], start: int
) -> None:
    """Part ``count`` of ``base`` off as a line of its own with further options."""
    if base.quantity is not None and base.quantity > count:
        base.quantity -= count
        part = Draft(base.mention, base.words, start, count, [*base.choices, *choices], list(base.notes), list(unknown))
        drafts.insert(drafts.index(base) + 1, part)
    else:
        _amend(base, choices, unknown)


def _attach_notes(text: str, drafts: list[Draft], notes: Sequence[Value]) -> None:
    named = [draft for draft in drafts if not draft.refers]
    for note in notes:
        before = [draft for draft in named if draft.start <= note.start]
        owner = before[-1] if before else (named[0] if named else None)
        if owner is not None:
            owner.notes.append(str(note.value))


def _finished(draft: Draft) -> OrderLine:
    options: list[str] = []
    unknown = list(draft.unknown)
    for choice in draft.choices:
        names = choice.of("choice")
        keys = [name.key for name in names if draft.item is None or name.of == draft.item]
        if keys:
            options += keys
        else:
            unknown.append(names[0].names[0])
    return OrderLine(
        item=draft.item,
        quantity=draft.quantity,
        options=tuple(dict.fromkeys(options)),
        note=", ".join(draft.notes) or None,
        text="" if draft.refers else draft.words,
        unknown_options=tuple(dict.fromkeys(unknown)),
    )


def outside_notes(mentions: Sequence[Mention], notes: Sequence[Value]) -> tuple[list[Mention], list[Value]]:
    """Mentions and notes without their overlaps: "콜라 빼고" is a note about 콜라, "샷 추가" an option and no note."""
    kept_notes = [
        note
        for note in notes
        if leaves_out(note) or not any(m.start < note.end and note.start < m.end for m in mentions)
    ]
    kept = [m for m in mentions if not any(m.start < note.end and note.start < m.end for note in kept_notes)]
    return kept, kept_notes
