"""A library: every flow, slot and response of one version, read from a directory of YAML files or from a bundle."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from flows.condition import evaluate
from flows.keys import FILE
from flows.language import Collect, Flow, Rejection, Response, Slot, SlotMapping
from flows.read_flows import read_flow
from flows.read_responses import read_response
from flows.read_slots import read_slot
from flows.reading import Reading
from flows.source import Defects, FlowError, Node, Spot, read_yaml

_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True)
class Library:
    """Everything by its name. ``files`` is the source text by file name, relative to the library's directory;
    ``version`` is its digest, so equal texts have equal versions. ``actions`` and ``intents`` are those that the files
    themselves list: the latter are what buttons and code trigger besides what is understood from texts."""

    version: str
    files: Mapping[str, str]
    flows: Mapping[str, Flow]
    slots: Mapping[str, Slot]
    responses: Mapping[str, Response]
    actions: Mapping[str, Spot]
    intents: Mapping[str, Spot] = field(default_factory=dict)

    @classmethod
    def load(cls, directory: Path) -> Library:
        """Compile every YAML file below ``directory``. FlowError, naming every defect, when one is broken."""
        return cls.from_bundle(cls.read(directory))

    @staticmethod
    def read(directory: Path) -> dict[str, str]:
        """The text of every YAML file below ``directory``. FlowError when one is no text."""
        files: dict[str, str] = {}
        defects = Defects()
        for path in sorted(directory.rglob("*")):
            if path.suffix not in _SUFFIXES or not path.is_file():
                continue
            name = path.relative_to(directory).as_posix()
            try:
                files[name] = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                defects.add(Spot(name, 1), "not UTF-8 text", "Save the file as UTF-8")
        if defects.found:
            raise FlowError(defects.found)
        return files

    @classmethod
    def from_bundle(cls, files: Mapping[str, str]) -> Library:
        """Compile the library from its files' texts, as :meth:`bundle` gives them. FlowError when one is broken."""
        merged = _Merge(Reading(Defects()))
        for name in sorted(files):
            merged.add(name, files[name])
        if merged.reading.defects.found:
            raise FlowError(merged.reading.defects.found)
        return cls(
            _digest(files), dict(files), merged.flows, merged.slots, merged.responses, merged.actions, merged.intents
        )

    def bundle(self) -> dict[str, str]:
        """The text of every file by name: all that is needed to have this version again."""
        return dict(self.files)

    @cached_property
    def triggers(self) -> Mapping[str, tuple[str, ...]]:
        """The flows that each intent starts; more than one only for different roles or guards."""
        found: dict[str, tuple[str, ...]] = {}
        for flow in self.flows.values():
            for intent, _ in flow.triggers:
                found[intent] = (*found.get(intent, ()), flow.id)
        return found

    @cached_property
    def initial(self) -> Mapping[str, Any]:
        """The slots' initial values, those without one left out."""
        return {slot.name: slot.initial for slot in self.slots.values() if slot.initial is not None}

    @cached_property
    def named(self) -> Mapping[str, tuple[SlotMapping, ...]]:
        """The slots that entities of any message fill, with how they do. A mapping for certain flows is not among them:
        it fills only the answer to their question."""
        filled = {
            slot.name: tuple(one for one in slot.mappings if one.type == "from_entity" and not one.flows)
            for slot in self.slots.values()
        }
        return {slot: mappings for slot, mappings in filled.items() if mappings}

    def asked_by(self, step: Collect) -> str | None:
        """The action that puts the question, as Rasa has it: ``action_ask_<slot>``, listed in a file, where there is no
        response for it."""
        action = f"action_ask_{step.slot}"
        return action if step.utter not in self.responses and action in self.actions else None

    def slot_rejections(self, slot: str) -> tuple[Rejection, ...]:
        """What no question for the slot takes."""
        known = self.slots.get(slot)
        return known.rejections if known is not None else ()

    @cached_property
    def passing(self) -> frozenset[str]:
        """The slots that only live within flows: some flow collects or sets them, and none keeps them."""
        flows = self.flows.values()
        return frozenset().union(*(flow.touches for flow in flows)).difference(*(flow.keeps for flow in flows))

    def startable(self, flow: str, slots: Mapping[str, Any]) -> bool:
        """Whether the flow exists and its guard lets a person start it now."""
        found = self.flows.get(flow)
        return found is not None and (found.guard is None or bool(evaluate(found.guard, slots)))

    def triggered(self, intent: str, role: str, slots: Mapping[str, Any]) -> str | None:
        """The flow that ``intent`` starts for that role now; one for just this role goes before one for any."""
        fitting = [self.flows[flow] for flow in self.triggers.get(intent, ()) if self.startable(flow, slots)]
        for wanted in (role, "any"):
            for flow in fitting:
                if flow.role == wanted:
                    return flow.id
        return None


def _digest(files: Mapping[str, str]) -> str:
    digest = hashlib.sha256()
    for name in sorted(files):
        for part in (name, files[name]):
            data = part.encode("utf-8", "surrogatepass")
            digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:12]


@dataclass(slots=True)
class _Merge:
    reading: Reading
    flows: dict[str, Flow] = field(default_factory=dict)
    slots: dict[str, Slot] = field(default_factory=dict)
    responses: dict[str, Response] = field(default_factory=dict)
    actions: dict[str, Spot] = field(default_factory=dict)
    intents: dict[str, Spot] = field(default_factory=dict)
    seen: dict[tuple[str, str], Spot] = field(default_factory=dict)

    def add(self, file: str, text: str) -> None:
        root = read_yaml(file, text, self.reading.defects)
        if root is None or not self.reading.keys(root, FILE, "a flow file"):
            return
        for name, node in self.named(root, "flows"):
            flow = read_flow(name, node, self.reading)
            if flow is not None:
                self.flows[name] = flow
        for name, node in self.named(root, "slots"):
            slot = read_slot(name, node, self.reading)
            if slot is not None:
                self.slots[name] = slot
        for name, node in self.named(root, "responses"):
            response = read_response(name, node, self.reading)
            if response is not None:
                self.responses[name] = response
        for action, spot in self.reading.listed(root.get("actions"), "actions"):
            self.actions.setdefault(action, spot)
        for intent, spot in self.reading.listed(root.get("intents"), "intents"):
            self.intents.setdefault(intent, spot)

    def named(self, root: Node, part: str) -> list[tuple[str, Node]]:
        """The part's entries, leaving out, with a defect, what another file has already."""
        found = []
        for name, node in self.reading.mapping(root.get(part), part).items():
            first = self.seen.setdefault((part, name), node.spot)
            if first is node.spot:
                found.append((name, node))
                continue
            what = f"`{name}` in {part} is already in {first.file}:{first.line}"
            self.reading.bad(node.spot, what, "Keep one of them")
        return found
