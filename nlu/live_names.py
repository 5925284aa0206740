"""The live names of a whole town, as understanding gets them message by message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from nlu.understanding import Context, Expect, Name, Role


@dataclass(frozen=True, slots=True)
class LiveNames:
    """``at_hand`` are the names of each shop by its slug, ``around`` those of the town; ``called`` says for each key
    what the menu itself calls it. ``now`` is when everything is said, in the town's zone."""

    now: datetime
    around: tuple[Name, ...] = ()
    at_hand: Mapping[str, tuple[Name, ...]] = field(default_factory=dict)
    called: Mapping[str, str] = field(default_factory=dict)

    def context(self, role: Role, expect: Expect | None = None, shop: str | None = None) -> Context:
        """What is known when ``role`` speaks, at the shop of that slug. Raises KeyError when there is no such shop."""
        return Context(role, expect, self.at_hand[shop] if shop is not None else (), self.around)
