"""Every key that a flow file may have, with what it means and what it may hold. The readers know no other keys, and the
published JSON Schema is made of these tables: this file has what belongs to files, flows, steps and slots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flows.language import EXPECTATIONS, SLOT_TYPES

Shape = Mapping[str, Any]
"""A JSON Schema of draft 7."""


@dataclass(frozen=True, slots=True)
class Key:
    """``about`` is what an editor shows beside the key. ``unused``: taken as Rasa has it, and without meaning here."""

    about: str
    shape: Shape
    unused: bool = False


Keys = Mapping[str, Key]


def ref(name: str) -> Shape:
    return {"$ref": f"#/definitions/{name}"}


def many(shape: Shape, **further: Any) -> Shape:
    return {"type": "array", "items": shape, **further}


def some(shape: Shape) -> Shape:
    """One of them by itself, or a list."""
    return {"anyOf": [shape, many(shape)]}


def by_name(shape: Shape) -> Shape:
    return {"type": ["object", "null"], "additionalProperties": shape}


TEXT: Shape = {"type": "string", "pattern": r"\S"}
FLAG: Shape = {"type": "boolean"}
NUMBER: Shape = {"type": "number"}
ANYTHING: Shape = {}
LISTED: Shape = {"type": ["array", "null"], "items": {"anyOf": [TEXT, {"type": "object", "maxProperties": 1}]}}
ONE_OR_MORE_NAMES: Shape = some(TEXT)

FLOW_ID = r"^[A-Za-z0-9_][A-Za-z0-9_-]*$"
"""What a flow may be called, as in Rasa."""

FILE: Keys = {
    "version": Key("The version of Rasa's file format.", ANYTHING, unused=True),
    "flows": Key("The flows, each under its name.", {**by_name(ref("flow")), "propertyNames": {"pattern": FLOW_ID}}),
    "slots": Key("What a conversation remembers, each value under its name.", by_name(ref("slot"))),
    "responses": Key("What the bot says, each under a name that begins with utter_.", by_name(ref("response"))),
    "actions": Key("The names of actions, for who reads the file.", LISTED),
    "intents": Key("Intents that only buttons and code trigger, so that the check knows them.", LISTED),
    "entities": Key("The entities that Rasa is to find.", ANYTHING, unused=True),
    "session_config": Key("When Rasa begins a new session.", ANYTHING, unused=True),
}

FLOW: Keys = {
    "name": Key("What people are told that this is called: one text, or one for each language.", ref("words")),
    "description": Key("What the flow is for. For who reads it; required.", TEXT),
    "role": Key("Who may start it.", {"enum": ["consumer", "merchant", "operator", "any"]}),
    "if": Key(
        "A person can start it only while this holds. `link`, `call` and actions are not bound.", ref("condition")
    ),
    "nlu_trigger": Key("The intents that start it.", ref("triggers")),
    "always_include_in_prompt": Key("Whether a language model always sees it.", FLAG, unused=True),
    "persisted_slots": Key("Slots whose values outlive the flow.", {"type": ["array", "null"], "items": TEXT}),
    "run_pattern_completed": Key("Whether pattern_completed follows its end. Default: true.", FLAG),
    "translation": Key("Its name in other languages: {en: {name: …}}.", by_name(ref("flow_translation"))),
    "steps": Key("The steps, in order.", ref("steps")),
}
FLOW_TRANSLATION: Keys = {"name": Key("The flow's name in that language.", TEXT)}
TRIGGER: Keys = {"intent": Key("The intent's name, or {name: …}.", {"anyOf": [TEXT, ref("trigger_intent")]})}
TRIGGER_INTENT: Keys = {
    "name": Key("The intent's name.", TEXT),
    "confidence_threshold": Key("How sure Rasa must be of it.", NUMBER, unused=True),
}

SHARED: Keys = {
    "id": Key("The step's name, for `next`.", TEXT),
    "description": Key("What the step is for. For who reads it, and for Rasa's language model.", ANYTHING, unused=True),
    "metadata": Key("What Rasa's editor keeps of its drawing.", ANYTHING, unused=True),
    "safe": Key(
        "A conversation that stands here may go over to a newer version of the flows. Needs an id. Default: false.",
        FLAG,
    ),
    "next": Key("Where to go then: a step's id, END, further steps, or branches with if, then and else.", ref("next")),
}
STEPS: Mapping[str, Keys] = {
    "collect": {
        "collect": Key("The slot to ask for. Not asked when it has a value.", TEXT),
        "utter": Key("The response that asks. Default: utter_ask_ and the slot's name.", TEXT),
        "utter_again": Key("What asks when something said in between has been answered. Default: utter.", TEXT),
        "ask_before_filling": Key("Ask even if the slot has a value. Default: false.", FLAG),
        "reset_after_flow_ends": Key("Whether the value is forgotten when the flow ends. Default: true.", FLAG),
        "rejections": Key("Answers that are not taken, and what is said to them.", ref("rejections")),
        "force_slot_filling": Key("Whether Rasa takes whatever is said for the answer.", FLAG, unused=True),
        "silence_timeout": Key(
            "How long Rasa waits on the phone, in seconds.", {"type": ["number", "object"]}, unused=True
        ),
        "dtmf": Key("How Rasa reads the keys of a phone.", {"type": "object"}, unused=True),
    },
    "action": {
        "action": Key("The action to carry out, or with utter_… the response to say.", TEXT),
        "commits": Key("Corrections go back no further than here. For what must not be done twice.", FLAG),
    },
    "set_slots": {"set_slots": Key("Slots with their values; null empties.", ref("set_slots"))},
    "link": {"link": Key("The flow to leave for. The last step.", TEXT)},
    "call": {"call": Key("The flow to run before going on here.", TEXT)},
    "noop": {"noop": Key("Does nothing: for its `next`.", {"const": True})},
}
REJECTION: Keys = {
    "if": Key("When the answer is not taken.", ref("condition")),
    "utter": Key("The response that says why.", TEXT),
}
BRANCH: Keys = {
    "if": Key("When this way is gone.", ref("condition")),
    "then": Key("A step's id, END, or further steps.", ref("target")),
}
OTHERWISE: Keys = {"else": Key("Where to go when no branch above holds: a step's id, END, or steps.", ref("target"))}

SLOT: Keys = {
    "type": Key("What kind of value it holds.", {"enum": list(SLOT_TYPES)}),
    "values": Key("The values that a categorical slot can have.", many(ANYTHING)),
    "initial_value": Key("Its value in a new conversation.", ANYTHING),
    "mappings": Key("How what is understood in a message fills it.", ref("mappings")),
    "expect": Key("How a text that answers its question is to be read.", {"enum": list(EXPECTATIONS)}),
    "validation": Key("Values that no question for this slot takes.", ref("validation")),
    "min_value": Key("What Rasa's policies take for the least number.", {"type": "number"}, unused=True),
    "max_value": Key("What Rasa's policies take for the greatest number.", {"type": "number"}, unused=True),
    "influence_conversation": Key("Whether Rasa's policies look at it.", FLAG, unused=True),
    "shared_for_coexistence": Key("Whether two of Rasa's systems share it.", FLAG, unused=True),
}
VALIDATION: Keys = {
    "rejections": Key("Values that are not taken, and what is said to them.", ref("rejections")),
    "refill_utter": Key("The response that asks again. Default: what has asked before.", TEXT),
}

_TYPE = Key("How it is filled.", TEXT)
_ENTITY = Key("The entity whose value it takes.", TEXT)
_VALUE = Key("The value that it gets.", ANYTHING)
_ONLY: Keys = {
    "not_intent": Key("Not when one of these intents is meant.", ONE_OR_MORE_NAMES),
    "conditions": Key("Only while a flow asks for it: [{active_flow: …}].", some(ref("mapping_condition"))),
}
_INTENT = Key("Only when one of these intents is meant.", ONE_OR_MORE_NAMES)
MAPPINGS: Mapping[str, Keys] = {
    "from_entity": {
        "type": _TYPE,
        "entity": _ENTITY,
        "intent": _INTENT,
        **_ONLY,
        "role": Key("The entity's role in Rasa.", TEXT, unused=True),
        "group": Key("The entity's group in Rasa.", TEXT, unused=True),
    },
    "from_intent": {"type": _TYPE, "intent": Key("The intent that gives the value.", TEXT), "value": _VALUE, **_ONLY},
    "from_text": {"type": _TYPE, "intent": _INTENT, **_ONLY},
    "from_llm": {"type": _TYPE, "allow_nlu_correction": Key("For Rasa's language model.", FLAG, unused=True)},
    "controlled": {
        "type": _TYPE,
        "run_action_every_turn": Key("An action that Rasa runs at every turn.", TEXT, unused=True),
        "coexistence_system": Key("Which of two of Rasa's systems fills it.", TEXT, unused=True),
    },
    "custom": {"type": _TYPE, "action": Key("An action that Rasa runs at every turn.", TEXT, unused=True)},
}
IDLE_MAPPINGS = ("from_llm", "controlled", "custom")
"""Mappings of Rasa's that fill nothing here."""
MAPPING_CONDITION: Keys = {"active_flow": Key("The flow that must be asking.", TEXT)}
