"""The JSON Schema of a flow file, made of the keys that the readers know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flows import response_keys as said
from flows.keys import (
    BRANCH,
    FILE,
    FLOW,
    FLOW_TRANSLATION,
    MAPPING_CONDITION,
    MAPPINGS,
    OTHERWISE,
    REJECTION,
    SHARED,
    SLOT,
    STEPS,
    TEXT,
    TRIGGER,
    TRIGGER_INTENT,
    VALIDATION,
    Key,
    Keys,
    Shape,
    by_name,
    many,
    ref,
    some,
)
from flows.wording import LANGUAGES

PATH = "/schemas/flows.json"
"""Where the web application serves it."""
_SCALAR: Shape = {"type": ["string", "number", "boolean"]}


def schema() -> dict[str, Any]:
    """The whole schema, of draft 7, which is what editors read."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Flows",
        "description": "Flows, slots and responses of a conversation, in the syntax of Rasa's CALM.",
        **_mapping(FILE, ()),
        "definitions": {name: dict(shape) for name, shape in sorted(_definitions().items())},
    }


def _definitions() -> dict[str, Shape]:
    return {**_of_texts(), **_of_flows(), **_of_steps(), **_of_slots(), **_of_responses()}


def _mapping(keys: Keys, required: Iterable[str], **further: Any) -> dict[str, Any]:
    """A mapping with these keys and no others."""
    return {
        "type": "object",
        "properties": {name: _described(key) for name, key in keys.items()},
        "required": list(required),
        "additionalProperties": False,
        **further,
    }


def _described(key: Key) -> dict[str, Any]:
    """Beside a $ref nothing counts in draft 7, so that one is wrapped."""
    about = f"{key.about} Accepted, and without meaning here." if key.unused else key.about
    shape = {"allOf": [dict(key.shape)]} if "$ref" in key.shape else dict(key.shape)
    return {"description": about, **shape}


def _of_texts() -> dict[str, Shape]:
    languages: Mapping[str, Any] = {
        "type": "object",
        "properties": {language: dict(_SCALAR) for language in LANGUAGES},
        "required": list(LANGUAGES),
        "additionalProperties": False,
    }
    words = {"anyOf": [dict(_SCALAR), languages]}
    return {
        "words": {"description": "One text for every language, or one for each: {ko: …, en: …}.", **words},
        "words_or_parts": some(ref("words")),
        "condition": {"type": ["string", "boolean"], "pattern": r"\S"},
    }


def _of_flows() -> dict[str, Shape]:
    trigger = {"anyOf": [TEXT, _mapping(TRIGGER, ["intent"])]}
    return {
        "flow": _mapping(FLOW, ["description", "steps"]),
        "flow_translation": _mapping(FLOW_TRANSLATION, ["name"]),
        "trigger_intent": _mapping(TRIGGER_INTENT, ["name"]),
        "triggers": {"anyOf": [trigger, many(trigger), {"type": "null"}]},
    }


def _of_steps() -> dict[str, Shape]:
    kinds = {f"{kind}_step": _mapping({**SHARED, **keys}, [kind]) for kind, keys in STEPS.items()}
    kinds["link_step"]["properties"]["next"] = {"const": "END", "description": "Nothing can follow `link`."}
    branches = {
        "type": "array",
        "items": {"anyOf": [ref("branch"), ref("otherwise")]},
        "contains": {"type": "object", "required": ["else"]},
    }
    return {
        **kinds,
        "step": {"anyOf": [ref(kind) for kind in kinds]},
        "steps": many(ref("step"), minItems=1),
        "branch": _mapping(BRANCH, ["if", "then"]),
        "otherwise": _mapping(OTHERWISE, ["else"]),
        "target": {"anyOf": [TEXT, ref("steps")]},
        "next": {"anyOf": [TEXT, ref("steps"), branches]},
        "rejection": _mapping(REJECTION, ["if", "utter"]),
        "rejections": some(ref("rejection")),
        "set_slots": some({"type": "object"}),
    }


def _of_slots() -> dict[str, Shape]:
    required = {"from_entity": ["type", "entity"], "from_intent": ["type", "intent"]}
    mappings = []
    for kind, keys in MAPPINGS.items():
        one = _mapping(keys, required.get(kind, ["type"]))
        one["properties"]["type"] = {"const": kind, "description": keys["type"].about}
        mappings.append(one)
    categorical = {"properties": {"type": {"const": "categorical"}}, "required": ["type"]}
    return {
        "slot": _mapping(
            SLOT,
            ["type"],
            **{"if": categorical, "then": {"required": ["values"], "properties": {"values": {"minItems": 1}}}},
        ),
        "validation": _mapping(VALIDATION, ["rejections"]),
        "mapping": {"anyOf": mappings},
        "mappings": some(ref("mapping")),
        "mapping_condition": _mapping(MAPPING_CONDITION, ["active_flow"]),
    }


_REQUIRED: Mapping[str, tuple[str, ...]] = {
    "requirement": ("type", "name"),
    "button": ("title",),
    "button_translation": ("title",),
    "each_button": ("each", "title"),
    "line": ("each", "text"),
    "cards": ("each", "title"),
}


def _of_responses() -> dict[str, Shape]:
    parts = {name: _mapping(keys, _REQUIRED.get(name, ())) for name, keys in said.PARTS.items()}
    for name in ("button", "each_button"):
        parts[name]["anyOf"] = [{"required": ["payload"]}, {"required": ["url"]}]
    shows = [{"required": [key]} for key in ("cards", "payment")]
    silent = [{"required": ["text"]}, {"required": ["channel"]}]
    with_custom = {"required": ["custom"], "properties": {"custom": {"anyOf": shows}}}
    parts["variation"]["anyOf"] = [*silent, with_custom]
    foreign = {"type": "object", "not": {"anyOf": [{"required": [key]} for key in said.CUSTOM]}}
    return {
        **parts,
        "response": many(ref("variation"), minItems=1),
        "requirements": {"anyOf": [ref("condition"), ref("requirement"), many(ref("requirement"))]},
        "lines": {"anyOf": [ref("line"), by_name(ref("line"))]},
        "custom": {"anyOf": [ref("own_custom"), {"description": "A payload for a channel of Rasa's.", **foreign}]},
    }
