"""A line in the making, and what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from nlu.mentions import Mention
from nlu.understanding import OrderLine


@dataclass(slots=True, eq=False)
class Draft:
    """``mention`` is None for what is not on the menu or refers back. ``alike``: said with options of its own, so that
    a further number with other options is a line beside it and no part of it."""

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

    def amend(self, choices: Sequence[Mention], unknown: Sequence[str], notes: Sequence[str]) -> None:
        """Take further options and notes."""
        self.choices += choices
        self.unknown += unknown
        self.notes += notes

    def finished(self) -> OrderLine:
        """The line. Choices that the dish lacks are unknown options."""
        options: list[str] = []
        unknown = list(self.unknown)
        for choice in self.choices:
            names = choice.of("choice")
            keys = [name.key for name in names if self.item is None or name.of == self.item]
            if keys:
                options += keys if self.item is None else keys[:1]
            else:
                unknown.append(names[0].names[0])
        return OrderLine(
            item=self.item,
            quantity=self.quantity,
            options=tuple(dict.fromkeys(options)),
            note=", ".join(dict.fromkeys(self.notes)) or None,
            text="" if self.refers else self.words,
            unknown_options=tuple(dict.fromkeys(unknown)),
        )
