"""From the YAML of ``flows:`` to compiled flows. Nested steps are laid out in one sequence with explicit next ids."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, cast

from flows.keys import BRANCH, FLOW, FLOW_ID, FLOW_TRANSLATION, OTHERWISE, SHARED, STEPS, TRIGGER, TRIGGER_INTENT
from flows.language import END, Action, Branch, Call, Collect, Flow, Link, Noop, Role, SetValues, Step
from flows.rasa_texts import with_translations
from flows.read_rejections import read_rejections
from flows.reading import Reading, nearest
from flows.source import Node, Spot

_FLOW_ID = re.compile(FLOW_ID)
_ROLES = ("consumer", "merchant", "operator", "any")


def read_flow(name: str, node: Node, reading: Reading) -> Flow | None:
    """Compile one flow; None, with the defects noted, when it has no steps."""
    if not reading.keys(node, FLOW, f"flow `{name}`"):
        return None
    if not _FLOW_ID.match(name):
        reading.bad(
            node.spot, f"a flow cannot be called `{name}`", "Use letters a-z, digits, _ and -; tell people the `name`"
        )
    steps = _Steps(name, reading)
    body = node.get("steps")
    if body is None or not isinstance(body.value, tuple) or not body.value:
        reading.bad(body.spot if body else node.spot, f"flow `{name}` has no steps", "Give it `steps:` with a list")
        return None
    first = steps.sequence(body, END)
    steps.resolve()
    reading.flag(node.get("always_include_in_prompt"), "always_include_in_prompt", False)
    persisted = reading.names(node.get("persisted_slots"), "persisted_slots")
    spoken, guard = _spoken(node, reading), node.get("if")
    return Flow(
        id=name,
        name=reading.languages(spoken, "name", node.spot) if spoken else dict.fromkeys(("ko", "en"), name),
        description=reading.text(node.get("description"), "description", node.spot),
        first=first,
        steps=steps.found,
        at=node.spot,
        role=_role(node.get("role"), reading),
        guard=reading.condition(guard),
        guard_at=guard.spot if guard else node.spot,
        triggers=_triggers(node.get("nlu_trigger"), reading),
        persisted=persisted,
        run_pattern_completed=reading.flag(node.get("run_pattern_completed"), "run_pattern_completed", True),
        touches=frozenset(steps.touched()),
        keeps=frozenset(slot for slot, _ in persisted) | steps.kept(),
        safe=frozenset(steps.safe),
    )


def _role(node: Node | None, reading: Reading) -> Role:
    if node is None:
        return "any"
    if node.value not in _ROLES:
        reading.bad(node.spot, f"unknown role `{node.value}`", f"Known are {', '.join(_ROLES)}")
        return "any"
    return cast(Role, node.value)


def _spoken(node: Node, reading: Reading) -> Node | None:
    """The flow's name with its translations."""
    translation = node.get("translation")
    for one in reading.mapping(translation, "translation").values():
        reading.keys(one, FLOW_TRANSLATION, "a translation")
    if translation is not None and node.get("name") is None:
        reading.bad(translation.spot, "a translation without a `name`", "Add `name: …` to the flow")
    return with_translations(node.get("name"), translation, reading, key="name")


def _triggers(node: Node | None, reading: Reading) -> tuple[tuple[str, Spot], ...]:
    found = []
    for one in node.items() if node is not None and node.value is not None else ():
        intent: Node | None = one
        if isinstance(one.value, dict):
            reading.keys(one, TRIGGER, "nlu_trigger")
            intent = one.get("intent")
        if intent is not None and isinstance(intent.value, dict):
            reading.keys(intent, TRIGGER_INTENT, "an intent")
            intent = intent.get("name")
        found.append((reading.text(intent, "an intent", one.spot), one.spot))
    return tuple(found)


@dataclass(slots=True)
class _Steps:
    """Steps in reading order. Where a step goes next is noted as node and followed by ``resolve`` once all are known."""

    flow: str
    reading: Reading
    found: dict[str, Step] = field(default_factory=dict)
    safe: set[str] = field(default_factory=set)

    def sequence(self, body: Node, after: str | None) -> str:
        """Read a list of steps; ``after`` is where the last one goes by itself, None when it must say so.

        The id of the first step.
        """
        nodes = body.items()
        ids = [self.identify(node, len(self.found) + offset) for offset, node in enumerate(nodes)]
        for node, step in zip(nodes, ids, strict=True):
            if step == END:
                self.reading.bad((node.get("id") or node).spot, "`END` is where a flow is over", "Take another id")
            if step in self.found:
                spot = (node.get("id") or node).spot
                self.reading.bad(spot, f"two steps have the id `{step}`", "Give each its own id")
            self.found[step] = Noop(step, (), node.spot)
        for at, (node, step) in enumerate(zip(nodes, ids, strict=True)):
            self.found[step] = self.step(node, step, ids[at + 1] if at + 1 < len(ids) else after)
        return ids[0]

    def identify(self, node: Node, number: int) -> str:
        given = node.get("id")
        if given is not None:
            return self.reading.text(given, "id", node.spot) or f"{number}_step"
        kind = next((kind for kind in STEPS if node.get(kind) is not None), "step")
        of = node.get(kind)
        tail = f"_{of.value}" if of is not None and isinstance(of.value, str) else ""
        return f"{number}_{kind}{tail}"

    def step(self, node: Node, step: str, after: str | None) -> Step:
        kinds = [kind for kind in STEPS if node.get(kind) is not None]
        if len(kinds) != 1:
            self.without_kind(node, kinds)
            return Noop(step, (Branch(None, END, node.spot),), node.spot)
        kind, at = kinds[0], cast(Node, node.get(kinds[0])).spot
        self.reading.keys(node, {**SHARED, **STEPS[kind]}, f"a {kind} step")
        if self.reading.flag(node.get("safe"), "safe", False):
            self.mark_safe(node, step)
        after = END if kind == "link" else after
        branches = self.next(node, after)
        if kind == "link" and node.get("next") is not None and branches != (Branch(None, END, branches[0].at),):
            self.reading.bad(node.spot, "nothing can follow `link`: it leaves the flow", "Use `call` to come back")
        return self.of_kind(kind, node, step, at, branches)

    def mark_safe(self, node: Node, step: str) -> None:
        self.safe.add(step)
        if node.get("id") is None:
            what, mend = "a safe step without an `id`", "Give it one: the newer version finds the step by it"
            self.reading.bad(node.spot, what, mend)

    def without_kind(self, node: Node, kinds: list[str]) -> None:
        what, mend = "a step needs exactly one kind", f"Give it one of {', '.join(STEPS)}, nothing else"
        if not kinds and node.get("utter") is not None:
            what, mend = "a step cannot be `utter`", "Write `action: utter_…`"
        elif not kinds and node.get("next") is not None:
            mend = "Add `noop: true` for a step that only branches"
        self.reading.bad(node.spot, what, mend)

    def of_kind(self, kind: str, node: Node, step: str, at: Spot, branches: tuple[Branch, ...]) -> Step:
        reading = self.reading
        if kind == "collect":
            return self.collect(node, step, at, branches)
        if kind == "action":
            commits = reading.flag(node.get("commits"), "commits", False)
            return Action(step, branches, at, reading.text(node.get(kind), "action", at), commits)
        if kind == "set_slots":
            return SetValues(step, branches, at, self.values(node.get("set_slots")))
        if kind == "link":
            return Link(step, branches, at, reading.text(node.get(kind), "link", at))
        if kind == "call":
            return Call(step, branches, at, reading.text(node.get(kind), "call", at))
        given = node.get("noop")
        if given is None or given.value is not True:
            reading.bad(at, "`noop` must be true", "Write `noop: true`, with the branches under `next`")
        return Noop(step, branches, at)

    def collect(self, node: Node, step: str, at: Spot, branches: tuple[Branch, ...]) -> Collect:
        reading = self.reading
        slot = reading.text(node.get("collect"), "collect", node.spot)
        utter, again = node.get("utter"), node.get("utter_again")
        return Collect(
            step,
            branches,
            at,
            slot,
            reading.text(utter, "utter", node.spot) if utter else f"utter_ask_{slot}",
            reading.text(again, "utter_again", node.spot) if again else None,
            reading.flag(node.get("ask_before_filling"), "ask_before_filling", False),
            reading.flag(node.get("reset_after_flow_ends"), "reset_after_flow_ends", True),
            read_rejections(node.get("rejections"), reading),
        )

    def values(self, node: Node | None) -> tuple[tuple[str, Any], ...]:
        """``set_slots`` as a list of one-key mappings, as Rasa has it, or as one mapping."""
        pairs: list[tuple[str, Any]] = []
        for one in node.items() if node else ():
            if not isinstance(one.value, dict):
                self.reading.bad(one.spot, "set_slots must list slots with values", "Write `- slot: value`")
                continue
            pairs += [(slot, value.plain()) for slot, value in one.value.items()]
        return tuple(pairs)

    def next(self, node: Node, after: str | None) -> tuple[Branch, ...]:
        given = node.get("next")
        if given is None:
            if after is None:
                self.reading.bad(node.spot, "the last step of a branch needs `next`", "Add `next: END` or a step's id")
            return (Branch(None, after or END, node.spot),)
        if not isinstance(given.value, tuple):
            return (Branch(None, self.target(given), given.spot),)
        if not any(one.get("if") is not None or one.get("else") is not None for one in given.value):
            return (Branch(None, self.nested(given), given.spot),)
        return self.branches(given)

    def branches(self, given: Node) -> tuple[Branch, ...]:
        branches = []
        for number, one in enumerate(given.items()):
            last = number == len(given.items()) - 1
            otherwise = one.get("else")
            if otherwise is not None:
                self.reading.keys(one, OTHERWISE, "an else")
                if not last:
                    self.reading.bad(one.spot, "`else` is not the last branch", "Move it to the end")
                branches.append(Branch(None, self.then(otherwise), one.spot))
                continue
            if not self.reading.keys(one, BRANCH, "a branch"):
                continue
            if one.get("if") is None or one.get("then") is None:
                self.reading.bad(one.spot, "a branch needs `if` and `then`", "Write `- if: …` and `then: …`")
                continue
            condition = self.reading.condition(one.get("if"))
            target = self.then(cast(Node, one.get("then")))
            if condition is not None:
                branches.append(Branch(condition, target, one.spot))
        if not branches or branches[-1].condition is not None:
            self.reading.bad(given.spot, "the branches have no `else`", "Add `- else: …` as the last one")
            branches.append(Branch(None, END, given.spot))
        return tuple(branches)

    def then(self, node: Node) -> str:
        return self.nested(node) if isinstance(node.value, tuple) else self.target(node)

    def nested(self, node: Node) -> str:
        if not node.items():
            self.reading.bad(node.spot, "an empty list of steps", "Write END or a step's id")
            return END
        return self.sequence(node, None)

    def target(self, node: Node) -> str:
        return self.reading.text(node, "next", node.spot) or END

    def resolve(self) -> None:
        """Note every next that names no step."""
        for step in self.found.values():
            for branch in step.next:
                if branch.to != END and branch.to not in self.found:
                    mend = nearest(branch.to, self.found, "Give that id to a step of this flow")
                    self.reading.bad(branch.at, f"no step `{branch.to}` in flow `{self.flow}`", mend)

    def touched(self) -> list[str]:
        collected = [step.slot for step in self.found.values() if isinstance(step, Collect)]
        return collected + [
            slot for step in self.found.values() if isinstance(step, SetValues) for slot, _ in step.values
        ]

    def kept(self) -> set[str]:
        return {
            step.slot for step in self.found.values() if isinstance(step, Collect) and not step.reset_after_flow_ends
        }
