"""The flow language as compiled: what YAML files become once, and everything else works on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from flows.condition import Condition
from flows.source import NOWHERE, Spot
from flows.template import PayloadTemplate, Text

END = "END"
Role = Literal["consumer", "merchant", "operator", "any"]
SlotType = Literal["text", "bool", "categorical", "float", "list", "any"]
SLOT_TYPES: tuple[SlotType, ...] = ("text", "bool", "categorical", "float", "list", "any")
EXPECTATIONS = ("quantity", "address", "yesno", "eta", "time", "place", "choice", "text", "name", "hours", "dishes")
"""What `expect:` may say: how a text that answers the question is to be read."""

BUILT_IN_ACTIONS = (
    "action_repeat_bot_messages",
    "action_cancel_flow",
    "action_correct_flow_slot",
    "action_clean_stack",
    "action_restart",
)


@dataclass(frozen=True, slots=True)
class Branch:
    """Where a step goes when ``condition`` holds (None: always). ``to`` is a step id or END."""

    condition: Condition | None
    to: str
    at: Spot = NOWHERE


@dataclass(frozen=True, slots=True)
class Rejection:
    """An answer that is not taken, and the response that says why."""

    condition: Condition
    utter: str
    at: Spot = NOWHERE
    refill: str | None = None
    """The response that asks again; None: what has asked before."""


@dataclass(frozen=True, slots=True)
class Collect:
    id: str
    next: tuple[Branch, ...]
    at: Spot
    slot: str
    utter: str
    again: str | None = None
    ask_before_filling: bool = False
    reset_after_flow_ends: bool = True
    rejections: tuple[Rejection, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """Runs a custom or built-in action, or says the response ``utter_…``. ``commits``: corrections stop here."""

    id: str
    next: tuple[Branch, ...]
    at: Spot
    action: str
    commits: bool = False


@dataclass(frozen=True, slots=True)
class SetValues:
    id: str
    next: tuple[Branch, ...]
    at: Spot
    values: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Link:
    id: str
    next: tuple[Branch, ...]
    at: Spot
    flow: str


@dataclass(frozen=True, slots=True)
class Call:
    id: str
    next: tuple[Branch, ...]
    at: Spot
    flow: str


@dataclass(frozen=True, slots=True)
class Noop:
    id: str
    next: tuple[Branch, ...]
    at: Spot


Step = Collect | Action | SetValues | Link | Call | Noop


@dataclass(frozen=True, slots=True)
class Flow:
    """``name`` by language. ``first`` is the id of the first step. ``collects``: the slots that it asks for."""

    id: str
    name: Mapping[str, str]
    description: str
    first: str
    steps: Mapping[str, Step]
    at: Spot
    role: Role = "any"
    guard: Condition | None = None
    guard_at: Spot = NOWHERE
    triggers: tuple[tuple[str, Spot], ...] = ()
    persisted: tuple[tuple[str, Spot], ...] = ()
    run_pattern_completed: bool = True
    touches: frozenset[str] = frozenset()
    """Slots that it collects or sets."""
    keeps: frozenset[str] = frozenset()
    """Slots whose values outlive it."""
    safe: frozenset[str] = frozenset()
    """The steps at which a conversation may go over to a newer version."""

    @property
    def is_pattern(self) -> bool:
        return self.id.startswith("pattern_")


@dataclass(frozen=True, slots=True)
class SlotMapping:
    """How an understood message fills the slot: ``type`` is from_entity, from_intent or from_text. It does so only when
    one of ``only`` is meant, if there are any, and none of ``never``; with ``flows`` only while one of those asks."""

    type: str
    entity: str | None = None
    intent: str | None = None
    value: Any = None
    only: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()

    def hears(self, intent: str) -> bool:
        """Whether a message with that intent may fill the slot this way."""
        return intent not in self.never and (not self.only or intent in self.only)


@dataclass(frozen=True, slots=True)
class Slot:
    name: str
    type: SlotType
    at: Spot
    values: tuple[str, ...] = ()
    initial: Any = None
    mappings: tuple[SlotMapping, ...] = ()
    expect: str | None = None
    rejections: tuple[Rejection, ...] = ()
    """What no question for it takes."""

    def take(self, value: Any) -> tuple[bool, Any]:
        """Whether the slot takes ``value``, and the value as its type holds it. None, which empties it, always fits."""
        if value is None or self.type == "any":
            return True, value
        return _TAKE[self.type](value, self.values)


def _take_text(value: Any, _: tuple[str, ...]) -> tuple[bool, Any]:
    if isinstance(value, str):
        return True, value
    fits = isinstance(value, (int, float)) and not isinstance(value, bool)
    return fits, str(value) if fits else None


def _take_bool(value: Any, _: tuple[str, ...]) -> tuple[bool, Any]:
    if isinstance(value, bool):
        return True, value
    word = value.lower() if isinstance(value, str) else ""
    return word in ("true", "false"), word == "true"


def _take_categorical(value: Any, values: tuple[str, ...]) -> tuple[bool, Any]:
    word = str(value).lower()
    found = next((one for one in values if one.lower() == word), None)
    return found is not None, found


def _take_float(value: Any, _: tuple[str, ...]) -> tuple[bool, Any]:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return True, value
    try:
        number = float(value) if isinstance(value, str) else None
    except ValueError:
        return False, None
    return number is not None, int(number) if number is not None and number.is_integer() else number


def _take_list(value: Any, _: tuple[str, ...]) -> tuple[bool, Any]:
    return True, list(value) if isinstance(value, (list, tuple)) else [value]


_TAKE = {
    "text": _take_text,
    "bool": _take_bool,
    "categorical": _take_categorical,
    "float": _take_float,
    "list": _take_list,
}


@dataclass(frozen=True, slots=True)
class ButtonSpec:
    title: Text
    payload: PayloadTemplate | None
    url: Text | None
    condition: Condition | None
    at: Spot


@dataclass(frozen=True, slots=True)
class ButtonsEach:
    each: tuple[str, ...]
    button: ButtonSpec
    at: Spot


@dataclass(frozen=True, slots=True)
class CardsEach:
    each: tuple[str, ...]
    title: Text
    subtitle: tuple[Text, ...]
    buttons: tuple[ButtonSpec, ...]
    condition: Condition | None
    at: Spot


@dataclass(frozen=True, slots=True)
class LinesEach:
    """Lines of text, one per element, put where the text has ``{name}``."""

    name: str
    each: tuple[str, ...]
    parts: tuple[Text, ...]
    condition: Condition | None
    at: Spot


@dataclass(frozen=True, slots=True)
class Variation:
    """One wording of a response. ``requires``: slot values that must hold; ``channel``: the only channel it is for."""

    text: Text
    at: Spot
    channel: str | None = None
    condition: Condition | None = None
    requires: tuple[tuple[str, Any], ...] = ()
    buttons: tuple[ButtonSpec, ...] = ()
    each_buttons: tuple[ButtonsEach, ...] = ()
    cards: tuple[CardsEach, ...] = ()
    lines: tuple[LinesEach, ...] = ()
    asks: str | None = None
    key: Text | None = None
    edits: bool = False
    once: Text | None = None
    alert: bool = False
    payment: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Response:
    name: str
    variations: tuple[Variation, ...]
    at: Spot
    reads: frozenset[str] = field(default_factory=frozenset)
    """The slots whose values it may show."""
