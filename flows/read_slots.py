"""From the YAML of ``slots:`` to compiled slots."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flows.keys import IDLE_MAPPINGS, MAPPING_CONDITION, MAPPINGS, SLOT, VALIDATION
from flows.language import EXPECTATIONS, SLOT_TYPES, Rejection, Slot, SlotMapping, SlotType
from flows.read_rejections import read_rejections
from flows.reading import Reading, nearest
from flows.source import Node

_FILLING = tuple(kind for kind in MAPPINGS if kind not in IDLE_MAPPINGS)


def read_slot(name: str, node: Node, reading: Reading) -> Slot | None:
    """Compile one slot; None, with the defects noted, when it cannot be."""
    if not reading.keys(node, SLOT, f"slot `{name}`"):
        return None
    kind = reading.text(node.get("type"), "type", node.spot)
    if kind and kind not in SLOT_TYPES:
        reading.bad(node.spot, f"unknown slot type `{kind}`", nearest(kind, SLOT_TYPES, ", ".join(SLOT_TYPES)))
    held: SlotType = next((known for known in SLOT_TYPES if known == kind), "any")
    given = node.get("values")
    values = tuple(str(one) for one in given.plain()) if given and isinstance(given.value, tuple) else ()
    if kind == "categorical" and not values:
        reading.bad(node.spot, f"slot `{name}` has no values", "Add `values: [one, two]`")
    reading.flag(node.get("influence_conversation"), "influence_conversation", False)
    slot = Slot(
        name,
        held,
        node.spot,
        values,
        mappings=_mappings(node, reading),
        expect=_expect(node, reading),
        rejections=_rejections(node.get("validation"), reading),
    )
    initial = node.get("initial_value")
    if initial is None:
        return slot
    fits, value = slot.take(initial.plain())
    if not fits:
        reading.bad(initial.spot, f"slot `{name}` cannot hold its initial_value", f"Give a value of type {kind}")
    return replace(slot, initial=value)


def _rejections(node: Node | None, reading: Reading) -> tuple[Rejection, ...]:
    if node is None or not reading.keys(node, VALIDATION, "validation"):
        return ()
    refill = node.get("refill_utter")
    again = reading.text(refill, "refill_utter", node.spot) if refill is not None else None
    if node.get("rejections") is None:
        reading.bad(node.spot, "a validation without `rejections`", "Add `rejections: [{if: …, utter: …}]`")
    return read_rejections(node.get("rejections"), reading, again)


def _expect(node: Node, reading: Reading) -> str | None:
    given = node.get("expect")
    if given is None:
        return None
    if given.value not in EXPECTATIONS:
        mend = nearest(str(given.value), EXPECTATIONS, f"Known are {', '.join(EXPECTATIONS)}")
        reading.bad(given.spot, f"unknown expect `{given.value}`", mend)
        return None
    return str(given.value)


def _mappings(node: Node, reading: Reading) -> tuple[SlotMapping, ...]:
    found = []
    given = node.get("mappings")
    for one in given.items() if given else ():
        kind = reading.text(one.get("type"), "type", one.spot) if isinstance(one.value, dict) else ""
        if kind not in MAPPINGS:
            mend = nearest(kind, MAPPINGS, f"Known are {', '.join(_FILLING)}")
            reading.bad(one.spot, f"unknown mapping type `{kind}`", mend)
            continue
        reading.keys(one, MAPPINGS[kind], f"a {kind} mapping")
        by_intent = kind == "from_intent"
        mapping = SlotMapping(
            kind,
            reading.text(one.get("entity"), "entity", one.spot) if kind == "from_entity" else None,
            reading.text(one.get("intent"), "intent", one.spot) if by_intent else None,
            _plain(one.get("value")),
            only=() if by_intent else _intents(one.get("intent"), reading),
            never=_intents(one.get("not_intent"), reading),
            flows=_flows(one.get("conditions"), reading),
        )
        if kind in _FILLING:
            found.append(mapping)
    return tuple(found)


def _plain(node: Node | None) -> Any:
    return node.plain() if node is not None else None


def _intents(node: Node | None, reading: Reading) -> tuple[str, ...]:
    return tuple(reading.text(one, "an intent", one.spot) for one in node.items()) if node is not None else ()


def _flows(node: Node | None, reading: Reading) -> tuple[str, ...]:
    """The flows of ``conditions``; a slot is filled while any of them asks."""
    given = node.items() if node is not None else ()
    return tuple(
        reading.text(one.get("active_flow"), "active_flow", one.spot)
        for one in given
        if reading.keys(one, MAPPING_CONDITION, "a mapping's condition")
    )
