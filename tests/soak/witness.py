"""What people, tills and messengers were told. Nobody else's word counts when it is compared with what is kept."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple


class Act(NamedTuple):
    """Something a person or a till did that was acknowledged, by its channel's own number."""

    channel: str
    update: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that a messenger took, ``at`` seconds of the run's clock."""

    id: str
    text: str
    at: float


@dataclass
class Witness:
    """``placed``, ``claimed`` and ``thanked`` count by chat; charges and refunds are by the till's own names."""

    acts: dict[Act, str] = field(default_factory=dict)
    """With what was done, for a person to read."""
    placed: Counter[str] = field(default_factory=Counter)
    """Orders that people were told of."""
    unsure: Counter[str] = field(default_factory=Counter)
    """Orders that people tried to make without hearing what became of them."""
    pieces: Counter[str] = field(default_factory=Counter)
    """What those orders were of, in pieces; and what the others may have been of."""
    unsure_pieces: Counter[str] = field(default_factory=Counter)
    claimed: Counter[str] = field(default_factory=Counter)
    """Coupons that people were told they have."""
    charged: dict[str, int] = field(default_factory=dict)
    refunded: dict[str, int] = field(default_factory=dict)
    shown: dict[str, set[int]] = field(default_factory=dict)
    """The numbers of the messages that each browser showed."""
    taken: dict[str, list[Taken]] = field(default_factory=dict)
    """By chat, in the order in which the messenger took them."""
    disruptions: list[tuple[float, str]] = field(default_factory=list)
    """When somebody was killed or stalled, or an answer lost, and what it was."""
    stories: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """What each browser did, for whoever has to find out what went wrong."""
    stuck: list[str] = field(default_factory=list)
    """What nobody acknowledged for far too long."""

    def has_placed(self, chat: str, pieces: int) -> None:
        """Somebody was told of their order."""
        self.placed[chat] += 1
        self.pieces[chat] += pieces

    def is_unsure(self, chat: str, pieces: int) -> None:
        """Somebody heard nothing of their order."""
        self.unsure[chat] += 1
        self.unsure_pieces[chat] += pieces
