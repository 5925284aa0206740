"""One form of five questions, for the engine of flows and for Rasa alike: the same questions, buttons and answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from flows.commands import CannotHandle, Command, StartFlow
from flows.engine import advance
from flows.library import Library
from flows.payloads import Trigger, parse_payload
from flows.render import render
from flows.state import State
from flows.turned import Say, Turned

QUESTIONS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "size": ("What size?", ("small", "medium", "large")),
    "milk": ("Which milk?", ("whole", "oat", "soy")),
    "temperature": ("Hot or iced?", ("hot", "iced")),
    "extra": ("Anything extra?", ("shot", "syrup", "nothing")),
    "place": ("Here or to go?", ("here", "away")),
}
"""What is asked, in this order, and the answers to tap."""
_SAID: Final = "One coffee: {size}, {milk}, {temperature}, {extra}, {place}."
_NOW: Final = datetime(2026, 11, 22, tzinfo=UTC)
WISH: Final = "/order_coffee"
TURNS: Final = 1 + len(QUESTIONS)
"""Messages of a whole conversation: the wish, then an answer to each question."""


def ours() -> Library:
    """The form as a flow."""
    file = {
        "slots": {slot: {"type": "text", "mappings": [{"type": "from_entity", "entity": slot}]} for slot in QUESTIONS},
        "flows": {
            "coffee": {
                "description": "A coffee is ordered.",
                "nlu_trigger": ["order_coffee"],
                "steps": [*({"collect": slot} for slot in QUESTIONS), {"action": "utter_coffee"}],
            }
        },
        "responses": _responses("/SetSlots({slot}={value})"),
    }
    return Library.from_bundle({"coffee.yaml": _as_yaml(file)})


def rasas() -> dict[str, str]:
    """The form as a project of Rasa 3.6, by file name: https://rasa.com/docs/rasa/forms."""
    domain = {
        "version": "3.1",
        "intents": ["order_coffee", "inform"],
        "entities": list(QUESTIONS),
        "slots": {
            slot: {
                "type": "text",
                "influence_conversation": False,
                "mappings": [{"type": "from_entity", "entity": slot}],
            }
            for slot in QUESTIONS
        },
        "forms": {"coffee_form": {"required_slots": list(QUESTIONS)}},
        "responses": _responses('/inform{{"{slot}": "{value}"}}'),
    }
    rules = [
        {
            "rule": "begin",
            "steps": [{"intent": "order_coffee"}, {"action": "coffee_form"}, {"active_loop": "coffee_form"}],
        },
        {
            "rule": "end",
            "condition": [{"active_loop": "coffee_form"}],
            "steps": [{"action": "coffee_form"}, {"active_loop": None}, {"action": "utter_coffee"}],
        },
    ]
    config = {"recipe": "default.v1", "assistant_id": "form", "language": "en", "policies": [{"name": "RulePolicy"}]}
    files: dict[str, dict[str, Any]] = {
        "domain.yml": domain,
        "rules.yml": {"version": "3.1", "rules": rules},
        "config.yml": config,
    }
    return {name: _as_yaml(content) for name, content in files.items()}


def _as_yaml(content: Mapping[str, Any]) -> str:
    """JSON is YAML, but Rasa looks for lines that begin with a key."""
    return "".join(f"{key}: {json.dumps(value)}\n" for key, value in content.items())


def _responses(payload: str) -> dict[str, Any]:
    asked = {
        f"utter_ask_{slot}": [
            {
                "text": question,
                "buttons": [
                    {"title": value.capitalize(), "payload": payload.format(slot=slot, value=value)} for value in values
                ],
            }
        ]
        for slot, (question, values) in QUESTIONS.items()
    }
    return {**asked, "utter_coffee": [{"text": _SAID}]}


def taps(number: int) -> tuple[int, ...]:
    """Which button the conversation of that number taps at each question, from 0."""
    return tuple(number // (index + 1) % len(values) for index, (_, values) in enumerate(QUESTIONS.values()))


@dataclass(slots=True)
class Conversations:
    """The engine of flows with a place for each conversation in memory, as Rasa has it when nothing is set up. A state
    is kept as the text that a database would be given."""

    library: Library
    states: dict[str, str]

    def say(self, sender: str, message: str) -> tuple[list[dict[str, Any]], Turned]:
        """What ``sender`` is answered, each in the form of Rasa's REST channel; and how the flows moved."""
        kept = self.states.get(sender)
        state = State.from_json(kept) if kept else State(slots=self.library.initial)
        turned = advance(self.library, state, [self._command(message, state.slots)])
        self.states[sender] = turned.state.to_json()
        return [self._words(sender, say) for say in turned.says], turned

    def _command(self, message: str, slots: Mapping[str, Any]) -> Command:
        meant = parse_payload(message)
        if not isinstance(meant, Trigger):
            return meant or CannotHandle()
        flow = self.library.triggered(meant.intent, "consumer", slots)
        return StartFlow(flow, meant.slots) if flow is not None else CannotHandle()

    def _words(self, sender: str, say: Say) -> dict[str, Any]:
        made = render(self.library, say.response, "en", say.slots, "rest", zone=UTC, now=_NOW)
        if made is None:
            raise ValueError(f"nothing to say for {say.response}")
        buttons = [{"title": button.label, "payload": button.payload} for button in made.buttons]
        return {"recipient_id": sender, "text": made.text, **({"buttons": buttons} if buttons else {})}
