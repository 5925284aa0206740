"""The lines of an order said so far, and how what is said later amends and parts them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from nlu.counted import whole
from nlu.drafts import Draft
from nlu.mentions import Mention
from nlu.patterns import Pattern
from nlu.references import means_same
from nlu.spoken_of import is_part, leads_beside
from nlu.stretches import Said
from nlu.values import Value

_ON_IT = Pattern(r"\s(?:on|in|for|with) (?:the|my|that|those|these) (?P<dish>[a-z]{3,}?)(?:s|es)?\b")
"""What a note behind it is about: "no pickles on the burgers"."""


@dataclass(frozen=True, slots=True)
class More:
    """What is said of a line besides its dish and number."""

    choices: Sequence[Mention] = ()
    unknown: Sequence[str] = ()
    notes: Sequence[str] = ()

    def __bool__(self) -> bool:
        return bool(self.choices or self.unknown or self.notes)


@dataclass(slots=True)
class Basket:
    """``parted`` is the line from which a part was split off last: "the rest"."""

    text: str
    drafts: list[Draft] = field(default_factory=list)
    parted: Draft | None = None

    def amend(self, draft: Draft, more: More) -> None:
        """Say more of a line."""
        draft.amend(more.choices, more.unknown, more.notes)

    def named_behind(self, note_end: int) -> Draft | None:
        """The line that a note is about whose dish is named behind it."""
        match = _ON_IT.match(self.text, note_end)
        if match is None:
            return None
        return next((draft for draft in reversed(self.drafts) if match["dish"] in draft.words), None)

    def amend_nth(self, said: Said, nth: int, more: More) -> None:
        """Amend one line by its place; "the same" takes over what the first has."""
        draft = self.drafts[nth]
        first = self.drafts[0]
        if means_same(self.text, said.start, said.end) and not more.choices and first is not draft:
            more = More(list(first.choices), list(first.unknown), list(first.notes))
        self.amend(draft, more)

    def amend_all(self, many: int, more: More) -> None:
        """Amend the last lines, or every line where ``many`` is 0; options only where the dish has them."""
        lines = self.drafts[-many:] if many else self.drafts
        if many > 1 and lines and lines[-1].quantity == many:
            lines = lines[-1:]
        able = [draft for draft in lines if any(draft.has(choice) for choice in more.choices)]
        for draft in able or lines:
            kept = [choice for choice in more.choices if draft.has(choice) or not able]
            self.amend(draft, More(kept, more.unknown, more.notes))

    def amend_some(self, said: Said, count: int | None, more: More, start: int) -> None:
        """Amend the line spoken of, or ``count`` of it."""
        choices = more.choices
        able = [draft for draft in self.drafts if any(draft.has(choice) for choice in choices)] or self.drafts
        last = able[-1]
        if count is None:
            held = self._told_apart(more)
            if held is None:
                self.amend(last, more)
            else:
                told = [choice for choice in choices if not held.holds(choice)]
                self.amend(held, More(told, more.unknown, more.notes))
            return
        topic = is_part(self.text, said)
        left = self.parted
        if left is not None and left in able and left.item == last.item and (left.quantity or 0) >= count:
            self.split(left, count, more, start)
        elif last.quantity is None and last is self.drafts[-1] and not topic:
            last.quantity = count
            self.amend(last, more)
        elif not topic and choices and (last.contradicts(choices) or leads_beside(said, last, count, choices)):
            self.drafts.append(last.beside(count, choices, start))
        else:
            base = next((draft for draft in reversed(able) if (draft.quantity or 0) > count), last)
            self.split(base, count, more, start)

    def _told_apart(self, more: More) -> Draft | None:
        """The one of several lines of a dish that has an option named once more: "no chilli in the chicken one"."""
        if not (more.notes or more.unknown or len(more.choices) > 1):
            return None
        for choice in more.choices:
            holding = [draft for draft in self.drafts if draft.holds(choice)]
            if len(holding) == 1 and sum(draft.item == holding[0].item for draft in self.drafts) > 1:
                return holding[0]
        return None

    def beside(self, number: Value, choices: list[Mention], draft: Draft) -> None:
        """Within one stretch a further number with options of its own: a line beside the dish, or a part of it."""
        base = next((one for one in reversed(self.drafts) if one.item == draft.item), draft)
        count = whole(number) or 1
        left = self.parted if self.parted is not None and self.parted.item == base.item else None
        led = bool(choices) and draft.end <= choices[0].start and choices[-1].end <= number.start
        if left is None and led and not base.choices and base.quantity == count and not base.parts_by(choices):
            base.amend(choices, (), ())
            return
        if left is not None and left.quantity == count:
            left.amend(choices, [], [])
        elif left is not None or (not base.choices and (base.quantity or 0) > count):
            self.split(left or base, count, More(choices), number.start)
        else:
            self.drafts.append(base.beside(count, choices, number.start))

    def split(self, base: Draft, count: int, more: More, start: int) -> None:
        """Part ``count`` of ``base`` off as a line of its own with further options."""
        if base.quantity is not None and base.quantity <= count and base.contradicts(more.choices):
            self.drafts.append(base.beside(count, more.choices, start))
            return
        if base.quantity is None or base.quantity <= count:
            self.amend(base, more)
            return
        base.quantity -= count
        part = base.parted(count, more.choices, more.unknown, more.notes, start)
        at = self.drafts.index(base) + 1
        while at < len(self.drafts) and self.drafts[at].start > base.start and self.parted is base:
            at += 1
        self.drafts.insert(at, part)
        self.parted = base

    def part(self, base: Draft, parts: Sequence[tuple[int, Sequence[Mention], int]]) -> None:
        """Put in the place of a line its parts, each with its number, options and where it is said."""
        at = self.drafts.index(base)
        several = [base.parted(count, choices, (), (), start) for count, choices, start in parts]
        self.drafts[at : at + 1] = several

    def spread(self, said: Said, draft: Draft, many: int) -> None:
        """ "both large", said right behind the second dish."""
        if many > 1 and draft.quantity == many:
            return
        mine = [choice for choice in draft.choices if choice.start > draft.start]
        lines = self.drafts[-many:] if many else self.drafts
        for other in lines:
            if other is draft:
                continue
            own = [choice for choice in mine if other.has(choice)]
            other.amend(own, [], [str(note.value) for note in said.notes if note.start > draft.start])
