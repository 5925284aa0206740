"""The ways through flows: which steps can be reached, and where one could go round without asking anybody."""

from __future__ import annotations

from collections.abc import Mapping

from flows.condition import names
from flows.language import BUILT_IN_ACTIONS, END, Action, Call, Collect, Flow, Link, SetValues, Step
from flows.library import Library

Place = tuple[str, str]


def reachable(flow: Flow) -> set[str]:
    """The ids of the steps that some way from the first one leads to."""
    seen: set[str] = set()
    waiting = [flow.first]
    while waiting:
        step = flow.steps.get(waiting.pop())
        if step is None or step.id in seen:
            continue
        seen.add(step.id)
        waiting += [branch.to for branch in step.next if branch.to != END]
    return seen


def quiet_loops(library: Library) -> list[tuple[str, Step]]:
    """One step of each loop without a question: of a loop that no custom action is in, so that nothing in it could
    change its course, and of one that no branch leads out of."""
    asking = _asking_flows(library)
    edges: dict[Place, list[Place]] = {}
    acting: set[Place] = set()
    ends: set[Place] = set()
    for flow in library.flows.values():
        for step in flow.steps.values():
            place = (flow.id, step.id)
            if _asks(step, asking):
                continue
            edges[place] = _after(library, flow, step)
            if (
                isinstance(step, Action)
                and not step.action.startswith("utter_")
                and step.action not in BUILT_IN_ACTIONS
            ):
                acting.add(place)
            if any(branch.to == END for branch in step.next) and not isinstance(step, (Link, Call)):
                ends.add(place)
    unmoved = {place: after for place, after in edges.items() if place not in acting}
    trapped = {place: after for place, after in edges.items() if place not in _leaving(edges, ends)}
    found = sorted({*_one_of_each_cycle(unmoved), *_one_of_each_cycle(trapped), *_endless_calls(library, acting)})
    return [(flow, library.flows[flow].steps[step]) for flow, step in found]


def _endless_calls(library: Library, acting: set[Place]) -> list[Place]:
    """One call of each round of flows that call one another before anything is asked: none of them ever comes back."""
    into: dict[Place, list[Place]] = {}
    for flow in library.flows.values():
        for step in flow.steps.values():
            place = (flow.id, step.id)
            if isinstance(step, Collect) or place in acting:
                continue
            called = library.flows.get(step.flow) if isinstance(step, Call) else None
            into[place] = [(called.id, called.first)] if called is not None else _after(library, flow, step)
    return _one_of_each_cycle(into)


def answered_loops(library: Library) -> list[tuple[str, Step]]:
    """One step of each loop that asks once and then never again, since its questions have their answers and nothing in
    it takes them away: it would go round for ever."""
    found = []
    for flow in library.flows.values():
        given = {step.slot for step in flow.steps.values() if isinstance(step, Collect)}
        emptied = {slot for step in flow.steps.values() if isinstance(step, SetValues) for slot, _ in step.values}
        edges = {
            (flow.id, step.id): [(flow.id, branch.to) for branch in step.next if branch.to != END]
            for step in flow.steps.values()
            if _stays(step, given, emptied)
        }
        asked = {(flow.id, step.id) for step in flow.steps.values() if isinstance(step, Collect)}
        quiet = {place: after for place, after in edges.items() if place not in asked}
        found += sorted({*_one_of_each_cycle(edges)} - {*_one_of_each_cycle(quiet)})
    return [(flow, library.flows[flow].steps[step]) for flow, step in found]


def _stays(step: Step, given: set[str], emptied: set[str]) -> bool:
    """Whether the step goes the same way and asks nothing when it is come to again."""
    if isinstance(step, (Call, Link, SetValues)):
        return False
    if isinstance(step, Action) and not step.action.startswith("utter_"):
        return False
    own = {step.slot} if isinstance(step, Collect) else set()
    if isinstance(step, Collect) and (step.ask_before_filling or step.slot in emptied):
        return False
    read = {name for branch in step.next if branch.condition for path in names(branch.condition) for name in path[:2]}
    return not (read & given) - own


def _leaving(edges: Mapping[Place, list[Place]], ends: set[Place]) -> set[Place]:
    """The places from which some way leads to a question or an end."""
    leaving = ends | {place for place, after in edges.items() if any(one not in edges for one in after)}
    grown = True
    while grown:
        more = {place for place, after in edges.items() if place not in leaving and not leaving.isdisjoint(after)}
        leaving |= more
        grown = bool(more)
    return leaving


def _asks(step: Step, asking: set[str]) -> bool:
    return isinstance(step, Collect) or (isinstance(step, Call) and step.flow in asking)


def _asking_flows(library: Library) -> set[str]:
    """Flows with a question somewhere, their own or in what they call or link to."""
    asking: set[str] = set()
    grown = True
    while grown:
        found = {
            flow.id
            for flow in library.flows.values()
            if any(
                isinstance(step, Collect) or (isinstance(step, (Call, Link)) and step.flow in asking)
                for step in flow.steps.values()
            )
        }
        grown = found != asking
        asking = found
    return asking


def _after(library: Library, flow: Flow, step: Step) -> list[Place]:
    after = [(flow.id, branch.to) for branch in step.next if branch.to != END]
    if isinstance(step, (Link, Call)) and step.flow in library.flows:
        after.append((step.flow, library.flows[step.flow].first))
    return after


def _one_of_each_cycle(edges: Mapping[Place, list[Place]]) -> list[Place]:
    """One place of every cycle, found by walking depth first and meeting a place that is still being walked."""
    done: set[Place] = set()
    found: list[Place] = []
    for start in edges:
        if start in done:
            continue
        walking: dict[Place, list[Place]] = {start: list(edges[start])}
        while walking:
            place, rest = next(reversed(walking.items()))
            if not rest:
                done.add(place)
                walking.popitem()
                continue
            following = rest.pop()
            if following in walking:
                found.append(following)
            elif following in edges and following not in done:
                walking[following] = list(edges[following])
    return sorted(set(found))
