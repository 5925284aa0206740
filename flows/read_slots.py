"""From the YAML of ``slots:`` to compiled slots."""

from __future__ import annotations

from flows.language import EXPECTATIONS, SLOT_TYPES, Slot, SlotMapping, SlotType
from flows.reading import Reading, nearest
from flows.source import Node

_SLOT_KEYS = {"type", "values", "initial_value", "mappings", "expect", "influence_conversation"}
_MAPPING_KEYS = {
    "from_entity": {"type", "entity"},
    "from_intent": {"type", "intent", "value"},
    "from_text": {"type"},
    "from_llm": {"type"},
    "controlled": {"type"},
    "custom": {"type"},
}
_FILLING = ("from_entity", "from_intent", "from_text")


def read_slot(name: str, node: Node, reading: Reading) -> Slot | None:
    """Compile one slot; None, with the defects noted, when it cannot be."""
    if not reading.keys(node, _SLOT_KEYS, f"slot `{name}`"):
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
    slot = Slot(name, held, node.spot, values, None, _mappings(node, reading), _expect(node, reading))
    initial = node.get("initial_value")
    if initial is None:
        return slot
    fits, value = slot.take(initial.plain())
    if not fits:
        reading.bad(initial.spot, f"slot `{name}` cannot hold its initial_value", f"Give a value of type {kind}")
    return Slot(name, slot.type, slot.at, values, value, slot.mappings, slot.expect)


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
        if kind not in _MAPPING_KEYS:
            mend = nearest(kind, _MAPPING_KEYS, f"Known are {', '.join(_FILLING)}")
            reading.bad(one.spot, f"unknown mapping type `{kind}`", mend)
            continue
        reading.keys(one, _MAPPING_KEYS[kind], f"a {kind} mapping")
        entity, intent, value = one.get("entity"), one.get("intent"), one.get("value")
        mapping = SlotMapping(
            kind,
            reading.text(entity, "entity", one.spot) if kind == "from_entity" else None,
            reading.text(intent, "intent", one.spot) if kind == "from_intent" else None,
            value.plain() if value else None,
        )
        if kind in _FILLING:
            found.append(mapping)
    return tuple(found)
