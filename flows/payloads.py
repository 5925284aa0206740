"""Button payloads as they come back from a tap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.commands import SetSlots
from flows.template import TemplateError, read_payload


@dataclass(frozen=True, slots=True)
class Trigger:
    """Start the flow that ``intent`` triggers, with those slots."""

    intent: str
    slots: Mapping[str, Any] = field(default_factory=dict)


def parse_payload(text: str) -> SetSlots | Trigger | None:
    """Read ``/SetSlots(a=b)`` or ``/intent{"key": "value"}``; None when it is neither."""
    try:
        intent, slots = read_payload(text)
    except TemplateError:
        return None
    return SetSlots(slots) if intent is None else Trigger(intent, slots)
