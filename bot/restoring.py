"""Where a conversation stood when it was last heard, and which flows lead it on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.people import Arrival
from bot.services import Services
from bot.telling import Teller
from commerce.work import Work
from flows.crossing import crossed, let_go
from flows.library import Library
from flows.state import State

CHANGED = "utter_flows_changed"
"""Said to whoever has to begin again."""


@dataclass(frozen=True, slots=True)
class Restored:
    """The flows, and where the conversation stands in them. ``came_from``: the version that it has just left at a safe
    step."""

    library: Library
    state: State
    came_from: str | None = None

    def asked(self, asked: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        """The question of a message, as the conversation has taken it along to other flows."""
        if asked is None or self.came_from is None or asked["version"] != self.came_from:
            return asked
        return {**asked, "version": self.library.version}


async def restore(work: Work, services: Services, teller: Teller, who: Arrival) -> Restored:
    """The flows that the conversation began with, until these end. Those in force lead it on from a safe step, and when
    it was left alone on others for too long: then it begins again, and is told so."""
    versions = services.versions
    current = versions.current
    if not who.conversation.state:
        return Restored(current, State(slots=current.initial))
    state = State.from_json(who.conversation.state)
    library = await versions.of(work, state.version)
    if library is not None and library.version == current.version:
        return Restored(current, state)
    if library is not None:
        over = crossed(library, current, state)
        if over is not None:
            return Restored(current, over, library.version)
        if not await versions.overdue(work, library.version, services.settings.flow_hours):
            return Restored(library, state)
    await teller.tell(who, CHANGED, {}, library=current)
    return Restored(current, let_go(library, state) if library is not None else State(slots=state.slots))
