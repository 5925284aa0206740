"""A line in the making, and what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from nlu.alike import kind_of
from nlu.jamo import run_together
from nlu.mentions import Mention
from nlu.understanding import Name, OrderLine

AS_IT_COMES = frozenset({"보통", "기본", "일반", "그냥", "regular", "plain", "normal"})
"""What is said of a dish without options, where the menu has no option of that name."""


@dataclass(slots=True, eq=False)
class Draft:
    """``mention`` is None for what is not on the menu or refers back."""

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

    @property
    def end(self) -> int:
        """Where the dish's words end."""
        return self.mention.end if self.mention else self.start + len(self.words)

    def has(self, choice: Mention) -> bool:
        """Whether this dish comes with that choice."""
        return any(name.of == self.item for name in choice.of("choice"))

    def holds(self, choice: Mention) -> bool:
        """Whether this line has been given that choice."""
        mine = {name.key for one in self.choices for name in one.of("choice")}
        return self.has(choice) and any(name.key in mine for name in choice.of("choice"))

    def amend(self, choices: Sequence[Mention], unknown: Sequence[str], notes: Sequence[str]) -> None:
        """Take further options and notes."""
        self.choices += choices
        self.unknown += unknown
        self.notes += notes

    def contradicts(self, choices: Sequence[Mention]) -> bool:
        """Whether one of the choices can't go with those already made: iced and hot, large and small."""
        kinds = {self._kind(choice) for choice in choices} - {""}
        mine = {self._kind(choice) for choice in self.choices if not (choice in choices or self._held(choice, choices))}
        return bool(kinds & mine)

    def parts_by(self, choices: Sequence[Mention]) -> bool:
        """Whether one of the choices tells such dishes apart, as of sizes and flavours a dish has only one."""
        return any(self._kind(choice) for choice in choices)

    def _held(self, choice: Mention, choices: Sequence[Mention]) -> bool:
        """Whether one of the choices is, for this dish, the very same."""
        own = {name.key for name in choice.of("choice") if name.of == self.item}
        return any(name.key in own for one in choices for name in one.of("choice"))

    def beside(self, count: int, choices: Sequence[Mention], start: int) -> Draft:
        """Another line of the same dish with other options."""
        kinds = {self._kind(choice) for choice in choices} - {""}
        kept = [choice for choice in self.choices if kinds and self._kind(choice) not in kinds]
        return Draft(self.mention, self.words, start, count, [*kept, *choices])

    def parted(
        self, count: int, choices: Sequence[Mention], unknown: Sequence[str], notes: Sequence[str], start: int
    ) -> Draft:
        """``count`` of these with further options and notes."""
        both = [*self.choices, *choices], [*self.notes, *notes], [*self.unknown, *unknown]
        return Draft(self.mention, self.words, start, count, *both)

    def _kind(self, choice: Mention) -> str:
        name = next((name for name in choice.of("choice") if name.of == self.item), None)
        return kind(name) if name is not None else ""

    def rivals(self) -> list[Mention]:
        """The choices that can't go together with one another."""
        kinds = [self._kind(choice) for choice in self.choices]
        several = [one for one in dict.fromkeys(kinds) if one and kinds.count(one) > 1]
        return [choice for choice, one in zip(self.choices, kinds, strict=True) if several and one == several[0]]

    def _last_said(self) -> list[Mention]:
        """The choices; of those that can't go together the last."""
        kinds = [self._kind(choice) for choice in self.choices]
        return [
            choice
            for at, choice in enumerate(self.choices)
            if not kinds[at] or kinds[at] not in kinds[at + 1 :] or self.refers
        ]

    def finished(self, text: str) -> OrderLine:
        """The line. Choices that the dish lacks are unknown options, in the words of the ``text``."""
        options: list[str] = []
        unknown = list(self.unknown)
        on_no_menu = self.mention is None and not self.refers
        for choice in () if on_no_menu else self._last_said():
            names = choice.of("choice")
            keys = [name.key for name in names if self.item is None or name.of == self.item]
            if keys:
                options += keys if self.item is None else keys[:1]
            elif names[0].names[0] not in AS_IT_COMES:
                said = text[choice.start : choice.end]
                unknown.append(next((name for name in names[0].names if name.casefold() in said), said))
        return OrderLine(
            item=self.item,
            quantity=self.quantity,
            options=tuple(dict.fromkeys(options)),
            note=", ".join(dict.fromkeys(self.notes)) or None,
            text="" if self.refers else self.words,
            unknown_options=tuple(dict.fromkeys(unknown)),
        )


def kind(choice: Name) -> str:
    """What a choice is about: its option where the dish takes only one of it, else its size, temperature or the like;
    empty when unknown."""
    return choice.one_of or kind_of(run_together(choice.names[0]))


def owner_of(choice: Mention, text: str, new: Sequence[Draft], earlier: Sequence[Draft]) -> Draft:
    """The dish of ``new`` that an option belongs to: the one right after it, else the one before it that has it, else
    the ``earlier`` one that has it."""
    able = [draft for draft in new if draft.has(choice)]
    after = next((draft for draft in new if draft.start >= choice.end), None)
    before = next((draft for draft in reversed(new) if draft.start <= choice.start), None)
    leads = after is not None and not text[choice.end : after.start].strip(" 한")
    follows = before is not None and not text[before.end : choice.start].strip(" ")
    if leads and not follows and after is not None and (after in able or not able):
        return after
    if able:
        return next((draft for draft in reversed(able) if draft.start <= choice.start), able[0])
    held = next((draft for draft in reversed(earlier) if draft.has(choice)), None)
    return held if held is not None and not follows else (before or new[0])
