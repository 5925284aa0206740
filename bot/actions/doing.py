"""What an action is given, and the register of actions by name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.changes import Changes
from bot.messages import Incoming
from bot.people import Arrival, Hat
from bot.services import Services
from bot.telling import Teller
from commerce.work import Work
from nlu.understanding import Opinion, Understanding


@dataclass(frozen=True, slots=True)
class Doing:
    """An action's surroundings: the unit of work, who talks where and under which hat, the slots as they are, the
    message that led here, how it was understood (None for a tap), what another engine makes of it, and what the message
    has changed so far."""

    work: Work
    services: Services
    teller: Teller
    who: Arrival
    hat: Hat
    slots: Mapping[str, Any]
    incoming: Incoming
    understood: Understanding | None
    opinion: Opinion | None
    changes: Changes

    @property
    def person(self) -> str:
        return self.who.person.id

    def slot(self, name: str) -> Any:
        return self.slots.get(name)


Slots = dict[str, Any]
Action = Callable[[Doing], Awaitable[Slots]]
"""Sets slots; says nothing itself. An expected refusal may be raised: it comes back in ``refusal`` and ``facts``."""

ACTIONS: dict[str, Action] = {}


def action(run: Action) -> Action:
    """Register under the function's own name with ``action_`` before it."""
    ACTIONS[f"action_{run.__name__}"] = run
    return run
